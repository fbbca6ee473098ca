"""What a person has typed and not sent: kept per conversation, and for the next new chat."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Draft


def draft_save(*, person: User, conversation_id: UUID | None, text: str) -> None:
    """Keep this text in place of the one before; an empty one is forgotten. Raises Refused."""
    text = text.replace("\x00", "")
    if len(text) > settings.LIMITS.message_characters:
        raise Refused(
            "too_large", f"The draft is longer than {settings.LIMITS.message_characters:,} characters."
        )
    with transaction.atomic():
        conversation = None
        if conversation_id is not None:
            conversation = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
            if conversation is None:
                raise NotFound("conversation")
        if text:
            Draft.objects.update_or_create(owner=person, conversation=conversation, defaults={"text": text})
        else:
            _draft(person, conversation_id).delete()


def draft_read(*, person: User, conversation_id: UUID | None) -> str:
    """The text kept, or an empty one."""
    return _draft(person, conversation_id).values_list("text", flat=True).first() or ""


def _draft(person: User, conversation_id: UUID | None) -> QuerySet[Draft]:
    if conversation_id is None:
        return Draft.objects.filter(owner=person, conversation=None)
    return Draft.objects.filter(owner=person, conversation_id=conversation_id)
