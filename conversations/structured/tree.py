"""A JSON value as a tree to open and close: nested lists, a `details` for each container. Safe HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any, Final

TREE_VALUES: Final = 2000
"""Values that are shown as a tree; a larger text is shown raw alone."""

TREE_DEPTH: Final = 30
OPEN_DEPTH: Final = 3
"""Containers down to here are open at first."""


class TooLarge(Exception):
    """The value has more than a tree can show well."""


def tree_html(text: str) -> str:
    """The tree of a complete JSON text. Raises TooLarge."""
    try:
        value = json.loads(text, parse_int=_Number, parse_float=_Number)
    except RecursionError as error:
        raise TooLarge from error
    parts: list[str] = []
    for count, part in enumerate(_rows(None, value, 0)):
        if count > 3 * TREE_VALUES:
            raise TooLarge
        parts.append(part)
    return f'<ul class="tree">{"".join(parts)}</ul>'


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _rows(name: str | None, value: Any, depth: int) -> Iterator[str]:
    """Three pieces for a container, around those of its values; else one."""
    if depth > TREE_DEPTH:
        raise TooLarge
    label = "" if name is None else f'<span class="tree-name">{shown(name)}</span> '
    if not isinstance(value, dict | list) or not value:
        yield f"<li>{label}{_scalar(value)}</li>"
        return
    members = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    opened = " open" if depth < OPEN_DEPTH else ""
    yield f"<li><details{opened}><summary>{label}{_count(value)}</summary><ul>"
    for key, inner in members:
        yield from _rows(str(key), inner, depth + 1)
    yield "</ul></details></li>"


def _count(value: dict[str, Any] | list[Any]) -> str:
    count = len(value)
    if isinstance(value, dict):
        words = "1 member" if count == 1 else f"{count:,} members"
    else:
        words = "1 element" if count == 1 else f"{count:,} elements"
    return f'<span class="tree-count">{words}</span>'


def _scalar(value: Any) -> str:
    match value:
        case _Number():
            return f'<span class="tree-number">{shown(value)}</span>'
        case str():
            return f'<span class="tree-string">{shown(value) or "&nbsp;"}</span>'
        case {}:
            return '<span class="tree-count">no members</span>'
        case []:
            return '<span class="tree-count">no elements</span>'
        case _:
            return f'<span class="tree-word">{json.dumps(value)}</span>'


def shown(text: str) -> str:
    """A text node; what cannot stand in a page, lone surrogates and NUL, is replaced."""
    return escape(
        text.encode("utf-8", "replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}"), quote=False
    )
