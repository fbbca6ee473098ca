"""The ledger of costs, read: what a reply cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils import timezone

from conversations.models import EntryState, LedgerEntry, Purpose
from conversations.store.rows import rows_with

GIVE_UP_DAYS: Final = 7
"""After so long nobody asks the provider about a call any more."""


@dataclass(frozen=True)
class Cost:
    """What a reply cost, all its calls together.

    `usd`: of the calls whose amount is known, or reckoned; None when none is. `estimated`: some of it is
    reckoned by us. `awaited`: the provider may still say what some of it was.
    """

    usd: Decimal | None = None
    estimated: bool = False
    awaited: bool = False

    def plus(self, entry: LedgerEntry) -> Cost:
        """With one more call."""
        open_ = entry.state in (EntryState.UNKNOWN, EntryState.RESERVED)
        recent = entry.created_at > timezone.now() - timedelta(days=GIVE_UP_DAYS)
        return Cost(
            usd=self.usd if entry.usd is None else (self.usd or Decimal(0)) + entry.usd,
            estimated=self.estimated or entry.state == EntryState.ESTIMATED or open_,
            awaited=self.awaited or (open_ and recent and bool(entry.inference_id)),
        )

    def joined(self, other: Cost) -> Cost:
        """Both together."""
        known = [usd for usd in (self.usd, other.usd) if usd is not None]
        return Cost(
            usd=sum(known, Decimal(0)) if known else None,
            estimated=self.estimated or other.estimated,
            awaited=self.awaited or other.awaited,
        )


def costs_of_calls(request_ids: Iterable[str]) -> dict[str, Cost]:
    """What each of these calls cost, by its request id."""
    entries = LedgerEntry.objects.filter(request_id__in=list(request_ids))
    return {entry.request_id: Cost().plus(entry) for entry in entries}


def costs_of(generation_ids: Iterable[UUID]) -> dict[UUID, Cost]:
    """What these replies cost; one without calls of its own is not in it."""
    costs: dict[UUID, Cost] = {}
    for entry in rows_with(LedgerEntry, "generation_id", generation_ids):
        if entry.generation_id is not None and entry.purpose == Purpose.REPLY:
            costs[entry.generation_id] = costs.get(entry.generation_id, Cost()).plus(entry)
    return costs


def entries_of(generation_ids: Iterable[UUID]) -> Iterable[LedgerEntry]:
    """The calls that were made for these replies, in their order."""
    wanted = LedgerEntry.objects.filter(generation__in=list(generation_ids), purpose=Purpose.REPLY)
    return wanted.order_by("generation", "number")
