"""Closes, within two seconds, the sockets of people who signed out or were shut out.

One look a second for all sockets of the process; frames that change something are checked on their own,
in the same unit of work (`as_person`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from django.db import Error as DatabaseFault

from chatsite.accounts.models import User
from chatsite.accounts.rights import ShutOut, SignedOut, Ticket, person_with, tickets_ended
from conversations.store.threads import in_database

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
CLOSE_CODES = {SignedOut: 4401, ShutOut: 4403}

T = TypeVar("T")
Close = Callable[[int], Awaitable[None]]


async def as_person(ticket: Ticket, work: Callable[[User], T]) -> T:
    """Run a unit of work for the ticket's person, checked in the same hop. Raises SignedOut, ShutOut."""
    return await in_database(lambda: work(person_with(ticket)))


class Doorkeeper:
    """Looks while there are sockets."""

    def __init__(self) -> None:
        self._sockets: dict[Close, Ticket] = {}
        self._task: asyncio.Task[None] | None = None

    def watch(self, ticket: Ticket, close: Close) -> None:
        """Call `close` with a close code once the ticket no longer holds."""
        self._sockets[close] = ticket
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(), name="doorkeeper")

    def forget(self, close: Close) -> None:
        """The socket is closed."""
        self._sockets.pop(close, None)

    async def _look(self) -> None:
        while self._sockets:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                ended = await in_database(tickets_ended, set(self._sockets.values()))
            except DatabaseFault as error:
                log.warning("Could not check who may still be connected, the next try is soon: %s", error)
                continue
            for close, ticket in list(self._sockets.items()):
                if ticket in ended:
                    await self._show_out(close, CLOSE_CODES[ended[ticket]])

    @staticmethod
    async def _show_out(close: Close, code: int) -> None:
        try:
            await close(code)
        except Exception:  # whatever is wrong with one socket, the others must still be looked after
            log.exception("A socket that had to be closed, with code %s, could not be", code)
