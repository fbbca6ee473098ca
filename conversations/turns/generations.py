"""The replies being written by this process: begin one, find it, stop it, drain them all.

Each has a supervisor: a task that is never cancelled. It runs the workflow in a task that may be, decides
what the end was, and stores it, however long the database takes to accept it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from django.db import Error as DatabaseFault

from conversations import bus
from conversations.completions import CompletionsClient
from conversations.errors import Refused
from conversations.store.claims import Claim
from conversations.store.generations import Ending, generation_finish
from conversations.store.ledger import Spent, entry_settle
from conversations.store.prompts import Material
from conversations.store.rendered import id_prefix
from conversations.store.threads import in_database
from conversations.turns import outcome as outcomes
from conversations.turns.catalogue import ModelList
from conversations.turns.judging import finished
from conversations.turns.keeping import kept_tokens
from conversations.turns.live import LiveGeneration
from conversations.turns.meter import unsure
from conversations.turns.outcome import Outcome
from conversations.turns.patience import patiently
from conversations.turns.prices import price_of
from conversations.turns.run import reply
from conversations.turns.slots import Slots
from conversations.turns.together import JointCall, Places, Source

log = logging.getLogger(__name__)


class Generations:
    """One per process. Everything runs on the event loop that `begin` is called on."""

    def __init__(
        self, *, client: CompletionsClient, models: ModelList, slots: Slots, queue_seconds: float
    ) -> None:
        self._client = client
        self._models = models
        self._slots = slots
        self._queue_seconds = queue_seconds
        self._live: dict[UUID, LiveGeneration] = {}
        self._supervisors: set[asyncio.Task[None]] = set()
        self.draining = False
        self._closed = False

    def __iter__(self) -> Iterator[LiveGeneration]:
        return iter(list(self._live.values()))

    def accept(self) -> None:
        """Raises Refused when the process is about to end: asked before a claim is made."""
        if self.draining:
            raise Refused(
                "restarting",
                "The site restarts. Your message is kept; it can be sent in a moment.",
                retry=True,
            )

    def begin(self, claim: Claim) -> LiveGeneration:
        """Start writing the reply of a claim that was just stored by this process, and those beside it.

        When the grace period of a drain is over it is interrupted at once.
        """
        if claim.material is None:
            raise ValueError("A repeated claim is being written already, or was.")
        if not claim.others:
            return self._start(claim, claim.material, self._client, self._slots)
        price = price_of(claim.model, self._models.find(claim.model))
        call = JointCall(self._client, self._slots, price, count=1 + len(claim.others))
        first, *others = zip((claim, *claim.others), call.shares, strict=True)
        live = self._start(first[0], claim.material, first[1], first[1])
        for other, share in others:
            self._start(other, claim.material, share, share)
        return live

    def _start(self, claim: Claim, material: Material, client: Source, slots: Places) -> LiveGeneration:
        live = LiveGeneration(claim)
        self._live[live.held.generation_id] = live
        live.task = asyncio.create_task(
            reply(
                live,
                material,
                client=client,
                models=self._models,
                slots=slots,
                queue_seconds=self._queue_seconds,
            ),
            name=f"reply {live.held.generation_id}",
        )
        supervisor = asyncio.create_task(self._supervise(live, live.task))
        self._supervisors.add(supervisor)
        supervisor.add_done_callback(self._supervisors.discard)
        if self._closed:
            live.task.cancel()
        return live

    def find(self, generation_id: UUID) -> LiveGeneration | None:
        """The reply if this process is writing it."""
        return self._live.get(generation_id)

    def of_conversation(self, conversation_id: UUID) -> list[LiveGeneration]:
        """The replies of a conversation that this process is writing."""
        return [live for live in self if live.conversation_id == conversation_id]

    def stop(self, live: LiveGeneration, *, cursor: int | None = None) -> None:
        """End it as stopped, keeping the text up to `cursor`. Stopping again changes nothing.

        A reply that is written to its end and only has to be stored keeps that end, and all of its text.
        """
        if live.stop_asked or live.written:
            return
        live.stop_asked = True
        if cursor is not None:
            live.cut_to(cursor)
        self._cancel(live)

    def lose(self, live: LiveGeneration) -> None:
        """Somebody else has ended it: close the call and write nothing more."""
        live.lost = True
        self._cancel(live)

    async def drain(self, grace_seconds: float) -> None:
        """Take no new ones, give the running ones time to end, interrupt the rest; all is stored then."""
        self.draining = True
        if self._supervisors:
            await asyncio.wait(set(self._supervisors), timeout=grace_seconds)
        self._closed = True
        for live in self:
            self._cancel(live)
        while self._supervisors:
            await asyncio.wait(set(self._supervisors))

    @staticmethod
    def _cancel(live: LiveGeneration) -> None:
        if live.task is not None:
            live.task.cancel()

    async def _supervise(self, live: LiveGeneration, task: asyncio.Task[Outcome]) -> None:
        try:
            outcome = await self._outcome(live, task)
            if not live.lost:
                await self._finish(live, outcome)
            if live.lost:
                await self._settle(live)
        finally:
            del self._live[live.held.generation_id]
            live.leave()
            if live.ending is None:
                # Whoever watched it has been told no end: they are to read from the store what became of it.
                bus.publish(bus.ConversationChanged(live.owner_id, live.conversation_id, revision=0))

    async def _outcome(self, live: LiveGeneration, task: asyncio.Task[Outcome]) -> Outcome:
        await asyncio.wait({task})
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("A reply failed by a fault of this program", exc_info=error)
        if live.stop_asked:
            return outcomes.STOPPED
        if task.cancelled():
            return outcomes.INTERRUPTED
        return task.result() if error is None else outcomes.INTERNAL

    async def _finish(self, live: LiveGeneration, outcome: Outcome) -> None:
        """Store the end, trying again while the database cannot: an end is never dropped."""
        content = live.text
        form = await asyncio.to_thread(
            finished,
            content,
            schema=live.schema,
            state=outcome.state,
            id_prefix=id_prefix(live.held.message_id),
        )
        facts = live.facts_for_the_end | outcome.columns(live.call)
        spent = await self._spent(live)
        calls = live.calls.unstored
        ending = Ending(
            outcome.state,
            content,
            form.blocks,
            live.reasoning,
            facts,
            form.columns,
            spent,
            calls,
            await kept_tokens(live, outcome.state),
        )
        try:
            stored = await self._store(live, ending)
        except (DatabaseFault, ArithmeticError, ValueError):
            log.exception("What is known of a call does not fit its row; the reply is stored without it")
            bare = tuple(unsure(entry.request_id) for entry in spent)
            ending = replace(ending, facts=outcome.columns(None), spent=bare, calls=(), tokens=None)
            stored = await self._store(live, ending)
        if stored:
            live.end(ending, outcome)
        else:
            live.lost = True

    @staticmethod
    async def _spent(live: LiveGeneration) -> tuple[Spent, ...]:
        """What its calls cost. Counting a long text takes a while, and is done in a thread."""
        if live.call is None or not live.pays:
            return ()
        return live.call.spent() if live.call.is_quick else await asyncio.to_thread(live.call.spent)

    async def _settle(self, live: LiveGeneration) -> None:
        """Somebody else has ended the reply, without knowing what this process knows of its cost."""
        try:
            for spent in await self._spent(live):
                await in_database(entry_settle, spent=spent)
        except DatabaseFault:
            log.exception("The cost of a reply that was ended elsewhere could not be stored")

    async def _store(self, live: LiveGeneration, ending: Ending) -> bool:
        return await patiently(lambda: in_database(generation_finish, held=live.held, ending=ending))
