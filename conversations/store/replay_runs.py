"""A run's life in the database: begun, with tools asked on, and ended, each together with what it costs.

Writes expect the replay and the run to be running: one that changed no row has lost, and nothing more is
asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from conversations.models import Purpose, Replay, ReplayRun
from conversations.models.replay import RunState
from conversations.store.ledger import Spent, entry_reserve, entry_settle
from conversations.store.replays import running


@dataclass(frozen=True)
class RunEnding:
    """How one run ended; `columns`: what else is known of it, as columns of ReplayRun; `spent`: the cost of
    each of its calls.
    """

    state: RunState
    text: str
    spent: tuple[Spent, ...]
    columns: dict[str, Any] = field(default_factory=dict)


def replay_run_begin(*, replay_id: UUID, number: int, request_id: str) -> bool:
    """Store that a run is about to be asked for. False: the replay is over, and nothing may be asked."""
    with transaction.atomic():
        replay = running(replay_id).select_for_update(of=("self",)).select_related("generation").first()
        if replay is None:
            return False
        ReplayRun.objects.create(replay=replay, number=number, request_id=request_id)
        _reserve(replay, number, request_id)
    return True


def replay_run_next(
    *, replay_id: UUID, number: int, calls: int, request_id: str, settled: Sequence[Spent]
) -> bool:
    """Store that a run makes call number `calls`, and what those before it cost. May be repeated.

    False: the run is over, and nothing may be asked.
    """
    with transaction.atomic():
        # The row is held, so that the end of the run and this call come one after the other.
        runs = ReplayRun.objects.select_for_update(of=("self",)).select_related("replay__generation")
        run = runs.filter(replay_id=replay_id, number=number, state=RunState.RUNNING).first()
        if run is None:
            return False
        for spent in settled:
            entry_settle(spent=spent)
        if run.calls < calls:
            ReplayRun.objects.filter(pk=run.pk).update(calls=calls)
            _reserve(run.replay, number, request_id)
    return True


def replay_run_end(*, replay_id: UUID, number: int, ending: RunEnding) -> None:
    """Store how a run ended, once, and what it cost; the cost also when somebody else has ended the run."""
    runs = ReplayRun.objects.filter(replay_id=replay_id, number=number, state=RunState.RUNNING)
    with transaction.atomic():
        runs.update(state=ending.state, text=ending.text, ended_at=timezone.now(), **ending.columns)
        for spent in ending.spent:
            entry_settle(spent=spent)


def _reserve(replay: Replay, number: int, request_id: str) -> None:
    entry_reserve(
        owner_id=replay.owner_id,
        purpose=Purpose.REPLAY,
        model=replay.generation.model,
        request_id=request_id,
        generation_id=replay.generation_id,
        number=number,
    )
