"""A response's bytes: as many as are allowed, decompressed within the same bound, and read as text."""

from __future__ import annotations

import re
import zlib
from typing import Final

import httpx

from conversations.tools.fetching.locations import CannotFetch

BYTES: Final = 1024 * 1024
"""Read of one page, and again after decompression. The result for the model is far shorter."""

_TEXTUAL: Final = re.compile(
    r"text/[\w.+-]+|application/(?:[\w.-]+\+)?(?:json|xml|yaml)|application/(?:javascript|x-ndjson)",
    re.ASCII,
)
_ENCODINGS: Final = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(?:windows|cp)-?125\d|koi8-[ru]"
    r"|shift[_-]jis|euc-jp|euc-kr|gb2312|gbk|gb18030|big5",
    re.ASCII,
)
"""Python knows codecs that are no charsets, and some of them are slow: only these are used."""

_META_CHARSET: Final = re.compile(
    rb"""<meta\s[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w-]{1,40})""", re.I
)


async def body_of(response: httpx.Response) -> tuple[bytes, bool]:
    """The content, and whether it was cut at BYTES. Raises CannotFetch for an unknown compression."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise CannotFetch("the page came compressed in a way that is not read here")
    inflate = None if encoding in ("identity", "") else zlib.decompressobj(wbits=47)  # zlib or gzip
    found = bytearray()
    try:
        async for chunk in response.aiter_raw():
            room = BYTES + 1 - len(found)
            found += inflate.decompress(chunk, room) if inflate else chunk[:room]
            if len(found) > BYTES:
                return bytes(found[:BYTES]), True
    except zlib.error as error:
        raise CannotFetch("the page came with a compression that is damaged") from error
    return bytes(found), False


def media_type(response: httpx.Response) -> str:
    """The type without its parameters. Raises CannotFetch for one that is no text."""
    found: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _TEXTUAL.fullmatch(found):
        raise CannotFetch(
            f"it is no text but “{found[:80]}”" if found else "the server does not say what it is"
        )
    return found


def text_of(body: bytes, response: httpx.Response) -> str:
    """The content as text, by the charset the server or the page names, else as UTF-8."""
    named = re.search(r"charset\s*=\s*[\"']?([\w-]{1,40})", response.headers.get("content-type", ""), re.I)
    charset = named[1] if named else ""
    if not charset and (meta := _META_CHARSET.search(body[:1024])):
        charset = meta[1].decode("ascii")
    charset = charset.lower()
    return body.decode(charset if _ENCODINGS.fullmatch(charset) else "utf-8-sig", "replace")
