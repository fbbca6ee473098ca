"""What a request is made from, read in one go: that of a generation, or that of a message not sent yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Generation, Message, Role
from conversations.store.branches import branch_history


@dataclass(frozen=True)
class Said:
    """One message of the branch. `by_model`: it is a reply. `id`: None for a message not sent yet."""

    by_model: bool
    text: str
    id: UUID | None = None


@dataclass(frozen=True)
class Material:
    """`history`: the branch down to the message that is answered. `prefix`: the cut reply to continue, whose
    message is `continues`.
    """

    model: str
    system_prompt: str
    history: Sequence[Said]
    prefix: str = ""
    continues: UUID | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    response_format: Mapping[str, Any] | None = None
    """What the whole reply is to be, the text that it continues among it."""


def prompt_material(*, generation_id: UUID) -> Material:
    """The branch above a generation's reply, as values."""
    generation = Generation.objects.select_related("conversation", "message").get(pk=generation_id)
    reply = generation.message
    above = branch_history(generation.conversation, leaf_id=reply.parent_id) if reply.parent_id else []
    return Material(
        model=generation.model,
        system_prompt=generation.conversation.system_prompt,
        history=_said(above),
        prefix=reply.content if reply.continues_id else "",
        continues=reply.continues_id,
        parameters=generation.conversation.parameters,
        response_format=_format_of(generation),
    )


def draft_material(
    *,
    person: User,
    conversation_id: UUID | None,
    model: str,
    text: str,
    system_prompt: str = "",
    parameters: Mapping[str, Any] = MappingProxyType({}),
) -> Material:
    """The branch that is shown, with `text` as its next message.

    system_prompt, parameters: of a new conversation, which has none stored. Raises NotFound.
    """
    draft = Said(by_model=False, text=text)
    if conversation_id is None:
        return Material(model, system_prompt, [draft], parameters=parameters)
    conversation = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound("conversation")
    leaf_id = conversation.current_leaf_id
    shown = branch_history(conversation, leaf_id=leaf_id) if leaf_id else []
    return Material(
        model=model,
        system_prompt=conversation.system_prompt,
        history=[*_said(shown), draft],
        parameters=conversation.parameters,
    )


def _said(messages: Iterable[Message]) -> list[Said]:
    return [Said(message.role == Role.ASSISTANT, message.content, message.id) for message in messages]


def _format_of(generation: Generation) -> Mapping[str, Any] | None:
    """A continuation is of the kind of what it continues, whatever was chosen since."""
    continued = generation.message.continues
    chosen: Mapping[str, Any] | None = (
        continued.generation.response_format
        if continued
        else generation.conversation.parameters.get("response_format")
    )
    return chosen
