"""Advance a conversation: its revision grows with every committed change, and the news leave on commit."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from conversations import bus
from conversations.models import Conversation


def advance(conversation: Conversation, **fields: Any) -> None:
    """Save these fields with the next revision, and tell who watches once it is committed.

    Called inside the transaction that holds the conversation's row; rows changed with it carry
    `conversation.revision + 1` as read from that row.
    """
    conversation.revision += 1
    Conversation.objects.filter(pk=conversation.pk).update(revision=conversation.revision, **fields)
    for name, value in fields.items():
        setattr(conversation, name, value)
    news = bus.ConversationChanged(conversation.owner_id, conversation.id, conversation.revision)
    transaction.on_commit(lambda: bus.publish(news))
