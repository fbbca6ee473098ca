"""What a claim is, and its rows: message, empty reply, generation and ledger entry.

Called within the transaction of `store.turns`, which holds the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Attachment, Conversation, Generation, Message, Purpose, Role
from conversations.parameters import checked_parameters
from conversations.store import changes
from conversations.store.attachments import attachments_link
from conversations.store.conversations import checked_system_prompt
from conversations.store.guards import checked_model, refuse_full
from conversations.store.ledger import entry_reserve
from conversations.store.prompts import Material, material_of
from conversations.store.titles import title_from
from conversations.store.together import further_replies, go_on_from, replies_asked_for


@dataclass(frozen=True)
class Lease:
    """Who runs a generation, and for how long it is believed without a sign of life."""

    owner: str
    seconds: float


@dataclass(frozen=True)
class Claim:
    """A turn that is stored. `message_id` is None when only a reply was asked for."""

    conversation_id: UUID
    owner_id: int
    message_id: UUID | None
    reply_id: UUID
    generation_id: UUID
    epoch: int
    model: str
    prefix: str = ""
    """What the reply begins with: the text it continues, and below its reasoning."""
    reasoning: str = ""
    material: Material | None = None
    """What its request is made from; None when repeated, and in `others`."""
    repeated: bool = False
    branched: bool = False
    """The conversation had moved on elsewhere: this turn stands beside that, on a branch of its own."""
    asked_together: UUID | None = None
    """The generation of the first reply, when the same request asks for several."""
    others: tuple[Claim, ...] = ()
    """The claims of the other replies of the request, by choice."""


def new_conversation(
    person: User,
    text: str,
    model: str | None,
    system_prompt: str | None,
    parameters: Mapping[str, Any] | None,
) -> Conversation:
    """For a first message, whose words `text` give it its title. Raises Refused."""
    return Conversation.objects.create(
        owner=person,
        title=title_from(text),
        model=checked_model(model) or settings.COMPLETIONS_MODELS[0],
        system_prompt=checked_system_prompt(system_prompt or ""),
        parameters=checked_parameters(parameters or {}),
    )


def claim_message(
    conversation: Conversation,
    parent: Message | None,
    text: str,
    files: Sequence[Attachment],
    client_id: str,
    model: str,
    lease: Lease,
) -> Claim:
    """A message of the person, and what `claim_reply` makes to answer it. Raises Refused."""
    depth = parent.depth + 1 if parent else 0
    if depth + 2 > settings.LIMITS.messages_per_branch:
        raise Refused(
            "too_many",
            f"This conversation has reached its limit of {settings.LIMITS.messages_per_branch:,} messages."
            " Start a new chat to go on.",
        )
    message = Message(
        conversation=conversation,
        owner_id=conversation.owner_id,
        parent=parent,
        role=Role.USER,
        depth=depth,
        content=text,
        client_id=client_id,
        revision=conversation.revision + 1,
    )
    message.save(force_insert=True)
    attachments_link(message, files)
    if parent is not None:
        go_on_from(conversation, parent)
    return claim_reply(
        conversation, message, None, model, lease, n=replies_asked_for(conversation.parameters)
    )


def claim_reply(
    conversation: Conversation,
    asked: Message,
    client_id: str | None,
    model: str,
    lease: Lease,
    continues: Message | None = None,
    n: int | None = None,
) -> Claim:
    """A reply to the message `asked`, still empty, with its generation and its entry in the ledger.

    client_id: when the reply is the action itself. n: how many replies its request asks for. Raises Refused.
    """
    replies = n or 1
    refuse_full(conversation, replies=replies)
    prefix = continues.content if continues else ""
    reply = Message(
        conversation=conversation,
        owner_id=conversation.owner_id,
        parent=asked,
        continues=continues,
        role=Role.ASSISTANT,
        depth=asked.depth + 1,
        content=prefix,
        reasoning=continues.reasoning if continues else "",
        client_id=client_id,
        revision=conversation.revision + 1,
    )
    reply.save(force_insert=True)
    generation = Generation(
        conversation=conversation,
        message=reply,
        model=model,
        choices=replies,
        side_by_side=replies > 1,
        cursor=len(prefix),
        lease_owner=lease.owner,
        lease_expires_at=timezone.now() + timedelta(seconds=lease.seconds),
    )
    generation.asked_together = generation.id if replies > 1 else None
    generation.save(force_insert=True)
    entry_reserve(
        owner_id=conversation.owner_id,
        purpose=Purpose.REPLY,
        model=model,
        request_id=str(generation.id),
        generation_id=generation.id,
    )
    changes.advance(conversation, current_leaf=reply, active_at=timezone.now())
    claim = Claim(
        conversation_id=conversation.id,
        owner_id=conversation.owner_id,
        message_id=asked.id if client_id is None else None,
        reply_id=reply.id,
        generation_id=generation.id,
        epoch=generation.lease_epoch,
        model=model,
        prefix=prefix,
        reasoning=reply.reasoning,
        material=material_of(conversation, asked=asked, model=model, continues=continues, n=n),
        asked_together=generation.asked_together,
    )
    return replace(claim, others=further_replies(claim, reply, generation, replies)) if replies > 1 else claim
