"""One replay being made: its runs, a few at a time, each stored when it ends, until it is done or halted.

The workers are never cancelled, only the calls they wait for: so whatever a call brought is stored.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from django.db import Error as DatabaseFault

from conversations.completions import CompletionError, CompletionsClient
from conversations.models.replay import RUN_PREFIX, ReplayState, RunState
from conversations.replays.comparing import compare
from conversations.replays.receiving import Received
from conversations.replays.recording import Recording
from conversations.replays.rounds import RunOver, answered
from conversations.replays.storing import surely
from conversations.store.replay_runs import RunEnding, replay_run_begin, replay_run_end
from conversations.store.replays import INTERRUPTED_TEXT, Order, replay_end
from conversations.turns.attached import FileGone
from conversations.turns.meter import unsure
from conversations.turns.prices import Price
from conversations.turns.slots import NoPlace, Slots

log = logging.getLogger(__name__)

FAILURES_LIMIT: Final = 3
"""In a row: then the others would fail as well, and may cost all the same."""
PLACE_SECONDS: Final = 600.0
"""How long a run waits for a place: nobody sits in front of it, as with a reply."""
NO_PLACE_TEXT: Final = "Too many replies were being written, and no place became free for this one."
FAULT_TEXT: Final = "Something went wrong on this site while it was made."
_ENDS_RUN_AS: Final = {
    ReplayState.CANCELLED: RunState.STOPPED,
    ReplayState.FAILED: RunState.STOPPED,
    ReplayState.INTERRUPTED: RunState.INTERRUPTED,
}


class Bench:
    """`lost`: somebody else has ended the replay, and nothing more is stored or asked for."""

    def __init__(
        self, order: Order, *, client: CompletionsClient, slots: Slots, width: int, price: Price | None
    ) -> None:
        self.order = order
        self.lost = False
        self._client = client
        self._slots = slots
        self._width = width
        self._price = price
        self._recording = Recording(order)
        self._numbers = iter(range(1, order.choices.times + 1))
        self._calls: set[asyncio.Task[None]] = set()
        self._halted: tuple[ReplayState, str] | None = None
        self._closing = False
        self._failures = 0
        self._whole = 0

    async def run(self) -> None:
        """To the end, which is stored then."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(self._width):
                workers.create_task(self._work())
        if self.lost:
            return
        state, reason = self._halted or self._end()
        await surely(replay_end, replay_id=self.order.replay_id, state=state, reason=reason)

    def halt(self, state: ReplayState, reason: str = "") -> None:
        """End it in this state: running calls are closed at once, and what they brought is kept."""
        if self._halted is None:
            self._halted = (state, reason)
        for call in self._calls:
            call.cancel()

    def lose(self) -> None:
        """Somebody else has ended it."""
        self.lost = True
        self.halt(ReplayState.INTERRUPTED)

    def close(self) -> None:
        """Begin no further runs; with some of them missing it is interrupted."""
        self._closing = True

    def _end(self) -> tuple[ReplayState, str]:
        if self._closing and next(self._numbers, None) is not None:
            return ReplayState.INTERRUPTED, INTERRUPTED_TEXT
        return (ReplayState.COMPLETE if self._whole else ReplayState.FAILED), ""

    async def _work(self) -> None:
        while self._halted is None and not self._closing:
            number = next(self._numbers, None)
            if number is None:
                return
            await self._run(number)

    async def _run(self, number: int) -> None:
        replay_id = self.order.replay_id
        received = Received(number, f"{RUN_PREFIX}{replay_id}-{number}")
        request_id = received.call.request_id
        begun = await surely(replay_run_begin, replay_id=replay_id, number=number, request_id=request_id)
        if not begun:
            self.lose()
            return
        ending = await self._ending(received)
        try:
            await surely(replay_run_end, replay_id=replay_id, number=number, ending=ending)
        except (DatabaseFault, ArithmeticError, ValueError):
            log.exception("What is known of a replay does not fit its row; it is stored without it")
            spent = tuple(unsure(call.request_id) for call in received.call.chain)
            bare = RunEnding(RunState.FAILED, "", spent, _told("internal", FAULT_TEXT))
            await surely(replay_run_end, replay_id=replay_id, number=number, ending=bare)
        self._count(ending.state)

    async def _ending(self, received: Received) -> RunEnding:
        call = asyncio.create_task(self._call(received), name=received.call.request_id)
        self._calls.add(call)
        if self._halted is not None:
            call.cancel()
        await asyncio.wait({call})
        self._calls.discard(call)
        state, told = self._outcome(call)
        if state == RunState.COMPLETE:
            comparison = await asyncio.to_thread(compare, self.order.original, received.said)
            told = comparison.columns
        return await asyncio.to_thread(received.ending, state, told)

    def _outcome(self, call: asyncio.Task[None]) -> tuple[RunState, dict[str, Any]]:
        """How a call ended, and what is told of it, as columns of ReplayRun."""
        if call.cancelled():
            state, _ = self._halted or (ReplayState.INTERRUPTED, "")
            return _ENDS_RUN_AS[state], {}
        error = call.exception()
        if error is None:
            return RunState.COMPLETE, {}
        if isinstance(error, RunOver):
            self.lose()
            return RunState.INTERRUPTED, {}
        if isinstance(error, CompletionError):
            return RunState.FAILED, _told(error.kind, error.user_message, error.detail)
        if isinstance(error, FileGone):
            return RunState.FAILED, _told("attachment_gone", str(error))
        if isinstance(error, NoPlace):
            return RunState.FAILED, _told("busy", NO_PLACE_TEXT)
        log.error("A replay failed by a fault of this program", exc_info=error)
        return RunState.FAILED, _told("internal", FAULT_TEXT)

    async def _call(self, received: Received) -> None:
        async with self._slots.place(self.order.owner_id, seconds=PLACE_SECONDS):
            await answered(
                received,
                self._recording,
                replay_id=self.order.replay_id,
                client=self._client,
                price=self._price,
            )

    def _count(self, state: RunState) -> None:
        if state == RunState.COMPLETE:
            self._whole += 1
            self._failures = 0
        elif state == RunState.FAILED:
            self._failures += 1
            if self._failures == FAILURES_LIMIT:
                self.halt(ReplayState.FAILED, f"It stopped after {FAILURES_LIMIT} failures in a row.")


def _told(kind: str, message: str, detail: str = "") -> dict[str, Any]:
    return {"error_kind": kind, "error_message": message, "error_detail": detail}
