"""How long the tools of one turn may work in all its rounds: the time during which at least one runs.

The time that people take to approve a call is theirs and is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Budget:
    """One per turn."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._used = 0.0
        self._running = 0
        self._since = 0.0

    @property
    def left(self) -> float:
        """Seconds, never negative."""
        used = self._used + (self._clock() - self._since if self._running else 0.0)
        return max(0.0, self.seconds - used)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count the time inside; calls that overlap spend it together."""
        if not self._running:
            self._since = self._clock()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._used += self._clock() - self._since
