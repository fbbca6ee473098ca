"""The title of a conversation, made from its first message: locally, at once, at no cost."""

from __future__ import annotations

import re

LENGTH = 60
_MARKS = re.compile(r"^\s*(?:(?:[#>*+|=-]+|\d+[.)])(?:\s+|$))*(?:`{3,}|~{3,})?")
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3}|`{1,3}|~~)(?=\S)([^*_`~]{1,200}?)(?<=\S)\1(?!\w)")
"""Marks in pairs round words: those within a word, as in snake_case or 6*7, are what the person meant."""
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")


def title_from(text: str) -> str:
    """The first line that says something, without Markdown's marks, cut at a word near 60 characters."""
    for line in text[:4000].splitlines():
        words = _EMPHASIS.sub(r"\2", _MARKS.sub("", _LINK.sub(r"\1", line)))
        title = " ".join(words.split())
        title = "".join(character for character in title if character.isprintable())
        if any(character.isalnum() for character in title):
            return _cut(title)
    return _cut(" ".join(text[:4000].split())) or "New chat"


def _cut(title: str) -> str:
    if len(title) <= LENGTH:
        return title
    head = title[: LENGTH - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[LENGTH // 2 :] else head
    return at_word.rstrip(" ,;:.–—-") + "…"
