"""A circuit breaker: when the model's server is down, calls fail at once instead of each waiting for its
timeout.

    closed ── `threshold` failures in a row ──▶ open ── `rest` seconds ──▶ one probe at a time
      ▲                                           ▲                           │
      └────────────── the probe gets through ─────┼───────────────────────────┤
                                                  └──────── it fails ─────────┘

A failure is a server that cannot be reached or answers 5xx, counted once per call, after the call's own
retries.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import CompletionError, ConnectTimeout, DnsFailed, ServerTrouble, Unreachable

_FAILURES = (Unreachable, ConnectTimeout, DnsFailed, ServerTrouble)


class Breaker:
    """Counts the failures of one client. `clock` gives monotonic seconds."""

    def __init__(
        self, threshold: int = 5, rest: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = threshold
        self._rest = rest
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @contextmanager
    def call(self) -> Iterator[Callable[[], None]]:
        """Guards one call; gives the function to call as soon as the server has answered.

        Raises Unreachable, with `retry_after`, when the server rests or somebody else probes it.
        """
        probe = self._admit()
        answered = False

        def note_answer() -> None:
            nonlocal answered, probe
            answered = True
            self._failures, self._opened_at = 0, None
            self._end(probe)
            probe = False

        try:
            yield note_answer
        except _FAILURES:
            if not answered:
                self._fail(probe)
            raise
        except CompletionError as error:
            if error.status is not None and not answered:
                note_answer()
            raise
        finally:
            self._end(probe)

    def _admit(self) -> bool:
        """Whether this call is the probe."""
        if self._opened_at is None:
            return False
        left = self._opened_at + self._rest - self._clock()
        if left > 0 or self._probing:
            error = Unreachable(
                detail="not tried: the last calls failed and the breaker is open",
                retry_after=max(left, 1.0),
            )
            error.unsent = True
            raise error
        self._probing = True
        return True

    def _fail(self, probe: bool) -> None:
        self._failures += 1
        if probe or self._failures >= self._threshold:
            self._opened_at = self._clock()

    def _end(self, probe: bool) -> None:
        if probe:
            self._probing = False
