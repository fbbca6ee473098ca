"""A value that satisfies a JSON Schema: for `response_format` json_schema and the arguments of tool calls.

Knows the common keywords: type, properties, required, items, enum, const, anyOf, oneOf, allOf, `$ref` within
the schema, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, minItems,
maxItems and format.
`pattern` is not honoured.
"""

import math
import re
from typing import Any

Schema = dict[str, Any]

MAX_DEPTH = 12
FORMATS = {
    "date": "2024-01-25",
    "date-time": "2024-01-25T12:00:00Z",
    "time": "12:00:00Z",
    "email": "person@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
EXPRESSION = re.compile(r"[\d(][\d\s.+*/()^%-]*[\d)]")


def instance(schema: object, question: str = "") -> Any:
    """A value for `schema`; strings are taken from the question where nothing else is asked of them."""
    return _value(schema, schema, question, 0, "")


def _value(schema: object, root: object, question: str, depth: int, name: str) -> Any:
    if not isinstance(schema, dict):
        return None
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    if kind == "object":
        return _object(schema, root, question, depth)
    if kind == "array":
        return _array(schema, root, question, depth, name)
    if kind in ("integer", "number"):
        return _number(schema, whole=kind == "integer")
    return {"boolean": True, "null": None}.get(kind, _string(schema, question, name))


def _resolved(schema: Schema, root: object) -> Schema:
    """Follow `$ref`, take the first of anyOf and oneOf, and merge allOf."""
    for _ in range(MAX_DEPTH):
        if "$ref" in schema:
            target: Any = root
            for part in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
                if part:
                    target = target.get(part, {}) if isinstance(target, dict) else {}
            schema = target if isinstance(target, dict) else {}
        elif isinstance(options := schema.get("anyOf") or schema.get("oneOf"), list):
            rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
            schema = {**rest, **options[0]}
        elif isinstance(parts := schema.get("allOf"), list):
            schema = _merged({key: value for key, value in schema.items() if key != "allOf"}, parts, root)
        else:
            break
    return schema


def _merged(schema: Schema, parts: list[Schema], root: object) -> Schema:
    merged = dict(schema)
    for part in parts:
        part = _resolved(part, root)
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", []), *part.get("required", [])]
        merged.update(part)
        if properties:
            merged["properties"] = properties
        if required:
            merged["required"] = required
    return merged


def _object(schema: Schema, root: object, question: str, depth: int) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    required = schema.get("required", [])
    wanted = required if depth >= MAX_DEPTH // 3 else [*properties, *required]
    if depth >= MAX_DEPTH:
        return {}
    return {
        name: _value(properties.get(name, {}), root, question, depth + 1, name)
        for name in dict.fromkeys(wanted)
    }


def _array(schema: Schema, root: object, question: str, depth: int, name: str) -> list[Any]:
    least = int(schema.get("minItems", 0))
    count = least if depth >= MAX_DEPTH // 3 else max(1, least)
    count = min(count, int(schema.get("maxItems", count)))
    if depth >= MAX_DEPTH:
        return []
    return [_value(schema.get("items", {}), root, question, depth + 1, name) for _ in range(count)]


def _number(schema: Schema, *, whole: bool) -> float:
    step = schema.get("multipleOf") or 1
    low = schema.get("minimum")
    if low is None and schema.get("exclusiveMinimum") is not None:
        low = math.floor(schema["exclusiveMinimum"] / step) * step + step
    high = schema.get("maximum")
    if high is None and schema.get("exclusiveMaximum") is not None:
        high = math.ceil(schema["exclusiveMaximum"] / step) * step - step
    value = step
    if low is not None:
        value = math.ceil(low / step) * step
    elif high is not None and value > high:
        value = math.floor(high / step) * step
    return int(value) if whole else value


def _string(schema: Schema, question: str, name: str) -> str:
    text = FORMATS.get(schema.get("format", "")) or _from_question(question, name) or name or "text"
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    return text.ljust(least, ".")[: int(most) if most is not None else None]


def _from_question(question: str, name: str) -> str:
    """A quoted phrase; for an expression, the sum in the question; else its last name-like word."""
    if "expression" in name or "formula" in name:
        sums = EXPRESSION.findall(question)
        return max(sums, key=len).strip() if sums else "1 + 1"
    quoted = re.findall(r"[\"“]([^\"“”]+)[\"”]", question)
    if quoted:
        return str(quoted[0])
    capitals = re.findall(r"(?<=\s)[A-ZÀ-Þ][\w'’-]+", question)
    return str(capitals[-1]) if capitals else ""
