"""One server: a task that connects, lists the tools, waits for news of them, and connects anew.

The task owns the SDK's client from beginning to end; calls come from the tasks of turns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from conversations.tools.mcp_servers.listing import Offer, offer
from conversations.tools.mcp_servers.server import Server
from conversations.tools.types import Arguments, Tool, ToolFailed

if TYPE_CHECKING:
    from mcp.client.client import Client

log = logging.getLogger(__name__)

REFRESH_SECONDS: Final = 300.0
"""The list is read again at least so often, which also shows whether the server is still there."""

RETRY_SECONDS: Final = (5.0, 15.0, 60.0, 300.0)
"""Between tries to connect; the last one from then on."""


class Connection:
    """status: in words, for admins. Everything runs on the event loop that `start` is called on."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.status = "not asked yet"
        self._tools: Mapping[str, Tool] = {}
        self._client: Client | None = None
        self._news = asyncio.Event()
        self._failures = 0
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    @property
    def tools(self) -> Mapping[str, Tool]:
        """By the names that models see; none while the server is away."""
        return self._tools

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"MCP server {self.server.name}")

    async def close(self) -> None:
        """End the connection, and the program if it is one."""
        # A cancellation is lost when it meets an answer in the SDK's streams, and a second one would
        # break off the end of a program. So there is one, and a word for the loops.
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def look_again(self) -> None:
        """Read the list now, or connect now."""
        self._news.set()

    async def _run(self) -> None:
        await asyncio.to_thread(import_module, "conversations.tools.mcp_servers.session")
        from conversations.tools.mcp_servers.session import told

        while not self._closing:
            self._news.clear()
            try:
                await self._serve()
            except Exception as error:  # a foreign program and its transport can fail in any way
                self._away(told(error))
            seconds = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
            self._failures += 1
            await self._wait(seconds)

    async def _serve(self) -> None:
        """Connect and keep the list of tools up to date. Raises what ended the connection."""
        from conversations.tools.mcp_servers.session import connected, listed, listen

        async with connected(self.server, self.look_again) as client:
            listening = asyncio.create_task(listen(client, self.look_again))
            try:
                while not self._closing:
                    self._news.clear()
                    found = await listed(client)
                    self._here(client, await asyncio.to_thread(offer, self.server, found, self._call))
                    await self._wait(REFRESH_SECONDS)
            finally:
                self._client = None
                listening.cancel()

    async def _wait(self, seconds: float) -> None:
        """Until there is news, or so long."""
        if self._closing:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    async def _call(self, name: str, arguments: Arguments) -> str:
        from conversations.tools.mcp_servers.session import called, told

        client = self._client
        if client is None:
            raise ToolFailed(f"the server “{self.server.name}” cannot be reached now")
        try:
            return await called(client, name, arguments)
        except ToolFailed:
            raise
        except Exception as error:  # as above; the turn goes on with what can be said of it
            self.look_again()
            raise ToolFailed(f"the server “{self.server.name}” did not do it: {told(error)}") from error

    def _here(self, client: Client, made: Offer) -> None:
        self._client, self._tools, self._failures = client, made.tools, 0
        count = len(made.tools)
        words = f"reachable, {count} tool{'' if count == 1 else 's'}"
        if made.left_out:
            names = ", ".join(name[:40] for name in made.left_out[:5])
            words += f"; {len(made.left_out)} cannot be offered: {names}"
        self._say(words)

    def _away(self, why: str) -> None:
        self._client, self._tools = None, {}
        self._say(why)

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            log.info("MCP server %s: %s", self.server.name, status)
