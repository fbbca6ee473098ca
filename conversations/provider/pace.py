"""When each token is due: after the first one, `rate` tokens a second, without drift."""

import asyncio

TURN = 64
"""Tokens sent in a row before other requests get their turn, when nothing is waited for."""


class Pace:
    """The clock of one answer. Call `wait` before each token."""

    def __init__(self, *, rate: float, first_token_ms: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._step = 1 / rate if rate > 0 else 0.0
        self._due = self._loop.time() + first_token_ms / 1000
        self._count = 0

    async def wait(self) -> None:
        """Return when the next token is due; at once when behind."""
        delay = self._due - self._loop.time()
        if delay > 0:
            await asyncio.sleep(delay)
        elif self._count % TURN == 0:
            await asyncio.sleep(0)
        self._count += 1
        self._due += self._step

    def total(self, tokens: int) -> float:
        """Seconds from now until `tokens` tokens would have been sent."""
        return max(0.0, self._due - self._loop.time() + self._step * max(0, tokens - 1))
