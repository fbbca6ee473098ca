"""The tool calls of one choice, put together from their deltas.

Servers say in different ways to which call a delta belongs: by a number, by an id, by both or by neither.
Some give every call the number 0 and tell the second one by its new id, or only by its name; some send each
call whole in one delta, and some send it whole once more. A delta with a name may begin a call; one without
goes on with the call of its number, else of its id, else with the one last spoken of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from .fields import as_count, as_dict, as_text, as_word, decode_json
from .text import SurrogateJoiner, clean_text
from .types import ToolCallDelta

CALLS_LIMIT: Final = 128


@dataclass(slots=True)
class _Call:
    """A call that has begun. `whole`: its arguments, when its first delta brought them all, with the name."""

    id: str | None = None
    name: str = ""
    whole: str | None = None
    arguments: SurrogateJoiner = field(default_factory=SurrogateJoiner)


class CallsReader:
    """Reads the `tool_calls` of choice `index`, one entry at a time."""

    def __init__(self, index: int) -> None:
        self._index = index
        self._calls: dict[int, _Call] = {}
        self._by_number: dict[int, int] = {}
        self._by_id: dict[str, int] = {}
        self._last = 0

    def read(self, entry: dict[str, Any]) -> Iterator[ToolCallDelta]:
        """What one entry adds to its call."""
        function = as_dict(entry.get("function"))
        call_id = as_word(entry.get("id"))
        if not (function or call_id):
            return
        name, arguments = clean_text(as_text(function.get("name"))), _as_json(function.get("arguments"))
        place = self._place(as_count(entry.get("index")), call_id, name, arguments)
        if place >= CALLS_LIMIT:
            return
        self._last = place
        call = self._calls.get(place)
        if call is None:
            call = self._calls[place] = _Call(whole=arguments if name and _is_object(arguments) else None)
        elif arguments and arguments == call.whole:
            arguments = ""
        call.id = call_id or call.id
        yield ToolCallDelta(
            self._index, place, call_id, _new_of_name(call, name, call_id), call.arguments.feed(arguments)
        )

    def close(self) -> Iterator[ToolCallDelta]:
        """What was held back of the arguments."""
        for place, call in self._calls.items():
            if rest := call.arguments.close():
                yield ToolCallDelta(self._index, place, None, "", rest)

    def _place(self, number: int | None, call_id: str | None, name: str, arguments: str) -> int:
        """The place of the entry's call among those of the choice, a new one for a call that begins."""
        if number is not None:
            place = self._by_number.get(number)
        elif call_id is not None:
            place = self._by_id.get(call_id)
        else:
            place = self._last if self._calls else None
        call = None if place is None else self._calls.get(place)
        if place is None or (call and _begins(call, number, call_id, name, arguments)):
            free = max(self._calls, default=-1) + 1
            place = free if number is None or number in self._calls else number
        if place >= CALLS_LIMIT:
            return place
        if number is not None:
            self._by_number[number] = place
        if call_id is not None:
            self._by_id[call_id] = place
        return place


def _begins(call: _Call, number: int | None, call_id: str | None, name: str, arguments: str) -> bool:
    """Whether an entry that names the place of `call` begins another one all the same."""
    if not name or (call_id is not None and call_id == call.id):
        return False
    if call_id is not None and call.id is not None:
        return True
    if call.whole is not None:
        return (name, arguments) != (call.name, call.whole)
    return number is None and name != call.name


def _new_of_name(call: _Call, name: str, call_id: str | None) -> str:
    """What is to be appended to the name: nothing where a server says the whole name once more.

    A single letter without an id is a piece: some servers send names letter by letter.
    """
    if name == call.name and (len(name) > 1 or call_id is not None):
        return ""
    call.name += name
    return name


def _as_json(arguments: object) -> str:
    """Arguments as the text they should be; some servers send the object."""
    if isinstance(arguments, dict | list):
        return json.dumps(arguments, ensure_ascii=False, default=str)
    return as_text(arguments)


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(decode_json(arguments), dict)
    except ValueError:
        return False
