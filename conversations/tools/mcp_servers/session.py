"""A session with an MCP server, through the official SDK.

Importing this takes half a second and 30 MB, so it is done in a thread and only once a server is configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import httpx2
from mcp.client.client import Client
from mcp.client.session import IncomingMessage
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import SubscriptionLost
from mcp.shared.exceptions import MCPError
from mcp_types import Implementation, ToolListChangedNotification

from conversations.tools.mcp_servers.listing import Listed
from conversations.tools.mcp_servers.results import result_text
from conversations.tools.mcp_servers.server import Server
from conversations.tools.types import Arguments, ToolFailed

CONNECT_SECONDS: Final = 15.0
"""For the connection and the handshake; a program may have to be loaded first."""

LIST_SECONDS: Final = 15.0
PAGES: Final = 20
LISTEN_AGAIN_SECONDS: Final = 5.0

_WEB: Final = httpx2.Timeout(10, read=300)
"""An answer may be a stream that is silent for long: the runner's time-out of a call is shorter than this."""


@asynccontextmanager
async def connected(server: Server, changed: Callable[[], None]) -> AsyncIterator[Client]:
    """A client that is ready. `changed` is called when the server says that its list of tools has changed."""

    async def heard(message: IncomingMessage) -> None:
        if isinstance(message, ToolListChangedNotification):  # servers before 2026-07-28 say it unasked
            changed()

    async with AsyncExitStack() as stack:
        if server.program is not None:
            program = server.program
            target = StdioServerParameters(
                command=program.command, args=list(program.args), env=program.env, cwd=program.cwd
            )
            client = Client(target, cache=None, message_handler=heard, client_info=_OURS)
        else:
            headers = {"Authorization": f"Bearer {server.token}"} if server.token else {}
            web = await stack.enter_async_context(
                httpx2.AsyncClient(headers=headers, timeout=_WEB, trust_env=False)
            )
            transport = streamable_http_client(server.url, http_client=web)
            client = Client(transport, cache=None, message_handler=heard, client_info=_OURS)
        async with asyncio.timeout(CONNECT_SECONDS):
            await stack.enter_async_context(client)
        yield client


_OURS: Final = Implementation(name="Chatsite", version="1")


async def listed(client: Client) -> list[Listed]:
    """All tools of the server, page by page."""
    found: list[Listed] = []
    cursor = None
    async with asyncio.timeout(LIST_SECONDS):
        for _ in range(PAGES):
            page = await client.list_tools(cursor=cursor)
            found += [
                Listed(tool.name, tool.title or "", tool.description or "", tool.input_schema)
                for tool in page.tools
            ]
            cursor = page.next_cursor
            if cursor is None:
                break
    return found


async def listen(client: Client, changed: Callable[[], None]) -> None:
    """Call `changed` whenever the list may have changed; returns when the server does not tell."""
    while True:
        try:
            async with client.listen(tools_list_changed=True) as changes:
                changed()  # before it listened, too
                async for _ in changes:
                    changed()
        except SubscriptionLost:
            changed()
        except (RuntimeError, MCPError, TimeoutError):  # an older server, or the client is closed
            return
        await asyncio.sleep(LISTEN_AGAIN_SECONDS)


async def called(client: Client, name: str, arguments: Arguments) -> str:
    """The result of a tool as text. Raises ToolFailed when the tool says that it failed."""
    result = await client.call_tool(name, arguments)
    text = result_text(result)
    if result.is_error:
        raise ToolFailed(text or "the tool failed and did not say why")
    return text


def told(error: BaseException) -> str:
    """A failure in a few words for admins and models; nothing of the request is in it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    match error:
        case TimeoutError():
            return "it did not answer in time"
        case MCPError():
            return f"it answered with an error: {error.message[:200]}"
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            return "it cannot be reached"
        case httpx2.HTTPError():
            return "the connection broke off"
        case OSError():
            return f"it cannot be started: {error.strerror}"
        case _:
            return f"its answers are not understood ({type(error).__name__})"
