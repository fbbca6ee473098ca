"""What comes back of one run: what the model said in each of its calls, and what is known of these."""

from __future__ import annotations

import time
from collections.abc import Mapping
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
    ToolCallDelta,
    UsageReport,
)
from conversations.models.ledger import call_request_id
from conversations.models.replay import RunState
from conversations.script import Asked, Said, Turn, content_of, next_text, said_in
from conversations.store.originals import CALLING
from conversations.store.replay_runs import RunEnding
from conversations.turns.call import Call
from conversations.turns.prices import Price

TEXT_CHARACTERS: Final = 200_000
"""Of one run at most, its calls among them: fifty of them are kept for one replay. A longer one is ended
there, as failed.
"""


class Received:
    """Filled from the events of its calls; whatever ends them, what arrived stands here.

    number: of the run. call: the one that is being made, or was the last. turns: what those before it said.
    """

    def __init__(self, number: int, request_id: str) -> None:
        self.number = number
        self.call = Call(request_id)
        self.turns: tuple[Turn, ...] = ()
        self._first_id = request_id
        self._parts: list[str] = []
        self._room = TEXT_CHARACTERS

    async def listen(self, client: CompletionsClient, request: StoredRequest, price: Price | None) -> None:
        """Make the call and read it to its end. Raises CompletionError; passes cancellation through."""
        self.call.started = time.monotonic()
        self.call.meter.start(request.wire, price)
        async with client.stream(request, request_id=self.call.request_id) as events:
            async for event in self.call.meter.reading(events):
                self._take(event)

    def next_call(self) -> None:
        """The model is about to be asked again, under a request id of that call."""
        self.turns = (*self.turns, self.turn)
        self._parts = []
        self.call = Call(call_request_id(self._first_id, len(self.turns)), earlier=self.call)

    @property
    def turn(self) -> Turn:
        """What the call has brought so far."""
        text = next_text("".join(self._parts), content_of(self.turns))
        return Turn(text, tuple(Asked(call.name, call.arguments) for call in self.call.tool_calls))

    @property
    def said(self) -> Said:
        return said_in([*self.turns, self.turn], self.call.refusal)

    def ending(self, state: RunState, told: Mapping[str, Any] = MappingProxyType({})) -> RunEnding:
        """As it is stored. told: more columns. Counts tokens where the cost was not stated: in a thread."""
        said = self.said
        known = self.call.columns()
        del known["usd_spent"]  # stands in the ledger
        known["inference_id"] = self.call.meter.inference_id
        known["rounds"] = said.to_json() if said.calls else None
        if state == RunState.COMPLETE and self.turn.calls and known["finish_reason"] not in CALLING:
            known["finish_reason"] = CALLING[0]  # some servers name another
        return RunEnding(state, said.script, self.call.spent(), known | dict(told))

    def _take(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(index=0, text=text):
                self._add(text)
            case ToolCallDelta(index=0):
                self._make_room(len(event.name) + len(event.arguments))
                self.call.calling.append(event)
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
        self.call.first_text()
        self._parts.append(text[: self._room])
        self._make_room(len(text))

    def _make_room(self, characters: int) -> None:
        self._room -= characters
        if self._room < 0:
            raise ReplyTooLong(detail=f"more than {TEXT_CHARACTERS} characters of one replay")
