"""A scripted upstream on raw TCP: exact bytes, cuts and resets, for faults that no HTTP server will produce.

A script is a coroutine that speaks on one connection after the request has been read:

    async def script(peer): await peer.send(HEAD + b"data: …"); await peer.reset()

Every connection runs the next script of the list; the last one is used again for all that follow.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

SSE_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"X-Inference-Id: inf-1\r\nConnection: close\r\n\r\n"
)


@dataclass
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Peer:
    """One connection, seen from the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reset(self) -> None:
        """Ends the connection with RST in place of FIN."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def until_closed(self) -> None:
        """Waits for the client to close its side."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            pass


Script = Callable[[Peer], Awaitable[None]]


class Upstream:
    """The running server: its base URL, what it received, and how many connections are open."""

    def __init__(self, scripts: list[Script]) -> None:
        self.scripts = scripts
        self.requests: list[Received] = []
        self.connections = 0
        self.open = 0
        self.tasks: set[asyncio.Task[None]] = set()
        self.idle = asyncio.Event()
        self.idle.set()
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        self.connections += 1
        self.open += 1
        self.idle.clear()
        peer = Peer(reader, writer)
        try:
            while True:
                script = self.scripts[min(len(self.requests), len(self.scripts) - 1)]
                received = await read_request(reader, whole=getattr(script, "reads_body", True))
                if received is None:
                    return
                self.requests.append(received)
                await script(peer)
                if not getattr(script, "keeps_alive", False):
                    return
        except ConnectionError:
            pass
        finally:
            self.open -= 1
            if not self.open:
                self.idle.set()
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def end(self) -> None:
        """Ends every connection that is still open."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader, *, whole: bool) -> Received | None:
    """The next request, or None when the client closed instead; only its head unless `whole`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    line, *fields = head.decode("latin-1").strip().split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0"))) if whole else b""
    return Received(line, headers, body)


@asynccontextmanager
async def upstream(*scripts: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Upstream]:
    state = Upstream(list(scripts))
    server = await asyncio.start_server(state.handle, "127.0.0.1", 0, ssl=tls)
    state.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield state
    finally:
        server.close()
        await state.end()


def sends(data: bytes, *, then: str = "fin") -> Script:
    """Sends `data`, and then closes ("fin"), resets ("rst") or waits for the client ("hold")."""

    async def script(peer: Peer) -> None:
        await peer.send(data)
        if then == "rst":
            await asyncio.sleep(0.01)  # lets the bytes leave: RST discards what is still in the buffers
            await peer.reset()
        elif then == "hold":
            await peer.until_closed()

    return script


def kept_alive(body: bytes, content_type: str = "text/event-stream") -> Script:
    """A whole answer in chunked encoding, after which the connection stays open."""

    async def script(peer: Peer) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
        await peer.send(head.encode() + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")

    script.keeps_alive = True  # type: ignore[attr-defined]
    return script


def answer(
    status: int, body: bytes | dict[str, Any] = b"", headers: str = "", content_type: str = "application/json"
) -> Script:
    """An answer in one piece, with its length; `headers` are further lines, each with CRLF."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n"
    return sends(f"{head}Connection: close\r\n{headers}\r\n".encode() + data)


def events(*payloads: dict[str, Any] | str, done: bool = True) -> bytes:
    """A stream in the provider's wire form."""
    texts = [payload if isinstance(payload, str) else json.dumps(payload) for payload in payloads]
    return b"".join(f"data: {text}\n\n".encode() for text in [*texts, *(["[DONE]"] if done else [])])


def delta(index: int = 0, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """A chunk with one choice."""
    return {"id": "c-1", "choices": [{"index": index, "delta": fields, "finish_reason": finish}]}
