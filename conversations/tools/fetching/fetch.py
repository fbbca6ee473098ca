"""Fetch a page of the public internet.

A name is resolved once, every address it has must be public, and the connection is made to one of these very
addresses, so that no second answer of the resolver can lead elsewhere. Redirects are followed by the same
rules, a few of them. No cookies, no keys, no proxies of the environment, nothing but text.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx

from conversations.tools.fetching.addresses import is_public
from conversations.tools.fetching.bodies import body_of, media_type, text_of
from conversations.tools.fetching.locations import CannotFetch, location, port_of

REDIRECTS: Final = 3
ADDRESSES_TRIED: Final = 2
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HEADERS: Final = {
    "user-agent": "Chatsite",
    "accept": "text/html, text/*;q=0.9, application/json;q=0.9, application/xml;q=0.8",
    "accept-encoding": "identity",
    "connection": "close",
}


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, the preferred one first."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Made once: reading the certificates of all authorities takes a while."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """Where may be connected to, and for how long in all.

    resolve: raises OSError when a name has no address. security: blocks while it reads certificates.
    """

    ports: frozenset[int] = frozenset({80, 443})
    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], Awaitable[list[str]]] = resolve
    security: Callable[[], ssl.SSLContext] = trusted_authorities
    seconds: float = 20.0


PUBLIC: Final = Rules()


@dataclass(frozen=True, slots=True)
class Fetched:
    """url: where it was found in the end. media_type: such as text/html. cut: there was more."""

    url: str
    media_type: str
    text: str
    cut: bool


async def safe_fetch(url: str, rules: Rules = PUBLIC) -> Fetched:
    """The text at `url`. Raises CannotFetch."""
    try:
        async with asyncio.timeout(rules.seconds):
            return await _followed(location(url, ports=rules.ports), rules)
    except TimeoutError as error:
        raise CannotFetch(f"it took more than {rules.seconds:g} seconds") from error


async def _followed(url: httpx.URL, rules: Rules) -> Fetched:
    for _ in range(REDIRECTS + 1):
        found = await _fetched(url, rules)
        if isinstance(found, Fetched):
            return found
        url = found
    raise CannotFetch(f"it leads on to other addresses more than {REDIRECTS} times")


async def _fetched(url: httpx.URL, rules: Rules) -> Fetched | httpx.URL:
    """What is at `url`, or where it leads to."""
    addresses = await _addresses(url, rules)
    security = await asyncio.to_thread(rules.security) if url.scheme == "https" else False
    async with httpx.AsyncHTTPTransport(verify=security, trust_env=False, retries=0) as transport:
        response = await _answer(url, addresses, transport)
        async with aclosing(response):
            return await _read(url, response, rules)


async def _addresses(url: httpx.URL, rules: Rules) -> list[str]:
    host = url.raw_host.decode("ascii").strip("[]")
    try:
        found = await rules.resolve(host, port_of(url))
    except (OSError, UnicodeError) as error:
        raise CannotFetch(f"there is no server “{url.host[:200]}”") from error
    if not found or not all(rules.allowed(address) for address in found):
        raise CannotFetch(f"“{url.host[:200]}” is not on the public internet")
    return found[:ADDRESSES_TRIED]


async def _answer(
    url: httpx.URL, addresses: list[str], transport: httpx.AsyncHTTPTransport
) -> httpx.Response:
    """The response of the first address that can be reached, its body still to be read."""
    waits = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": CONNECT_SECONDS}
    failure: httpx.HTTPError | None = None
    for address in addresses:
        request = httpx.Request(
            "GET",
            url.copy_with(host=address),
            headers=_HEADERS | {"host": url.netloc.decode("ascii")},
            # The certificate must be that of the name, whatever the address.
            extensions={"timeout": waits, "sni_hostname": url.raw_host.decode("ascii").strip("[]")},
        )
        try:
            return await transport.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
        except httpx.HTTPError as error:
            raise _broken(url, error) from error
    raise _broken(url, failure) from failure


async def _read(url: httpx.URL, response: httpx.Response, rules: Rules) -> Fetched | httpx.URL:
    if response.status_code in _REDIRECTS and "location" in response.headers:
        return location(response.headers["location"], ports=rules.ports, base=url)
    if not 200 <= response.status_code < 300:
        raise CannotFetch(f"the server of {url.host[:200]} answered with status {response.status_code}")
    kind = media_type(response)
    try:
        body, cut = await body_of(response)
    except httpx.HTTPError as error:
        raise _broken(url, error) from error
    return Fetched(str(url), kind, text_of(body, response), cut)


def _broken(url: httpx.URL, error: httpx.HTTPError | None) -> CannotFetch:
    host = url.host[:200]
    match error:
        case httpx.ConnectTimeout() | httpx.ReadTimeout():
            return CannotFetch(f"the server of {host} did not answer in time")
        case httpx.ConnectError() if isinstance(error.__context__, ssl.SSLError) or "SSL" in str(error):
            return CannotFetch(f"the certificate of {host} is not valid")
        case httpx.ConnectError():
            return CannotFetch(f"the server of {host} cannot be reached")
        case _:
            return CannotFetch(f"the answer of {host} was broken off or is no HTTP")
