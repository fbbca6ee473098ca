"""The completions client: one call to the model's server, as a stream of events or as a whole completion.

    async with client.stream(request, request_id="…") as events:
        async for event in events: ...

Leaving the block, or cancelling the task, closes the connection to the server at once: that is how a reply is
stopped. A call is tried again only before the first byte of an answer, after a `Waiting` event; see `retry`
and `breaker`. Sources: the provider's API documentation; X-Client-Request-Id and x-inference-id are its
tracing headers.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

from .assembly import assemble
from .billing import Billing, origin_of
from .breaker import Breaker
from .catalogue import Catalogue, read_catalogue
from .checkup import CheckResult, check_server
from .errors import BadAnswer, CompletionError, InvalidRequest
from .exchange import Call, Exchange, StaleConnection, open_exchange
from .fields import decode_json
from .reader import ReplyReader
from .requests import CompletionRequest
from .retry import RetryPolicy, tell_wait
from .secret import ApiKey
from .stored import StoredRequest
from .timeouts import CallClock, Timeouts
from .transport import Connections, TransportName
from .types import Completion, Opened, StreamEvent, Waiting
from .usage_unasked import UsageUnasked
from .wire import checked_base_url, encode_body

CATALOGUE_LIMIT: Final = 16_000_000
_CATALOGUE_QUERY: Final = "type=openai/chat-completions&include=pricing,modalities,capabilities"
_CHECK: Final = b'{"model":"","messages":[],"max_tokens":1}'  # some servers answer it: then with little
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
_HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "chatsite"}


class CompletionsClient:
    """A client of the server at `base_url`, for instance https://api.aimlapi.com/v1; made once and shared by
    a process.

    transport: see `transport`. tls: the trust to use in place of the usual certificate authorities.
    Raises ValueError for a base URL or a key that cannot be right.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        timeouts: Timeouts | None = None,
        transport: TransportName = "aiohttp",
        retries: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self._key = ApiKey(api_key)
        self._timeouts = timeouts or Timeouts()
        self._retries = retries or RetryPolicy()
        self._breaker = breaker or Breaker()
        self._unasked = UsageUnasked()
        self._connections = Connections(transport, self._timeouts.connect, tls)

    def __repr__(self) -> str:
        return f"CompletionsClient({self.base_url!r}, {self._key!r})"

    @asynccontextmanager
    async def stream(
        self, request: CompletionRequest | StoredRequest, *, request_id: str
    ) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """The events of a streamed reply, `Done` last. request_id: 1 to 128 of A-Z a-z 0-9 . _ : -

        Iterating raises a CompletionError when the reply does not become whole. Entering raises
        InvalidRequest.
        """
        call = self._call(request, request_id, stream=True)
        async with aclosing(self._events(call, request.n or 1, request_id)) as events:
            yield events

    async def complete(self, request: CompletionRequest, *, request_id: str) -> Completion:
        """The whole completion, asked for in one piece. Raises a CompletionError or InvalidRequest."""
        call = self._call(request, request_id, stream=False)
        async with aclosing(self._events(call, request.n or 1, request_id)) as events:
            return assemble([event async for event in events])

    async def models(self, etag: str | None = None) -> Catalogue:
        """The models that the server offers; with the `etag` of a list already known, perhaps only
        "unchanged".

        Raises a CompletionError.
        """
        headers = _HEADERS | ({"If-None-Match": etag} if etag else {})
        call = Call(
            "GET", f"{self.base_url}/models?{_CATALOGUE_QUERY}", headers, accept=frozenset({200, 304})
        )
        try:
            return await self._fetch_models(call, etag)
        except CompletionError as error:
            failure = error
        raise _bare(failure)

    async def _fetch_models(self, call: Call, etag: str | None) -> Catalogue:
        clock = CallClock(self._timeouts)
        async with open_exchange(self._connections, call, self._key, clock) as exchange:
            if exchange.status == 304:
                return Catalogue((), etag, unchanged=True)
            body = await exchange.body(CATALOGUE_LIMIT)
            tag = exchange.headers.get("etag")
        try:
            catalogue = read_catalogue(decode_json(body.decode("utf-8", "replace")), tag)
        except ValueError:
            catalogue = None
        if catalogue is None:
            raise BadAnswer(detail="the list of models is not a list of models", status=200)
        return catalogue

    def billing(self, base_url: str = "") -> Billing:
        """What was charged, asked at `base_url`; without one, at the origin of this client's."""
        return Billing(self._connections, self._key, base_url or origin_of(self.base_url))

    async def check(self) -> CheckResult:
        """One cheap call at the start: is this a completions API that accepts the key? Never raises."""
        headers = _HEADERS | {"Content-Type": "application/json"}
        call = Call("POST", f"{self.base_url}/chat/completions", headers, _CHECK)
        return await check_server(self._connections, call, self._key)

    async def aclose(self) -> None:
        """Closes the kept connections of the running loop; calls still open there end as interrupted."""
        await self._connections.aclose()

    def _call(self, request: CompletionRequest | StoredRequest, request_id: str, *, stream: bool) -> Call:
        if not _REQUEST_ID.fullmatch(request_id):
            raise InvalidRequest("request_id", "1 to 128 of A-Z a-z 0-9 . _ : -", request_id)
        headers = _HEADERS | {
            "Accept": "text/event-stream" if stream else "application/json",
            "Content-Type": "application/json",
            "X-Client-Request-Id": request_id,
        }
        body = encode_body(self._unasked.fitted(request.to_wire(stream=stream)))
        return Call("POST", f"{self.base_url}/chat/completions", headers, body)

    async def _events(self, call: Call, choices: int, request_id: str) -> AsyncGenerator[StreamEvent, None]:
        """All attempts of one call."""
        clock = CallClock(self._timeouts)
        attempt, stale_allowed = 1, True
        with self._breaker.call() as note_answer:
            while True:
                opened = False
                try:
                    async with open_exchange(self._connections, call, self._key, clock) as exchange:
                        opened = True
                        note_answer()
                        inference_id = exchange.headers.get("x-inference-id")
                        yield Opened(request_id, inference_id, exchange.status)
                        async with aclosing(self._read(exchange, choices)) as events:
                            async for event in events:
                                yield event
                        return
                except CompletionError as error:
                    failure = error
                if isinstance(failure, StaleConnection) and stale_allowed:
                    stale_allowed = False
                    continue
                if not opened and (fitted := self._unasked.again(call, failure)):
                    call = fitted
                    continue
                wait = None if opened else self._retries.wait_before(attempt + 1, failure)
                if wait is None or wait >= clock.left():
                    tell_wait(failure)
                    raise _bare(failure)
                attempt += 1
                yield Waiting(failure.kind, wait, attempt)
                await asyncio.sleep(wait)

    async def _read(self, exchange: Exchange, choices: int) -> AsyncGenerator[StreamEvent, None]:
        """The events of an answer's body; what arrived before a fault is given before the fault is raised."""
        reader = ReplyReader(self._key, choices)
        reader.chunks.note_cost(
            exchange.headers.get("x-aimlapi-usd-spent"), exchange.headers.get("x-aimlapi-credits-used")
        )
        broken: CompletionError | None = None
        async with aclosing(exchange.pieces()) as pieces:
            while not reader.done:
                try:
                    piece = await anext(pieces, None)
                except CompletionError as error:
                    broken = error
                    break
                if piece is None:
                    break
                for event in reader.feed(piece):
                    yield event
        try:
            for event in reader.close(clean=broken is None):
                yield event
        except CompletionError as error:
            broken = broken or error
        else:
            broken = None
        if broken is not None:
            raise broken
        await exchange.drain()


def _bare(error: CompletionError) -> CompletionError:
    """`error` without the frames below this module: their locals hold answers, which may echo the key."""
    return error.with_traceback(None)
