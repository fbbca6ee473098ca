"""What a model said in one reply, as a script: its texts and its tool calls, in their places. Pure.

- turn: one answer of the model: a text, and the calls that it asked for after it.
- script: the turns as plain text, to be compared and shown. Without calls it is the text itself:

    Let me see.

    → calculator {"expression": "6*7"}

    It is 42.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

PARAGRAPH: Final = "\n\n"
"""Stands between the texts of two turns in the content of one message."""


@dataclass(frozen=True)
class Asked:
    """A call. `arguments`: as received, JSON or what was meant to be."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Placed:
    """A stored call. `round`: which turn asked for it, from 0; `offset`: code points of text before it."""

    round: int
    offset: int
    asked: Asked


@dataclass(frozen=True)
class Turn:
    text: str
    calls: tuple[Asked, ...] = ()

    @property
    def script(self) -> str:
        lines = "\n".join(f"→ {call.name} {call.arguments}" for call in self.calls)
        return PARAGRAPH.join(part for part in (self.text, lines) if part)


@dataclass(frozen=True)
class Said:
    """All that the model said. `turns`: never none, and no empty one at the end but the first."""

    turns: tuple[Turn, ...]
    refusal: str = ""

    @property
    def script(self) -> str:
        """As plain text."""
        return PARAGRAPH.join(part for part in (turn.script for turn in self.turns) if part)

    @property
    def content(self) -> str:
        """The texts alone, as they stand in a message."""
        return content_of(self.turns)

    @property
    def calls(self) -> bool:
        """Whether any were asked for."""
        return any(turn.calls for turn in self.turns)

    @property
    def nothing(self) -> bool:
        return not (self.script or self.refusal)

    def goes_on_from(self, part: Said) -> bool:
        """Whether it is the same as far as `part` goes, which may end within a text, but within no calls."""
        *before, last = part.turns
        if self.turns[: len(before)] != tuple(before) or len(self.turns) < len(part.turns):
            return False
        same = self.turns[len(before)]
        goes_on = same == last if last.calls else same.text.startswith(last.text)
        return goes_on and self.refusal.startswith(part.refusal)

    def to_json(self) -> list[dict[str, Any]]:
        """The turns, to be stored."""
        return [
            {"text": turn.text, "calls": [[call.name, call.arguments] for call in turn.calls]}
            for turn in self.turns
        ]


def said_in(turns: Iterable[Turn], refusal: str = "") -> Said:
    """Without empty turns at the end."""
    kept = list(turns) or [Turn("")]
    while len(kept) > 1 and kept[-1] == Turn(""):
        kept.pop()
    return Said(tuple(kept), refusal)


def said_in_words(text: str, refusal: str = "") -> Said:
    """Of a reply without calls."""
    return Said((Turn(text),), refusal)


def said_from_json(stored: Sequence[dict[str, Any]], refusal: str = "") -> Said:
    """What `to_json` gave."""
    turns = (Turn(turn["text"], tuple(Asked(*call) for call in turn["calls"])) for turn in stored)
    return said_in(turns, refusal)


def said_around(text: str, placed: Sequence[Placed], refusal: str = "") -> Said:
    """Of a message's content with its calls, in their order."""
    turns: list[Turn] = []
    done = 0
    for _, group in groupby(placed, key=lambda call: call.round):
        calls = list(group)
        until = max(done, calls[0].offset)
        turns.append(Turn(next_text(text[done:until], text[:done]), tuple(call.asked for call in calls)))
        done = until
    return said_in([*turns, Turn(next_text(text[done:], text[:done]))], refusal)


def next_text(text: str, before: str) -> str:
    """The text of a turn, of which the paragraph that parts it from the text before it is no part."""
    return text.lstrip("\n") if before else text


def content_of(turns: Iterable[Turn]) -> str:
    """Their texts as they stand in a message."""
    return PARAGRAPH.join(turn.text for turn in turns if turn.text)


def same_arguments(one: str, other: str) -> bool:
    """Whether two calls were given the same: as JSON, or as text where either is none."""
    if one == other:
        return True
    first, second = _canonical(one), _canonical(other)
    return first is not None and first == second


def _canonical(text: str) -> str | None:
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return None
