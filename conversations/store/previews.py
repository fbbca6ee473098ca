"""What a request would be made from if a message were edited, or a reply asked for again. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Role
from conversations.store.guards import asked_by
from conversations.store.prompts import Material, material_of
from conversations.store.together import replies_asked_for


def again_material(
    *,
    person: User,
    conversation_id: UUID,
    message_id: UUID,
    text: str,
    model: str,
    attachment_ids: Collection[UUID] | None = None,
) -> Material:
    """The branch as the edited message, whose words are now `text`, or another reply beside this one, has it.

    model: of another reply; empty for the conversation's. attachment_ids: of the files that an edited message
    keeps; None: all. Raises Refused.
    """
    conversation = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound("conversation")
    message = conversation.messages.select_related("parent").filter(pk=message_id).first()
    if message is None:
        raise NotFound("message")
    if message.role == Role.ASSISTANT:
        return material_of(conversation, asked=asked_by(message), model=model or conversation.model)
    n = replies_asked_for(conversation.parameters)
    material = material_of(conversation, asked=message, model=conversation.model, n=n)
    *above, edited = material.history
    kept = tuple(one for one in edited.attached if attachment_ids is None or one.id in attachment_ids)
    return replace(material, history=[*above, replace(edited, text=text, id=None, attached=kept)])
