"""Typed functions become tools: the schema that models are told is the one that arguments are held to."""

from __future__ import annotations

import asyncio
import enum
import threading
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from conversations.tools import BadArguments, ToolContext, tool
from tests.tools.calling import context


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@tool(title="Paint", asks=True, seconds=3, name="paint_it")
async def paint(
    what: Annotated[str, Meta(min_length=1, max_length=10, description="The thing")],
    context: ToolContext,
    colour: Colour = Colour.RED,
    coats: Annotated[int, Meta(ge=1, le=3)] = 1,
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0,
    finish: Literal["matt", "gloss"] | None = None,
    tags: list[str] = [],  # noqa: B006  # a schema's default, copied for each call
) -> dict[str, Any]:
    """Paint something.

    It dries by itself.
    """
    return {"what": what, "who": context.person_id, "colour": colour.value, "coats": coats, "tags": tags}


def test_what_models_are_told() -> None:
    assert (paint.name, paint.title, paint.asks, paint.seconds) == ("paint_it", "Paint", True, 3)
    assert paint.description == "Paint something.\n\nIt dries by itself."
    assert paint.parameters == {
        "type": "object",
        "properties": {
            "what": {"type": "string", "minLength": 1, "maxLength": 10, "description": "The thing"},
            "colour": {"enum": ["blue", "red"], "default": "red"},
            "coats": {"type": "integer", "minimum": 1, "maximum": 3, "default": 1},
            "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 1.0},
            "finish": {"anyOf": [{"enum": ["gloss", "matt"]}, {"type": "null"}], "default": None},
            "tags": {"type": "array", "items": {"type": "string"}, "default": []},
        },
        "required": ["what"],
        "additionalProperties": False,
    }
    jsonschema.Draft202012Validator.check_schema(paint.parameters)


async def test_arguments_become_what_the_hints_say_and_the_rest_is_json() -> None:
    told = await paint.run({"what": "door", "colour": "blue", "tags": ["a"]}, context(7))
    assert told == '{"what":"door","who":7,"colour":"blue","coats":1,"tags":["a"]}'


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(-2, 2),
    st.sampled_from(["", "red", "matt", "x" * 11]),
)
names = st.sampled_from(["what", "colour", "coats", "share", "finish", "tags", "other", "context"])


@given(st.dictionaries(names, st.one_of(values, st.lists(values, max_size=2))))
async def test_what_fits_the_schema_is_accepted_and_nothing_else(arguments: dict[str, Any]) -> None:
    """But for 1.0, an integer to JSON Schema: it is told to be none, and the model can mend that."""
    fits = jsonschema.Draft202012Validator(paint.parameters).is_valid(arguments)
    try:
        await paint.check(arguments)
    except BadArguments as why:
        assert not fits or (isinstance(arguments.get("coats"), float) and "int" in str(why))
    else:
        assert fits


async def test_a_default_that_can_be_changed_is_new_for_each_call() -> None:
    seen: list[list[str]] = []

    @tool(title="Collect")
    async def collect(items: list[str] = []) -> str:  # noqa: B006  # that is the question
        """Keep and change the list."""
        items.append("mine")
        seen.append(items)
        return ""

    await collect.run({}, context())
    await collect.run({}, context())
    assert seen == [["mine"], ["mine"]]


async def test_a_plain_function_runs_in_a_thread() -> None:
    @tool(title="Where")
    def where() -> str:
        """Tell the thread."""
        return threading.current_thread().name

    assert await where.run({}, context()) != threading.current_thread().name


async def test_what_a_plain_function_raises_is_raised() -> None:
    @tool(title="Leave")
    def leave() -> str:
        """End the program, or so it thinks."""
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match="SystemExit"):
        await leave.run({}, context())


async def test_plain_functions_that_hang_hold_up_nobody() -> None:
    """More of them than a pool has threads; the last call still gets one."""
    go_on = threading.Event()

    @tool(title="Hang")
    def hang() -> str:
        """Wait for something that does not come."""
        go_on.wait()
        return "late"

    @tool(title="Quick")
    def quick() -> str:
        """Come back at once."""
        return "quick"

    hanging: list[asyncio.Task[str]] = [asyncio.create_task(hang.run({}, context())) for _ in range(40)]
    assert await quick.run({}, context()) == "quick"
    hanging[0].cancel()
    go_on.set()
    ended = await asyncio.gather(*hanging, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert ended[1:] == ["late"] * 39


def test_a_function_that_a_model_could_not_be_told_is_refused() -> None:
    def no_docstring(a: int) -> str:
        return ""

    def no_hint(a) -> str:  # type: ignore[no-untyped-def]
        """Something."""
        return ""

    def many(*a: int) -> str:
        """Something."""
        return ""

    for function, words in ((no_docstring, "docstring"), (no_hint, "no type hint"), (many, "cannot be told")):
        with pytest.raises((TypeError, ValueError), match=words):
            tool(title="T")(function)


@pytest.mark.parametrize("name", ["a b", "ä", "x" * 65])
def test_a_name_the_api_does_not_take_is_refused(name: str) -> None:
    def function() -> str:
        """Something."""
        return ""

    with pytest.raises(ValueError, match="is no name for a tool"):
        tool(title="T", name=name)(function)
    assert tool(title="T", name="x" * 64)(function).name == "x" * 64
