"""A replay's life in the database: begin it, end it; and end those whose process died. Its runs are stored in
`store.replay_runs`.

A person has one running replay at a time, which the database itself holds. Writes expect the replay to be
running: one that changed no row has lost, and its process makes no further calls.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Replay, ReplayRun
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.store.ledger import calls_lose
from conversations.store.originals import Choices, Original, original_of, refuse_unfit, reply_to_replay

INTERRUPTED_TEXT = "The site stopped while the replays were made. Those that had ended are kept."
ONE_AT_A_TIME = "Another replay of yours is running. Wait for it, or cancel it, and start this one then."


@dataclass(frozen=True)
class Order:
    """A replay that is stored. `wire`: the body of the reply's last request, as it was sent.

    first_tool_choice: of its first request, when it called tools; None: as in the last one, or none.
    """

    replay_id: UUID
    owner_id: int
    conversation_id: UUID
    choices: Choices
    wire: dict[str, Any]
    original: Original
    first_tool_choice: Any = None
    repeated: bool = False


def replay_start(
    *,
    person: User,
    conversation_id: UUID,
    message_id: UUID,
    client_id: str,
    choices: Choices,
    lease_seconds: float,
) -> Order:
    """Store a replay that is about to run, once per client id. Raises Refused."""
    if not 1 <= len(client_id) <= 64:
        raise Refused("bad_frame", "The form is incomplete. Load the page again.")
    generation = reply_to_replay(person=person, conversation_id=conversation_id, message_id=message_id)
    refuse_unfit(generation, choices)
    try:
        with transaction.atomic():
            replay = Replay.objects.create(
                owner=person,
                generation=generation,
                client_id=client_id,
                times=choices.times,
                seed_mode=choices.seed_mode,
                seed=choices.seed,
                lease_expires_at=timezone.now() + timedelta(seconds=lease_seconds),
            )
    except IntegrityError:
        earlier = Replay.objects.filter(owner=person, client_id=client_id).first()
        if earlier is None:
            raise Refused("too_many", ONE_AT_A_TIME, retry=True) from None
        if earlier.generation_id != generation.id or _chosen(earlier) != choices:
            raise Refused("bad_frame", "This form was used before. Load the page again.") from None
        earlier.generation = generation
        return order_of(earlier, repeated=True)
    return order_of(replay)


def replay_end(*, replay_id: UUID, state: ReplayState, reason: str = "") -> None:
    """Store the end, once; nothing is changed if somebody else has ended it."""
    _end(running(replay_id), state, reason)


def replay_cancel(*, person: User, replay_id: UUID) -> None:
    """End it for a process that does not have it in hand: whoever runs it stops at its next sign of life."""
    with transaction.atomic():
        if _end(running(replay_id).filter(owner=person), ReplayState.CANCELLED, ""):
            _end_runs(replay_id, RunState.STOPPED)


def replay_renew(*, replay_ids: Collection[UUID], lease_seconds: float) -> set[UUID]:
    """A sign of life of each. Returns the ids of those that are over: their process must stop."""
    expires = timezone.now() + timedelta(seconds=lease_seconds)
    return {pk for pk in replay_ids if not running(pk).update(lease_expires_at=expires)}


def replay_interrupt_expired(*, alive: Collection[UUID] = ()) -> int:
    """End every replay whose lease has run out. Returns how many. `alive`: ids that the caller still runs."""
    expired = Replay.objects.filter(lease_expires_at__lt=timezone.now())
    return _interrupt(expired.exclude(pk__in=alive))


def replay_interrupt_all() -> int:
    """End every running replay: for a start that knows no other process can hold one."""
    return _interrupt(Replay.objects.all())


def _interrupt(candidates: QuerySet[Replay]) -> int:
    count = 0
    for replay in candidates.filter(state=ReplayState.RUNNING):
        with transaction.atomic():
            same_lease = running(replay.pk).filter(lease_expires_at=replay.lease_expires_at)
            if _end(same_lease, ReplayState.INTERRUPTED, INTERRUPTED_TEXT):
                _end_runs(replay.pk, RunState.INTERRUPTED)
                count += 1
    return count


def running(replay_id: UUID) -> QuerySet[Replay]:
    """The replay, as long as it runs."""
    return Replay.objects.filter(pk=replay_id, state=ReplayState.RUNNING)


def _end(replays: QuerySet[Replay], state: ReplayState, reason: str) -> bool:
    return bool(replays.update(state=state, reason=reason, ended_at=timezone.now()))


def _end_runs(replay_id: UUID, state: RunState) -> None:
    runs = ReplayRun.objects.filter(replay_id=replay_id, state=RunState.RUNNING)
    held = runs.select_for_update()  # or another call could be stored for one meanwhile
    calls_lose(request_ids=[request_id for run in held for request_id in run.request_ids])
    runs.update(state=state, ended_at=timezone.now())


def _chosen(replay: Replay) -> Choices:
    return Choices(replay.times, SeedMode(replay.seed_mode), replay.seed)


def order_of(replay: Replay, *, repeated: bool = False) -> Order:
    """What is to be made, or was made, for a replay whose generation is read with it."""
    generation = replay.generation
    return Order(
        replay.id,
        replay.owner_id,
        generation.conversation_id,
        _chosen(replay),
        generation.request or {},
        original_of(generation),
        generation.first_tool_choice,
        repeated,
    )
