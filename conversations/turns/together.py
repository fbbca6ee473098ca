"""One call to the completions server for several replies: each runs its own workflow on its share of it.

- `JointCall`: one place, one request, one stream, in a task of its own. It hands each event to whom it
  concerns.
- `Share`: what one reply's run is given in place of the client and of the places. It sees the events of its
  own choice only, as those of choice 0, and ends when its choice does.

What a call used and cost is told last, and once: to the first choice, which therefore ends with the call and
settles its entry in the ledger. When that one was stopped the next is told, and the call settles the entry
itself. When the last share is left, by its end or by a stop, the call is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from typing import Protocol

from django.db import Error as DatabaseFault

from conversations.completions import (
    CompletionError,
    CompletionRequest,
    Done,
    Finished,
    Identity,
    LogprobsDelta,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    Skipped,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReport,
    Waiting,
)
from conversations.store.ledger import entry_settle
from conversations.store.threads import in_database
from conversations.turns.meter import Meter
from conversations.turns.prices import Price
from conversations.turns.slots import Place

log = logging.getLogger(__name__)

Own = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta | LogprobsDelta | Finished
Asked = asyncio.Future[tuple[CompletionRequest, str]]


class Source(Protocol):
    """What a run takes its reply from: the client, or a share."""

    def stream(
        self, request: CompletionRequest, *, request_id: str
    ) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """As of CompletionsClient."""


class Places(Protocol):
    """What a run takes its place from: the slots, or a share."""

    def place(self, person_id: int, *, seconds: float) -> AbstractAsyncContextManager[Place]:
        """As of Slots."""


class FewerReplies(CompletionError):
    """The server does not know the parameter `n`, or did not follow it."""

    kind = "fewer_replies"
    default_message = "The server sent fewer replies than asked for."


class JointCall:
    """Made for `count` replies; `shares` are theirs, by choice. All of it runs on one event loop.

    price: of the model, where it is known. failure: what ended the call, when that was no reply.
    """

    def __init__(self, client: Source, slots: Places, price: Price | None, *, count: int) -> None:
        self.shares = [Share(self, choice) for choice in range(count)]
        self.failure: BaseException | None = None
        self._client = client
        self._slots = slots
        self._price = price
        self._meter = Meter()
        self._place: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._present: dict[int, Share] = {}
        self._request: Asked = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None

    def enter(self, share: Share, person_id: int, seconds: float) -> None:
        """This share's run has begun. The runs of all shares begin in the same turn of the loop."""
        self._present[share.choice] = share
        if self._task is None:
            self._task = asyncio.create_task(self._run(person_id, seconds), name="replies asked for together")
            self._task.add_done_callback(self._over)

    async def place(self) -> Place:
        """The one place of all. Raises what the slots raise."""
        await asyncio.wait({self._place})
        if self.failure is not None:
            raise self.failure.with_traceback(None)
        return self._place.result()

    def ask(self, request: CompletionRequest, request_id: str) -> None:
        """What to send: the same from every share, so the first to say it is heard."""
        if not self._request.done():
            self._request.set_result((request, request_id))

    async def leave(self, share: Share) -> None:
        """This share's run is over. With the last one the call is."""
        del self._present[share.choice]
        if not self._present and self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, person_id: int, seconds: float) -> None:
        async with self._slots.place(person_id, seconds=seconds) as place:
            self._place.set_result(place)
            request, request_id = await self._request
            self._meter.start(request.to_wire(stream=True), self._price)
            try:
                async with self._client.stream(request, request_id=request_id) as events:
                    async for event in self._meter.reading(events):
                        self._hand_on(event)
            finally:
                if 0 not in self._present:
                    await self._settle(request_id)

    async def _settle(self, request_id: str) -> None:
        """The first reply is gone, and knew only what the call had cost until then."""
        try:
            spent = await asyncio.to_thread(self._meter.spent, request_id)
            await in_database(entry_settle, spent=spent, sent_after_all=True)
        except DatabaseFault:
            log.exception("The cost of a call for several replies could not be stored")

    def _over(self, task: asyncio.Task[None]) -> None:
        self.failure = None if task.cancelled() else task.exception()
        self._place.cancel()
        for share in self._present.values():
            share.end()

    def _hand_on(self, event: StreamEvent) -> None:
        if not self._present or isinstance(event, Done):
            return  # Each share is told its own end.
        first = self._present[min(self._present)]
        match event:
            case UsageReport():
                first.hear(event)
            case Waiting() | Opened() | Identity() | Skipped():
                for share in self._present.values():
                    share.hear(event)
            case _:
                own = self._present.get(event.index)
                if own is not None:
                    own.hear_own(event, stays=own is first)
                if own is not first and first.choice == 0:
                    first.hear(event)  # It is not its own, but what it cost is.


class Share:
    """One reply's part in the call: given to its run as the client and as the places."""

    def __init__(self, call: JointCall, choice: int) -> None:
        self.choice = choice
        self._call = call
        self._events: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        self._begun = False
        self._reason: str | None = None

    @asynccontextmanager
    async def place(self, person_id: int, *, seconds: float) -> AsyncIterator[Place]:
        """The call's own place. Raises as Slots does."""
        self._call.enter(self, person_id, seconds)
        try:
            yield await self._call.place()
        finally:
            await self._call.leave(self)

    @asynccontextmanager
    async def stream(
        self, request: CompletionRequest, *, request_id: str
    ) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """The events of this choice. Raises as CompletionsClient does, and FewerReplies."""
        self._call.ask(request, request_id)
        async with aclosing(self._heard()) as events:
            yield events

    def hear(self, event: StreamEvent) -> None:
        """Something about the whole call."""
        self._events.put_nowait(event)

    def hear_own(self, event: Own, *, stays: bool) -> None:
        """Something about this choice; `stays`: when the choice has ended, wait for the end of the call."""
        self._begun = True
        self._events.put_nowait(replace(event, index=0))
        if isinstance(event, Finished):
            self._reason = event.reason
            if not stays:
                self.end()

    def end(self) -> None:
        """Nothing more comes."""
        self._events.put_nowait(None)

    async def _heard(self) -> AsyncGenerator[StreamEvent, None]:
        finished = False
        while (event := await self._events.get()) is not None:
            finished = finished or (isinstance(event, Finished) and event.index == 0)
            yield event
        if not finished and self._call.failure is not None:
            raise self._call.failure.with_traceback(None)
        if not self._begun:
            raise FewerReplies(detail=f"nothing came for choice {self.choice}")
        yield Done(self._reason, marked=True)
