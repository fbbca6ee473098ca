"""What a person has used, added up by the database: by day and model, and by conversation.

Calls that were never sent, or were refused, cost nothing and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from chatsite.accounts.models import User
from conversations.models import Conversation, EntryState, LedgerEntry

RECKONED: Final = Q(state__in=(EntryState.ESTIMATED, EntryState.UNKNOWN))
OPEN: Final = Q(state__in=(EntryState.RESERVED, EntryState.UNKNOWN))


@dataclass(frozen=True)
class Use:
    """Some calls, added up. `estimated_usd`: how much of `usd` is reckoned by us; `open`: calls whose cost is
    not known, whatever we reckon for them.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: Decimal = Decimal(0)
    estimated_usd: Decimal = Decimal(0)
    open: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.usd + other.usd,
            self.estimated_usd + other.estimated_usd,
            self.open + other.open,
        )


@dataclass(frozen=True)
class DayUse:
    """The calls of one day to one model."""

    day: date
    model: str
    use: Use


@dataclass(frozen=True)
class ConversationUse:
    """The calls of one conversation that the person can still open."""

    id: UUID
    title: str
    use: Use


def total(uses: Iterable[Use]) -> Use:
    """All of them together."""
    return sum(uses, Use())


def use_by_day(*, person: User, start: datetime, end: datetime, zone: ZoneInfo) -> list[DayUse]:
    """From `start` up to, not including, `end`; days are those of `zone`, the earliest first."""
    calls = _calls(person, start, end).annotate(day=TruncDate("created_at", tzinfo=zone))
    rows = _added_up(calls, "day", "model")
    return [DayUse(row["day"], row["model"], _use(row)) for row in rows.order_by("day", "model")]


def dearest_conversations(
    *, person: User, start: datetime, end: datetime, limit: int
) -> list[ConversationUse]:
    """The `limit` conversations that cost the most, the dearest first. Deleted ones are not told."""
    visible = Conversation.objects.visible_to(person)
    calls = _calls(person, start, end).filter(generation__conversation__in=visible)
    rows = _added_up(calls, "generation__conversation_id", "generation__conversation__title")
    dearest = rows.filter(spent__gt=0).order_by("-spent", "generation__conversation_id")[:limit]
    return [
        ConversationUse(row["generation__conversation_id"], row["generation__conversation__title"], _use(row))
        for row in dearest
    ]


def _calls(person: User, start: datetime, end: datetime) -> QuerySet[Any]:
    calls = LedgerEntry.objects.filter(owner=person, created_at__gte=start, created_at__lt=end)
    return calls.exclude(state=EntryState.FREE)


def _added_up(calls: QuerySet[Any], *by: str) -> QuerySet[Any, Any]:
    """One row for each of what they are grouped by, as a dictionary."""
    rows: QuerySet[Any, Any] = calls.order_by().values(*by)
    added_up: QuerySet[Any, Any] = rows.annotate(
        calls=Count("id"),
        prompt=Sum("prompt_tokens"),
        completion=Sum("completion_tokens"),
        spent=Sum("usd"),
        estimated=Sum("usd", filter=RECKONED),
        open=Count("id", filter=OPEN),
    )
    return added_up


def _use(row: dict[str, Any]) -> Use:
    return Use(
        row["calls"],
        row["prompt"] or 0,
        row["completion"] or 0,
        row["spent"] or Decimal(0),
        row["estimated"] or Decimal(0),
        row["open"],
    )
