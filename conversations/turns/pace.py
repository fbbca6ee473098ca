"""How often a reply that grows is shown: less often while the event loop is behind.

Each showing costs the same however much is new, so that with very many replies the showing alone would take
all of the loop's time, and whoever sends a message meanwhile would wait for it.
"""

from __future__ import annotations

from typing import Final

FLUSHES_PER_SECOND: Final = 12
LONGEST_SECONDS: Final = 0.5
STRETCH: Final = 4
"""Seconds of a pause for each second that the loop is behind: at 0.02 s every other showing is left out."""
UNNOTICED_SECONDS: Final = 0.005
"""A loop that is no further behind has time enough."""
_NEWEST_COUNTS: Final = 0.3


class Pace:
    """Of one process: told again and again how late its loop is, and asked for the pause between showings."""

    def __init__(self) -> None:
        self._late = 0.0

    def note(self, late: float) -> None:
        """The loop woke somebody so many seconds late. The last half second counts most."""
        self._late += _NEWEST_COUNTS * (late - self._late)

    @property
    def pause(self) -> float:
        """Seconds from one showing of a reply to the next."""
        behind = max(0.0, self._late - UNNOTICED_SECONDS)
        return min(LONGEST_SECONDS, 1 / FLUSHES_PER_SECOND + STRETCH * behind)


PACE: Final = Pace()
