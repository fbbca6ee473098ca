"""What the runs of a replay amount to: how many are the same. What that means is said in `sentences`. Pure.

- variant: all runs with the very same text and calls; A is the original's, B the largest of the others, and
  so on. Where the original is not whole, A is the largest.
- fingerprint: the provider's name for the system that answered. Runs can be compared with the original only
  where both have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from conversations.store.originals import Extent

Fingerprints = Literal["same", "changed", "unknown"]


@dataclass(frozen=True)
class Result:
    """One run that came to its end. `hash`: equal for equal texts. `matches`: None where the original has
    nothing to compare with.
    """

    hash: str
    matches: bool | None
    fingerprint: str


@dataclass(frozen=True)
class Report:
    """`largest`: how many runs the largest variant has. `names`: the letter of each variant, by hash.
    `extent`: how far the original goes.
    """

    compared: int
    matching: int
    largest: int
    names: dict[str, str]
    fingerprints: Fingerprints
    extent: Extent = "whole"

    @property
    def agree(self) -> bool:
        """Whether all runs are as the original, or where that says nothing, as each other."""
        return (self.largest if self.extent == "nothing" else self.matching) == self.compared

    @property
    def percent(self) -> int:
        """The match rate, rounded down, so that 100 means all."""
        return 100 * self.matching // self.compared if self.compared else 0


def report_of(
    results: Sequence[Result], *, original_hash: str, original_fingerprint: str, extent: Extent = "whole"
) -> Report:
    """The report on runs that came to their end, in the order of their numbers."""
    counts = Counter(result.hash for result in results)
    first = [original_hash] if extent == "whole" else []
    others = [hash_ for hash_, _ in counts.most_common() if hash_ not in first]
    return Report(
        compared=len(results),
        matching=sum(result.matches is True for result in results),
        largest=max(counts.values(), default=0),
        names={hash_: variant_name(number) for number, hash_ in enumerate([*first, *others])},
        fingerprints=_overall([fingerprint_of(result, original_fingerprint) for result in results]),
        extent=extent,
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


def _overall(fingerprints: Sequence[Fingerprints]) -> Fingerprints:
    if "changed" in fingerprints:
        return "changed"
    return "unknown" if "unknown" in fingerprints or not fingerprints else "same"
