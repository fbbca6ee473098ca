"""Exceptions of httpx, aiohttp and the sockets below, turned into ours (see `mapping`)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Final

import aiohttp
import httpx

from .errors import (
    BadAnswer,
    CompletionError,
    ConnectTimeout,
    DnsFailed,
    FirstByteTimeout,
    Interrupted,
    Misconfigured,
    TlsFailed,
    Unreachable,
)

FOREIGN: Final = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, aiohttp.ClientError, OSError)
_REFUSED: Final = (ConnectionRefusedError, aiohttp.ClientConnectorError)
_TLS: Final = (ssl.SSLError, ssl.CertificateError, aiohttp.ServerFingerprintMismatch)


def error_from_exception(exception: BaseException, *, begun: bool) -> CompletionError:
    """The error for an exception of httpx, aiohttp or the sockets. `begun`: the headers had arrived."""
    chain = list(_causes(exception))
    detail = "; ".join(f"{type(link).__name__}: {link}" for link in chain)
    if begun:
        return Interrupted(detail=detail)
    if any(isinstance(link, _TLS) for link in chain):
        return TlsFailed(detail=detail)
    for link in chain:
        if isinstance(link, socket.gaierror):
            error = DnsFailed(detail=detail)
            error.retryable = link.errno == socket.EAI_AGAIN
            return error
    if isinstance(exception, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Misconfigured(detail=detail)
    if any(_is_malformed(link) for link in chain):
        return BadAnswer(detail=detail)
    if isinstance(exception, httpx.ReadTimeout | httpx.WriteTimeout):
        return FirstByteTimeout(detail=detail)
    if _is_connect_timeout(chain):
        return ConnectTimeout(detail=detail)
    unreachable = Unreachable(detail=detail)
    unreachable.unsent = any(isinstance(link, _REFUSED) for link in chain)
    return unreachable


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """The exception and what led to it."""
    seen: set[int] = set()
    pending: list[BaseException | None] = [exception]
    while pending:
        link = pending.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = getattr(link, "os_error", None)
        pending += [link.__cause__, link.__context__, inner if isinstance(inner, BaseException) else None]


def _is_malformed(link: BaseException) -> bool:
    """Whether something came back that is not HTTP."""
    if isinstance(link, httpx.RemoteProtocolError):
        return "without sending" not in str(link)
    return isinstance(link, aiohttp.ClientResponseError | aiohttp.ClientPayloadError | httpx.DecodingError)


def _is_connect_timeout(chain: list[BaseException]) -> bool:
    """httpx-aiohttp reports every lost connection as ConnectTimeout: only aiohttp's own cause counts."""
    if any(isinstance(link, aiohttp.ClientError) for link in chain):
        return any(isinstance(link, aiohttp.ServerTimeoutError) for link in chain)
    return isinstance(chain[0], httpx.ConnectTimeout | httpx.PoolTimeout)


def is_stale(exception: BaseException) -> bool:
    """Whether a reused connection was lost before any byte of an answer."""
    return any(
        isinstance(link, ConnectionError)
        or (isinstance(link, aiohttp.ServerDisconnectedError) and isinstance(link.message, str))
        for link in _causes(exception)
    )
