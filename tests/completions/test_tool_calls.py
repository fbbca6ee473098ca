"""Tool calls put together from their deltas, in every order and cut that servers send."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.completions import AssembledToolCall, ToolCallDelta, assemble

from .helpers import read
from .upstream import delta, events


def calls(*pieces: dict[str, Any]) -> tuple[AssembledToolCall, ...]:
    """The tool calls of a reply whose deltas each carry one piece."""
    body = events(*(delta(tool_calls=[piece]) for piece in pieces), delta(finish="tool_calls"))
    found, error = read(body)
    assert error is None
    return assemble(found).choices[0].tool_calls


def piece(arguments: str = "", name: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"function": {"arguments": arguments} | ({"name": name} if name else {})} | fields


def test_tool_calls_interleaved_by_index() -> None:
    assert calls(
        piece("", "f", index=0, id="a"),
        piece("", "g", index=1, id="b"),
        piece('{"x"', index=0),
        piece("{}", index=1),
        piece(":1}", index=0),
    ) == (AssembledToolCall(0, "a", "f", '{"x":1}'), AssembledToolCall(1, "b", "g", "{}"))


def test_tool_calls_without_index_are_told_by_their_ids() -> None:
    assert calls(
        piece("1", "f", id="a"), piece("2"), piece("3", "g", id="b"), piece("4"), piece("5", id="a")
    ) == (
        AssembledToolCall(0, "a", "f", "125"),
        AssembledToolCall(1, "b", "g", "34"),
    )


def test_a_late_id_a_name_in_pieces_and_the_same_id_twice() -> None:
    assert calls(
        piece("{", "get_", index=0),
        piece("", "time", index=0),
        piece("}", index=0, id="late"),
        piece(index=0, id="late"),
    ) == (AssembledToolCall(0, "late", "get_time", "{}"),)


def test_a_name_that_is_said_with_every_piece_is_not_concatenated() -> None:
    pieces = [piece(part, "get_time", index=0, id="a") for part in ("{", '"x"', ":1}")]
    assert calls(*pieces) == (AssembledToolCall(0, "a", "get_time", '{"x":1}'),)
    assert calls(*(piece("", "get_time", index=0) for _ in range(3)))[0].name == "get_time"


def test_a_name_letter_by_letter() -> None:
    assert (
        calls(piece("{}", index=0, id="a"), *(piece("", c, index=0) for c in "aardvark"))[0].name
        == "aardvark"
    )


def test_arguments_in_pieces_of_one_character() -> None:
    arguments = '{"city": "Zürich \U0001f600"}'
    assert (
        calls(piece("", "f", index=0, id="a"), *(piece(c, index=0) for c in arguments))[0].arguments
        == arguments
    )


def test_arguments_as_an_object_and_the_older_function_call() -> None:
    assert calls({"id": "a", "function": {"name": "f", "arguments": {"x": 1}}})[0].arguments == '{"x": 1}'
    body = events(
        delta(function_call={"name": "f", "arguments": "{"}),
        delta(function_call={"arguments": "}"}, finish="function_call"),
    )
    assert assemble(read(body)[0]).choices[0].tool_calls == (AssembledToolCall(0, None, "f", "{}"),)


def test_a_call_number_beyond_reason_is_ignored() -> None:
    found, _ = read(
        events(delta(tool_calls=[piece("x", "f", index=10**9)]), delta(content="a", finish="stop"))
    )
    assert not [event for event in found if isinstance(event, ToolCallDelta)]


TWO = (AssembledToolCall(0, "a", "f", '{"x":1}'), AssembledToolCall(1, "b", "g", "{}"))
NAMELESS = tuple(AssembledToolCall(call.call_index, None, call.name, call.arguments) for call in TWO)

TOLD_APART: dict[str, tuple[list[dict[str, Any]], tuple[AssembledToolCall, ...]]] = {
    # Gemini's OpenAI layer, and gateways before it: each call whole, all with the same number
    "number 0 for all, whole": (
        [piece('{"x":1}', "f", index=0, id="a"), piece("{}", "g", index=0, id="b")],
        TWO,
    ),
    "number 0 for all, no ids": ([piece('{"x":1}', "f", index=0), piece("{}", "g", index=0)], NAMELESS),
    "number 0 for all, empty ids": (
        [piece('{"x":1}', "f", index=0, id=""), piece("{}", "g", index=0, id="")],
        NAMELESS,
    ),
    "neither numbers nor ids": ([piece('{"x":1}', "f"), piece("{}", "g")], NAMELESS),
    "neither numbers nor ids, in pieces": (
        [piece("", "f"), piece('{"x"'), piece(":1}"), piece("", "g"), piece("{}")],
        NAMELESS,
    ),
    # vLLM and LMDeploy with some models: number 0 again, a new id and a name begin a call
    "number 0 for all, in pieces": (
        [
            piece("", "f", index=0, id="a"),
            piece('{"x"', index=0, id=""),
            piece(":1}", index=0, id=""),
            piece("", "g", index=0, id="b"),
            piece("{}", index=0, id=""),
        ],
        TWO,
    ),
    # LiteLLM before a reasoning model: the first number is 1
    "numbers from 1": ([piece('{"x":1}', "f", index=1, id="a"), piece("{}", "g", index=2, id="b")], TWO),
    # DashScope: empty texts in place of leaving out
    "empty ids and names later on": (
        [
            piece("", "f", index=0, id="a"),
            {"index": 0, "id": "", "function": {"name": "", "arguments": '{"x":1}'}},
            piece("{}", "g", index=1, id="b"),
        ],
        TWO,
    ),
    "null ids and names later on": (
        [
            piece("", "f", index=0, id="a"),
            {"index": 0, "id": None, "function": {"name": None, "arguments": '{"x":1}'}},
            {"index": 1, "id": "b", "type": None, "function": {"name": "g", "arguments": {}}},
        ],
        TWO,
    ),
    "whole once more": (
        [piece('{"x":1}', "f", index=0, id="a"), piece("{}", "g", index=1, id="b")] * 2,
        TWO,
    ),
    # older vLLM: a new id with every piece of one call
    "another id with every piece": (
        [
            piece("", "f", index=0, id="z"),
            piece('{"x":1}', index=0, id="a"),
            piece("{}", "g", index=1, id="b"),
        ],
        TWO,
    ),
}


@pytest.mark.parametrize("name", TOLD_APART)
def test_two_calls_are_two_however_a_server_numbers_them(name: str) -> None:
    pieces, expected = TOLD_APART[name]
    renumbered = tuple(
        AssembledToolCall(number, call.id, call.name, call.arguments)
        for number, call in enumerate(calls(*pieces))
    )
    assert renumbered == expected


def test_llama_cpp_may_give_two_calls_one_id() -> None:
    found = calls(piece("{}", "f", index=0, id="a"), piece("{}", "g", index=1, id="a"))
    assert [(call.name, call.arguments) for call in found] == [("f", "{}"), ("g", "{}")]


def test_two_calls_alike_with_ids_of_their_own_are_two() -> None:
    found = calls(piece("{}", "f", index=0, id="a"), piece("{}", "f", index=0, id="b"))
    assert [call.id for call in found] == ["a", "b"]


def test_calls_of_one_delta_without_numbers_are_told_apart() -> None:
    body = events(delta(tool_calls=[piece('{"x":1}', "f"), piece("{}", "g")], finish="tool_calls"))
    assert assemble(read(body)[0]).choices[0].tool_calls == NAMELESS


def test_a_finish_reason_with_every_call_loses_none() -> None:
    """Gemini behind LiteLLM."""
    chunks = [delta(tool_calls=[piece("{}", name, index=0)], finish="tool_calls") for name in "fg"]
    found, error = read(events(*chunks))
    assert error is None
    assert [call.name for call in assemble(found).choices[0].tool_calls] == ["f", "g"]
