"""Replies asked for in one request, by the parameter `n`: siblings that lie side by side until one is chosen.

- first: the reply of choice 0, whose generation's id they all carry as `asked_together`. A message that is
  sent without choosing goes on from it.
- columns: these replies while they are shown beside each other, by choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from conversations.models import Conversation, Generation, Message, State

if TYPE_CHECKING:
    from conversations.store.claims import Claim


def replies_asked_for(parameters: Mapping[str, Any]) -> int | None:
    """The `n` to send with a new message; None: not sent. With tools each reply takes calls of its own."""
    n = parameters.get("n")
    return n if isinstance(n, int) and not parameters.get("tools") else None


def further_replies(claim: Claim, reply: Message, generation: Generation, count: int) -> tuple[Claim, ...]:
    """Store what comes beside the first reply, and give a claim without material for each of them."""
    moment = timedelta(microseconds=1)  # Siblings are in the order of their creation.
    replies = [
        Message(
            conversation=reply.conversation,
            owner_id=reply.owner_id,
            parent=reply.parent,
            role=reply.role,
            depth=reply.depth,
            revision=reply.revision,
            created_at=reply.created_at + choice * moment,
        )
        for choice in range(1, count)
    ]
    Message.objects.bulk_create(replies)
    generations = [
        Generation(
            conversation=reply.conversation,
            message=beside,
            model=generation.model,
            asked_together=generation.id,
            choice=choice,
            choices=count,
            side_by_side=True,
            lease_owner=generation.lease_owner,
            lease_expires_at=generation.lease_expires_at,
            created_at=generation.created_at + choice * moment,
        )
        for choice, beside in enumerate(replies, start=1)
    ]
    Generation.objects.bulk_create(generations)
    return tuple(
        replace(claim, message_id=None, reply_id=beside.id, generation_id=made.id, material=None)
        for beside, made in zip(replies, generations, strict=True)
    )


def columns_at(leaf: Message | None) -> list[Message]:
    """The replies shown side by side at the end of a branch, by choice; none when there is just its last one.

    One card is enough for a request that failed as a whole.
    """
    generation = getattr(leaf, "generation", None)
    if leaf is None or generation is None or not generation.side_by_side:
        return []
    group = Message.objects.filter(generation__asked_together=generation.asked_together)
    found = list(group.select_related("generation").order_by("generation__choice"))
    said = any(reply.content or reply.generation.state != State.FAILED for reply in found)
    return found if said else []


def first_of_columns(leaf: Message) -> Message:
    """The reply that stands for those side by side with `leaf`; itself when there are none."""
    generation = getattr(leaf, "generation", None)
    if generation is None or not generation.side_by_side:
        return leaf
    return Message.objects.get(generation=generation.asked_together)


def go_on_from(conversation: Conversation, reply: Message) -> None:
    """No longer show it beside others: it was chosen, or a message follows it. The conversation is held."""
    generation = getattr(reply, "generation", None)
    if generation is not None and generation.side_by_side:
        conversation.generations.filter(asked_together=generation.asked_together).update(side_by_side=False)


def together_with(generation: Generation) -> UUID | None:
    """The message of the first reply, when this is another one of the same request."""
    if generation.asked_together in (None, generation.id):
        return None
    found = Generation.objects.filter(pk=generation.asked_together).values_list("message_id", flat=True)
    return found.first()
