"""The sidebar's list, for pages and for frames: rows grouped by the day somebody last wrote in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from chatsite.accounts.models import User
from conversations import protocol
from conversations.errors import NotFound
from conversations.store.listing import Row, conversation_row
from conversations.views.articles import rendered


@dataclass(frozen=True)
class Group:
    """Rows under one heading, newest first."""

    label: str
    rows: list[Row]


def grouped(rows: Iterable[Row], *, current_id: UUID | None = None) -> list[Group]:
    """Rows, newest first, under Today, Yesterday, Previous 7 days, Previous 30 days, or their month."""
    today = timezone.localdate()
    groups: list[Group] = []
    for row in rows:
        label = _label(row.active_at, today)
        if not groups or groups[-1].label != label:
            groups.append(Group(label, []))
        groups[-1].rows.append(replace(row, current=row.id == current_id))
    return groups


def row_read(person: User, conversation_id: UUID) -> Row:
    """One row. Raises NotFound."""
    row = conversation_row(person=person, conversation_id=conversation_id)
    if row is None:
        raise NotFound("conversation")
    return row


def row_frame(row: Row) -> protocol.ConversationListed:
    """A row as a frame carries it."""
    return protocol.ConversationListed(
        conversation=row.id,
        title=row.title,
        running=row.running,
        html=rendered("_conversation_row.html", {"row": row}),
    )


def _label(at: datetime, today: date) -> str:
    day = timezone.localtime(at).date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Previous 7 days"
    if day > today - timedelta(days=30):
        return "Previous 30 days"
    return f"{day:%B %Y}"
