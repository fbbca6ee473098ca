"""Files of text: read strictly, and quoted in a message with their name and a limit."""

from __future__ import annotations

import codecs
import re
from typing import Final

TEXT_CHARACTERS: Final = 100_000
"""Of one file that a model is sent: some 25,000 tokens, a fifth of what the models of this site take."""

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_FENCES: Final = re.compile(r"`{3,}")


class NotText(ValueError):
    """These bytes are no text."""


def read_text(data: bytes) -> str:
    """The text in UTF-8, or in what its byte order mark says. Raises NotText."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText from error
    if "\x00" in text:
        raise NotText
    return text


def cut_text(text: str) -> str:
    """As much of it as a model is sent, with a word where it is cut."""
    if len(text) <= TEXT_CHARACTERS:
        return text
    note = f"[cut here: the file has {len(text):,} characters, and these were the first {TEXT_CHARACTERS:,}]"
    return f"{text[:TEXT_CHARACTERS]}\n{note}"


def quoted(name: str, text: str) -> str:
    """The file as a part of a message: its name, and its text in a fence that the text cannot close."""
    longest = max(map(len, _FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"The attached file “{name}”:\n\n{fence}\n{cut_text(text)}\n{fence}"
