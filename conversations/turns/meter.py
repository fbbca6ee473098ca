"""What one call to the completions server costs, followed while it runs and said at its end.

never sent, or refused by the server       free
the answer states its cost                 settled
a whole answer that does not               estimated: its tokens, or as we count them, at the known price
stopped or cut before its cost came        unknown, with an estimate of what had come until then
either of them without a known price       unknown, without an amount
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from conversations.completions import (
    CompletionError,
    Done,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageReport,
)
from conversations.models import EntryState, Source
from conversations.models.money import MOST
from conversations.store.ledger import Spent
from conversations.turns.prices import Price
from conversations.turns.tokens import count_request, count_tokens


@dataclass
class Meter:
    """One call. `request`: its body, once it is sent; `received`: every text that came, of all choices.

    `whole`: it came to its end; `failure`: what ended it before.
    """

    request: Mapping[str, Any] | None = None
    price: Price | None = None
    inference_id: str = ""
    received: list[str] = field(default_factory=list)
    report: UsageReport | None = None
    whole: bool = False
    failure: CompletionError | None = None

    def start(self, request: Mapping[str, Any], price: Price | None) -> None:
        """The request goes out now: from here on it may cost something."""
        self.request, self.price = request, price

    async def reading(self, events: AsyncIterator[StreamEvent]) -> AsyncIterator[StreamEvent]:
        """The same events, followed. Passes on what they raise."""
        try:
            async for event in events:
                self.note(event)
                yield event
        except CompletionError as error:
            self.failure = error
            raise

    def note(self, event: StreamEvent) -> None:
        """Take from an event what it says of the cost."""
        match event:
            case TextDelta() | ReasoningDelta() | RefusalDelta():
                self.received.append(event.text)
            case ToolCallDelta():
                self.received.append(event.name + event.arguments)
            case Opened():
                self.inference_id = (event.inference_id or "")[:200]
            case UsageReport():
                self.report = event
            case Done():
                self.whole = True
            case _:
                pass

    @property
    def is_quick(self) -> bool:
        """Whether `spent` has nothing to count."""
        return self._is_free or self._stated is not None

    def spent(self, request_id: str) -> Spent:
        """What the call cost, as its entry is to say it. Takes as long as counting tokens, unless quick."""
        if self._is_free:
            return Spent(
                request_id=request_id,
                state=EntryState.FREE,
                usd=Decimal(0),
                inference_id=self.inference_id,
            )
        usage = (self.report.usage if self.report else None) or Usage()
        if self._stated is None:
            return self._estimate(request_id, usage)
        return Spent(
            request_id=request_id,
            state=EntryState.SETTLED,
            usd=self._stated,
            source=Source.ANSWER,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cached_tokens=usage.cached_tokens,
            inference_id=self.inference_id,
        )

    @property
    def _is_free(self) -> bool:
        """Failed requests cost nothing, as long as nothing of an answer came."""
        if self.request is None:
            return True
        failure = self.failure
        if failure is None or self.received or self.report:
            return False
        return failure.unsent or (failure.status is not None and failure.status >= 300)

    @property
    def _stated(self) -> Decimal | None:
        usd = self.report.usd_spent if self.report else None
        return usd if usd is not None and usd <= MOST else None

    def _estimate(self, request_id: str, usage: Usage) -> Spent:
        prompt, completion = usage.prompt_tokens, usage.completion_tokens
        ended = self.whole or completion is not None
        if prompt is None:
            prompt = count_request(self.request or {})
        if completion is None:
            (completion,) = count_tokens(["".join(self.received)])
        usd = self.price.cost(prompt_tokens=prompt, completion_tokens=completion) if self.price else None
        if usd is not None and usd > MOST:
            usd = None
        return Spent(
            request_id=request_id,
            state=EntryState.ESTIMATED if ended and usd is not None else EntryState.UNKNOWN,
            usd=usd,
            source=self.price.source if self.price and usd is not None else Source.NONE,
            prompt_tokens=prompt,
            completion_tokens=completion,
            cached_tokens=usage.cached_tokens,
            inference_id=self.inference_id,
        )


def unsure(request_id: str) -> Spent:
    """For a call of which nothing could be stored."""
    return Spent(request_id=request_id, state=EntryState.UNKNOWN)
