"""What comes back of one run: its text, and what is known of its call."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from conversations.completions import (
    CompletionsClient,
    Done,
    Finished,
    Identity,
    RefusalDelta,
    ReplyTooLong,
    StoredRequest,
    StreamEvent,
    TextDelta,
    UsageReport,
)
from conversations.models.replay import RunState
from conversations.store.originals import Original
from conversations.store.replays import RunEnding
from conversations.turns.call import Call
from conversations.turns.prices import Price

TEXT_CHARACTERS: Final = 200_000
"""Of one run at most: fifty of them are kept for one replay. A longer one is ended there, as failed."""


@dataclass
class Received:
    """Filled from the events of one call; whatever ends the call, what arrived stands here."""

    call: Call
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    async def listen(self, client: CompletionsClient, request: StoredRequest, price: Price | None) -> None:
        """Make the call and read it to its end. Raises CompletionError; passes cancellation through."""
        self.call.started = time.monotonic()
        self.call.meter.start(request.wire, price)
        async with client.stream(request, request_id=self.call.request_id) as events:
            async for event in self.call.meter.reading(events):
                self._take(event)

    @property
    def said(self) -> Original:
        return Original("".join(self._parts), self.call.refusal)

    def ending(self, state: RunState, told: Mapping[str, Any] = MappingProxyType({})) -> RunEnding:
        """As it is stored. told: more columns. Counts tokens where the cost was not stated: in a thread."""
        known = self.call.columns()
        del known["usd_spent"]  # stands in the ledger
        known["inference_id"] = self.call.meter.inference_id
        (spent,) = self.call.spent()
        return RunEnding(state, self.said.text, spent, known | dict(told))

    def _take(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(index=0, text=text):
                self._add(text)
            case RefusalDelta(index=0, text=text):
                self.call.refusal += text
            case Identity():
                self.call.identity = event
            case UsageReport():
                self.call.report = event
            case Finished(index=0) | Done():
                self.call.finish_reason = event.reason or self.call.finish_reason
            case _:
                pass

    def _add(self, text: str) -> None:
        room = TEXT_CHARACTERS - self._length
        self.call.first_text()
        self._parts.append(text[:room])
        self._length += min(len(text), room)
        if len(text) > room:
            raise ReplyTooLong(detail=f"more than {TEXT_CHARACTERS} characters of one replay")
