"""The servers of this process: a connection to each that is configured, begun and ended as that changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Final

from django.db import Error as DatabaseFault
from django.db.models.signals import post_delete, post_save
from django.db.transaction import on_commit

from conversations.models import McpServer
from conversations.store.mcp_servers import mcp_servers_enabled
from conversations.store.threads import in_database
from conversations.tools.mcp_servers.connection import Connection
from conversations.tools.mcp_servers.listing import CHECKER
from conversations.tools.mcp_servers.server import Server, of_row, of_settings
from conversations.tools.types import Tool

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 60.0
"""Rows that something else than this process's admin pages has changed are noticed so soon."""


class McpServers:
    """`tools` and `status` may be asked from any thread, at any time."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()

    def tools(self) -> dict[str, Tool]:
        """Those of all servers that can be reached, by the names that models see."""
        found: dict[str, Tool] = {}
        for name in sorted(self._connections):
            connection = self._connections.get(name)
            found |= connection.tools if connection else {}
        return found

    def status(self, name: str) -> str:
        """How a server is, in words."""
        connection = self._connections.get(name)
        return connection.status if connection else "not used"

    def look_again(self, names: Iterable[str]) -> None:
        """Ask these servers now, from any thread. Without a running site, nothing happens."""
        if self._loop is not None:
            for name in names:
                if connection := self._connections.get(name):
                    self._loop.call_soon_threadsafe(connection.look_again)

    async def run(self) -> None:
        """Until it is cancelled; then all connections are closed."""
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        for signal in (post_save, post_delete):
            signal.connect(self._rows_changed, sender=McpServer)
        try:
            while True:
                self._changed.clear()
                await self._reconcile()
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._changed.wait()
                except TimeoutError:
                    continue
        finally:
            for signal in (post_save, post_delete):
                signal.disconnect(self._rows_changed, sender=McpServer)
            self._loop = None
            await self._close(list(self._connections))
            await asyncio.to_thread(CHECKER.close)

    def _rows_changed(self, **_: Any) -> None:
        loop = self._loop
        if loop is not None:
            on_commit(lambda: loop.call_soon_threadsafe(self._changed.set))

    async def _reconcile(self) -> None:
        """Begin and end connections so that they are those that are configured."""
        try:
            rows = await in_database(mcp_servers_enabled)
        except DatabaseFault as error:
            log.warning("The MCP servers could not be read, the next try is soon: %s", error)
            return
        wanted: dict[str, Server] = {row.name: of_row(row) for row in rows}
        wanted |= {server.name: server for server in of_settings()}
        old = [name for name, held in self._connections.items() if wanted.get(name) != held.server]
        await self._close(old)
        for name, server in wanted.items():
            if name not in self._connections:
                self._connections[name] = Connection(server)
                self._connections[name].start()

    async def _close(self, names: Iterable[str]) -> None:
        closed = [self._connections.pop(name) for name in names]
        await asyncio.gather(*(connection.close() for connection in closed))


SERVERS: Final = McpServers()
"""Those of this process. Run by the start of the site."""
