"""What a person asks a reply to be: `response_format` of the completions API, as it is stored and sent.

The wire form is `{"type": "text"}`, `{"type": "json_object"}` or `{"type": "json_schema", "json_schema":
{"name", "schema", "strict"}}`. Source: the provider's chat-completions schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conversations.structured.checking import Checker, Unchecked
from conversations.structured.early import Schema
from conversations.structured.paths import path_text
from conversations.structured.reader import Reader

ANY_OBJECT: Final[Mapping[str, Any]] = {"type": "object"}
"""What JSON mode without a schema promises."""

SCHEMA_CHARACTERS: Final = 20_000
SCHEMA_DEPTH: Final = 100
NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""A schema's name, as the provider documents it."""

STRICT_REFUSES: Final = (
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "uniqueItems",
)
"""Keywords strict mode does not know. Source: OpenAI's guide to structured outputs, "Supported schemas"."""


def schema_asked(response_format: Mapping[str, Any] | None) -> Schema | None:
    """The schema a reply is to fit, or None when it need not be JSON. True: anything that is JSON fits."""
    match (response_format or {}).get("type"):
        case "json_object":
            return ANY_OBJECT
        case "json_schema":
            schema = (response_format or {}).get("json_schema", {}).get("schema")
            return schema if isinstance(schema, Mapping) else True
        case _:
            return None


@dataclass(frozen=True)
class SchemaCheck:
    """`problem`: why the schema cannot be used, or nothing. `notes`: what strict mode may refuse."""

    schema: dict[str, Any] | None = None
    problem: str = ""
    notes: list[str] = field(default_factory=list)


def check_schema(name: str, text: str, *, strict: bool, checker: Checker) -> SchemaCheck:
    """Whether a schema as typed can be sent. Blocks for the check."""
    problem = _name_problem(name)
    if problem:
        return SchemaCheck(problem=problem)
    problem = _text_problem(text)
    if problem:
        return SchemaCheck(problem=problem)
    schema = json.loads(text)
    if not isinstance(schema, dict):
        return SchemaCheck(problem="The schema must be an object, in { }.")
    try:
        misfit = checker.check(schema, None)
    except Unchecked as why:
        return SchemaCheck(problem=f"The schema cannot be used: {why}.")
    if misfit is not None:
        return SchemaCheck(problem=f"Not a JSON Schema, at {path_text(misfit.path)}: {misfit.message}.")
    return SchemaCheck(schema, "", list(_strict_notes(schema)) if strict else [])


def _name_problem(name: str) -> str:
    if NAME.fullmatch(name):
        return ""
    return "The name takes 1 to 64 letters, digits, _ and -, without blanks."


def _text_problem(text: str) -> str:
    if not text.strip():
        return "The schema is empty. Write one, or take an example."
    if len(text) > SCHEMA_CHARACTERS:
        return f"The schema has {len(text):,} characters; the limit is {SCHEMA_CHARACTERS:,}."
    reader = Reader()
    reader.feed(text)
    reader.finish()
    if reader.problem is not None:
        return f"The schema is not JSON: {reader.problem.told(text)}."
    if not reader.complete:
        return f"The schema is not complete: it ends at {path_text(reader.path)}."
    if reader.deepest > SCHEMA_DEPTH:
        return f"The schema is nested more than {SCHEMA_DEPTH} deep."
    return ""


def _strict_notes(schema: Mapping[str, Any]) -> Iterator[str]:
    """What servers with strict mode are known to refuse, once each."""
    if schema.get("type") != "object":
        yield "Strict mode wants an object as the whole reply: put the rest into a member of one."
    objects, keywords = [], set()
    for each in _schemas(schema):
        keywords |= each.keys() & set(STRICT_REFUSES)
        members = each.get("properties")
        if isinstance(members, Mapping):
            objects.append((members.keys(), each.get("required"), each.get("additionalProperties")))
    if keywords:
        listed = ", ".join(sorted(keywords))
        yield f"Strict mode may refuse these keywords: {listed}. The site checks them all the same."
    if any(rest is not False for _, _, rest in objects):
        yield 'Strict mode wants "additionalProperties": false in every object.'
    if any(not isinstance(needed, list) or names - set(needed) for names, needed, _ in objects):
        yield "Strict mode wants every member to be in “required”; let its type include null instead."


_OF_SCHEMAS: Final = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LISTS: Final = ("anyOf", "allOf", "oneOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains")


def _schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all those inside it."""
    waiting: list[Any] = [schema]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, Mapping):
            continue
        yield found
        for keyword in _OF_SCHEMAS:
            inner = found.get(keyword)
            waiting += inner.values() if isinstance(inner, Mapping) else []
        for keyword in _LISTS:
            inner = found.get(keyword)
            waiting += inner if isinstance(inner, list) else []
        waiting += [found.get(keyword) for keyword in _SINGLE]
