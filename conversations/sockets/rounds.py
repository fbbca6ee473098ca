"""Errands that are due for some conversations: one each, however often it was asked for meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from django.db import Error as DatabaseFault

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Round:
    """Runs `errand` for each conversation that was added, `pause` seconds after the first of them.

    One that the database refused is tried again, so that what it should have told is only late.
    """

    def __init__(self, errand: Callable[[UUID], Awaitable[None]], *, pause: float) -> None:
        self._errand = errand
        self._pause = pause
        self._due: set[UUID] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, conversation_id: UUID) -> None:
        """This one is due."""
        self._due.add(conversation_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def drop(self, conversation_id: UUID) -> bool:
        """This one is no longer due. Returns whether it was."""
        was_due = conversation_id in self._due
        self._due.discard(conversation_id)
        return was_due

    def cancel(self) -> None:
        """Nothing is due any more."""
        self._due.clear()
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._due:
            await asyncio.sleep(self._pause)
            due, self._due = self._due, set()
            failed = [conversation_id for conversation_id in due if not await self._done(conversation_id)]
            if failed:
                await asyncio.sleep(RETRY_SECONDS)
                self._due.update(failed)

    async def _done(self, conversation_id: UUID) -> bool:
        try:
            await self._errand(conversation_id)
        except DatabaseFault as error:
            log.warning("A change could not be told to a client, the next try is soon: %s", error)
            return False
        return True
