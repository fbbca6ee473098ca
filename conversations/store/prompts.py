"""What a request is made from, as values: that of a claim, or that of a message not sent yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Message, Role
from conversations.store.attachments import Attached, as_value, attachments_of, attachments_owned
from conversations.store.belongings import belongings_of
from conversations.store.branches import branch_said
from conversations.store.together import replies_asked_for
from conversations.store.tool_calls import CallRecord, tool_calls_of


@dataclass(frozen=True)
class Said:
    """One message of the branch. `by_model`: it is a reply. `id`: None for a message not sent yet."""

    by_model: bool
    text: str
    id: UUID | None = None
    calls: tuple[CallRecord, ...] = ()
    attached: tuple[Attached, ...] = ()

    @property
    def characters(self) -> int:
        """Of all that goes up for it, about."""
        return len(self.text) + sum(len(call.arguments) + len(call.result) for call in self.calls)


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
    prefix_calls: tuple[CallRecord, ...] = ()
    """Tool calls of the cut reply to continue."""
    approved_tools: Collection[str] = ()
    """Tools that need not ask in this conversation."""
    n: int | None = None
    """How many replies are asked for; None: the parameter is not sent, and one comes."""


def material_of(
    conversation: Conversation,
    *,
    asked: Message,
    model: str,
    continues: Message | None = None,
    n: int | None = None,
) -> Material:
    """The branch down to the message `asked`, which the reply to come answers or continues to answer."""
    above = branch_said(conversation, leaf_id=asked.parent_id) if asked.parent_id else []
    return Material(
        model=model,
        system_prompt=conversation.system_prompt,
        history=_said([*above, asked]),
        prefix=continues.content if continues else "",
        continues=continues.id if continues else None,
        parameters=conversation.parameters,
        response_format=_format_of(conversation, continues),
        prefix_calls=tool_calls_of([continues]).get(continues.id, ()) if continues else (),
        approved_tools=conversation.approved_tools,
        n=n,
    )


def draft_material(
    *,
    person: User,
    conversation_id: UUID | None,
    model: str,
    text: str,
    attachment_ids: Sequence[UUID] = (),
    system_prompt: str = "",
    parameters: Mapping[str, Any] = MappingProxyType({}),
) -> Material:
    """The branch that is shown, with `text` as its next message.

    system_prompt, parameters: of a new conversation, which has none stored. Raises Refused.
    """
    files = attachments_owned(person, attachment_ids)
    draft = Said(by_model=False, text=text, attached=tuple(map(as_value, files)))
    if conversation_id is None:
        n = replies_asked_for(parameters)
        return Material(model, system_prompt, [draft], parameters=parameters, n=n)
    conversation = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound("conversation")
    leaf_id = conversation.current_leaf_id
    shown = branch_said(conversation, leaf_id=leaf_id) if leaf_id else []
    return Material(
        model=model,
        system_prompt=conversation.system_prompt,
        history=[*_said(shown), draft],
        parameters=conversation.parameters,
        n=replies_asked_for(conversation.parameters),
    )


def _said(messages: Sequence[Message]) -> list[Said]:
    belongings = belongings_of(messages)
    calls = tool_calls_of(belongings.calls)
    files = attachments_of(belongings.files)
    return [
        Said(
            message.role == Role.ASSISTANT,
            message.content,
            message.id,
            calls.get(message.id, ()),
            tuple(map(as_value, files.get(message.id, ()))),
        )
        for message in messages
    ]


def _format_of(conversation: Conversation, continues: Message | None) -> Mapping[str, Any] | None:
    """A continuation is of the kind of what it continues, whatever was chosen since."""
    chosen: Mapping[str, Any] | None = (
        continues.generation.response_format if continues else conversation.parameters.get("response_format")
    )
    return chosen
