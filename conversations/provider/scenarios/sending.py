"""Steps that scenarios of faulty streams share."""

from aiohttp import web

from ..exchange import Exchange
from ..reply import words
from ..stream import EventStream
from ..wire import DONE, choice, event


async def started(exchange: Exchange, count: int = 0, headers: dict[str, str] | None = None) -> EventStream:
    """Open a stream and send the opening delta and `count` numbered words."""
    stream = await EventStream.open(exchange, headers)
    await stream.start()
    for word in words(count):
        await stream.text(word)
    return stream


async def last_chunk(stream: EventStream, reason: str = "stop") -> None:
    """Send the chunk with the finish reason, and nothing after it."""
    await stream.send(event(stream.exchange.envelope.chunk(choice({}, finish_reason=reason))))


async def ended(stream: EventStream) -> web.StreamResponse:
    """End the body properly. What the stream lacks by now, it lacks for good."""
    stream.exchange.completed = True
    await stream.response.write_eof()
    return stream.response


async def finished(stream: EventStream) -> web.StreamResponse:
    """End the stream as it should be, whatever came before."""
    return await stream.finish(["stop"], stream.exchange.sent_tokens)


def body(exchange: Exchange, count: int) -> list[bytes]:
    """The events of a faultless stream of `count` numbered words."""
    envelope = exchange.envelope
    opening = event(envelope.chunk(choice({"role": "assistant", "content": "", "refusal": None})))
    texts = [envelope.text_event(word) for word in words(count)]
    return [opening, *texts, event(envelope.chunk(choice({}, finish_reason="stop"))), DONE]
