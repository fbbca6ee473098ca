"""Read the sidebar: a person's conversations, last written in first, a page at a time by keyset."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import ACTIVE, Conversation, Generation
from conversations.store.rows import any_with

PAGE = 40


@dataclass(frozen=True)
class Row:
    """A line of the list. `running`: a reply in it is being written. `current`: it is the one shown."""

    id: UUID
    title: str
    active_at: datetime
    running: bool
    current: bool = False


@dataclass(frozen=True)
class Listing:
    """A page of the list; `after` is what asks for the next one, None when this is the last."""

    rows: list[Row]
    after: str | None


def conversation_list(*, person: User, after: str | None = None, limit: int = PAGE) -> Listing:
    """The conversations after the place that `after` names. Raises Refused when it names none."""
    found = _rows(person)
    if after:
        at, last_id = _place(after)
        found = found.filter(Q(active_at__lt=at) | Q(active_at=at, id__lt=last_id))
    rows = [_row(conversation) for conversation in found.order_by("-active_at", "-id")[: limit + 1]]
    more = len(rows) > limit
    rows = rows[:limit]
    return Listing(rows, after=_after(rows[-1]) if more else None)


def conversation_row(*, person: User, conversation_id: UUID) -> Row | None:
    """One line of the list, or None when this person has no such conversation."""
    found = _rows(person).filter(pk=conversation_id).first()
    return _row(found) if found else None


def row_of(conversation: Conversation) -> Row:
    """The line of a conversation that was just read."""
    running = any_with(Generation, conversation_id=[conversation.id], state=ACTIVE)
    return Row(conversation.id, str(conversation), conversation.active_at, running)


def _rows(person: User) -> QuerySet[Conversation]:
    running = Generation.objects.filter(conversation=OuterRef("pk"), state__in=ACTIVE)
    return (
        Conversation.objects.visible_to(person)
        .only("id", "title", "active_at")
        .annotate(running=Exists(running))
    )


def _row(conversation: Conversation) -> Row:
    running: bool = conversation.running  # type: ignore[attr-defined]  # annotated by _rows
    return Row(conversation.id, str(conversation), conversation.active_at, running)


def _after(row: Row) -> str:
    return base64.urlsafe_b64encode(f"{row.active_at.isoformat()} {row.id}".encode()).decode()


def _place(after: str) -> tuple[datetime, UUID]:
    try:
        at, last_id = base64.urlsafe_b64decode(after.encode()).decode().split(" ")
        when = datetime.fromisoformat(at)
        if when.tzinfo is None:
            raise ValueError("no time zone")
        return when.astimezone(UTC), UUID(last_id)
    except (ValueError, OverflowError) as error:
        raise Refused("bad_frame", "This place in the list is not known. Load the page again.") from error
