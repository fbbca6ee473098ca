"""A whole completion put together from the events of its stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .types import (
    AssembledToolCall,
    Choice,
    Completion,
    Finished,
    FinishReason,
    Identity,
    LogprobsDelta,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    Skipped,
    StreamEvent,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    UsageReport,
)


@dataclass(slots=True)
class _Call:
    id: str | None = None
    name: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Parts:
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    calls: dict[int, _Call] = field(default_factory=dict)
    logprobs: list[TokenLogprob] = field(default_factory=list)
    reason: FinishReason | None = None


def assemble(events: Iterable[StreamEvent]) -> Completion:
    """The completion that `events` amount to; those of a broken stream give what arrived."""
    parts: dict[int, _Parts] = {}
    identity: Identity | None = None
    opened: Opened | None = None
    report: UsageReport | None = None
    skipped: dict[str, Skipped] = {}
    for event in events:
        match event:
            case Identity():
                identity = event
            case Opened():
                opened = event
            case UsageReport():
                report = event
            case Skipped():
                skipped[event.what] = event
            case _:
                _add(parts, event)
    choices = tuple(_choice(index, parts[index]) for index in sorted(parts)) or (Choice(0),)
    return Completion(choices, identity, opened, report, tuple(skipped.values()))


def _add(parts: dict[int, _Parts], event: StreamEvent) -> None:
    match event:
        case TextDelta(index, text):
            parts.setdefault(index, _Parts()).text.append(text)
        case ReasoningDelta(index, text):
            parts.setdefault(index, _Parts()).reasoning.append(text)
        case RefusalDelta(index, text):
            parts.setdefault(index, _Parts()).refusal.append(text)
        case LogprobsDelta(index, tokens):
            parts.setdefault(index, _Parts()).logprobs.extend(tokens)
        case Finished(index, reason):
            parts.setdefault(index, _Parts()).reason = reason
        case ToolCallDelta(index, call_index, id_, name, arguments):
            call = parts.setdefault(index, _Parts()).calls.setdefault(call_index, _Call())
            call.id = id_ or call.id
            call.name.append(name)
            call.arguments.append(arguments)


def _choice(index: int, parts: _Parts) -> Choice:
    return Choice(
        index=index,
        text="".join(parts.text),
        reasoning="".join(parts.reasoning),
        refusal="".join(parts.refusal),
        tool_calls=tuple(
            AssembledToolCall(number, call.id, "".join(call.name), "".join(call.arguments))
            for number, call in sorted(parts.calls.items())
        ),
        logprobs=tuple(parts.logprobs),
        reason=parts.reason,
    )
