"""A file's name as a label: one short line that cannot pretend to be another. Nothing is stored under it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NAME_CHARACTERS: Final = 120
_EXTENSION_CHARACTERS: Final = 12
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, marks that turn the direction of writing, halves of pairs, separators of lines."""
_EXTENSIONS: Final = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "application/pdf": ("pdf",),
}


def clean_name(raw: str) -> str:
    """The last part of a path as a label of at most NAME_CHARACTERS; “file” where nothing is left."""
    last = re.split(r"[/\\]", raw)[-1]
    seen = "".join(" " if char.isspace() else char for char in last if not _unseen(char))
    name = " ".join(unicodedata.normalize("NFC", seen).split()).strip(". ")
    if len(name) <= NAME_CHARACTERS:
        return name or "file"
    stem, extension = _split(name)
    return f"{stem[: NAME_CHARACTERS - len(extension) - 1]}…{extension}"


def named_as(name: str, media_type: str) -> str:
    """The name with the extension of what the file really is."""
    extensions = _EXTENSIONS.get(media_type, ())
    stem, extension = _split(name)
    if not extensions or extension[1:].lower() in extensions:
        return name
    return f"{stem}.{extensions[0]}"


def _unseen(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) in _UNSEEN


def _split(name: str) -> tuple[str, str]:
    """Stem and extension, the latter with its dot; empty when there is none worth the name."""
    stem, dot, extension = name.rpartition(".")
    if not stem or not 0 < len(extension) <= _EXTENSION_CHARACTERS or " " in extension:
        return name, ""
    return stem, dot + extension
