"""The ledger of costs, written: reserve before a call, settle at its end, reconcile with the provider later.

An entry is reserved in the transaction that makes its call possible, and settled in the one that stores the
call's end, so that a crash between them leaves an entry which says that a call may have happened. What is
settled by an answer or by the provider's account is never changed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from conversations.models import EntryState, Generation, LedgerEntry, Purpose, Source
from conversations.store.rows import any_with


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What is known of one call at its end, as columns of LedgerEntry. `usd`: None when nothing is known."""

    request_id: str
    state: EntryState
    usd: Decimal | None = None
    source: Source = Source.NONE
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    inference_id: str = ""


def entry_reserve(
    *,
    owner_id: int | None,
    purpose: Purpose,
    model: str,
    request_id: str,
    generation_id: UUID | None = None,
    number: int = 1,
    reserved_usd: Decimal | None = None,
) -> None:
    """Say that a call is about to happen. reserved_usd: what it may cost, where that can be said.

    Raises IntegrityError when the call has an entry already.
    """
    LedgerEntry(
        owner_id=owner_id,
        generation_id=generation_id,
        purpose=purpose,
        number=number,
        model=model,
        request_id=request_id,
        reserved_usd=reserved_usd,
    ).save(force_insert=True)


def entry_expect(*, generation_id: UUID, usd: Decimal) -> None:
    """Say what the first call of a reply may cost, once that can be said."""
    first = LedgerEntry.objects.filter(request_id=str(generation_id), state=EntryState.RESERVED)
    first.update(reserved_usd=usd)


def entry_reserve_next(
    *, generation_id: UUID, model: str, request_id: str, number: int, settled: Sequence[Spent]
) -> None:
    """Say that a reply is about to make another call, and what those before it cost. May be repeated."""
    with transaction.atomic():
        for spent in settled:
            entry_settle(spent=spent)
        if LedgerEntry.objects.filter(request_id=request_id).exists():
            return
        owners = LedgerEntry.objects.filter(generation=generation_id).values_list("owner_id", flat=True)
        entry_reserve(
            owner_id=owners[0],
            purpose=Purpose.REPLY,
            model=model,
            request_id=request_id,
            generation_id=generation_id,
            number=number,
        )


def entry_settle(*, spent: Spent, sent_after_all: bool = False) -> bool:
    """Say what a call cost. False: its entry is settled already, and stays as it is.

    sent_after_all: the entry may say that the call was never sent, by who was gone when it was.
    """
    open_states = [EntryState.RESERVED, EntryState.UNKNOWN]
    if sent_after_all:
        open_states.append(EntryState.FREE)
    waiting = LedgerEntry.objects.filter(request_id=spent.request_id, state__in=open_states)
    return waiting.update(settled_at=timezone.now(), **_columns(spent)) == 1


def entries_release(*, generation_id: UUID) -> None:
    """Make free what is still reserved for a reply that has ended: those calls were never sent."""
    if any_with(LedgerEntry, generation_id=[generation_id], state=[EntryState.RESERVED]):
        LedgerEntry.objects.filter(generation=generation_id, state=EntryState.RESERVED).update(
            state=EntryState.FREE, usd=0, settled_at=timezone.now()
        )


def entries_lose(*, generations: QuerySet[Generation]) -> None:
    """Whoever knew of the calls of these replies is gone: what is still reserved may have cost something."""
    reserved = LedgerEntry.objects.filter(generation__in=generations, state=EntryState.RESERVED)
    for entry in reserved.select_related("generation"):
        received = entry.generation.inference_id if entry.generation else ""
        # It may still be that of the call before, which is settled: then this one is known by our id alone.
        taken = LedgerEntry.objects.filter(generation=entry.generation_id, inference_id=received).exists()
        LedgerEntry.objects.filter(pk=entry.pk, state=EntryState.RESERVED).update(
            state=EntryState.UNKNOWN, settled_at=timezone.now(), inference_id="" if taken else received
        )


def calls_lose(*, request_ids: Iterable[str]) -> None:
    """The same for calls by their request ids."""
    reserved = LedgerEntry.objects.filter(request_id__in=list(request_ids), state=EntryState.RESERVED)
    reserved.update(state=EntryState.UNKNOWN, settled_at=timezone.now())


def _columns(spent: Spent) -> dict[str, Any]:
    columns = asdict(spent)
    del columns["request_id"]
    return columns
