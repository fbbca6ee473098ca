"""Claim a turn: the person's message, the empty reply and its generation, in one transaction.

The client id is claimed with the rows: sending an action again returns what the first one made. Nothing
is sent to the model's host before the claim is committed, and a claim is never made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Attachment, Conversation, Generation, Message, Purpose, Role, State
from conversations.parameters import checked_parameters
from conversations.store import changes
from conversations.store.attachments import attachments_link, attachments_to_send
from conversations.store.conversations import checked_system_prompt, locked
from conversations.store.guards import (
    asked_by,
    checked_model,
    checked_text,
    ended_parent,
    ended_reply,
    own_message,
    refuse_full,
)
from conversations.store.ledger import entry_reserve
from conversations.store.prompts import Material, material_of
from conversations.store.titles import title_from
from conversations.store.together import further_replies, go_on_from, replies_asked_for

CONTINUABLE = (State.INTERRUPTED, State.TRUNCATED, State.STOPPED, State.FAILED)


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


def turn_start(
    *,
    person: User,
    client_id: str,
    text: str,
    conversation_id: UUID | None,
    parent_id: UUID | None,
    model: str | None,
    system_prompt: str | None,
    lease: Lease,
    parameters: Mapping[str, Any] | None = None,
    attachment_ids: Sequence[UUID] | None = None,
) -> Claim:
    """Store a message and claim its reply. Raises Refused."""
    text = checked_text(text, alone=not attachment_ids)

    def claim() -> Claim:
        files = attachments_to_send(person, attachment_ids)
        if conversation_id is None:
            titled = text if text.strip() else files[0].name
            conversation = _new_conversation(person, titled, model, system_prompt, parameters)
        else:
            conversation = locked(person, conversation_id)
        parent = ended_parent(conversation, parent_id)
        branched = conversation.current_leaf_id != parent_id
        chosen = checked_model(model) or conversation.model
        return replace(
            _message_and_reply(conversation, parent, text, files, client_id, chosen, lease), branched=branched
        )

    return _once(person, client_id, claim)


def turn_edit(
    *,
    person: User,
    client_id: str,
    message_id: UUID,
    text: str,
    lease: Lease,
    attachment_ids: Sequence[UUID] | None = None,
) -> Claim:
    """Store a changed message beside the one it changes and claim its reply. Raises Refused.

    attachment_ids: the files it has now; None: those of the one it changes.
    """

    def claim() -> Claim:
        conversation, message = own_message(person, message_id)
        if message.role != Role.USER:
            raise Refused("not_possible", "Only a message of your own can be edited.")
        files = attachments_to_send(person, attachment_ids, instead_of=message)
        said = checked_text(text, alone=not files)
        return _message_and_reply(
            conversation, message.parent, said, files, client_id, conversation.model, lease
        )

    return _once(person, client_id, claim)


def turn_regenerate(
    *, person: User, client_id: str, message_id: UUID, model: str | None, lease: Lease
) -> Claim:
    """Claim another reply beside the one named. Raises Refused."""

    def claim() -> Claim:
        conversation, reply = ended_reply(person, message_id)
        chosen = checked_model(model) or conversation.model
        return _reply(conversation, asked_by(reply), client_id, chosen, lease)

    return _once(person, client_id, claim)


def turn_continue(*, person: User, client_id: str, message_id: UUID, lease: Lease) -> Claim:
    """Claim a reply that begins with the text of a cut one and goes on from there. Raises Refused."""

    def claim() -> Claim:
        conversation, reply = ended_reply(person, message_id)
        if reply.generation.state not in CONTINUABLE or not reply.content:
            raise Refused(
                "not_possible", "There is nothing to go on from. Regenerate asks for a whole reply."
            )
        return _reply(
            conversation, asked_by(reply), client_id, reply.generation.model, lease, continues=reply
        )

    return _once(person, client_id, claim)


# What every claim goes through


def _once(person: User, client_id: str, claim: Callable[[], Claim]) -> Claim:
    try:
        with transaction.atomic():
            return _earlier(person, client_id) or claim()
    except (IntegrityError, Refused):
        # The same action may have been claimed meanwhile, by another socket: then that is the answer.
        earlier = _earlier(person, client_id)
        if earlier is None:
            raise
        return earlier


def _earlier(person: User, client_id: str) -> Claim | None:
    made = Message.objects.filter(owner=person, client_id=client_id).select_related("conversation").first()
    if made is None:
        return None
    if made.conversation.deleted_at is not None:
        raise NotFound("conversation")
    asked = made if made.role == Role.USER else None
    reply = (
        made if asked is None else made.children.order_by("created_at", "id").select_related("generation")[0]
    )
    generation = reply.generation
    return Claim(
        conversation_id=made.conversation_id,
        owner_id=made.owner_id,
        message_id=asked.id if asked else None,
        reply_id=reply.id,
        generation_id=generation.id,
        epoch=generation.lease_epoch,
        model=generation.model,
        repeated=True,
    )


# The rows


def _new_conversation(
    person: User,
    text: str,
    model: str | None,
    system_prompt: str | None,
    parameters: Mapping[str, Any] | None,
) -> Conversation:
    return Conversation.objects.create(
        owner=person,
        title=title_from(text),
        model=checked_model(model) or settings.COMPLETIONS_MODELS[0],
        system_prompt=checked_system_prompt(system_prompt or ""),
        parameters=checked_parameters(parameters or {}),
    )


def _message_and_reply(
    conversation: Conversation,
    parent: Message | None,
    text: str,
    files: Sequence[Attachment],
    client_id: str,
    model: str,
    lease: Lease,
) -> Claim:
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
    return _reply(conversation, message, None, model, lease, n=replies_asked_for(conversation.parameters))


def _reply(
    conversation: Conversation,
    asked: Message,
    client_id: str | None,
    model: str,
    lease: Lease,
    continues: Message | None = None,
    n: int | None = None,
) -> Claim:
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
