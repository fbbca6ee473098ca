"""Connections to the model's server, in one of two ways.

"aiohttp": one httpx client over one aiohttp session per event loop, without a cap on connections, kept alive
to spare the TLS handshake. "httpx": a new client with its own connection for every call, the setting to fall
back to. httpx's own shared pool is not offered: its cap stalls the stream after the last slot, and httpcore
loses the slots of cancelled requests (encode/httpcore#1093).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

TransportName = Literal["aiohttp", "httpx"]
KEEPALIVE: Final = 30.0  # seconds


class ConnectionNote:
    """Whether the request in hand went over a connection that had been used before."""

    def __init__(self) -> None:
        self.reused = False


_note: ContextVar[ConnectionNote | None] = ContextVar("connection_note", default=None)


class Connections:
    """Gives out httpx clients. connect_timeout: seconds, TLS handshake included."""

    def __init__(
        self, kind: TransportName, connect_timeout: float, tls: ssl.SSLContext | None = None
    ) -> None:
        self._kind = kind
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._options: dict[str, Any] = {
            "timeout": httpx.Timeout(None, connect=connect_timeout, pool=connect_timeout),
            "follow_redirects": False,
            "trust_env": False,
        }
        self._shared: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[tuple[httpx.AsyncClient, ConnectionNote]]:
        """A client for one call, and the note of how its connection came about."""
        note = ConnectionNote()
        if self._kind == "httpx":
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            async with httpx.AsyncClient(verify=self._tls, limits=limits, **self._options) as client:
                yield client, note
            return
        _note.set(note)
        yield self._shared_client(), note

    async def aclose(self) -> None:
        """Closes the shared client of the running loop."""
        client = self._shared.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _shared_client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        client = self._shared.get(loop)
        if client is None:
            transport = AiohttpTransport(verify=self._tls, trust_env=False, client=self._session)
            client = httpx.AsyncClient(transport=transport, verify=self._tls, **self._options)
            self._shared[loop] = client
        return client

    def _session(self) -> aiohttp.ClientSession:
        # The transport's own `limits` do not reach aiohttp's cap of 100 connections.
        connector = aiohttp.TCPConnector(limit=0, ssl=self._tls, keepalive_timeout=KEEPALIVE)
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, trace_configs=[trace]
        )


async def _note_reuse(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    note = _note.get()
    if note is not None:
        note.reused = True
