"""Guards of the turns: each returns what it is named for, or raises Refused."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import ACTIVE, Conversation, Message, Role
from conversations.parameters import REPLIES
from conversations.store.conversations import locked
from conversations.store.outlines import messages_shown

MESSAGES_PER_CHANGE = 1 + REPLIES
"""A change of a conversation, which makes its revision one larger, adds no more than these."""


def checked_text(text: str, *, alone: bool = True) -> str:
    """The text as it is stored. alone: nothing else is in the message, so it must say something."""
    text = text.replace("\x00", "")
    if alone and not text.strip():
        raise Refused("bad_frame", "The message is empty. Write something first.")
    if len(text) > settings.LIMITS.message_characters:
        raise Refused(
            "too_large",
            f"The message has {len(text):,} characters; the limit is {settings.LIMITS.message_characters:,}."
            " Shorten it or send it in parts.",
        )
    return text


def checked_model(model: str | None) -> str | None:
    """A model that this site offers, or None for the usual one."""
    if model is not None and model not in settings.COMPLETIONS_MODELS:
        raise Refused("model_unknown", f"This site does not offer the model “{model}”. Choose another one.")
    return model


def own_message(person: User, message_id: UUID) -> tuple[Conversation, Message]:
    """A message of this person, and its conversation, held until the transaction ends."""
    owned = Message.objects.filter(pk=message_id, owner=person)
    conversation_id = owned.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        raise NotFound("message")
    conversation = locked(person, conversation_id)
    # Read only now: until the conversation is held, the end of a reply can still change its text.
    return conversation, owned.select_related("parent", "generation").get()


def ended_reply(person: User, message_id: UUID) -> tuple[Conversation, Message]:
    """A reply to this person that is no longer being written, and its conversation, held."""
    conversation, message = own_message(person, message_id)
    if message.role != Role.ASSISTANT:
        raise Refused("not_possible", "That is a message of your own, not a reply.")
    _refuse_running(message)
    return conversation, message


def ended_parent(conversation: Conversation, parent_id: UUID | None) -> Message | None:
    """The reply that a message can follow; None at the start of a conversation."""
    if parent_id is None:
        return None
    found = messages_shown([parent_id])
    if not found or found[0].conversation_id != conversation.id:
        raise NotFound("message")
    parent = found[0]
    if parent.role != Role.ASSISTANT:
        raise Refused("not_possible", "A message can only follow a reply. To change your message, edit it.")
    _refuse_running(parent)
    return parent


def _refuse_running(reply: Message) -> None:
    if reply.generation.state in ACTIVE:
        raise Refused(
            "reply_running", "The reply before it is still being written. Wait for it or stop it.", retry=True
        )


def asked_by(reply: Message) -> Message:
    """The message that a reply answers."""
    if reply.parent is None:
        raise Refused("not_possible", "This reply answers no message.")
    return reply.parent


def refuse_full(conversation: Conversation, *, replies: int = 1) -> None:
    """Raises Refused when a conversation, held, has no room for so many further replies."""
    limit = settings.LIMITS.messages_per_conversation
    if (conversation.revision + 1) * MESSAGES_PER_CHANGE + replies <= limit:
        return  # It cannot be near the limit, and need not be counted.
    if conversation.messages.count() + replies > limit:
        raise Refused(
            "too_many",
            f"This conversation has reached its limit of {limit:,} messages, all branches together."
            " Start a new chat to go on.",
        )
