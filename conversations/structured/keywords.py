"""The keywords of JSON Schema that one value, or the end of a container, decides at once.

Each function returns None, or what the schema expects instead, as the end of a sentence. A keyword with a
value it cannot have is passed over: the schema was checked when it was written.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from conversations.structured.scalars import Scalar

_TYPE_NAMES: Final = {"{": "object", "[": "array"}


def container_wrong(schema: Mapping[str, Any], container: Literal["{", "["]) -> str | None:
    name = _TYPE_NAMES[container]
    if not _type_fits(schema, {name}):
        return f"{_wanted(schema)} is expected, not an {name}"
    kind = dict if container == "{" else list
    allowed = _enumerated(schema)
    if allowed is not None and not any(isinstance(value, kind) for value in allowed):
        return f"{_listed(allowed)} is expected"
    return None


def scalar_wrong(schema: Mapping[str, Any], value: Scalar) -> str | None:
    names = _types_of(value)
    if not _type_fits(schema, names):
        return f"{_wanted(schema)} is expected, not {_named(value)}"
    allowed = _enumerated(schema)
    if allowed is not None and not any(_same(value, other) for other in allowed):
        return f"{_listed(allowed)} is expected"
    if isinstance(value, str):
        return _length_wrong(schema, len(value), "minLength", "maxLength", "characters")
    return _number_wrong(schema, value) if "number" in names else None


def _types_of(value: Scalar) -> set[str]:
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, str):
        return {"string"}
    whole = isinstance(value, int) or value.is_integer()
    return {"number", "integer"} if whole else {"number"}


def _type_fits(schema: Mapping[str, Any], names: set[str]) -> bool:
    wanted = schema.get("type")
    if isinstance(wanted, str):
        return wanted in names
    return not isinstance(wanted, list) or any(name in names for name in wanted)


def _wanted(schema: Mapping[str, Any]) -> str:
    wanted = schema["type"]
    names = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join("null" if name == "null" else _articled(str(name)) for name in names)


def _articled(name: str) -> str:
    return f"an {name}" if name[:1] in "aeiou" else f"a {name}"


def _named(value: Scalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "a string" if isinstance(value, str) else "this number"


def _enumerated(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    allowed = schema.get("enum")
    return allowed if isinstance(allowed, list) else None


def _listed(allowed: list[Any]) -> str:
    if not allowed:
        return "nothing"
    shown = [json.dumps(value, ensure_ascii=False)[:40] for value in allowed[:5]]
    return " or ".join(shown) + (" or another of the list" if len(allowed) > 5 else "")


def _same(value: Scalar, other: object) -> bool:
    """Equal in JSON, where true is not 1."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other


_BOUNDS: Final[tuple[tuple[str, str, Callable[[Any, Any], bool]], ...]] = (
    ("minimum", "at least", operator.ge),
    ("maximum", "at most", operator.le),
    ("exclusiveMinimum", "more than", operator.gt),
    ("exclusiveMaximum", "less than", operator.lt),
)


def _number_wrong(schema: Mapping[str, Any], value: Scalar) -> str | None:
    for keyword, words, fits in _BOUNDS:
        bound = schema.get(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool) and not fits(value, bound):
            return f"{words} {bound} is expected"
    return None


def _length_wrong(schema: Mapping[str, Any], length: int, least: str, most: str, unit: str) -> str | None:
    low, high = schema.get(least), schema.get(most)
    if isinstance(low, int) and length < low:
        return f"at least {low} {unit} are expected"
    if isinstance(high, int) and length > high:
        return f"at most {high} {unit} are expected"
    return None


def members_wrong(schema: Mapping[str, Any], names: set[str]) -> str | None:
    required = schema.get("required")
    missing = [name for name in required if name not in names] if isinstance(required, list) else []
    if missing:
        return f"the member “{str(missing[0])[:40]}” is missing"
    return _length_wrong(schema, len(names), "minProperties", "maxProperties", "members")


def count_wrong(schema: Mapping[str, Any], count: int) -> str | None:
    return _length_wrong(schema, count, "minItems", "maxItems", "elements")
