"""The text of a result: marked when it is an error, cut where it is too long, and clean enough to store."""

from __future__ import annotations


def error(why: str) -> str:
    """What the model reads in place of a result. why: a sentence, its full stop may be missing."""
    return f"error: {why}" if why.endswith((".", "}", "]")) else f"error: {why}."


def clipped(text: str, characters: int) -> str:
    """`text` without U+0000 and lone surrogates; of a longer one, its beginning and a note."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    text = text.replace("\x00", "")
    if len(text) <= characters:
        return text
    return f"{text[:characters]}\n[Cut here: the first {characters:,} of {len(text):,} characters.]"
