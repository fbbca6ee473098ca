"""Recorded tool calls: those of a reply that is replayed, with the results that the model was given.

A stored request is that of a reply's last round. After the last message of a person it has the rounds before
that one: what the model said, its calls, and their results. These are what a replay has to give again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.models import Generation, ToolCall
from conversations.script import Said, content_of


@dataclass
class SentRound:
    """As sent: the calls of one answer, and the messages with their results."""

    calls: list[dict[str, Any]]
    results: list[dict[str, Any]] = field(default_factory=list)


def first_messages(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of the first round's request: all to the last one of a person."""
    messages: list[dict[str, Any]] = request.get("messages", [])
    return messages[: _length_of_first(messages)]


def rounds_sent(request: Mapping[str, Any]) -> list[SentRound]:
    """The rounds of the same reply that a stored request goes on from."""
    messages: list[dict[str, Any]] = request.get("messages", [])
    rounds: list[SentRound] = []
    for message in messages[_length_of_first(messages) :]:
        if message["role"] == "assistant":
            rounds.append(SentRound(message.get("tool_calls", [])))
        elif rounds:
            rounds[-1].results.append(message)
    return rounds


def recorded_calls_copy(
    *, original: Generation, copy: Generation, said: Said, start: int, rounds: int
) -> None:
    """Store the calls of a run as those of the reply made of it, with the results that the original has.

    start: code points of the message that come before what was said. rounds: that were given results.
    """
    rows = {(row.round, row.index): row for row in original.tool_calls.filter(round__lt=rounds)}
    ToolCall.objects.bulk_create(
        _copied(rows[number, index], copy, call.arguments, start + len(content_of(said.turns[: number + 1])))
        for number, turn in enumerate(said.turns[:rounds])
        for index, call in enumerate(turn.calls)
    )


def _copied(row: ToolCall, copy: Generation, arguments: str, offset: int) -> ToolCall:
    row.pk, row.generation, row.recorded = uuid.uuid4(), copy, True
    row.arguments, row.offset = arguments, offset
    row.created_at, row.started_at, row.ended_at = copy.created_at, None, None
    row._state.adding = True
    return row


def _length_of_first(messages: list[dict[str, Any]]) -> int:
    roles = [message["role"] for message in messages]
    return len(roles) - roles[::-1].index("user") if "user" in roles else len(roles)
