"""A replay as its page shows it: numbers and sentences; the lines of its runs are made in `replay_runs`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from conversations.models import Replay, ReplayRun
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.replays.comparing import hash_of
from conversations.replays.report import Report, report_of
from conversations.replays.sentences import Seeds, found, meaning
from conversations.store.originals import Original, original_of
from conversations.store.spending import Cost, costs_of_calls
from conversations.views.amounts import cost_words
from conversations.views.replay_runs import RunView, address, result_of, run_view, run_words, runs_of

_STATE_WORDS = {
    ReplayState.RUNNING: "Running",
    ReplayState.COMPLETE: "Done",
    ReplayState.FAILED: "Stopped by failures",
    ReplayState.CANCELLED: "Cancelled",
    ReplayState.INTERRUPTED: "Interrupted",
}


@dataclass(frozen=True)
class ReplayView:
    """`done`: runs that have ended, in whatever way."""

    id: str
    words: str
    state: str
    running: bool
    reason: str
    times: int
    done: int
    started_at: datetime
    report: Report
    found: str
    meaning: str
    earliest: str
    cost: str
    runs: tuple[RunView, ...]
    url: str


def asked_words(replay: Replay) -> str:
    """What was asked for, in words."""
    times = "1 replay" if replay.times == 1 else f"{replay.times} replays"
    seed = replay.seed_sent
    if seed is None:
        return f"{times} without a seed"
    return f"{times} with {'the' if replay.seed_mode == SeedMode.STORED else 'another'} seed {seed}"


def state_words(replay: Replay) -> str:
    return _STATE_WORDS[ReplayState(replay.state)]


def replay_view(replay: Replay) -> ReplayView:
    """The whole of it. The replay's generation and that one's message must be read with it."""
    generation = replay.generation
    original = original_of(generation)
    runs = runs_of(replay)
    report = report_of(
        [result_of(run) for run in runs if run.state == RunState.COMPLETE],
        original_hash=hash_of(original.said),
        original_fingerprint=generation.system_fingerprint,
        extent=original.extent,
    )
    costs = run_costs(run for run in runs if run.state != RunState.RUNNING)
    return ReplayView(
        id=str(replay.id),
        words=asked_words(replay),
        state=state_words(replay),
        running=replay.running,
        reason=_reason(replay, runs, original),
        times=replay.times,
        done=sum(run.state != RunState.RUNNING for run in runs),
        started_at=replay.created_at,
        report=report,
        found=found(report),
        meaning=meaning(report, Seeds((generation.request or {}).get("seed"), replay.seed_sent)),
        earliest=_earliest(runs),
        cost=cost_words(reduce(Cost.joined, costs.values(), Cost())).removeprefix("cost "),
        runs=tuple(run_view(replay, run, report, original, costs.get(run.number)) for run in runs),
        url=address("replay", replay),
    )


def _reason(replay: Replay, runs: Sequence[ReplayRun], original: Original) -> str:
    failed = [run for run in runs if run.state == RunState.FAILED]
    if replay.state != ReplayState.FAILED or not failed:
        return replay.reason
    return f"{replay.reason or 'None came to its end.'} The last one: “{run_words(failed[-1], original)}”."


def run_costs(runs: Iterable[ReplayRun]) -> dict[int, Cost]:
    """What each run cost, all its calls together, by its number."""
    calls = {run.number: run.request_ids for run in runs}
    costs = costs_of_calls(request_id for ids in calls.values() for request_id in ids)
    return {
        number: reduce(Cost.joined, [costs[request_id] for request_id in ids if request_id in costs], Cost())
        for number, ids in calls.items()
    }


def _earliest(runs: Sequence[ReplayRun]) -> str:
    places = [run.diverges_at_token for run in runs if run.diverges_at_token is not None]
    return f"token {min(places):,}" if places else ""
