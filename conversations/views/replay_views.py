"""A replay as its page shows it: numbers, sentences, and one line for each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from django.db.models import F
from django.db.models.functions import Length, Substr
from django.urls import reverse

from conversations.models import Replay, ReplayRun
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.replays.comparing import hash_of
from conversations.replays.report import Report, Result, Seeds, fingerprint_of, found, meaning, report_of
from conversations.store.originals import Original, original_of
from conversations.store.spending import Cost, costs_of_calls
from conversations.views.amounts import cost_words
from conversations.views.endings import ERROR_TITLES

AROUND_CHARACTERS = 60
"""Shown of each text on either side of the place where they part."""

_STATE_WORDS = {
    ReplayState.RUNNING: "Running",
    ReplayState.COMPLETE: "Done",
    ReplayState.FAILED: "Stopped by failures",
    ReplayState.CANCELLED: "Cancelled",
    ReplayState.INTERRUPTED: "Interrupted",
}
_CUT_WORDS = {
    ReplayState.RUNNING: "Ending…",
    ReplayState.COMPLETE: "Ended early",
    ReplayState.FAILED: "Ended early",
    ReplayState.CANCELLED: "Cancelled",
    ReplayState.INTERRUPTED: "Interrupted",
}
"""Of a run that was ended from here."""
_FINGERPRINT_WORDS = {
    "same": "the original's fingerprint",
    "changed": "another fingerprint than the original",
    "unknown": "no fingerprint to compare",
}


@dataclass(frozen=True)
class Parting:
    """Where a run leaves the original: plain texts. An empty one: that text ends here."""

    before: str
    original: str
    replayed: str


@dataclass(frozen=True)
class RunView:
    """`tone`: running, same, other, or failed. `variant`: the letter of its text, once it is whole.

    `is_partial`: it broke off, and something had arrived.
    """

    number: int
    tone: str
    words: str
    variant: str
    facts: tuple[str, ...]
    fingerprint: str
    fingerprint_changed: bool
    parting: Parting | None
    can_fork: bool
    is_partial: bool
    url: str
    fork_url: str
    forked: bool


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
    runs = list(
        replay.runs.defer("text").annotate(
            replayed=Substr("text", F("diverges_at") + 1, AROUND_CHARACTERS), length=Length("text")
        )
    )
    report = report_of(
        [_result(run) for run in runs if run.state == RunState.COMPLETE],
        original_hash=hash_of(original),
        original_fingerprint=generation.system_fingerprint,
    )
    costs = costs_of_calls(run.request_id for run in runs if run.state != RunState.RUNNING)
    return ReplayView(
        id=str(replay.id),
        words=asked_words(replay),
        state=state_words(replay),
        running=replay.running,
        reason=_reason(replay, runs),
        times=replay.times,
        done=sum(run.state != RunState.RUNNING for run in runs),
        started_at=replay.created_at,
        report=report,
        found=found(report),
        meaning=meaning(report, Seeds((generation.request or {}).get("seed"), replay.seed_sent)),
        earliest=_earliest(runs),
        cost=cost_words(reduce(Cost.joined, costs.values(), Cost())).removeprefix("cost "),
        runs=tuple(_run_view(replay, run, report, original, costs.get(run.request_id)) for run in runs),
        url=address("replay", replay),
    )


def address(name: str, replay: Replay, **more: int) -> str:
    """Of a page below this replay."""
    generation = replay.generation
    ids = {"id": generation.conversation_id, "message_id": generation.message_id, "replay_id": replay.id}
    return reverse(name, kwargs=ids | more)


def run_words(run: ReplayRun) -> str:
    """What became of a run."""
    if run.state == RunState.RUNNING:
        return "Running…"
    if run.state == RunState.FAILED:
        return ERROR_TITLES.get(run.error_kind, "The reply broke off" if run.usage else "There is no reply")
    if run.state != RunState.COMPLETE:
        return _CUT_WORDS[ReplayState(run.replay.state)]
    if run.matches:
        return "The same as the original"
    if run.finish_reason == "tool_calls":
        return "Asked for a tool, which the original did not"
    if run.diverges_at_token is None:
        return "The same text, another refusal"
    return f"Differs from token {run.diverges_at_token:,} on"


def _reason(replay: Replay, runs: Sequence[ReplayRun]) -> str:
    failed = [run for run in runs if run.state == RunState.FAILED]
    if replay.state != ReplayState.FAILED or not failed:
        return replay.reason
    return f"{replay.reason or 'None came to its end.'} The last one: “{run_words(failed[-1])}”."


def _result(run: ReplayRun) -> Result:
    return Result(run.text_hash, bool(run.matches), run.system_fingerprint)


def _run_view(
    replay: Replay, run: ReplayRun, report: Report, original: Original, cost: Cost | None
) -> RunView:
    whole = run.state == RunState.COMPLETE
    fingerprint = fingerprint_of(_result(run), replay.generation.system_fingerprint)
    return RunView(
        number=run.number,
        tone=_tone(run),
        words=run_words(run),
        variant=report.names[run.text_hash] if whole else "",
        facts=_facts(run, cost),
        fingerprint=_FINGERPRINT_WORDS[fingerprint] if whole else "",
        fingerprint_changed=whole and fingerprint == "changed",
        parting=_parting(run, original) if whole else None,
        can_fork=whole,
        is_partial=not whole and run.length > 0,  # type: ignore[attr-defined]  # annotated by replay_view
        url=address("replay_run", replay, number=run.number),
        fork_url=address("replay_fork", replay, number=run.number),
        forked=run.forked_id is not None,
    )


def _tone(run: ReplayRun) -> str:
    if run.state == RunState.RUNNING:
        return "running"
    if run.state != RunState.COMPLETE:
        return "failed"
    return "same" if run.matches else "other"


def _parting(run: ReplayRun, original: Original) -> Parting | None:
    at = run.diverges_at
    if at is None:
        return None
    start = max(0, at - AROUND_CHARACTERS)
    before = ("…" if start else "") + original.text[start:at]
    replayed: str = run.replayed  # type: ignore[attr-defined]  # annotated by replay_view
    return Parting(before, _cut(original.text[at:]), _cut(replayed))


def _cut(text: str) -> str:
    return text if len(text) < AROUND_CHARACTERS else f"{text[: AROUND_CHARACTERS - 1]}…"


def _facts(run: ReplayRun, cost: Cost | None) -> tuple[str, ...]:
    tokens = (run.usage or {}).get("completion_tokens")
    facts = [
        f"finish reason {run.finish_reason}" if run.finish_reason not in ("", "stop") else "",
        f"{run.duration_ms / 1000:.1f} s" if run.duration_ms is not None else "",
        f"{tokens:,} token{'' if tokens == 1 else 's'}" if isinstance(tokens, int) else "",
        cost_words(cost),
    ]
    return tuple(fact for fact in facts if fact)


def _earliest(runs: Sequence[ReplayRun]) -> str:
    places = [run.diverges_at_token for run in runs if run.diverges_at_token is not None]
    return f"token {min(places):,}" if places else ""
