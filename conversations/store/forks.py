"""A run of a replay made a reply: a sibling of the original, with the text and the facts of the run.

Its cost stays with the run: a reply that says it again would be counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Generation, Message, ReplayRun, Role, State
from conversations.models.replay import RunState
from conversations.rendering import RENDERER_VERSION
from conversations.script import Said
from conversations.store import changes
from conversations.store.branches import newest_leaf
from conversations.store.conversations import locked
from conversations.store.guards import refuse_full
from conversations.store.originals import length_continued
from conversations.store.recorded import recorded_calls_copy

FACTS = (
    "finish_reason",
    "refusal",
    "usage",
    "system_fingerprint",
    "upstream_id",
    "request_id",
    "inference_id",
    "first_text_ms",
    "duration_ms",
    "started_at",
)
"""Columns that a run and a generation have in common, the cost left out."""
_STATES = {"length": State.TRUNCATED, "content_filter": State.FILTERED}


@dataclass(frozen=True)
class Fork:
    """The reply to be. `request`: the body of the run's last call. `judged`: columns of Message, of a JSON
    one. `said`: what of `content` the run said, and its tool calls.
    """

    message_id: UUID
    content: str
    blocks: list[str]
    request: dict[str, Any]
    judged: dict[str, str]
    said: Said


def state_of(run: ReplayRun) -> State:
    """The state of a reply that ended as this run did."""
    return _STATES.get(run.finish_reason, State.COMPLETE)


def run_fork(*, person: User, run: ReplayRun, fork: Fork) -> UUID:
    """Store the reply and show its branch, or the one that was made of this run before. Returns its id.

    `run` comes with its replay's generation. Raises Refused.
    """
    original = run.replay.generation
    with transaction.atomic():
        conversation = locked(person, original.conversation_id)
        made = ReplayRun.objects.select_related("forked").get(pk=run.pk).forked
        if made is None:
            if run.state != RunState.COMPLETE:
                raise Refused("not_possible", "Only a replay that came to its end can become a reply.")
            refuse_full(conversation)
            made = _reply(original.message, fork, revision=conversation.revision + 1)
            copy = _generation(made, run, fork.request)
            recorded_calls_copy(
                original=original,
                copy=copy,
                said=fork.said,
                start=length_continued(original),
                rounds=run.calls - 1,
            )
            ReplayRun.objects.filter(pk=run.pk).update(forked=made)
        changes.advance(conversation, current_leaf=newest_leaf(made), active_at=timezone.now())
    return made.id


def _reply(original: Message, fork: Fork, *, revision: int) -> Message:
    reply = Message(
        id=fork.message_id,
        conversation_id=original.conversation_id,
        owner_id=original.owner_id,
        parent_id=original.parent_id,
        continues_id=original.continues_id,
        role=Role.ASSISTANT,
        depth=original.depth,
        content=fork.content,
        blocks=fork.blocks,
        renderer_version=RENDERER_VERSION,
        revision=revision,
        **fork.judged,
    )
    reply.save(force_insert=True)
    return reply


def _generation(reply: Message, run: ReplayRun, request: dict[str, Any]) -> Generation:
    original = run.replay.generation
    copy = Generation(
        conversation_id=reply.conversation_id,
        message=reply,
        state=state_of(run),
        model=original.model,
        request=request,
        first_tool_choice=original.first_tool_choice,
        ledger=original.ledger,
        response_format=original.response_format,
        lease_expires_at=timezone.now(),
        cursor=len(reply.content),
        ended_at=run.ended_at,
        **{name: getattr(run, name) for name in FACTS},
    )
    copy.save(force_insert=True)
    return copy
