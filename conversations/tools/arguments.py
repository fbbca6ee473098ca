"""The arguments of a call, from the model's text to a JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from conversations.tools.types import Arguments, BadArguments

CHARACTERS: Final = 100_000
"""What a call needs is far shorter; a model that writes this much has lost its way."""


def parse(text: str) -> Arguments:
    """The object in `text`; an empty text is an empty object, as some models send it. Raises BadArguments."""
    if len(text) > CHARACTERS:
        raise BadArguments(f"the arguments have {len(text):,} characters, and {CHARACTERS:,} are allowed")
    if not text.strip():
        return {}
    try:
        value = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadArguments(f"the arguments are not JSON: {error}") from error
    except RecursionError as error:
        raise BadArguments("the arguments are nested too deeply") from error
    if not isinstance(value, dict):
        raise BadArguments("the arguments are not a JSON object")
    # PostgreSQL stores no U+0000, and no tool of ours has a use for it.
    if any("\x00" in string for string in _strings(value)):
        raise BadArguments("the arguments contain the character U+0000")
    return value


def _strings(value: object) -> Iterator[str]:
    waiting: list[Any] = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            waiting += found
