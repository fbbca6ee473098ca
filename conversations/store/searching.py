"""Find words in what was said: in that person's own conversations, and in no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from chatsite.accounts.models import User
from conversations.models import Conversation, Message

SCANNED: Final = 5_000
"""The newest messages are looked through: no index helps, and on SQLite everybody else waits meanwhile."""


@dataclass(frozen=True)
class Hit:
    """A message with all the words in it. content: all of it, Markdown."""

    conversation_title: str
    role: str
    created_at: datetime
    content: str


def search_messages(
    *, person_id: int, words: Sequence[str], without: UUID | None = None, limit: int
) -> list[Hit]:
    """The newest messages that contain every one of `words`, in capitals or not.

    without: a reply that is being written; neither it nor the message it answers is found.
    """
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        return []
    mine = Message.objects.filter(conversation__in=Conversation.objects.visible_to(person))
    newest = mine.exclude(pk__in=_turn(without)).order_by("-created_at", "-id").values("pk")[:SCANNED]
    wanted = Q()
    for word in words:
        wanted &= Q(content__icontains=word)
    found = (
        Message.objects.filter(wanted, pk__in=newest)
        .select_related("conversation")
        .only("role", "created_at", "content", "conversation__title")
        .order_by("-created_at", "-id")[:limit]
    )
    return [
        Hit(str(message.conversation), message.role, message.created_at, message.content) for message in found
    ]


def _turn(reply_id: UUID | None) -> Collection[UUID]:
    if reply_id is None:
        return []
    parents = Message.objects.filter(pk=reply_id).values_list("parent_id", flat=True)
    return [reply_id, *(parent for parent in parents if parent)]
