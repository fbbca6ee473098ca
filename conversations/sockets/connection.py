"""A websocket of this site, before any frame: who may open one, when it closes, and how it says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qs

from autobahn.exception import Disconnected
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from chatsite.accounts.rights import Ticket, ticket_of
from conversations import protocol
from conversations.errors import Refused
from conversations.sockets.doorkeeper import Doorkeeper
from conversations.sockets.limits import FrameBudget, SocketCount
from conversations.turns.lifecycle import current

T = TypeVar("T")
PING_SECONDS = 20
MAY_RECONNECT = frozenset({4408, 4412, 4429, 4500})

_sockets = SocketCount()
_doorkeeper = Doorkeeper()


class Connection(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """One open socket of one person. `leaving`: what is undone when it closes."""

    ticket: Ticket
    budget: FrameBudget

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving: list[Callable[[], object]] = []
        self.errands: set[asyncio.Task[Any]] = set()
        self.closing = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one socket. However that ends, by an error too, nothing of it is left behind."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self.disconnect(1006)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does it, which before each frame also looks for old database connections in a thread.

        The rows are not read there but in threads of our own: see `conversations.store.threads`.
        """
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        await self.accept()
        code = self._refused()
        if code:
            await self.end(code)
            return
        limits = settings.LIMITS
        self.budget = FrameBudget(per_second=limits.frames_per_second, burst=limits.frames_burst)
        await self.reply(
            protocol.Welcome(
                version=protocol.VERSION,
                person=str(self.ticket.person_id),
                ping_seconds=PING_SECONDS,
                message_characters=limits.message_characters,
                frames_unacked=limits.unacked_frames // 2,
            )
        )
        self.entered()

    def entered(self) -> None:
        """The person is in: for subclasses."""

    def _refused(self) -> int | None:
        """Why this socket may not stay, as a close code; else register it with all who need to know."""
        asked = parse_qs(self.scope["query_string"].decode("latin-1")).get("version", [str(protocol.VERSION)])
        if asked != [str(protocol.VERSION)]:
            return 4400
        ticket = ticket_of(self.scope["user"], self.scope["session"])
        if ticket is None:
            return 4401
        try:
            turns = current()
        except Refused:
            return 4412
        limits, address = settings.LIMITS, (self.scope.get("client") or ["?"])[0]
        if not _sockets.enter(
            ticket.person_id,
            address,
            per_person=limits.sockets_per_user,
            per_address=limits.sockets_per_address,
        ):
            return 4429
        self.ticket = ticket
        self.leaving.append(lambda: _sockets.leave(ticket.person_id, address))
        _doorkeeper.watch(ticket, self.end)
        self.leaving.append(lambda: _doorkeeper.forget(self.end))
        turns.at_shutdown.add(self._restarting)
        self.leaving.append(lambda: turns.at_shutdown.discard(self._restarting))
        return None

    async def disconnect(self, code: int) -> None:
        self.closing = True
        for leave in self.leaving:
            leave()
        self.leaving.clear()

    async def end(self, code: int) -> None:
        """Say why, and close."""
        if self.closing:
            return
        await self.reply(
            protocol.Closing(code=code, message=protocol.CLOSE_CODES[code], reconnect=code in MAY_RECONNECT)
        )
        self.closing = True
        await self.close(code=code)

    async def _restarting(self) -> None:
        await self.end(4412)

    async def stalled(self) -> None:
        """The client does not acknowledge."""
        await self.end(4408)

    async def reply(self, frame: protocol.Outbound) -> None:
        """Send a frame, unless the socket is closing."""
        if self.closing:
            return
        try:
            await self.send(text_data=protocol.encode(frame))
        except Disconnected:  # the client is gone, and `disconnect` is on its way here
            self.closing = True

    def errand(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        """Begin work that is carried to its end even if this socket closes meanwhile."""
        task = asyncio.ensure_future(work)
        self.errands.add(task)
        task.add_done_callback(self.errands.discard)
        return asyncio.shield(task)
