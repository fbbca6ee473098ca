"""One run of a replay as a line of the page: what became of it, and where it leaves the original."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Length, Substr
from django.urls import reverse

from conversations.models import Replay, ReplayRun
from conversations.models.replay import ReplayState, RunState
from conversations.replays.report import Report, Result, fingerprint_of
from conversations.store.originals import CALLING, Extent, Original
from conversations.store.spending import Cost
from conversations.views.amounts import cost_words
from conversations.views.endings import ERROR_TITLES

AROUND_CHARACTERS = 60
"""Shown of each text on either side of the place where they part."""

_CUT_WORDS = {
    ReplayState.RUNNING: "Ending…",
    ReplayState.COMPLETE: "Ended early",
    ReplayState.FAILED: "Ended early",
    ReplayState.CANCELLED: "Cancelled",
    ReplayState.INTERRUPTED: "Interrupted",
}
"""Of a run that was ended from here."""
_AGREED_WORDS: dict[Extent, str] = {
    "whole": "The same as the original",
    "part": "The same as far as the original goes",
    "nothing": "Came to its end",
}
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
    """`tone`: running, same, other, failed, or whole: there is nothing to compare it with. `variant`: the
    letter of its text, once it is whole.

    `is_partial`: it broke off, and something had arrived. `is_longer`: it is whole, and the original is not.
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
    is_longer: bool
    url: str
    fork_url: str
    forked: bool


def runs_of(replay: Replay) -> list[ReplayRun]:
    """Its runs without their texts, which may be long: `replayed` is where each leaves the original,
    `length` how long it is.
    """
    return list(
        replay.runs.defer("text", "rounds").annotate(
            replayed=Substr("text", F("diverges_at") + 1, AROUND_CHARACTERS), length=Length("text")
        )
    )


def result_of(run: ReplayRun) -> Result:
    """A run that came to its end, as a report counts it."""
    return Result(run.text_hash, run.matches, run.system_fingerprint)


def run_view(
    replay: Replay, run: ReplayRun, report: Report, original: Original, cost: Cost | None
) -> RunView:
    """One of `runs_of`."""
    whole = run.state == RunState.COMPLETE
    fingerprint = fingerprint_of(result_of(run), replay.generation.system_fingerprint)
    return RunView(
        number=run.number,
        tone=_tone(run),
        words=run_words(run, original),
        variant=report.names[run.text_hash] if whole else "",
        facts=_facts(run, cost),
        fingerprint=_FINGERPRINT_WORDS[fingerprint] if whole else "",
        fingerprint_changed=whole and fingerprint == "changed",
        parting=_parting(run, original) if whole else None,
        can_fork=whole,
        is_longer=whole and run.matches is not False and original.extent != "whole",
        is_partial=not whole and run.length > 0,  # type: ignore[attr-defined]  # annotated by runs_of
        url=address("replay_run", replay, number=run.number),
        fork_url=address("replay_fork", replay, number=run.number),
        forked=run.forked_id is not None,
    )


def address(name: str, replay: Replay, **more: int) -> str:
    """Of a page below this replay."""
    generation = replay.generation
    ids = {"id": generation.conversation_id, "message_id": generation.message_id, "replay_id": replay.id}
    return reverse(name, kwargs=ids | more)


def run_words(run: ReplayRun, original: Original) -> str:
    """What became of a run."""
    if run.state == RunState.RUNNING:
        return "Running…"
    if run.state == RunState.FAILED:
        return ERROR_TITLES.get(run.error_kind, "The reply broke off" if run.usage else "There is no reply")
    if run.state != RunState.COMPLETE:
        return _CUT_WORDS[ReplayState(run.replay.state)]
    if run.matches is not False:
        return _AGREED_WORDS[original.extent]
    if run.finish_reason in CALLING:
        called = original.said.calls
        return (
            f"Asked for {'other tools than the original' if called else 'a tool, which the original did not'}"
        )
    if run.diverges_at_token is None:
        return "The same text, another refusal"
    return f"Differs from token {run.diverges_at_token:,} on"


def _tone(run: ReplayRun) -> str:
    if run.state == RunState.RUNNING:
        return "running"
    if run.state != RunState.COMPLETE:
        return "failed"
    if run.matches is None:
        return "whole"
    return "same" if run.matches else "other"


def _parting(run: ReplayRun, original: Original) -> Parting | None:
    at = run.diverges_at
    if at is None:
        return None
    start = max(0, at - AROUND_CHARACTERS)
    text = original.said.script
    before = ("…" if start else "") + text[start:at]
    replayed: str = run.replayed  # type: ignore[attr-defined]  # annotated by runs_of
    return Parting(before, _cut(text[at : at + AROUND_CHARACTERS]), _cut(replayed))


def _cut(text: str) -> str:
    return text if len(text) < AROUND_CHARACTERS else f"{text[: AROUND_CHARACTERS - 1]}…"


def _facts(run: ReplayRun, cost: Cost | None) -> tuple[str, ...]:
    tokens = (run.usage or {}).get("completion_tokens")
    called = run.finish_reason in CALLING and run.diverges_at_token is not None
    facts = [
        f"differs from token {run.diverges_at_token:,} on" if called else "",
        f"{run.calls} rounds" if run.calls > 1 else "",
        f"finish reason {run.finish_reason}" if run.finish_reason not in ("", "stop") else "",
        f"{run.duration_ms / 1000:.1f} s" if run.duration_ms is not None else "",
        f"{tokens:,} token{'' if tokens == 1 else 's'}" if isinstance(tokens, int) else "",
        cost_words(cost),
    ]
    return tuple(fact for fact in facts if fact)
