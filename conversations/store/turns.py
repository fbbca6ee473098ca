"""The turns a person can ask for, each as one claim: start, edit, regenerate, continue.

The client id is claimed with the rows, in one transaction: sending an action again returns what the first one
made. Nothing is sent to the model's host before the claim is committed, and a claim is never made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Message, Role, State
from conversations.store.attachments import attachments_to_send
from conversations.store.claims import Claim, Lease, claim_message, claim_reply, new_conversation
from conversations.store.conversations import locked
from conversations.store.guards import (
    asked_by,
    checked_model,
    checked_text,
    ended_parent,
    ended_reply,
    own_message,
)

CONTINUABLE = (State.INTERRUPTED, State.TRUNCATED, State.STOPPED, State.FAILED)


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
            conversation = new_conversation(person, titled, model, system_prompt, parameters)
        else:
            conversation = locked(person, conversation_id)
        parent = ended_parent(conversation, parent_id)
        branched = conversation.current_leaf_id != parent_id
        chosen = checked_model(model) or conversation.model
        return replace(
            claim_message(conversation, parent, text, files, client_id, chosen, lease), branched=branched
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
        return claim_message(conversation, message.parent, said, files, client_id, conversation.model, lease)

    return _once(person, client_id, claim)


def turn_regenerate(
    *, person: User, client_id: str, message_id: UUID, model: str | None, lease: Lease
) -> Claim:
    """Claim another reply beside the one named. Raises Refused."""

    def claim() -> Claim:
        conversation, reply = ended_reply(person, message_id)
        chosen = checked_model(model) or conversation.model
        return claim_reply(conversation, asked_by(reply), client_id, chosen, lease)

    return _once(person, client_id, claim)


def turn_continue(*, person: User, client_id: str, message_id: UUID, lease: Lease) -> Claim:
    """Claim a reply that begins with the text of a cut one and goes on from there. Raises Refused."""

    def claim() -> Claim:
        conversation, reply = ended_reply(person, message_id)
        if reply.generation.state not in CONTINUABLE or not reply.content:
            raise Refused(
                "not_possible", "There is nothing to go on from. Regenerate asks for a whole reply."
            )
        return claim_reply(
            conversation, asked_by(reply), client_id, reply.generation.model, lease, continues=reply
        )

    return _once(person, client_id, claim)


# What every claim goes through


def _once(person: User, client_id: str, claim: Callable[[], Claim]) -> Claim:
    try:
        with transaction.atomic():
            return claim()
    except (IntegrityError, Refused):
        # The same action may have been claimed before, which the row of its client id tells or a rule that it
        # breaks the second time: then the first one is the answer. Asked only now, since it is rare.
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
