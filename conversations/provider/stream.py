"""A reply sent as server-sent events, chunk by chunk, at the pace of the exchange."""

from aiohttp import web

from .exchange import Exchange
from .wire import DONE, Json, choice, event, opening

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


class EventStream:
    """An open stream. `open` sends the headers; nothing else is sent unasked."""

    def __init__(self, exchange: Exchange, response: web.StreamResponse) -> None:
        self.exchange = exchange
        self.response = response
        self._pace = exchange.pace()

    @classmethod
    async def open(cls, exchange: Exchange, headers: dict[str, str] | None = None) -> "EventStream":
        """Answer 200 with the usual headers, or with others in their place."""
        response = web.StreamResponse(headers={**HEADERS, **(headers or {})})
        await response.prepare(exchange.request)
        return cls(exchange, response)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are, at once."""
        await self.response.write(data)

    async def paced(self, data: bytes) -> None:
        """Send bytes that count as one token, when it is due."""
        await self._pace.wait()
        self.exchange.sent_tokens += 1
        await self.response.write(data)

    async def text(self, token: str, index: int = 0) -> None:
        """Send one token of text when it is due."""
        await self.paced(self.exchange.envelope.text_event(token, index))

    async def choice(self, entry: Json) -> None:
        """Send one entry of `choices` in a chunk of its own, when it is due."""
        await self.paced(event(self.exchange.envelope.chunk(entry)))

    async def start(self, index: int = 0) -> None:
        """Send the opening delta of a choice."""
        await self.send(event(self.exchange.envelope.chunk(opening(index))))

    async def finish(self, reasons: list[str], completion_tokens: int) -> web.StreamResponse:
        """Send each choice's last chunk, the usage when asked for, the cost, and `[DONE]`."""
        envelope, exchange = self.exchange.envelope, self.exchange
        exchange.sent_tokens = completion_tokens
        meta = exchange.meta(completion_tokens)
        for index, reason in enumerate(reasons):
            last = index == len(reasons) - 1 and not exchange.wants_usage
            extra: Json = {"meta": meta} if last else {}
            await self.send(event(envelope.chunk(choice({}, index=index, finish_reason=reason), **extra)))
        if exchange.wants_usage:
            await self.send(event(envelope.chunk(usage=exchange.usage(completion_tokens), meta=meta)))
        await self.send(DONE)
        exchange.completed = True
        await self.response.write_eof()
        return self.response
