"""One run's text against the original's: the same to the last character, or different from where on. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from conversations.store.originals import Original
from conversations.turns.tokens import token_number


@dataclass(frozen=True)
class Comparison:
    """`hash`: equal for equal runs. The places are those of `ReplayRun`; None when the texts are the same."""

    hash: str
    matches: bool
    diverges_at: int | None = None
    diverges_at_token: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Of ReplayRun."""
        return {
            "text_hash": self.hash,
            "matches": self.matches,
            "diverges_at": self.diverges_at,
            "diverges_at_token": self.diverges_at_token,
        }


def hash_of(said: Original) -> str:
    """Of all that was said. U+0000 cannot stand in either text."""
    return hashlib.sha256(f"{said.text}\0{said.refusal}".encode()).hexdigest()


def compare(original: Original, said: Original) -> Comparison:
    """Takes some 10 ms for texts of 200,000 characters, most of it outside Python."""
    if original.text == said.text:
        return Comparison(hash_of(said), matches=original == said)
    at = _first_difference(original.text, said.text)
    return Comparison(
        hash_of(said), matches=False, diverges_at=at, diverges_at_token=token_number(original.text, at)
    )


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
