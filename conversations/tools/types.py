"""A tool: one function that a model may ask the site to call.

    name, description, parameters   what the model is told
    title, asks                     what people see, and whether a person must approve each call
    check, run                      what the site does with the arguments

`check` looks at the arguments before a person is asked and before anything happens; `run` does the work and
returns the text that the model reads. Both raise what is below for anything the model should know.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""Source: the provider's chat-completions schema, `tools[].function.name`."""

Arguments = dict[str, Any]
"""A JSON object as the model wrote it."""


class BadArguments(Exception):
    """The arguments do not fit; the message tells the model what is wrong with them."""


class ToolFailed(Exception):
    """The work could not be done; the message tells the model why, and what may help."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What a tool may know of the turn it is called in: no request, no session, no key."""

    person_id: int
    conversation_id: UUID
    message_id: UUID
    """The reply that is being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One function that may be offered to a model. Raises ValueError for a name the API does not take.

    parameters: a JSON Schema of an object. seconds: the time-out of one call; None for the site's own.
    asks: a person must approve each call. source: where it comes from, for people; empty: the site itself.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    check: Callable[[Arguments], Awaitable[None]]
    run: Callable[[Arguments, ToolContext], Awaitable[str]]
    asks: bool = False
    seconds: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name for a tool: 1 to 64 of A-Z a-z 0-9 _ -")
