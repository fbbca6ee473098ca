"""Streams with bytes or JSON that should not be there. The numbered words around the damage are whole."""

import asyncio

from aiohttp import web

from ..exchange import Exchange
from ..reply import words
from ..stream import EventStream
from .registry import Options, scenario
from .sending import finished, started

PLACE = " DAMAGE"
GAP_SECONDS = 0.02
DEPTH = 100_000


async def _amid(exchange: Exchange, options: Options, *packets: bytes) -> web.StreamResponse:
    """Numbered words, with these packets in their middle."""
    numbered = words(options.integer("count"))
    half = len(numbered) // 2
    stream = await started(exchange, half)
    for packet in packets:
        await stream.send(packet)
        await asyncio.sleep(GAP_SECONDS)
    for word in numbered[half:]:
        await stream.text(word)
    return await finished(stream)


def _token(exchange: Exchange, inside: bytes) -> bytes:
    """The event of a token whose JSON string holds `inside`, whatever that is."""
    return exchange.envelope.text_event(PLACE).replace(PLACE.encode(), inside)


@scenario("broken-utf8", "In the middle a token of the bytes `ff`, `c3 28` and `e2 82`, which are not UTF-8.")
async def broken_utf8(exchange: Exchange, options: Options) -> web.StreamResponse:
    return await _amid(exchange, options, _token(exchange, b" <\xff|\xc3\x28|\xe2\x82>"))


@scenario("split-utf8", "In the middle ` <😀>`, its character in two packets, cut after `at` bytes.", at="2")
async def split_utf8(exchange: Exchange, options: Options) -> web.StreamResponse:
    data = exchange.envelope.text_event(" <😀>")
    at = data.index("😀".encode()) + int(options.one_of("at", "1", "2", "3"))
    return await _amid(exchange, options, data[:at], data[at:])


@scenario(
    "lone-surrogate",
    r"In the middle a token with `\ud83d` alone; with `pair=split` its other half follows in the next chunk.",
    pair="no",
)
async def lone_surrogate(exchange: Exchange, options: Options) -> web.StreamResponse:
    if options.one_of("pair", "no", "split") == "no":
        return await _amid(exchange, options, _token(exchange, rb" <\ud83d>"))
    return await _amid(exchange, options, _token(exchange, rb" <\ud83d"), _token(exchange, rb"\ude00>"))


@scenario("nul", "In the middle a token with U+0000 and other control characters.")
async def nul(exchange: Exchange, options: Options) -> web.StreamResponse:
    return await _amid(exchange, options, _token(exchange, rb" <\u0000|\u0007|\u001b[31m|\u009b>"))


@scenario("bom", "The body begins with a byte order mark.")
async def bom(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await EventStream.open(exchange)
    await stream.send("\ufeff".encode())
    await stream.start()
    for word in words(options.integer("count")):
        await stream.text(word)
    return await finished(stream)


BAD_LINES = {
    "truncated": b'{"id": "x", "choices": [{"index": 0, "delta": {"content": "lo',
    "array": b"[1, 2, 3]",
    "text": b"plain words",
    "number": b"17",
    "nan": b'{"choices": [{"index": NaN, "delta": {"content": Infinity}}]}',
    "deep": b"[" * DEPTH + b"]" * DEPTH,
    "empty": b"",
}


@scenario(
    "bad-json",
    f"`lines` lines that are no chunk, one after each word. `kind`: mixed, {', '.join(BAD_LINES)}.",
    lines="2",
    kind="mixed",
)
async def bad_json(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", "mixed", *BAD_LINES)
    kinds = list(BAD_LINES) if kind == "mixed" else [kind]
    left = options.integer("lines")
    stream = await started(exchange)
    for number, word in enumerate(words(options.integer("count"))):
        await stream.text(word)
        if number < left:
            await stream.send(b"data: " + BAD_LINES[kinds[number % len(kinds)]] + b"\n\n")
    return await finished(stream)


@scenario("duplicate-keys", "Chunks whose JSON has `choices` twice; the second one holds the word.")
async def duplicate_keys(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    for word in words(options.integer("count")):
        data = exchange.envelope.text_event(word)
        await stream.paced(data.replace(b'"choices":', b'"choices":[],"choices":', 1))
    return await finished(stream)
