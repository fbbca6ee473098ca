"""What a person does with a whole conversation: rename, configure, delete, restore, choose a branch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import bus
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Message
from conversations.parameters import checked_parameters
from conversations.store import changes
from conversations.store.branches import newest_leaf
from conversations.store.generations import generation_stop_deleted
from conversations.store.together import first_of_columns, go_on_from
from conversations.tool_parameters import TOOLS


def conversation_rename(*, person: User, conversation_id: UUID, title: str) -> None:
    """Give it a title of one line. Raises Refused."""
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise Refused("bad_frame", "A title needs at least one character.")
    if len(title) > settings.LIMITS.title_characters:
        raise Refused(
            "too_large",
            f"The title has {len(title)} characters; the limit is {settings.LIMITS.title_characters}.",
        )
    with transaction.atomic():
        changes.advance(locked(person, conversation_id), title=title)


def conversation_configure(
    *,
    person: User,
    conversation_id: UUID,
    model: str,
    system_prompt: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    approvals: Mapping[str, bool] = MappingProxyType({}),
) -> None:
    """Choose the model, the system prompt and the parameters of the turns to come. Raises Refused.

    What is None stays as it is. approvals: by name, whether a tool need not ask; the others stay as they are.
    """
    prompt = None if system_prompt is None else checked_system_prompt(system_prompt)
    with transaction.atomic():
        conversation = locked(person, conversation_id)
        if model != conversation.model and model not in settings.COMPLETIONS_MODELS:
            raise Refused(
                "model_unknown", f"This site does not offer the model “{model}”. Choose another one."
            )
        chosen = conversation.parameters if parameters is None else checked_parameters(parameters)
        changes.advance(
            conversation,
            model=model,
            system_prompt=conversation.system_prompt if prompt is None else prompt,
            parameters=chosen,
            approved_tools=_approved(conversation, approvals),
        )


def conversation_delete(*, person: User, conversation_id: UUID) -> Conversation:
    """Hide it and stop its replies; `conversation_restore` undoes it. Raises NotFound."""
    with transaction.atomic():
        conversation = locked(person, conversation_id)
        generation_stop_deleted(conversation)
        Conversation.objects.filter(pk=conversation.pk).update(
            deleted_at=timezone.now(), revision=conversation.revision + 1
        )
        news = bus.ConversationDeleted(conversation.owner_id, conversation.id)
        transaction.on_commit(lambda: bus.publish(news))
    return conversation


def conversation_restore(*, person: User, conversation_id: UUID) -> None:
    """Bring a deleted one back as it was. Raises NotFound."""
    with transaction.atomic():
        found = Conversation.objects.owned_by(person).select_for_update().filter(pk=conversation_id).first()
        if found is None:
            raise NotFound("conversation")
        found.messages.update(revision=found.revision + 1)
        changes.advance(found, deleted_at=None)


def branch_choose(*, person: User, message_id: UUID) -> UUID:
    """Show the branch through this message, down to its newest leaf. Returns the conversation's id.

    A reply that lies beside others is thereby the one to go on from.
    """
    message = Message.objects.filter(pk=message_id, owner=person).first()
    if message is None:
        raise NotFound("message")
    with transaction.atomic():
        conversation = locked(person, message.conversation_id)
        go_on_from(conversation, message)
        changes.advance(conversation, current_leaf=first_of_columns(newest_leaf(message)))
    return conversation.id


def locked(person: User, conversation_id: UUID) -> Conversation:
    """The person's conversation, held until the transaction ends. Raises NotFound."""
    visible = Conversation.objects.visible_to(person).select_for_update()
    try:
        return visible.get(pk=conversation_id)
    except Conversation.DoesNotExist:
        raise NotFound("conversation") from None


def checked_system_prompt(text: str) -> str:
    """The system prompt as it is stored. Raises Refused when it is too long."""
    text = text.replace("\x00", "").strip()
    limit = settings.LIMITS.system_prompt_characters
    if len(text) > limit:
        raise Refused("too_large", f"The system prompt has {len(text):,} characters; the limit is {limit:,}.")
    return text


def _approved(conversation: Conversation, approvals: Mapping[str, bool]) -> list[str]:
    kept = {name for name in conversation.approved_tools if approvals.get(name, True)}
    approved = kept | {name for name, unasked in approvals.items() if unasked}
    if len(approved) > max(TOOLS, len(conversation.approved_tools)):
        raise Refused("bad_frame", f"At most {TOOLS} tools of a conversation need not ask.")
    return sorted(approved)
