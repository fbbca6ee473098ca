"""The reader's address and scheme behind our own proxies.

X-Forwarded-For grows to the right: each proxy appends the address it was called from. With `count` proxies of
ours, the entry `count` places from the right was written by the outermost of them and can be believed; all
before it is whatever the reader sent. With `count` 0 the headers are not looked at. In both cases they are
taken off the request, so that no later code can believe them by mistake.
"""

import re
from ipaddress import ip_address

from chatsite.origins import Application, Receive, Scope, Send

FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded")
_BRACKETED = re.compile(r"\[([^\]]*)\](?::\d{1,5})?", re.ASCII)
_WITH_PORT = re.compile(r"([\d.]+):\d{1,5}", re.ASCII)


class TrustedProxies:
    """ASGI middleware that sets `client` and `scheme` of the scope from the forwarded headers."""

    def __init__(self, application: Application, *, count: int) -> None:
        self._application = application
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a copy of the scope without the forwarded headers."""
        if "headers" in scope:
            headers = scope["headers"]
            scope = {**scope, "headers": [pair for pair in headers if pair[0].lower() not in FORWARDED]}
            if self._count:
                self._believe(scope, headers)
        await self._application(scope, receive, send)

    def _believe(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> None:
        addresses = entries(headers, b"x-forwarded-for")
        address = address_in(addresses[-self._count]) if len(addresses) >= self._count else None
        if address is not None:
            scope["client"] = [address, 0]
        # Proxies set the scheme anew, or append to it; either way the last entry is from one of ours.
        scheme = entries(headers, b"x-forwarded-proto")[-1]
        if scheme in ("http", "https"):
            websocket = {"http": "ws", "https": "wss"}
            scope["scheme"] = websocket[scheme] if scope["type"] == "websocket" else scheme


def entries(headers: list[tuple[bytes, bytes]], wanted: bytes) -> list[str]:
    """The comma-separated entries of a header, over all its lines; one empty entry when it is missing."""
    joined = b",".join(value for name, value in headers if name.lower() == wanted)
    return [entry.strip() for entry in joined.decode("latin-1").split(",")]


def address_in(entry: str) -> str | None:
    """The IPv4 or IPv6 address that `entry` is; with brackets and a port too, as some proxies write it."""
    bracketed = _BRACKETED.fullmatch(entry)
    with_port = _WITH_PORT.fullmatch(entry)
    text = bracketed[1] if bracketed else with_port[1] if with_port else entry
    try:
        ip_address(text)
    except ValueError:
        return None
    return text
