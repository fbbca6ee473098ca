"""The probabilities of a reply's tokens: stored with its end, read for whoever may see the reply."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from conversations.models import TokenLogprobs


@dataclass(frozen=True)
class KeptTokens:
    """count: of tokens in `data`, which is compressed. full: there were more."""

    count: int
    data: bytes
    full: bool


def tokens_keep(*, generation_id: UUID, kept: KeptTokens) -> None:
    """Called in the transaction that stores the end."""
    TokenLogprobs(generation_id=generation_id, data=kept.data, full=kept.full).save(force_insert=True)
