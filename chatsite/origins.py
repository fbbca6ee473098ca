"""Which web pages may open our websocket: only those of this site, by exact origin.

A browser sends the reader's cookies along with any page's websocket handshake, and no same-origin rule stops
it: the Origin header (RFC 6454) is all that tells our pages from others'. So it must equal one of ours in
scheme, host and port. A missing header, `null`, and two headers are refused. Nothing is normalised: browsers
write an origin in exactly one way (lower case, no default port, no trailing dot), so any other spelling is
not from a browser showing our page.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def host_of(url: str) -> str:
    """The host of an absolute URL as a Host header names it: lower case, brackets around IPv6, no port."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def origin_of(url: str) -> str:
    """The origin of an absolute http(s) URL, spelt as browsers spell it."""
    parts = urlsplit(url)
    port = parts.port
    suffix = "" if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host_of(url)}{suffix}"


def accepted_origins(scope: Mapping[str, Any], site_url: str, host: str) -> frozenset[str]:
    """The origins one handshake may come from.

    With `site_url` its origin alone. Without, the loopback names (and `host`, the address listened on) with
    the port this very connection came in at.
    """
    if site_url:
        return frozenset({origin_of(site_url)})
    server = scope.get("server")
    port = server[1] if server else None
    if not port:
        return frozenset()
    return frozenset(origin_of(f"http://{name}:{port}") for name in (*LOOPBACK_HOSTS, host))


class OriginGate:
    """ASGI middleware that closes a websocket before it is accepted, unless its origin is one of ours."""

    def __init__(self, application: Application, *, site_url: str, host: str) -> None:
        self._application = application
        self._site_url = site_url
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a websocket on, or answer its handshake with 403. Other kinds of connection pass untouched."""
        if scope["type"] == "websocket" and not self._from_our_page(scope):
            await receive()  # the connect event, which the close below answers
            await send({"type": "websocket.close", "code": 4403})
            return
        await self._application(scope, receive, send)

    def _from_our_page(self, scope: Scope) -> bool:
        sent = [value for name, value in scope.get("headers", ()) if name.lower() == b"origin"]
        if len(sent) != 1 or not sent[0].isascii():
            return False
        return sent[0].decode("ascii") in accepted_origins(scope, self._site_url, self._host)
