"""The ledger of costs, brought into line with the provider's: which calls are open, and what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from conversations.models import ACTIVE, OPEN, Conversation, EntryState, LedgerEntry, Message, Source
from conversations.store import changes

ABANDONED_AFTER: Final = timedelta(hours=1)
"""A call reserved for longer, whose reply has ended, is nobody's any more: no call takes so long."""
AT_ONCE: Final = 5_000
"""Calls to be asked about in one go; the oldest first, the others next time."""


@dataclass(frozen=True)
class OpenCall:
    """A call whose cost the provider may still tell."""

    id: UUID
    request_id: str
    inference_id: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the provider says of the call of entry `id`."""

    id: UUID
    usd: Decimal
    source: Source
    inference_id: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def entries_open(*, since: datetime, ids: Collection[UUID] | None = None) -> list[OpenCall]:
    """The calls from `since` on that are estimated or unknown, the oldest first. ids: only among these."""
    wanted = LedgerEntry.objects.filter(state__in=OPEN, created_at__gte=since)
    if ids is not None:
        wanted = wanted.filter(pk__in=ids)
    columns = wanted.order_by("created_at").values_list("id", "request_id", "inference_id", "created_at")
    return [OpenCall(*row) for row in columns[:AT_ONCE]]


def entries_abandon() -> int:
    """Open the entries that are still reserved though nobody can be at their call. Returns how many."""
    old = Q(created_at__lt=timezone.now() - ABANDONED_AFTER)
    running = Q(generation__state__in=ACTIVE)
    lost = LedgerEntry.objects.filter(old & ~running, state=EntryState.RESERVED)
    ids = list(lost.values_list("pk", flat=True))
    return LedgerEntry.objects.filter(pk__in=ids, state=EntryState.RESERVED).update(
        state=EntryState.UNKNOWN, settled_at=timezone.now()
    )


def entries_reconcile(*, found: Iterable[Found]) -> list[Found]:
    """Store what was found of entries that are still open. Returns those; the others stay as they are."""
    return [one for one in found if _reconcile(one)]


def _reconcile(found: Found) -> bool:
    """One entry, and the news of it for the pages that show its reply."""
    with transaction.atomic():
        # The conversation first: it is held first wherever both are.
        conversation = (
            Conversation.objects.select_for_update(of=("self",))
            .filter(generations__ledger_entries=found.id)
            .first()
        )
        told = {
            "inference_id": found.inference_id,
            "prompt_tokens": found.prompt_tokens,
            "completion_tokens": found.completion_tokens,
        }
        changed = LedgerEntry.objects.filter(pk=found.id, state__in=OPEN).update(
            state=EntryState.RECONCILED,
            source=found.source,
            usd=found.usd,
            reconciled_at=timezone.now(),
            **{name: value for name, value in told.items() if value},
        )
        if changed and conversation is not None:
            shown = Message.objects.filter(generation__ledger_entries=found.id)
            Message.objects.filter(pk__in=list(shown.values_list("pk", flat=True))).update(
                revision=conversation.revision + 1
            )
            changes.advance(conversation)
    return changed == 1
