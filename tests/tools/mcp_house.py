"""A real MCP server made with the SDK, run by tests: as a program (`python mcp_house.py`), or on a port.

async with house_on_the_web() as house:
    house.url, house.server
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from mcp.server.mcpserver import Image, MCPServer


def house() -> MCPServer:
    """A server with a few tools of every kind."""
    server = MCPServer("house")

    @server.tool(title="Add up")
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    @server.tool()
    async def wait() -> str:
        """Wait for ever."""
        await asyncio.Event().wait()
        return ""

    @server.tool()
    def refuse() -> str:
        """Fail."""
        raise ValueError("no luck today")

    @server.tool()
    def picture() -> Image:
        """Return a picture."""
        return Image(data=b"\x89PNG" * 3, format="png")

    @server.tool()
    def environment() -> list[str]:
        """Name the variables that this program got."""
        return sorted(os.environ)

    @server.tool()
    def leave() -> str:
        """End this program at once."""
        os._exit(1)

    return server


@dataclass
class House:
    url: str
    server: MCPServer
    secrets: list[str] = field(default_factory=list)
    """The Authorization header of each request."""
    _web: Any = None
    _serving: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Serve no more; stopping again changes nothing."""
        self._web.should_exit = True
        if self._serving is not None:
            await self._serving


@asynccontextmanager
async def house_on_the_web(port: int = 0, server: MCPServer | None = None) -> AsyncIterator[House]:
    """The server on loopback, over streamable HTTP, on this event loop."""
    import uvicorn

    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    made = House(f"http://127.0.0.1:{taken.getsockname()[1]}/mcp", server or house())
    inner = made.server.streamable_http_app()

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        if scope["type"] == "http":
            headers = dict(scope["headers"])
            made.secrets.append(headers.get(b"authorization", b"").decode())
        await inner(scope, receive, send)

    web = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    web.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    made._web, made._serving = web, asyncio.create_task(web.serve(sockets=[taken]))
    try:
        yield made
    finally:
        await made.stop()


if __name__ == "__main__":
    house().run("stdio")
