"""What the runs of a replay amount to: how many are the same, and a plain sentence on what that means. Pure.

- variant: all runs with the very same text; A is the original's, B the largest of the others, and so on.
- fingerprint: the provider's name for the system that answered. Runs can be compared with the original only
  where both have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Fingerprints = Literal["same", "changed", "unknown"]


@dataclass(frozen=True)
class Result:
    """One run that came to its end. `hash`: equal for equal texts."""

    hash: str
    matches: bool
    fingerprint: str


@dataclass(frozen=True)
class Seeds:
    """The seed of the original, and the one of its runs; None: none was sent."""

    original: int | None
    sent: int | None


@dataclass(frozen=True)
class Report:
    """`largest`: how many runs the largest variant has. `names`: the letter of each variant, by hash."""

    compared: int
    matching: int
    largest: int
    names: dict[str, str]
    fingerprints: Fingerprints

    @property
    def percent(self) -> int:
        """The match rate, rounded down, so that 100 means all."""
        return 100 * self.matching // self.compared if self.compared else 0


def report_of(results: Sequence[Result], *, original_hash: str, original_fingerprint: str) -> Report:
    """The report on runs that came to their end, in the order of their numbers."""
    counts = Counter(result.hash for result in results)
    others = [hash_ for hash_, _ in counts.most_common() if hash_ != original_hash]
    return Report(
        compared=len(results),
        matching=sum(result.matches for result in results),
        largest=max(counts.values(), default=0),
        names={hash_: variant_name(number) for number, hash_ in enumerate([original_hash, *others])},
        fingerprints=_overall([fingerprint_of(result, original_fingerprint) for result in results]),
    )


def fingerprint_of(result: Result, original: str) -> Fingerprints:
    """How the fingerprint of one run stands to the original's."""
    if not result.fingerprint or not original:
        return "unknown"
    return "same" if result.fingerprint == original else "changed"


def variant_name(number: int) -> str:
    """A to Z, then A2, B2 …"""
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else f"{letter}{number // 26 + 1}"


def found(report: Report) -> str:
    """The numbers as a sentence."""
    if report.compared == 0:
        return "No replay has come to its end yet, so there is nothing to compare."
    if report.compared == 1:
        return (
            "The replay gave the very text of the original."
            if report.matching
            else "The replay gave another text than the original."
        )
    if report.matching == report.compared:
        return f"All {report.compared} replays gave the very text of the original."
    among = "no two of them are the same"
    if report.largest > 1:
        among = f"the largest group with one and the same text has {report.largest}"
    if report.matching == 0:
        return f"None of {report.compared} replays gave the text of the original; {among}."
    return f"{report.matching} of {report.compared} replays gave the very text of the original; {among}."


def meaning(report: Report, seeds: Seeds) -> str:
    """What follows from the numbers, and what does not."""
    if report.compared == 0:
        return ""
    all_same = report.matching == report.compared
    if seeds.sent is None:
        return _UNSEEDED[all_same]
    if seeds.sent != seeds.original:
        return "Another seed than the original's was sent, so they are to be compared with each other."
    return _SEEDED[report.fingerprints][all_same]


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


def _overall(fingerprints: Sequence[Fingerprints]) -> Fingerprints:
    if "changed" in fingerprints:
        return "changed"
    return "unknown" if "unknown" in fingerprints or not fingerprints else "same"
