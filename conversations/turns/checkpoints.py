"""Texts and leases into the database: one transaction for all replies of this process, twice a second.

A checkpoint holds the whole text, so one that failed is made good by the next: nothing is dropped. What
the database has is at most TICK_SECONDS, or EARLY_CHARACTERS, behind.
"""

from __future__ import annotations

import asyncio
import logging
import time

from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError

from conversations.store.generations import generation_checkpoint
from conversations.store.threads import in_database
from conversations.turns.generations import Generations
from conversations.turns.live import LiveGeneration
from conversations.turns.pace import PACE

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
LOOK_SECONDS = 0.1
EARLY_CHARACTERS = 4096


class Checkpoints:
    def __init__(self, generations: Generations, *, lease_seconds: float, heartbeat_seconds: float) -> None:
        self._generations = generations
        self._lease_seconds = lease_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._written = 0.0
        self._renewed: dict[LiveGeneration, float] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            asleep = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            PACE.note(time.monotonic() - asleep - LOOK_SECONDS)
            due = self._due()
            if due:
                await self._write(due)

    def _due(self) -> list[LiveGeneration]:
        now = time.monotonic()
        active = [live for live in self._generations if live.ending is None]
        self._renewed = {live: self._renewed.get(live, now) for live in active}
        tick = now - self._written >= TICK_SECONDS
        return [
            live
            for live in active
            if (tick and live.checkpoint().changed)
            or live.unstored >= EARLY_CHARACTERS
            or now - self._renewed[live] >= self._heartbeat_seconds
        ]

    async def _write(self, due: list[LiveGeneration]) -> None:
        points = {live: live.checkpoint() for live in due}
        self._written = time.monotonic()
        try:
            lost = await in_database(
                generation_checkpoint, checkpoints=points.values(), lease_seconds=self._lease_seconds
            )
        except (OperationalError, InterfaceError) as error:
            log.warning("%d replies could not be checkpointed, the next try is soon: %s", len(due), error)
            return
        except DatabaseFault as error:
            await self._write_one_by_one(due, error)
            return
        for live, point in points.items():
            self._renewed[live] = self._written
            live.stored(point)
            # One that is written may just have been ended by our own hand, in another database thread.
            if live.held.generation_id in lost and not live.written:
                log.warning("The lease of a reply was lost; it is given up here")
                self._generations.lose(live)

    async def _write_one_by_one(self, due: list[LiveGeneration], error: DatabaseFault) -> None:
        """Something does not fit its row: it must not keep the others from being stored."""
        if len(due) > 1:
            for live in due:
                await self._write([live])
        else:
            log.error("What is known of a call does not fit its row, and is left out: %s", error)
            due[0].leave_facts_out()
