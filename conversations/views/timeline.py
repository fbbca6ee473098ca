"""The tool calls of a reply as a timeline: rounds one after the other, in each a lane for every call on one
clock, so that calls which ran at the same time look it.

The context of `_tools.html`, which pages, frames and the admin use.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import timezone

from conversations import protocol
from conversations.models import CallState
from conversations.store.tool_calls import CallRecord
from conversations.turns.live import LiveGeneration

RESULT_CHARACTERS: Final = 4_000
"""Of a result or of arguments in the timeline: all of it is in the request that Details shows."""
SUMMARY_CHARACTERS: Final = 80
PURPOSE_CHARACTERS: Final = 400
LANE: Final = 1000
"""How wide a lane is, in units of its drawing."""
_TONES: Final = {
    CallState.DONE: "good",
    CallState.FAILED: "bad",
    CallState.UNKNOWN: "bad",
    CallState.BAD_ARGUMENTS: "bad",
    CallState.TIMED_OUT: "bad",
}


@dataclass(frozen=True, kw_only=True)
class CallView:
    """One call as shown. Texts are plain and are escaped by the template.

    begins, ends: milliseconds since the round's first call began; None for one that has not begun, or ended.
    x, width: of its bar, in parts of LANE.
    """

    id: str
    title: str
    purpose: str
    state: str
    words: str
    tone: str
    duration: str
    summary: str
    arguments: str
    result: str
    waiting: bool
    begins: int | None
    ends: int | None
    x: int
    width: int


@dataclass(frozen=True)
class RoundView:
    """`number`: from 1. `now`: milliseconds since its first call began, for what still runs."""

    number: int
    calls: tuple[CallView, ...]
    now: int


@dataclass(frozen=True)
class TimelineView:
    """`last`: the rounds were used up, and the model had to answer with what it had. `recorded`: some results
    are those of a reply that was replayed.
    """

    rounds: tuple[RoundView, ...]
    last: bool = False
    recorded: bool = False

    @property
    def count(self) -> int:
        return sum(len(round_.calls) for round_ in self.rounds)


def timeline_of(records: Sequence[CallRecord], request: dict[str, Any] | None) -> TimelineView | None:
    """None without calls. request: the last one of the reply, as sent."""
    if not records:
        return None
    now = timezone.now()
    groups = groupby(records, key=lambda record: (record.generation_id, record.round))
    rounds = tuple(_round(number, list(group), now) for number, (_, group) in enumerate(groups, 1))
    return TimelineView(
        rounds,
        last=(request or {}).get("tool_choice") == "none",
        recorded=any(record.recorded for record in records),
    )


def tools_frame(live: LiveGeneration, format: protocol.Format) -> protocol.GenerationTools:
    """The calls of a reply that is being written."""
    records = live.calls.shown
    waiting = [record.id for record in records if record.state == CallState.WAITING]
    if format == "text":
        calls = [_struct(record) for record in records]
        return protocol.GenerationTools(generation=live.held.generation_id, calls=calls, waiting=waiting)
    timeline = timeline_of(records, live.facts.get("request"))
    html = str.__str__(render_to_string("_tools.html", {"timeline": timeline, "may_decide": True}))
    return protocol.GenerationTools(generation=live.held.generation_id, html=html, waiting=waiting)


def _struct(record: CallRecord) -> protocol.ToolCall:
    return protocol.ToolCall(
        id=record.id,
        round=record.round,
        name=record.name,
        title=record.title,
        state=protocol.call_state_named(record.state),
        arguments=_cut(record.arguments),
        result=_cut(record.result),
        started=_unix(record.started_at),
        ended=_unix(record.ended_at),
    )


def _round(number: int, records: list[CallRecord], now: datetime) -> RoundView:
    starts = [record.started_at for record in records if record.started_at]
    start = min(starts, default=now)
    end = max([start, *(record.ended_at or now for record in records if record.started_at)])
    whole = max(1, _between(start, end))
    calls = tuple(_call(record, start, whole, now) for record in records)
    return RoundView(number, calls, _between(start, now))


def _call(record: CallRecord, start: datetime, whole: int, now: datetime) -> CallView:
    begins = _between(start, record.started_at) if record.started_at else None
    ends = _between(start, record.ended_at) if record.started_at and record.ended_at else None
    length = 0 if begins is None else (_between(start, now) if ends is None else ends) - begins
    x = round(LANE * (begins or 0) / whole)
    return CallView(
        id=str(record.id),
        title=record.title or record.name or "A tool without a name",
        purpose=_purpose(record.purpose),
        state=record.state.value,
        words=f"recorded: {record.state.label}" if record.recorded else str(record.state.label),
        tone=_TONES.get(record.state, "live" if record.live else "plain"),
        duration="" if begins is None else _duration(length),
        summary=_summary(record),
        arguments=_cut(_pretty(record)),
        result=_cut(record.result),
        waiting=record.state == CallState.WAITING,
        begins=begins,
        ends=ends,
        x=min(x, LANE - 8),
        width=0 if begins is None else max(8, round(LANE * length / whole)),
    )


def _summary(record: CallRecord) -> str:
    """The arguments in one short line."""
    if record.parsed is None:
        words = record.arguments
    else:
        words = ", ".join(_value(value) for value in record.parsed.values())
    words = " ".join(words[: 4 * SUMMARY_CHARACTERS].split())
    return words if len(words) <= SUMMARY_CHARACTERS else f"{words[:SUMMARY_CHARACTERS]}…"


def _purpose(description: str) -> str:
    """The first paragraph of what the model was told: the rest is how to call it."""
    words = " ".join(description.partition("\n\n")[0].split())
    return words if len(words) <= PURPOSE_CHARACTERS else f"{words[:PURPOSE_CHARACTERS]}…"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pretty(record: CallRecord) -> str:
    """The arguments as indented JSON, or as they came when they are none."""
    if record.parsed is None:
        return record.arguments
    return json.dumps(record.parsed, indent=2, ensure_ascii=False)


def _cut(text: str) -> str:
    if len(text) <= RESULT_CHARACTERS:
        return text
    return f"{text[:RESULT_CHARACTERS]}\n… {len(text) - RESULT_CHARACTERS:,} more characters"


def _duration(milliseconds: int) -> str:
    return f"{milliseconds} ms" if milliseconds < 100 else f"{milliseconds / 1000:.1f} s"


def _between(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds() * 1000))


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
