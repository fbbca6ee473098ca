"""When to try again: at most twice, only while nothing of a reply arrived, with jitter, and as the provider
asks.

Source for Retry-After: RFC 9110, 10.2.3 (seconds, or an HTTP date).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .errors import CompletionError, RateLimited


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`retries`: at most so many. `base`: seconds of the first back-off, doubled each time, jittered down to
    half.

    `longest_wait`: seconds; a provider that asks for more is not waited for. `jitter` gives
    numbers from 0 to 1.
    """

    retries: int = 2
    base: float = 1.0
    longest_wait: float = 30.0
    jitter: Callable[[], float] = random.random

    def wait_before(self, attempt: int, error: CompletionError) -> float | None:
        """Seconds to wait before attempt number `attempt` (2 is the first retry), or None: give up."""
        if not error.retryable or attempt > self.retries + 1:
            return None
        backoff: float = self.base * 2 ** (attempt - 2) * (0.5 + self.jitter() / 2)
        if error.retry_after is None:
            return min(backoff, self.longest_wait)
        if error.retry_after > self.longest_wait:
            return None
        # A little later than asked: everyone who was refused was told the same moment.
        return error.retry_after + backoff / 4 if error.retry_after else backoff


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds from `now` (Unix time) that a Retry-After header asks for; None for garbage."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def tell_wait(error: CompletionError) -> None:
    """Adds to a refusal's user text when to come back, if the provider said so."""
    if isinstance(error, RateLimited) and error.retry_after:
        error.user_message = (
            "Too many requests at the moment. Your message is kept. "
            f"The model's server asks to try again in {in_words(error.retry_after)}."
        )


def in_words(seconds: float) -> str:
    """A wait as people say it, rounded up: "40 seconds", "2 minutes", "24 hours"."""
    for size, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 2 * size or size == 1:
            count = max(1, math.ceil(seconds / size))
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    raise AssertionError("unreachable: seconds always match")


def _seconds_until(date: str, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
        return max(0.0, moment.timestamp() - now)
    except (ValueError, OverflowError):
        return None
