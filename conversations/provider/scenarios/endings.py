"""How a stream ends: without its marks, with more after them, or with another finish reason."""

from aiohttp import web

from ..exchange import Exchange
from ..reply import Reply, split, words
from ..wire import DONE
from .registry import Options, reply_scenario, scenario
from .sending import body, ended, last_chunk, started

REFUSAL = "I'm sorry, but I can't help with that."


@scenario("no-done", "A finish reason, and no `[DONE]`.")
async def no_done(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("count"))
    await last_chunk(stream)
    return await ended(stream)


@scenario("no-finish", "`[DONE]` without a finish reason.")
async def no_finish(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("count"))
    await stream.send(DONE)
    return await ended(stream)


@scenario("neither", "The body ends properly, with neither a finish reason nor `[DONE]`.")
async def neither(exchange: Exchange, options: Options) -> web.StreamResponse:
    return await ended(await started(exchange, options.integer("count")))


@scenario("after-done", "More after `[DONE]`: `what` is a second `stream`, or `bytes`.", what="stream")
async def after_done(exchange: Exchange, options: Options) -> web.StreamResponse:
    stream = await started(exchange, options.integer("count"))
    await last_chunk(stream)
    await stream.send(DONE)
    if options.one_of("what", "stream", "bytes") == "stream":
        await stream.send(b"".join(body(exchange, 3)))
    else:
        await stream.send(b"\x00\xff left over")
    return await ended(stream)


@reply_scenario("finish", "The finish reason `reason`, known or not, after the words.", reason="length")
def finish(options: Options) -> Reply:
    return Reply(tokens=words(options.integer("count")), finish_reason=options.text("reason"))


@reply_scenario("refusal", "The model declines: `refusal` instead of content.")
def refusal(options: Options) -> Reply:
    return Reply(refusal=REFUSAL)


@reply_scenario("empty", "An answer with no text at all; `text=blank` sends white space.", text="none")
def empty(options: Options) -> Reply:
    blank = options.one_of("text", "none", "blank") == "blank"
    return Reply(tokens=split(" \n ") if blank else ())
