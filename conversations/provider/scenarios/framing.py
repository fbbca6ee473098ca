"""Server-sent events written in every way their standard allows (WHATWG HTML, section 9.2)."""

import asyncio
import json

from aiohttp import web

from ..exchange import Exchange
from ..reply import words
from ..wire import choice
from .registry import Options, scenario
from .sending import body, ended, finished, started

GAP_SECONDS = 0.005
ENDS = {"lf": b"\n", "cr": b"\r", "crlf": b"\r\n"}


@scenario(
    "newlines",
    "Line ends by `style`: lf, cr, crlf, or mixed. `split=yes` sends the two bytes of each crlf in "
    "two packets.",
    style="crlf",
    split="no",
)
async def newlines(exchange: Exchange, options: Options) -> web.StreamResponse:
    style = options.one_of("style", "mixed", *ENDS)
    split = options.one_of("split", "yes", "no") == "yes"
    stream = await started(exchange)
    for number, data in enumerate(body(exchange, options.integer("count"))[1:]):
        end = list(ENDS.values())[number % 3] if style == "mixed" else ENDS[style]
        packets = data.replace(b"\n", end).split(b"\n") if split else [data.replace(b"\n", end)]
        for index, packet in enumerate(packets):
            await stream.send((b"\n" if index else b"") + packet)
            if split:
                await asyncio.sleep(GAP_SECONDS)
    exchange.sent_tokens = options.integer("count")
    return await ended(stream)


@scenario("multi-line-data", "Each chunk's JSON on several `data:` lines of one event.")
async def multi_line_data(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    for word in words(options.integer("count")):
        text = json.dumps(exchange.envelope.chunk(choice({"content": word})), indent=1)
        lines = [f"data: {line}\n" for line in text.split("\n")]
        await stream.paced("".join(lines).encode() + b"\n")
    return await finished(stream)


@scenario(
    "events",
    "`event:`, `id:`, `retry:`, unknown fields and comments around the words; `data:` without a space.",
)
async def events(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    for number, word in enumerate(words(options.integer("count"))):
        data = exchange.envelope.text_event(word).removeprefix(b"data: ")
        head = f": comment {number}\nevent: message\nid: {number}\nretry: 1000\nunknown: field\nlonely\ndata:"
        await stream.paced(head.encode() + data)
        await stream.send(b"event: ping\n\n:\n\n\n\n")
    return await finished(stream)


@scenario("u2028", "Words followed by U+2028, U+2029 and U+0085, which end no line of the stream.")
async def u2028(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    marks = "\u2028\u2029\u0085"
    for number, word in enumerate(words(options.integer("count"))):
        await stream.text(word + marks[number % 3])
    return await finished(stream)
