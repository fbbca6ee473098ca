"""How many sockets a person and an address may have open, and how many frames a socket may send."""

from __future__ import annotations

import time
from collections import Counter


class FrameBudget:
    """A bucket of `burst` frames that refills at `per_second`. `refused` counts those beyond it in a row."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._at = time.monotonic()
        self.refused = 0

    def take(self) -> bool:
        """Spend one frame; False when none is left."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        self.refused = 0
        return True

    def give_back(self) -> None:
        """The frame just taken is not to count."""
        self._left = min(self._burst, self._left + 1)

    @property
    def exhausted(self) -> bool:
        """The client goes on sending although it is refused."""
        return self.refused > 2 * self._burst


class SocketCount:
    """The open sockets of this process, by person and by address."""

    def __init__(self) -> None:
        self._people: Counter[int] = Counter()
        self._addresses: Counter[str] = Counter()

    def enter(self, person_id: int, address: str, *, per_person: int, per_address: int) -> bool:
        """Count one more; False, and nothing counted, when that is one too many."""
        if self._people[person_id] >= per_person or self._addresses[address] >= per_address:
            return False
        self._people[person_id] += 1
        self._addresses[address] += 1
        return True

    def leave(self, person_id: int, address: str) -> None:
        """Count one less."""
        self._people -= Counter({person_id: 1})
        self._addresses -= Counter({address: 1})
