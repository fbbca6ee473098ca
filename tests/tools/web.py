"""A small web server on loopback that answers what a test wrote, and a resolver that leads names to it.

async with web({"/": answer(b"Hello")}) as site:
    await safe_fetch(site.url("/"), site.rules())
    assert site.requests == ["GET / HTTP/1.1"]
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from conversations.tools.fetching import Rules

LOOPBACK = "127.0.0.1"


@dataclass
class Site:
    """heads: of each request that came, as text."""

    port: int
    heads: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def requests(self) -> list[str]:
        return [head.splitlines()[0] for head in self.heads]

    def url(self, path: str, host: str = "pages.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def rules(self, **changed: object) -> Rules:
        """Every name is on loopback, and loopback is allowed."""

        async def resolve(host: str, port: int) -> list[str]:
            self.asked.append(host)
            return [LOOPBACK]

        rules = Rules(frozenset({self.port}), lambda address: address == LOOPBACK, resolve)
        return replace(rules, **changed)  # type: ignore[arg-type]


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/plain") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {to}", status=status)


@asynccontextmanager
async def web(
    pages: Mapping[str, bytes], *, address: str = LOOPBACK, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    """Each path with all the bytes of its answer; an empty answer leaves the reader waiting."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            site.heads.append(head)
            whole = pages[head.split()[1]]
            writer.write(whole)
            await writer.drain()
            if not whole:
                await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, address, 0, ssl=tls)
    site = Site(server.sockets[0].getsockname()[1])
    async with server:
        yield site
