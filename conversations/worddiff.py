"""The difference between two texts, word by word: what both have, and what only the one or the other has.

- piece: a stretch of text of one kind. `same` and `gone` joined are the old text, `same` and `new` the new.
- unit: what was compared. Words; lines, when that many words differ that it would take too long; whole texts,
  when even that many lines do.

The work is bounded by a number of steps and not by a clock, so that the same two texts always give the same
difference. Source of the method: E. W. Myers, An O(ND) Difference Algorithm and Its Variations (1986).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["same", "gone", "new"]
Unit = Literal["words", "lines", "whole"]

STEPS: Final = 1_000_000
"""Of the search, for each unit: a third of a second, enough for two quite different texts of 1,000 words."""

_IDEOGRAPH: Final = "[\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af]"
_WORDS: Final = re.compile(rf"{_IDEOGRAPH}|\w+?(?={_IDEOGRAPH})|\w+\s*|[^\w\s]\s*|\s+")
"""A word, a sign or an ideograph, with the space after it: by itself, a space would be found everywhere."""
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_CRUMB: Final = 6
"""Characters. Fewer than that, left over between two larger changes, only make a difference hard to read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; never empty."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Pieces in reading order; where something was replaced, what is gone stands before what is new."""

    pieces: tuple[Piece, ...]
    unit: Unit

    @property
    def equal(self) -> bool:
        """Whether the texts are the same, to the last character."""
        return all(piece.kind == "same" for piece in self.pieces)


def word_diff(old: str, new: str, *, steps: int = STEPS) -> Difference:
    """The difference, in the smallest unit that takes no more than `steps`."""
    units: tuple[tuple[Unit, re.Pattern[str]], ...] = (("words", _WORDS), ("lines", _LINES))
    for unit, pattern in units:
        before, after = pattern.findall(old), pattern.findall(new)
        kept = _kept(before, after, steps)
        if kept is not None:
            return Difference(tuple(_pieces(_without_crumbs(_changes(before, after, kept)))), unit)
    return Difference(tuple(_pieces([_Change("", old, new)])), "whole")


@dataclass(frozen=True, slots=True)
class _Change:
    """What both have, and what follows it in the one and in the other."""

    same: str
    gone: str
    new: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Parts that both have: from where in the one and in the other, how many, and the run before it."""

    old: int
    new: int
    count: int
    before: _Run | None


def _kept(old: Sequence[str], new: Sequence[str], steps: int) -> list[_Run] | None:
    """What both have, in order; None when finding it takes too many steps.

    Myers' greedy search: `best[line]` is how far into `old` one has come on the diagonal `line` (place in
    old - place in new), and by which runs, with as many parts taken out or put in as rounds have passed.
    """
    best: dict[int, tuple[int, _Run | None]] = {1: (0, None)}
    for changes in range(len(old) + len(new) + 1):
        low = changes - 2 * max(0, changes - len(new))
        high = changes - 2 * max(0, changes - len(old))
        for line in range(-low, high + 1, 2):
            if line == -changes or (line != changes and best[line - 1][0] < best[line + 1][0]):
                start, run = best[line + 1]
            else:
                start, run = best[line - 1][0] + 1, best[line - 1][1]
            at = start
            while at < len(old) and at - line < len(new) and old[at] == new[at - line]:
                at += 1
            if at > start:
                run = _Run(start, start - line, at - start, run)
            if at >= len(old) and at - line >= len(new):
                return _in_order(run)
            best[line] = at, run
            steps -= at - start + 1
        if steps < 0:
            return None
    raise AssertionError("taking all out and putting all in leads to the end")


def _in_order(last: _Run | None) -> list[_Run]:
    runs: list[_Run] = []
    while last is not None:
        runs.append(last)
        last = last.before
    return runs[::-1]


def _changes(old: Sequence[str], new: Sequence[str], kept: Iterable[_Run]) -> Iterator[_Change]:
    """The whole of both texts, cut behind each change."""
    same, old_at, new_at = "", 0, 0
    for run in kept:
        if run.old > old_at or run.new > new_at:
            yield _Change(same, "".join(old[old_at : run.old]), "".join(new[new_at : run.new]))
            same = ""
        old_at, new_at = run.old + run.count, run.new + run.count
        same += "".join(old[run.old : old_at])
    yield _Change(same, "".join(old[old_at:]), "".join(new[new_at:]))


def _without_crumbs(changes: Iterable[_Change]) -> Iterator[_Change]:
    """Changes with next to nothing between them are one."""
    held: _Change | None = None
    for change in changes:
        if held is None:
            held = change
        elif _is_crumb(change.same, held, change):
            held = _Change(
                held.same, held.gone + change.same + change.gone, held.new + change.same + change.new
            )
        else:
            yield held
            held = change
    if held is not None:
        yield held


def _is_crumb(text: str, before: _Change, after: _Change) -> bool:
    size = len(text.strip())
    around = (max(len(change.gone), len(change.new)) for change in (before, after))
    return size < _CRUMB and all(size < length for length in around)


def _pieces(changes: Iterable[_Change]) -> Iterator[Piece]:
    for change in changes:
        if change.same:
            yield Piece("same", change.same)
        if change.gone:
            yield Piece("gone", change.gone)
        if change.new:
            yield Piece("new", change.new)
