"""Which URLs are accepted. One parser reads them, for the check and for the request alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import httpx

CHARACTERS: Final = 2_000
_PORTS: Final = {"http": 80, "https": 443}


class CannotFetch(Exception):
    """Nothing was fetched; the message tells the model why, without a full stop."""


def location(text: str, *, ports: Collection[int], base: httpx.URL | None = None) -> httpx.URL:
    """The URL, which may be relative to `base`. Raises CannotFetch."""
    if len(text) > CHARACTERS:
        raise CannotFetch(f"the address has more than {CHARACTERS:,} characters")
    try:
        url = base.join(text) if base is not None else httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise CannotFetch(f"“{text[:200]}” is no address of a page") from error
    if url.scheme not in _PORTS or not host:
        raise CannotFetch(f"“{text[:200]}” is no full address that begins with http:// or https://")
    if url.userinfo:
        raise CannotFetch("an address with a user name or a password in it is not fetched")
    if port_of(url) not in ports:
        allowed = " and ".join(str(port) for port in sorted(ports))
        raise CannotFetch(f"port {port_of(url)} is not fetched from, only {allowed}")
    return url.copy_with(fragment=None)


def port_of(url: httpx.URL) -> int:
    """The port, told or not."""
    return url.port if url.port is not None else _PORTS[url.scheme]
