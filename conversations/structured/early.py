"""What of a JSON Schema (draft 2020-12) can be decided while the value is still arriving.

Decided here: type, enum, const, limits of numbers, lengths and counts, required, additionalProperties and the
schemas of members and elements, through local $ref and allOf. Everything else is left to the final check
(`checking.py`), and so are regular expressions, which can take for ever: this runs on the event loop.
So a value that passes here may still fail there, never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from conversations.structured.keywords import container_wrong, count_wrong, members_wrong, scalar_wrong
from conversations.structured.reader import Container
from conversations.structured.scalars import Scalar

Schema = Mapping[str, Any] | bool

_SCHEMAS_OF_ONE_PLACE: Final = 50
"""Schemas that apply to one value, by $ref and allOf; further ones are left to the final check."""


class EarlyCheck:
    """A listener of `Reader`. Keeps the schemas of every open container on a stack of its own."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema
        self._coming = self._together([schema])
        self._open: list[_Open] = []

    def opened(self, container: Container) -> str | None:
        schemas = self._next()
        self._open.append(_Open(schemas, container))
        return _first(container_wrong(schema, container) for schema in schemas)

    def named(self, name: str) -> str | None:
        applying, wrong = [], None
        for schema in self._open[-1].schemas:
            members = _mapping(schema, "properties")
            if name in members:
                applying.append(members[name])
            elif "additionalProperties" in schema and not schema.get("patternProperties"):
                rest = schema["additionalProperties"]
                applying.append(rest)
                wrong = wrong or ("the schema has no such member" if rest is False else None)
        self._coming = self._together(applying)
        return wrong

    def scalar(self, value: Scalar) -> str | None:
        return _first(scalar_wrong(schema, value) for schema in self._next())

    def closed(self, *, names: set[str], count: int) -> str | None:
        ended = self._open.pop()
        if ended.container == "{":
            return _first(members_wrong(schema, names) for schema in ended.schemas)
        return _first(count_wrong(schema, count) for schema in ended.schemas)

    def _next(self) -> list[Mapping[str, Any]]:
        """The schemas of the value that begins now."""
        if not self._open or self._open[-1].container == "{":
            return self._coming
        around = self._open[-1]
        applying = [_element(schema, around.elements) for schema in around.schemas]
        around.elements += 1
        return self._together([schema for schema in applying if schema is not None])

    def _together(self, schemas: Sequence[object]) -> list[Mapping[str, Any]]:
        """These and what they refer to; False as a schema that nothing fits."""
        found: list[Mapping[str, Any]] = []
        waiting = list(schemas)
        while waiting and len(found) < _SCHEMAS_OF_ONE_PLACE:
            schema = waiting.pop()
            if schema is False:
                found.append({"enum": []})
            if not isinstance(schema, Mapping) or any(schema is known for known in found):
                continue
            found.append(schema)
            more = schema.get("allOf")
            waiting += more if isinstance(more, list) else []
            if isinstance(schema.get("$ref"), str):
                waiting.append(_pointed(self._root, schema["$ref"]))
        return found


class _Open:
    """A container that is open, the schemas that apply to it, and how many elements have begun."""

    def __init__(self, schemas: list[Mapping[str, Any]], container: Container) -> None:
        self.schemas = schemas
        self.container = container
        self.elements = 0


def _first(answers: Iterator[str | None]) -> str | None:
    return next((answer for answer in answers if answer is not None), None)


def _pointed(root: Schema, reference: str) -> object:
    """What `#/a/b` points to, else None: other references are left to the final check."""
    if not reference.startswith("#"):
        return None
    found: object = root
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found if reference == "#" or reference.startswith("#/") else None


def _mapping(schema: Mapping[str, Any], keyword: str) -> Mapping[str, Any]:
    value = schema.get(keyword)
    return value if isinstance(value, Mapping) else {}


def _element(schema: Mapping[str, Any], index: int) -> object:
    first = schema.get("prefixItems")
    if isinstance(first, list) and index < len(first):
        return first[index]
    return schema.get("items")
