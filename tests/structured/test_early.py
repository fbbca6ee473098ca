"""Validation of a value that is still arriving: what is said early, where, and never too strictly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conversations.structured import EXAMPLES
from conversations.structured.early import EarlyCheck
from conversations.structured.paths import path_text
from conversations.structured.reader import Reader

ITEMS = EXAMPLES[0].schema


def mismatch(text: str, schema: Any) -> tuple[str, str] | None:
    """Path and words of the first thing that does not fit, of a text that may be unfinished."""
    reader = Reader(EarlyCheck(schema))
    for char in text:
        reader.feed(char)
    reader.finish()
    found = reader.mismatch
    return (path_text(found.path), found.why) if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[", ("$", "an object is expected, not an array")),
        ('{"items":{', ("$.items", "an array is expected, not an object")),
        ('{"items":[{"title":1,', ("$.items[0].title", "a string is expected, not this number")),
        ('{"items":[{"priority":2.5,', ("$.items[0].priority", "an integer is expected, not this number")),
        ('{"items":[{"priority":6,', ("$.items[0].priority", "at most 5 is expected")),
        ('{"items":[],"more"', ("$.more", "the schema has no such member")),
        ('{"items":[{"title":"a","reason":"b"}', ("$.items[0]", "the member “priority” is missing")),
        ('{"items":[{"title":"a","reason":"b","priority":5}]}', None),
        ('{"items":[{"title":"a"', None),
    ],
)
def test_the_first_misfit_is_named_as_soon_as_it_is_certain(
    text: str, expected: tuple[str, str] | None
) -> None:
    assert mismatch(text, ITEMS) == expected


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({"enum": ["a", 1, None]}, "1", "true"),
        ({"const": True}, "true", "1"),
        ({"type": ["string", "null"]}, "null", "1"),
        ({"type": "integer"}, "2.0", "2.5"),
        ({"minimum": 2}, "2", "1.9"),
        ({"exclusiveMaximum": 2}, "1.9", "2"),
        ({"minLength": 2}, '"ab"', '"a"'),
        ({"maxLength": 2}, '"😀😀"', '"abc"'),
        ({"minItems": 1}, "[0]", "[]"),
        ({"maxItems": 1}, "[0]", "[0,0]"),
        ({"maxProperties": 1}, '{"a":1}', '{"a":1,"b":2}'),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "null"}}, '["a",null]', '["a",1]'),
        ({"properties": {"a": False}}, '{"b":1}', '{"a":1}'),
        ({"additionalProperties": {"type": "string"}}, '{"a":"b"}', '{"a":1}'),
        ({"allOf": [{"minimum": 1}, {"maximum": 3}]}, "2", "4"),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "null"}}}, "null", "0"),
        ({"items": {"$ref": "#"}, "type": "array"}, "[[[]]]", "[[0]]"),
        ({"enum": [[], {}]}, "[]", "0"),
    ],
)
def test_each_keyword_accepts_and_refuses(schema: Any, right: str, wrong: str) -> None:
    assert mismatch(right, schema) is None
    assert mismatch(wrong, schema) is not None
    validator = Draft202012Validator(schema)
    assert validator.is_valid(json.loads(right))
    assert not validator.is_valid(json.loads(wrong))


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"$ref": "http://127.0.0.1:9/schema"},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"type": 7, "enum": "a", "minimum": "b", "required": "c", "properties": [], "items": 3, "allOf": {}},
        {"pattern": "^(a+)+$"},
        {"patternProperties": {"^x": {}}, "additionalProperties": False},
        {"anyOf": [{"type": "null"}], "not": {}, "if": {}, "then": False},
    ],
)
def test_what_cannot_be_decided_early_is_passed_over(schema: Any) -> None:
    assert mismatch('{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!","xy":[1,{"b":null}]}', schema) is None


_scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0]) | st.text(max_size=2)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)
_types = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
_leaves = st.one_of(
    st.booleans(),
    st.fixed_dictionaries(
        {}, optional={"type": _types, "enum": st.lists(_values, max_size=3), "const": _values}
    ),
    st.fixed_dictionaries({}, optional={"minimum": st.integers(-2, 2), "minLength": st.integers(0, 2)}),
)
_schemas = st.recursive(
    _leaves,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": _types | st.lists(_types, min_size=1, max_size=3, unique=True),
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "additionalProperties": inner,
            "required": st.lists(st.sampled_from("ab"), unique=True),
            "items": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "maxItems": st.integers(0, 2),
        },
    ),
    max_leaves=5,
)


@given(_schemas, _values)
def test_what_the_final_check_accepts_was_never_called_wrong(schema: Any, value: Any) -> None:
    if Draft202012Validator(schema).is_valid(value):
        assert mismatch(json.dumps(value), schema) is None
