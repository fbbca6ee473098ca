"""Sending replies, as a stream or as one body, whichever the request asks for."""

import asyncio
from collections.abc import Sequence
from itertools import zip_longest

from aiohttp import web

from .exchange import Exchange
from .logprobs import logprobs
from .reply import Reply, limited
from .stream import EventStream
from .wire import Json, choice, deltas, encode, message


async def serve(exchange: Exchange, replies: Sequence[Reply]) -> web.StreamResponse:
    """Answer with these replies, one for each choice, within the request's limits."""
    replies = [limited(reply, max_tokens=exchange.max_tokens, stop=exchange.stop) for reply in replies]
    if exchange.streaming:
        return await _streamed(exchange, replies)
    return await _whole(exchange, replies)


async def _streamed(exchange: Exchange, replies: Sequence[Reply]) -> web.StreamResponse:
    stream = await EventStream.open(exchange)
    for index in range(len(replies)):
        await stream.start(index)
    for step in zip_longest(*(deltas(reply) for reply in replies)):
        for index, delta in enumerate(step):
            if delta is not None:
                await _delta(stream, exchange, index, delta)
    total = sum(reply.token_count for reply in replies)
    return await stream.finish([reply.finish_reason for reply in replies], total)


async def _delta(stream: EventStream, exchange: Exchange, index: int, delta: Json) -> None:
    text = delta.get("content")
    if text is not None and not exchange.body.get("logprobs"):
        await stream.text(text, index)
    elif text is not None:
        await stream.choice(choice(delta, index=index, logprobs=logprobs([text], exchange.body)))
    else:
        await stream.choice(choice(delta, index=index))


async def _whole(exchange: Exchange, replies: Sequence[Reply]) -> web.StreamResponse:
    total = sum(reply.token_count for reply in replies)
    pace = exchange.pace()
    await asyncio.sleep(pace.total(total))
    choices = [
        {
            "index": index,
            "message": message(reply),
            "logprobs": logprobs(reply.tokens, exchange.body) if exchange.body.get("logprobs") else None,
            "finish_reason": reply.finish_reason,
        }
        for index, reply in enumerate(replies)
    ]
    meta = exchange.meta(total)
    exchange.sent_tokens, exchange.completed = total, True
    body = exchange.envelope.completion(choices, usage=exchange.usage(total), meta=meta)
    headers = {
        "x-aimlapi-usd-spent": format(meta["usage"]["usd_spent"], ".9f"),
        "x-aimlapi-credits-used": str(meta["usage"]["credits_used"]),
    }
    return web.Response(body=encode(body), content_type="application/json", headers=headers)
