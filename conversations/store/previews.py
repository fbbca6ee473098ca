"""What a request would be made from if a message were edited, or a reply asked for again. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Message, Role
from conversations.store.attachments import Attached, as_value, attachments_owned
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
    attachment_ids: Sequence[UUID] | None = None,
) -> Material:
    """The branch as the edited message, whose words are now `text`, or another reply beside this one, has it.

    model: of another reply; empty for the conversation's. attachment_ids: the files of an edited
    message, its own or not sent yet; None: as they are. Raises Refused.
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
    attached = edited.attached if attachment_ids is None else _attached(person, attachment_ids, message)
    return replace(material, history=[*above, replace(edited, text=text, id=None, attached=attached)])


def _attached(person: User, ids: Sequence[UUID], message: Message) -> tuple[Attached, ...]:
    """Those that can be sent in place of the files of the message; what is not kept any more is left out."""
    owned = attachments_owned(person, ids)
    return tuple(as_value(one) for one in owned if one.message_id in (None, message.id))
