"""Connections that end too early, in every way TCP and HTTP allow."""

import socket
import struct

from aiohttp import web

from ..exchange import Exchange
from ..stream import EventStream
from .registry import Options, scenario
from .sending import body

WAYS = ("fin", "rst", "no-last-chunk", "short-length")
MISSING_BYTES = 1000


@scenario(
    "cut",
    "The connection ends after `after` words. `how=fin` and `rst`: inside the next event and HTTP chunk; "
    "`no-last-chunk`: between two events; `short-length`: short of the Content-Length. "
    "`bytes` cuts after that many bytes of the body instead.",
    after="5",
    how="fin",
    bytes="",
)
async def cut(exchange: Exchange, options: Options) -> web.StreamResponse:
    how = options.one_of("how", *WAYS)
    events = body(exchange, options.integer("count"))
    after = min(options.integer("after"), len(events) - 1)
    whole, rest = events[: after + 1], b"".join(events[after + 1 : after + 2])
    part = rest[: len(rest) // 2] if how in ("fin", "rst") else b""
    if options.text("bytes"):
        whole, part, after = [], b"".join(events)[: options.integer("bytes")], 0
    stream = await _opened(exchange, sum(map(len, events)) + MISSING_BYTES if how == "short-length" else None)
    for number, data in enumerate(whole):
        await (stream.paced(data) if number else stream.send(data))
    exchange.sent_tokens = min(after, options.integer("count"))
    _end(exchange.request, part, how)
    return stream.response


async def _opened(exchange: Exchange, length: int | None) -> EventStream:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    if length is not None:
        response.content_length = length
    await response.prepare(exchange.request)
    return EventStream(exchange, response)


def _end(request: web.Request, part: bytes, how: str) -> None:
    """Write past the web server, which is too polite to leave a chunk unfinished, and hang up."""
    transport = request.transport
    if transport is None:
        return
    if how in ("fin", "rst"):
        # The chunk is announced longer than it is (RFC 9112, section 7.1).
        transport.write(f"{len(part) + MISSING_BYTES:x}\r\n".encode() + part)
    else:
        transport.write(part and (part if how == "short-length" else _chunk(part)))
    if how == "rst":
        reset(transport.get_extra_info("socket"))
        transport.abort()
    else:
        transport.close()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def reset(connection: socket.socket) -> None:
    """Make closing this socket send RST instead of FIN: linger for no time at all (socket(7))."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@scenario(
    "hang-up", "The connection ends before any answer; `how=rst` resets it.", stream_only=False, how="fin"
)
async def hang_up(exchange: Exchange, options: Options) -> web.StreamResponse:
    transport = exchange.request.transport
    how = options.one_of("how", "fin", "rst")
    if transport is not None:
        if how == "rst":
            reset(transport.get_extra_info("socket"))
        transport.abort()
    return web.Response()
