"""Token counts that are missing, wrong, or in another place."""

from aiohttp import web

from ..exchange import Exchange
from ..reply import words
from ..wire import DONE, Json, choice, event
from .registry import Options, scenario
from .sending import ended, last_chunk, started

KINDS = ("missing", "null", "negative", "text", "empty-choices", "cumulative")


@scenario(
    "usage",
    "`kind`: missing (though asked for), null, negative, text (numbers as strings), empty-choices "
    "(a chunk of its "
    "own, though not asked for), cumulative (in every chunk, growing).",
    kind="missing",
)
async def usage(exchange: Exchange, options: Options) -> web.StreamResponse:
    kind = options.one_of("kind", *KINDS)
    count = options.integer("count")
    stream = await started(exchange, 0 if kind == "cumulative" else count)
    if kind == "cumulative":
        for number, word in enumerate(words(count), 1):
            chunk = exchange.envelope.chunk(choice({"content": word}), usage=exchange.usage(number))
            await stream.paced(event(chunk))
    await last_chunk(stream)
    extra = _amounts(exchange, kind, count)
    if extra is not None:
        await stream.send(event(exchange.envelope.chunk(**extra)))
    await stream.send(DONE)
    return await ended(stream)


def _amounts(exchange: Exchange, kind: str, count: int) -> Json | None:
    """What the usage chunk holds; None for no such chunk."""
    right, meta = exchange.usage(count), exchange.meta(count)
    numbers = ("prompt_tokens", "completion_tokens", "total_tokens")
    if kind == "null":
        return {"usage": None, "meta": None}
    if kind == "negative":
        return {
            "usage": {**right, **dict.fromkeys(numbers, -5)},
            "meta": {"usage": {"credits_used": -5, "usd_spent": -0.5}},
        }
    if kind == "text":
        return {"usage": {**right, **{name: str(right[name]) for name in numbers}}, "meta": meta}
    return {"usage": right, "meta": meta} if kind == "empty-choices" else None
