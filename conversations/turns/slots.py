"""How many replies are written at a time: a number per person, and one for the whole process.

Who comes beyond them waits, first come first served, except that somebody who has all their own places
taken does not hold up the others.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class NoPlace(Exception):
    """No place became free in the time that was given."""


class Slots:
    def __init__(self, *, per_person: int, total: int) -> None:
        self._per_person = per_person
        self._total = total
        self._taken: Counter[int] = Counter()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def place(self, person_id: int, *, seconds: float) -> AsyncIterator[Place]:
        """Hold a place; waits for one at most `seconds`. Raises NoPlace."""
        place = Place(self, person_id)
        await place.back(seconds=seconds)
        try:
            yield place
        finally:
            place.leave()

    async def _take(self, person_id: int, seconds: float) -> None:
        if self._free(person_id):
            self._taken[person_id] += 1
        else:
            await self._wait(person_id, seconds)

    def _free(self, person_id: int) -> bool:
        return self._taken.total() < self._total and self._taken[person_id] < self._per_person

    async def _wait(self, person_id: int, seconds: float) -> None:
        entry = (person_id, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            # Not wait_for: Python 3.11's forgets a cancellation that comes together with the place.
            async with asyncio.timeout(seconds):
                await entry[1]
        except BaseException as error:  # cancelled too: the place must not be lost
            if entry in self._waiting:
                self._waiting.remove(entry)
            elif not entry[1].cancelled():
                self._give_back(person_id)
            if isinstance(error, TimeoutError):
                raise NoPlace from error
            raise

    def _give_back(self, person_id: int) -> None:
        self._taken[person_id] -= 1
        if not self._taken[person_id]:
            del self._taken[person_id]
        for entry in list(self._waiting):
            if self._free(entry[0]):
                self._waiting.remove(entry)
                if not entry[1].done():
                    self._taken[entry[0]] += 1
                    entry[1].set_result(None)


class Place:
    """One person's place, which may be left for a while: a reply that waits for a person holds up nobody."""

    def __init__(self, slots: Slots, person_id: int) -> None:
        self._slots = slots
        self._person_id = person_id
        self.held = False

    def leave(self) -> None:
        """Give it back. Again, it changes nothing."""
        if self.held:
            self.held = False
            self._slots._give_back(self._person_id)

    async def back(self, *, seconds: float) -> None:
        """Take a place, unless it is held; waits for one at most `seconds`. Raises NoPlace."""
        if not self.held:
            await self._slots._take(self._person_id, seconds)
            self.held = True
