"""The websocket of the chat: reads frames, hands each to whom it concerns, says what came of it.

It never waits for a reply: it starts one and watches, so that the next frame (Stop, above all) is handled at
once. It touches neither the database nor the network itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar
from uuid import UUID

from django.db import Error as DatabaseFault

from chatsite.accounts.rights import ShutOut, SignedOut
from conversations import bus, protocol
from conversations.errors import NotFound, Refused
from conversations.sockets.claims import Asking, claim_for
from conversations.sockets.connection import Connection
from conversations.sockets.decisions import decide
from conversations.sockets.doorkeeper import CLOSE_CODES, as_person
from conversations.sockets.rounds import Round
from conversations.sockets.watch import Watch, page_before
from conversations.store.claims import Claim
from conversations.store.conversations import branch_choose
from conversations.store.generations import generation_owned
from conversations.turns.lifecycle import Turns, current
from conversations.views.articles import article_frame
from conversations.views.rows import row_frame, row_read

log = logging.getLogger(__name__)

WATCHES = 8
"""Conversations that one socket may watch at a time."""
ROW_SECONDS = 0.2
"""How late the list of conversations may be: what is read and written in a conversation goes first."""


class ChatConsumer(Connection):
    """One socket. Replies it starts go on without it."""

    def entered(self) -> None:
        self.watches: dict[UUID, Watch] = {}
        self.changed = Round(self._tell_change, pause=0)
        self.rows = Round(self._tell_row, pause=ROW_SECONDS)
        self.leaving.append(bus.subscribe(self.ticket.person_id, self._hear))
        self.leaving.append(self._leave_all)

    # Frames from the client

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        in_time = self.budget.take()
        if self.budget.exhausted:
            await self.end(4429)
            return
        try:
            if text_data is None:
                raise protocol.FrameRefused("Frames are text, not binary.")
            frame = protocol.parse(text_data)
        except protocol.FrameRefused as error:
            await self._error(Refused("bad_frame", str(error)))
            return
        if in_time:
            await self._carry_out(frame)
        else:
            await self._error(Refused("too_many", "Too many frames at once. Slow down.", retry=True), frame)

    async def _carry_out(self, frame: protocol.AnyInbound) -> None:
        try:
            await self.HANDLERS[type(frame)](self, frame)
        except Refused as refused:
            await self._error(refused, frame)
        except (SignedOut, ShutOut) as gone:
            await self.end(CLOSE_CODES[type(gone)])
        except DatabaseFault as error:
            log.warning("A frame of type %s could not be carried out: %s", type(frame).__name__, error)
            text = "The site could not store this just now. Nothing that was stored is lost. Try again."
            await self._error(Refused("unavailable", text, retry=True), frame)

    async def _error(self, refused: Refused, frame: protocol.AnyInbound | None = None) -> None:
        await self.reply(
            protocol.Error(
                ref=frame.ref if frame else None,
                code=refused.code,
                message=refused.message,
                retry=refused.retry,
                client_id=getattr(frame, "client_id", None),
            )
        )

    async def _open(self, frame: protocol.Open) -> None:
        self._forget(frame.conversation)
        if len(self.watches) >= WATCHES:
            raise Refused("too_many", f"One socket can watch {WATCHES} conversations. Leave one first.")
        watch = Watch(self.ticket, frame, self.reply, self.stalled)
        self.watches[frame.conversation] = watch
        row_is_due = self.rows.drop(frame.conversation)
        try:
            await watch.refresh(ref=frame.ref, opening=True)
        except Refused:
            self._forget(frame.conversation)
            raise
        finally:
            if row_is_due:  # after the look that was just made, which tells it
                self.rows.add(frame.conversation)

    async def _leave(self, frame: protocol.Leave) -> None:
        self._forget(frame.conversation)
        await self.reply(protocol.Done(ref=frame.ref))

    async def _page(self, frame: protocol.Page) -> None:
        views, older = await as_person(
            self.ticket, lambda person: page_before(person, frame.conversation, frame.before)
        )
        articles = await asyncio.to_thread(lambda: [article_frame(view, frame.format) for view in views])
        await self.reply(
            protocol.PageOf(
                ref=frame.ref,
                conversation=frame.conversation,
                before=frame.before,
                messages=articles,
                older=older,
            )
        )

    async def _turn(self, frame: Asking) -> None:
        """A frame that claims a reply: carried to its end even if this socket closes meanwhile."""
        turns = current()
        turns.generations.accept()
        claim = await self.errand(self._claim(frame, turns))
        await self.reply(
            protocol.TurnAccepted(
                ref=frame.ref,
                client_id=frame.client_id,
                conversation=claim.conversation_id,
                message=claim.message_id,
                reply=claim.reply_id,
                generation=claim.generation_id,
                repeated=claim.repeated,
                branched=claim.branched,
                others=[
                    protocol.Beside(reply=other.reply_id, generation=other.generation_id)
                    for other in claim.others
                ]
                or None,
            )
        )

    async def _claim(self, frame: Asking, turns: Turns) -> Claim:
        claim = await as_person(self.ticket, lambda person: claim_for(frame, person, turns.lease))
        if not claim.repeated:
            turns.generations.begin(claim)
        return claim

    async def _stop(self, frame: protocol.TurnStop) -> None:
        await as_person(
            self.ticket, lambda person: generation_owned(person=person, generation_id=frame.generation)
        )
        generations = current().generations
        live = generations.find(frame.generation)
        if live is not None:
            watch = self.watches.get(live.conversation_id)
            viewer = watch.viewer(frame.generation) if watch else None
            shown = viewer.seen(frame.cursor) if viewer and frame.cursor is not None else None
            generations.stop(live, cursor=shown)
        await self.reply(protocol.Done(ref=frame.ref))

    async def _decide(self, frame: protocol.ToolDecide) -> None:
        await self.errand(decide(self.ticket, frame))
        await self.reply(protocol.Done(ref=frame.ref))

    async def _choose(self, frame: protocol.BranchChoose) -> None:
        await as_person(self.ticket, lambda person: branch_choose(person=person, message_id=frame.message))
        await self.reply(protocol.Done(ref=frame.ref))

    async def _ack(self, frame: protocol.Ack) -> None:
        for watch in self.watches.values():
            viewer = watch.viewer(frame.generation)
            if viewer is not None and viewer.acknowledge(frame.seq):
                self.budget.give_back()  # there are no more of these than frames were sent

    async def _ping(self, frame: protocol.Ping) -> None:
        await self.reply(protocol.Pong(ref=frame.ref))

    HANDLERS: ClassVar[dict[type, Callable[[ChatConsumer, Any], Coroutine[Any, Any, None]]]] = {
        protocol.Open: _open,
        protocol.Leave: _leave,
        protocol.Page: _page,
        protocol.TurnStart: _turn,
        protocol.TurnEdit: _turn,
        protocol.TurnRegenerate: _turn,
        protocol.TurnContinue: _turn,
        protocol.TurnStop: _stop,
        protocol.BranchChoose: _choose,
        protocol.ToolDecide: _decide,
        protocol.Ack: _ack,
        protocol.Ping: _ping,
    }

    # News of what was committed, by anybody

    def _hear(self, news: bus.News) -> None:
        if news.conversation_id in self.watches:
            self.changed.add(news.conversation_id)
        else:
            self.rows.add(news.conversation_id)

    async def _tell_change(self, conversation_id: UUID) -> None:
        watch = self.watches.get(conversation_id)
        if watch is None or await self._tell(conversation_id, watch.refresh()):
            self.rows.add(conversation_id)

    async def _tell_row(self, conversation_id: UUID) -> None:
        await self._tell(conversation_id, self._send_row(conversation_id))

    async def _send_row(self, conversation_id: UUID) -> None:
        watch = self.watches.get(conversation_id)
        row = watch.row if watch else None  # as read when the conversation last changed
        if row is None:
            row = await as_person(self.ticket, lambda person: row_read(person, conversation_id))
        await self.reply(row_frame(row))

    async def _tell(self, conversation_id: UUID, telling: Coroutine[Any, Any, None]) -> bool:
        """Whether there is still something to tell of this conversation."""
        try:
            await telling
        except NotFound:
            self._forget(conversation_id)
            self.rows.drop(conversation_id)
            await self.reply(protocol.ConversationRemoved(conversation=conversation_id))
            return False
        except (SignedOut, ShutOut) as gone:
            await self.end(CLOSE_CODES[type(gone)])
            return False
        except Refused as refused:
            log.warning("News could not be told: %s", refused.message)
        return True

    def _forget(self, conversation_id: UUID) -> None:
        watch = self.watches.pop(conversation_id, None)
        if watch is not None:
            watch.close()

    def _leave_all(self) -> None:
        for conversation_id in list(self.watches):
            self._forget(conversation_id)
        self.changed.cancel()
        self.rows.cancel()
