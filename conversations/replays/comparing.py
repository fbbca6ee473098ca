"""One run against the original: the same to the last character, or different from where on. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from conversations.script import Said
from conversations.store.originals import Original
from conversations.turns.tokens import token_number


@dataclass(frozen=True)
class Comparison:
    """`hash`: equal for equal runs. `matches`: None where the original has nothing to compare with. The
    places are those of `ReplayRun`, in the scripts of both; None when these are the same.
    """

    hash: str
    matches: bool | None
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


def hash_of(said: Said) -> str:
    """Of all that was said: calls by their names and arguments, not as the text that shows them."""
    text = json.dumps(said.to_json()) if said.calls else said.script
    return hashlib.sha256(f"{text}\0{said.refusal}".encode()).hexdigest()


def compare(original: Original, said: Said) -> Comparison:
    """Takes some 10 ms for texts of 200,000 characters, most of it outside Python."""
    matches = original.is_met_by(said)
    one, other = original.said.script, said.script
    if matches is not False or one == other:
        return Comparison(hash_of(said), matches=matches)
    at = _first_difference(one, other)
    return Comparison(hash_of(said), matches=False, diverges_at=at, diverges_at_token=token_number(one, at))


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
