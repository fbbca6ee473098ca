"""Very large, very many, and compressed."""

import asyncio
import zlib

from aiohttp import web

from ..exchange import Exchange
from ..stream import HEADERS, EventStream
from .registry import Options, scenario
from .sending import body, ended, finished, started

BLOCK = 1_000_000


@scenario("huge-chunk", "One event whose text is `size` times `x`.", size="5000000")
async def huge_chunk(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    await stream.text("x" * options.integer("size"))
    return await finished(stream)


@scenario("many-chunks", "`chunks` chunks of one character each, as fast as they go.", chunks="100000")
async def many_chunks(exchange: Exchange, options: Options) -> web.StreamResponse:
    exchange.pace_options.setdefault("rate", 0)
    stream = await started(exchange)
    for _ in range(options.integer("chunks")):
        await stream.text("x")
    return await finished(stream)


@scenario(
    "long-line", "After `after` words a line of `size` bytes that never ends.", after="5", size="10000000"
)
async def long_line(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("after"))
    await stream.send(b'data: {"choices":[{"index":0,"delta":{"content":"')
    left = options.integer("size")
    while left > 0:
        await stream.send(b"x" * min(left, BLOCK))
        left -= BLOCK
    return await ended(stream)


@scenario(
    "gzip",
    "Compressed though not asked for. `kind`: good, bomb (`size` bytes of comment in a small body), "
    "label (plain "
    "text labelled as gzip).",
    kind="good",
    size="50000000",
)
async def gzip(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", "good", "bomb", "label")
    plain = b"".join(body(exchange, options.integer("count")))
    padding = options.integer("size") if kind == "bomb" else 0
    data = plain if kind == "label" else await asyncio.to_thread(_compressed, plain, padding)
    response = web.StreamResponse(headers={**HEADERS, "Content-Encoding": "gzip"})
    await response.prepare(exchange.request)
    await response.write(data)
    exchange.sent_tokens = options.integer("count")
    return await ended(EventStream(exchange, response))


def _compressed(plain: bytes, padding: int) -> bytes:
    """`plain` after a comment of `padding` bytes, in the gzip format."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(b":")]
    pieces += [packer.compress(b"0" * BLOCK) for _ in range(padding // BLOCK)]
    pieces += [packer.compress(b"\n\n" + plain), packer.flush()]
    return b"".join(pieces)
