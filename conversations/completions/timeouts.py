"""The four limits on a call's time, and the clock that holds one call to them.

    Timeouts()                     10 s to connect, 120 s to the first byte, 60 s between bytes, 600 s in all
    Timeouts(first_byte=300)       a patient one, for a slow machine

Any byte of the body, a comment too, starts the idle time anew; nothing but the end stops the total.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, fields
from typing import TypeVar

from .errors import CompletionError, FirstByteTimeout, IdleTimeout, TotalTimeout

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, all above 0. first_byte: from sending to the body's first byte; total: with retries."""

    connect: float = 10.0
    first_byte: float = 120.0
    idle: float = 60.0
    total: float = 600.0

    def __post_init__(self) -> None:
        for field in fields(self):
            seconds = getattr(self, field.name)
            if not seconds > 0:
                raise ValueError(f"the {field.name} timeout must be more than 0 s, not {seconds}")


class CallClock:
    """Monotonic time of one call; to be made inside the running loop."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._now = asyncio.get_running_loop().time
        self._end = self._now() + timeouts.total
        self._first_byte_end = self._end

    def start_attempt(self) -> None:
        self._first_byte_end = self._now() + self._timeouts.first_byte

    def left(self) -> float:
        """Seconds until the total limit."""
        return self._end - self._now()

    async def to_first_byte(self, awaitable: Awaitable[T]) -> T:
        """Awaits within what is left of the attempt's first-byte limit. Raises FirstByteTimeout or
        TotalTimeout.
        """
        return await self._within(self._first_byte_end - self._now(), awaitable, FirstByteTimeout)

    async def to_next_byte(self, awaitable: Awaitable[T]) -> T:
        """Awaits within the idle limit. Raises IdleTimeout or TotalTimeout."""
        return await self._within(self._timeouts.idle, awaitable, IdleTimeout)

    async def _within(self, limit: float, awaitable: Awaitable[T], error: type[CompletionError]) -> T:
        left = self.left()
        scope = asyncio.timeout(min(limit, left))
        try:
            async with scope:
                return await awaitable
        except TimeoutError:
            if not scope.expired():
                raise
        kind = TotalTimeout if left <= limit else error
        raise kind(detail=f"no answer within {min(limit, left):.1f} s")
