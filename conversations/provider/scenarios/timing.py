"""Streams that are late, stop moving, or never end. They last until the client leaves."""

import asyncio

from aiohttp import web

from ..exchange import Exchange
from ..reply import Reply, words
from ..serve import serve
from .registry import Options, scenario
from .sending import body, finished, started


@scenario(
    "slow-start",
    "Nothing for `seconds`, then the reply. `until=body` sends the headers first.",
    stream_only=False,
    seconds="30",
    until="headers",
)
async def slow_start(exchange: Exchange, options: Options) -> web.StreamResponse:
    seconds = options.number("seconds")
    if options.one_of("until", "headers", "body") == "body" and exchange.streaming:
        stream = await started(exchange)
        await asyncio.sleep(seconds)
        for word in words(options.integer("count")):
            await stream.text(word)
        return await finished(stream)
    await asyncio.sleep(seconds)
    return await serve(exchange, [Reply(tokens=words(options.integer("count")))] * exchange.choice_count)


@scenario("stall", "Silence after `after` words, with the connection open.", after="5")
async def stall(exchange: Exchange, options: Options) -> web.StreamResponse:
    await started(exchange, options.integer("after"))
    return await until_the_client_leaves()


@scenario("drip", "The whole stream one byte at a time, each after `ms` milliseconds.", ms="1000")
async def drip(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange)
    pause = options.number("ms") / 1000
    count = options.integer("count")
    for number, data in enumerate(body(exchange, count)[1:]):
        for byte in data:
            await asyncio.sleep(pause)
            await stream.send(bytes([byte]))
        exchange.sent_tokens = min(number + 1, count)
    exchange.completed = True
    await stream.response.write_eof()
    return stream.response


@scenario(
    "comments-forever", "After `after` words only comments, one each `ms` milliseconds.", after="5", ms="1000"
)
async def comments_forever(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("after"))
    while True:
        await asyncio.sleep(options.number("ms") / 1000)
        await stream.send(b": still here\n\n")


@scenario("endless", "Numbered words that never end.")
async def endless(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, 1)
    number = 1
    while True:
        number += 1
        await stream.text(f" w{number}")


async def until_the_client_leaves() -> web.StreamResponse:
    # Never set: the web server cancels the handler when the connection is lost.
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
