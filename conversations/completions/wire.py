"""Where a request goes and what is sent there: the base URL checked, and the body as bytes."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from .parts import Wire
from .text import clean_text


def checked_base_url(base_url: str) -> str:
    """The URL without a slash at its end. Raises ValueError; the message does not repeat what may hold a
    password.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the base URL must begin with http:// or https:// and name a host")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("the base URL may hold no user, password, query or fragment")
    return base_url.rstrip("/")


def encode_body(wire: Wire) -> bytes:
    """`wire` as JSON in UTF-8; halves of surrogate pairs, which UTF-8 cannot hold, as U+FFFD."""
    text = json.dumps(wire, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return clean_text(text).encode()
