"""What becomes known of one call to the completions server while its reply is read.

A reply may take several, one after the other, when the model asks for tools: each knows the one before it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from conversations.completions import (
    AssembledToolCall,
    Identity,
    ToolCallDelta,
    Usage,
    UsageReport,
    assemble,
)
from conversations.store.ledger import Spent
from conversations.turns.meter import Meter


@dataclass
class Call:
    """Filled from the stream's events. `started` and the times are `time.monotonic()` seconds.

    earlier: the call of the round before, in the same reply.
    """

    request_id: str
    earlier: Call | None = None
    started: float = field(default_factory=time.monotonic)
    first_text_at: float | None = None
    identity: Identity | None = None
    report: UsageReport | None = None
    refusal: str = ""
    finish_reason: str | None = None
    meter: Meter = field(default_factory=Meter)
    calling: list[ToolCallDelta] = field(default_factory=list)
    """The pieces of the tool calls that the model asks for."""

    def first_text(self) -> None:
        """Note when the first text came; later ones change nothing."""
        if self.first_text_at is None:
            self.first_text_at = time.monotonic()

    @property
    def tool_calls(self) -> tuple[AssembledToolCall, ...]:
        """What the model asks for, whatever it named as the reason of its end."""
        return assemble(self.calling).choices[0].tool_calls

    def columns(self) -> dict[str, Any]:
        """As columns of Generation: how this call ended, and what it and those before it took together."""
        identity = self.identity or Identity(None, None, None, None)
        calls = self.chain
        reports = [call.report for call in calls if call.report]
        usages = [report.usage for report in reports if report.usage]
        texts = [call.first_text_at for call in calls if call.first_text_at is not None]
        started = calls[0].started
        return {
            "finish_reason": (self.finish_reason or "")[:32],
            "refusal": self.refusal,
            "usage": _sum_of_usages(usages),
            "usd_spent": _sum(report.usd_spent for report in reports),
            "system_fingerprint": (identity.system_fingerprint or "")[:200],
            "upstream_id": (identity.id or "")[:200],
            "first_text_ms": _milliseconds(started, texts[0]) if texts else None,
            "duration_ms": _milliseconds(started, time.monotonic()),
        }

    @property
    def chain(self) -> list[Call]:
        """The calls of the same reply up to this one, in their order."""
        calls: list[Call] = []
        call: Call | None = self
        while call is not None:
            calls.append(call)
            call = call.earlier
        return calls[::-1]

    @property
    def is_quick(self) -> bool:
        """Whether `spent` has nothing to count."""
        return all(call.meter.is_quick for call in self.chain)

    def spent(self) -> tuple[Spent, ...]:
        """What each call of the chain cost. Takes as long as counting tokens, unless quick."""
        return tuple(call.meter.spent(call.request_id) for call in self.chain)


def _sum_of_usages(usages: list[Usage]) -> dict[str, Any] | None:
    """Each count over all calls; None for one that no call stated."""
    counts = [asdict(usage) for usage in usages]
    return {name: _sum(count[name] for count in counts) for name in counts[0]} if counts else None


def _sum(amounts: Iterable[Any]) -> int | Decimal | None:
    """Of those that are known; None when none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _milliseconds(start: float, end: float) -> int:
    return max(0, round((end - start) * 1000))
