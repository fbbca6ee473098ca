"""The report on a replay in plain sentences: what was found, and what follows from it. Pure.

They promise nothing: a seed makes replies mostly the same, and the next one may always differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conversations.replays.report import Fingerprints, Report
from conversations.store.originals import Extent


@dataclass(frozen=True)
class Seeds:
    """The seed of the original, and the one of its runs; None: none was sent."""

    original: int | None
    sent: int | None


@dataclass(frozen=True)
class Words:
    """Of runs that are as the original, or not. `same` and `other` follow the number of replays; `among`
    begins what is said of them among each other, where that is not the same thing.
    """

    one_same: str
    one_other: str
    same: str
    other: str
    among: str = ""


_WORDS: Final[dict[Extent, Words]] = {
    "whole": Words(
        "The replay gave the very text of the original.",
        "The replay gave another text than the original.",
        "gave the very text of the original",
        "gave the text of the original",
    ),
    "part": Words(
        "The replay is the same as the original, as far as that goes.",
        "The replay differs from the original before the place where that was cut short.",
        "are the same as the original, as far as that goes",
        "are the same as the original, as far as that goes",
        "to their ends, ",
    ),
}
_NOTHING: Final = "The original has no text to compare with."


def found(report: Report) -> str:
    """The numbers as a sentence."""
    if report.compared == 0:
        return "No replay has come to its end yet, so there is nothing to compare."
    if report.extent == "nothing":
        return f"{_NOTHING} {_found_among(report)}"
    words = _WORDS[report.extent]
    if report.compared == 1:
        return words.one_same if report.matching else words.one_other
    if report.agree:
        rest = f"; {words.among}{_largest(report)}" if words.among else ""
        return f"All {report.compared} replays {words.same}{rest}."
    if report.matching == 0:
        return f"None of {report.compared} replays {words.other}; {words.among}{_largest(report)}."
    return f"{report.matching} of {report.compared} replays {words.same}; {words.among}{_largest(report)}."


def meaning(report: Report, seeds: Seeds) -> str:
    """What follows from the numbers, and what does not."""
    if report.compared == 0 or (report.extent == "nothing" and report.compared == 1):
        return ""
    if seeds.sent is None:
        return _UNSEEDED[report.agree]
    if report.extent == "nothing":
        return _AMONG[report.agree]
    if seeds.sent != seeds.original:
        return "Another seed than the original's was sent, so they are to be compared with each other."
    return _SEEDED[report.fingerprints][report.agree]


def _found_among(report: Report) -> str:
    if report.compared == 1:
        return "The replay came to its end."
    if report.agree:
        return f"All {report.compared} replays gave one and the same text."
    return f"Of {report.compared} replays {_largest(report)}."


def _largest(report: Report) -> str:
    if report.largest > 1:
        return f"the largest group with one and the same text has {report.largest}"
    return "no two of them are the same"


_AMONG: Final = {
    True: "All had the same seed. The provider calls such replies mostly the same, never certainly: the next "
    "one may differ.",
    False: "All had the same seed, and still the texts differ: the provider promises the same text mostly, "
    "never certainly.",
}
_UNSEEDED = {
    True: "No seed was sent: the model happened to choose the same words, and need not do so again.",
    False: "No seed was sent, so differences are to be expected.",
}
_SEEDED: dict[Fingerprints, dict[bool, str]] = {
    "same": {
        True: "Seed and fingerprint were those of the original. The provider calls such replies mostly the "
        "same, never certainly: the next one may differ.",
        False: "Seed and fingerprint were those of the original, and still the texts differ: the provider "
        "promises the same text mostly, never certainly.",
    },
    "changed": {
        True: "The fingerprint has changed: the provider runs another system than for the original. It gave "
        "the same text all the same, and need not do so again.",
        False: "The fingerprint has changed: the provider runs another system than for the original, and "
        "then the same seed may well give another text.",
    },
    "unknown": {
        True: "The provider named no fingerprint, so it cannot be told whether its system is still the one "
        "of the original; the next reply may differ.",
        False: "The provider named no fingerprint, so it cannot be told whether its system has changed "
        "since the original.",
    },
}
