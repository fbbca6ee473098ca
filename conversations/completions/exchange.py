"""One attempt: a request sent, its status judged, and its body given piece by piece, within the call's time.

Foreign exceptions end here. They are replaced outside of their `except` block, so that the new error does not
carry the old one along: aiohttp's hold the request's headers, the key among them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import httpx

from .errors import BadAnswer, CompletionError, Unreachable
from .foreign import FOREIGN, error_from_exception, is_stale
from .mapping import error_from_status
from .retry import parse_retry_after
from .secret import ApiKey
from .timeouts import CallClock
from .transport import Connections

ERROR_BODY_LIMIT: Final = 64_000
_ERROR_BODY_TIME: Final = 5.0  # seconds
_CLOSE_TIME: Final = 2.0  # seconds
_DRAIN_TIME: Final = 0.05  # seconds
_DRAIN_LIMIT: Final = 64_000  # bytes
_WRITE_SIZE: Final = 256_000  # bytes


class StaleConnection(Unreachable):
    """A kept connection turned out to be dead before a byte of the answer came."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to send. `accept`: statuses that are answers and not errors."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes = b""
    accept: frozenset[int] = frozenset({200, 201, 202, 203, 204, 206})


class Exchange:
    """An answer whose headers have arrived."""

    def __init__(self, response: httpx.Response, clock: CallClock) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._pieces = response.aiter_raw()
        self._clock = clock

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises FirstByteTimeout, IdleTimeout, TotalTimeout, and Interrupted for a
        torn body.
        """
        piece = await self._next(first=True)
        while piece is not None:
            yield piece
            piece = await self._next(first=False)

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises as `pieces` does, and BadAnswer when it is longer than `limit` bytes."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if len(found) > limit:
                raise BadAnswer(detail=f"the answer is longer than {limit} bytes", status=self.status)
        return bytes(found)

    async def drain(self) -> None:
        """Reads the few bytes that may follow the last event, so that the connection can be kept for the next
        call.
        """
        size = 0
        with suppress(TimeoutError, *FOREIGN):
            async with asyncio.timeout(_DRAIN_TIME):
                async for piece in self._pieces:
                    size += len(piece)
                    if size > _DRAIN_LIMIT:
                        return

    async def _next(self, *, first: bool) -> bytes | None:
        within = self._clock.to_first_byte if first else self._clock.to_next_byte
        try:
            return await within(anext(self._pieces, None))
        except FOREIGN as exception:
            failure = error_from_exception(exception, begun=True)
        raise failure


@asynccontextmanager
async def open_exchange(
    connections: Connections, call: Call, key: ApiKey, clock: CallClock
) -> AsyncIterator[Exchange]:
    """Sends `call` and gives the exchange; leaving closes the answer, and its socket unless it was read to
    the end.

    Raises a CompletionError for everything that is not an accepted status with a plain body.
    """
    clock.start_attempt()
    async with connections.client() as (client, note):
        headers = call.headers | ({"Content-Length": str(len(call.content))} if call.content else {})
        content = _in_pieces(call.content) if call.content else None
        request = client.build_request(call.method, call.url, headers=headers, content=content)
        if key:
            request.headers["Authorization"] = f"Bearer {key.reveal()}"
        failure: CompletionError | None = None
        try:
            response = await clock.to_first_byte(client.send(request, stream=True))
        except FOREIGN as exception:
            failure = error_from_exception(exception, begun=False)
            if note.reused and is_stale(exception):
                failure = StaleConnection(detail=failure.detail)
        if failure is not None:
            raise failure
        try:
            exchange = Exchange(response, clock)
            if exchange.status not in call.accept:
                raise await _refusal(exchange, key)
            _check_encoding(exchange)
            yield exchange
        finally:
            with suppress(TimeoutError, *FOREIGN):
                async with asyncio.timeout(_CLOSE_TIME):
                    await response.aclose()


async def _in_pieces(content: bytes) -> AsyncGenerator[bytes, None]:
    """The request's body; a large one in one piece would hold the event loop while it is written."""
    for start in range(0, len(content), _WRITE_SIZE):
        yield content[start : start + _WRITE_SIZE]


async def _refusal(exchange: Exchange, key: ApiKey) -> CompletionError:
    """The error that the status and as much of the body as comes in time amount to."""
    body = bytearray()
    with suppress(TimeoutError, CompletionError):
        async with asyncio.timeout(_ERROR_BODY_TIME):
            async for piece in exchange.pieces():
                body += piece
                if len(body) > ERROR_BODY_LIMIT:
                    break
    retry_after = parse_retry_after(exchange.headers.get("retry-after"), time.time())
    return error_from_status(exchange.status, bytes(body[:ERROR_BODY_LIMIT]), key, retry_after)


def _check_encoding(exchange: Exchange) -> None:
    """We ask for no compression: a body that is compressed all the same may be a bomb, and is not opened."""
    encoding = exchange.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise BadAnswer(detail=f"the answer is compressed ({encoding[:40]}) although identity was asked for")
