"""What a person has typed and attached, and not sent: kept per conversation, and for the next new chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Attachment, Conversation, Draft
from conversations.store.attachments import attachments_hold


@dataclass(frozen=True)
class Kept:
    """A draft: its text, and the files that go with it."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()


def draft_save(
    *, person: User, conversation_id: UUID | None, text: str, attachment_ids: Sequence[UUID] = ()
) -> None:
    """Keep this in place of the one before; a draft of nothing is forgotten. Raises Refused.

    attachment_ids: at most as many as a message can have are kept.
    """
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
        if text or attachment_ids:
            draft, _ = Draft.objects.update_or_create(
                owner=person, conversation=conversation, defaults={"text": text}
            )
            ids = list(attachment_ids)[: settings.LIMITS.attachments_per_message]
            attachments_hold(draft, person, ids)
        else:
            _draft(person, conversation_id).delete()


def draft_read(*, person: User, conversation_id: UUID | None) -> Kept:
    """What is kept, or nothing."""
    draft = _draft(person, conversation_id).first()
    if draft is None:
        return Kept()
    return Kept(draft.text, tuple(draft.attachments.select_related("blob")))


def _draft(person: User, conversation_id: UUID | None) -> QuerySet[Draft]:
    if conversation_id is None:
        return Draft.objects.filter(owner=person, conversation=None)
    return Draft.objects.filter(owner=person, conversation_id=conversation_id)
