"""A generation's life in the database: begin, checkpoint, finish; and end those whose process died.

Every write names the lease's epoch and applies only to an active generation. A write that changed no row
has lost: its process must drop the reply and close the call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import ACTIVE, Conversation, Generation, Message, State
from conversations.rendering import RENDERER_VERSION
from conversations.store import changes
from conversations.store.growing import texts_store
from conversations.store.ledger import Spent, entries_lose, entries_release, entry_expect, entry_settle
from conversations.store.token_logprobs import KeptTokens, tokens_keep
from conversations.store.tool_calls import CallRecord, tool_calls_change, tool_calls_end

INTERRUPTED_TEXT = "The site stopped while this reply was being written. What had arrived is kept."


@dataclass(frozen=True)
class Held:
    """A generation as its lease holder names it in every write."""

    generation_id: UUID
    message_id: UUID
    epoch: int


@dataclass(frozen=True)
class Checkpoint:
    """The text so far, and columns of Generation that became known. `changed` False: only a sign of life."""

    held: Held
    content: str
    reasoning: str
    facts: dict[str, Any]
    changed: bool
    calls: tuple[CallRecord, ...] = ()
    """Tool calls that do not stand as they are stored."""
    reserved_usd: Decimal | None = None
    """What its first call may cost, when that is to be stored."""


@dataclass(frozen=True)
class Ending:
    """How a generation ended, all of it: text, state and what is known of the call."""

    state: State
    content: str
    blocks: list[str]
    reasoning: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """Columns of Generation: finish_reason, usage, usd_spent, error_kind …"""
    judged: dict[str, str] = field(default_factory=dict)
    """Columns of Message: json_verdict and json_problem, of a reply that was to be JSON."""
    spent: tuple[Spent, ...] = ()
    """What its calls cost; what is reserved for it beyond them was never called."""
    calls: tuple[CallRecord, ...] = ()
    """Tool calls that do not stand as they are stored; those that have not ended end with the generation."""
    tokens: KeptTokens | None = None
    """How likely its tokens were, when that was asked for."""


def generation_checkpoint(*, checkpoints: Iterable[Checkpoint], lease_seconds: float) -> set[UUID]:
    """Store the text and cursor of each and renew its lease, all in one transaction.

    Returns the ids of those that are lost.
    """
    with transaction.atomic():
        expires = timezone.now() + timedelta(seconds=lease_seconds)
        points = sorted(checkpoints, key=lambda point: point.held.generation_id)
        lost = texts_store(points, expires=expires)
        for point in points:
            if point.changed and point.held.generation_id not in lost:
                if point.facts:
                    Generation.objects.filter(pk=point.held.generation_id).update(**point.facts)
                tool_calls_change(point.calls)
                if point.reserved_usd is not None:
                    entry_expect(generation_id=point.held.generation_id, usd=point.reserved_usd)
    return lost


def generation_finish(*, held: Held, ending: Ending) -> bool:
    """Store the end, once. False: somebody else has ended it, and nothing was changed."""
    with transaction.atomic():
        # The message's row is not held with it: a checkpoint takes generation and message in that order.
        conversations = Conversation.objects.select_for_update(of=("self",))
        try:
            conversation = conversations.get(messages=held.message_id)
        except Conversation.DoesNotExist:
            return False
        last = {"state": ending.state, "cursor": len(ending.content), "ended_at": timezone.now()}
        if ending.tokens:
            last["tokens_kept"] = ending.tokens.count
        ended = _active(held).update(**(ending.facts | last))
        if ended != 1:
            return False
        if ending.tokens:
            tokens_keep(generation_id=held.generation_id, kept=ending.tokens)
        Message.objects.filter(pk=held.message_id).update(
            content=ending.content,
            reasoning=ending.reasoning,
            blocks=ending.blocks,
            renderer_version=RENDERER_VERSION,
            revision=conversation.revision + 1,
            **ending.judged,
        )
        for spent in ending.spent:
            entry_settle(spent=spent)
        entries_release(generation_id=held.generation_id)
        tool_calls_change(ending.calls)
        tool_calls_end([held.generation_id], ending.state, length=len(ending.content))
        changes.advance(conversation, active_at=timezone.now())
    return True


def generation_interrupt_expired(*, alive: Collection[UUID] = ()) -> int:
    """End every generation whose lease has run out, keeping its text. Returns how many.

    `alive`: ids that the calling process itself is still writing, whatever their lease says.
    """
    return _interrupt(Generation.objects.filter(lease_expires_at__lt=timezone.now()).exclude(pk__in=alive))


def generation_interrupt_all() -> int:
    """End every active generation: for a start that knows no other process can hold one."""
    return _interrupt(Generation.objects.all())


def generation_stop_deleted(conversation: Conversation) -> None:
    """End what still runs in a conversation that is being deleted; nothing is written to it afterwards."""
    # Held in the order in which a checkpoint takes them, so that the two never wait for each other.
    held = conversation.generations.filter(state__in=ACTIVE).select_for_update().order_by("pk")
    running = [generation.pk for generation in held]
    stopped = conversation.generations.filter(pk__in=running)
    stopped.update(state=State.STOPPED, ended_at=timezone.now(), lease_epoch=0)
    entries_lose(generations=stopped)
    tool_calls_end(running, State.STOPPED)


def generation_owned(*, person: User, generation_id: UUID) -> None:
    """Raises NotFound unless this generation answers this person in a conversation they can see."""
    visible = Conversation.objects.visible_to(person)
    if not Generation.objects.filter(pk=generation_id, conversation__in=visible).exists():
        raise NotFound("reply")


def _interrupt(candidates: QuerySet[Generation]) -> int:
    count = 0
    for generation in candidates.filter(state__in=ACTIVE).order_by("created_at"):
        with transaction.atomic():
            held = Conversation.objects.select_for_update().filter(pk=generation.conversation_id)
            conversation = held.first()
            if conversation is None:
                continue
            won = Generation.objects.filter(
                Q(lease_expires_at=generation.lease_expires_at), pk=generation.pk, state__in=ACTIVE
            ).update(
                state=State.INTERRUPTED,
                lease_epoch=generation.lease_epoch + 1,
                ended_at=timezone.now(),
                error_kind="interrupted",
                error_message=INTERRUPTED_TEXT,
            )
            if won:
                entries_lose(generations=Generation.objects.filter(pk=generation.pk))
                tool_calls_end([generation.pk], State.INTERRUPTED)
                Message.objects.filter(pk=generation.message_id).update(revision=conversation.revision + 1)
                changes.advance(conversation)
                count += won
    return count


def _active(held: Held) -> QuerySet[Generation]:
    return Generation.objects.filter(pk=held.generation_id, lease_epoch=held.epoch, state__in=ACTIVE)
