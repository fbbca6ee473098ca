"""The replays that this process makes: begin one, cancel it, give signs of life, drain them all."""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from uuid import UUID

from django.db import Error as DatabaseFault

from conversations.completions import CompletionsClient
from conversations.models.replay import ReplayState
from conversations.replays.bench import Bench
from conversations.store.replays import INTERRUPTED_TEXT, Order, replay_renew
from conversations.store.threads import in_database
from conversations.turns.catalogue import ModelList
from conversations.turns.prices import price_of
from conversations.turns.slots import Slots

log = logging.getLogger(__name__)

AT_A_TIME: Final = 2
"""Runs of one replay; fewer where a person has so few places that none would be left for a chat."""


class Benches:
    """One per process. `begin` and `cancel` may be called from any thread, all else on the event loop."""

    def __init__(
        self, *, client: CompletionsClient, models: ModelList, slots: Slots, places_per_person: int
    ) -> None:
        self._client = client
        self._models = models
        self._slots = slots
        self._width = max(1, min(AT_A_TIME, places_per_person - 1))
        self._loop = asyncio.get_running_loop()
        self._benches: dict[UUID, Bench] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._draining = False
        self._closed = False

    @property
    def alive(self) -> list[UUID]:
        """The replays that this process makes."""
        return list(self._benches)

    def begin(self, order: Order) -> None:
        """Make the runs of a replay that was just stored by this process."""
        model = str(order.wire.get("model", ""))
        bench = Bench(
            order,
            client=self._client,
            slots=self._slots,
            width=self._width,
            price=price_of(model, self._models.find(model)),
        )
        self._benches[order.replay_id] = bench
        self._loop.call_soon_threadsafe(self._start, bench)

    def cancel(self, replay_id: UUID) -> bool:
        """Whether this process makes it; then it ends soon, and keeps what is done."""
        bench = self._benches.get(replay_id)
        if bench is None:
            return False
        self._loop.call_soon_threadsafe(bench.halt, ReplayState.CANCELLED)
        return True

    def stop_conversation(self, conversation_id: UUID) -> None:
        """The conversation was deleted: its replays are cancelled."""
        for bench in list(self._benches.values()):
            if bench.order.conversation_id == conversation_id:
                bench.halt(ReplayState.CANCELLED)

    async def live(self, *, heartbeat_seconds: float, lease_seconds: float) -> None:
        """Give signs of life, until cancelled."""
        while True:
            await asyncio.sleep(heartbeat_seconds)
            if not self._benches:
                continue
            try:
                over = await in_database(replay_renew, replay_ids=self.alive, lease_seconds=lease_seconds)
            except DatabaseFault as error:
                log.warning("Replays could give no sign of life, the next try is soon: %s", error)
                continue
            for replay_id in over:
                if bench := self._benches.get(replay_id):
                    bench.lose()

    async def drain(self, grace_seconds: float) -> None:
        """Begin no further runs, give the running ones time to end, interrupt the rest; all is stored."""
        self._draining = True
        for bench in list(self._benches.values()):
            bench.close()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=grace_seconds)
        self._closed = True
        for bench in list(self._benches.values()):
            bench.halt(ReplayState.INTERRUPTED, INTERRUPTED_TEXT)
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _start(self, bench: Bench) -> None:
        if self._draining:
            bench.close()
        if self._closed:
            bench.halt(ReplayState.INTERRUPTED, INTERRUPTED_TEXT)
        task = asyncio.create_task(bench.run(), name=f"replay {bench.order.replay_id}")
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._left(bench, done))

    def _left(self, bench: Bench, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        del self._benches[bench.order.replay_id]
        if error := task.exception():
            log.error("A replay ended by a fault of this program", exc_info=error)
