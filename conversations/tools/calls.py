"""The calls of one round: what the model asked for, and how each of them stands.

    (waiting ──▶) running ──▶ done | failed | timed_out
    waiting ──▶ denied            and at once: unknown | bad_arguments | failed

`waiting` is for a person, and only for tools that ask. The model gets a result for every call, whatever
became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from conversations.tools.types import Arguments


class CallState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    DENIED = "denied"
    UNKNOWN = "unknown"
    BAD_ARGUMENTS = "bad_arguments"


LIVE: Final = (CallState.WAITING, CallState.RUNNING)


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as the model wrote it. index: from 0, within its round; arguments: JSON text, unchecked."""

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Call:
    """How a call stands. The result is what the model reads; None while the call is live.

    parsed: the arguments, None when they are no JSON object. started_at, ended_at: of its run, not of the
    time a person thought about it; None for a call that was never run.
    """

    asked: Asked
    state: CallState
    parsed: Arguments | None = None
    result: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said to a call. reason: for a denial, the end of the sentence the model reads."""

    approved: bool
    reason: str = "the person did not allow this call"
