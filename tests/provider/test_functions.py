"""Tool calls, and replies in JSON, as the official client reads them; and calls in odd pieces."""

import json
from typing import Any

import jsonschema
import pytest

from tests.providers import Provider

from .wire import MODEL, ask, words

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
SUM = {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]}


def tool(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


TOOLS = [tool("get_weather", CITY), tool("calculate", SUM)]


def calls(client: Any, question: str, **fields: Any) -> list[tuple[str, Any]]:
    """The calls of a whole answer, after checking that the stream has the same ones."""
    messages = [{"role": "user", "content": question}]
    fields = {"tools": TOOLS, **fields}
    choice = client.chat.completions.create(model=MODEL, messages=messages, **fields).choices[0]
    whole = [(call.function.name, call.function.arguments) for call in choice.message.tool_calls or []]
    assert choice.finish_reason == ("tool_calls" if whole else "stop")
    pieces: dict[int, list[str]] = {}
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True, **fields):
        for delta in chunk.choices[0].delta.tool_calls or []:
            if delta.id:
                assert delta.index not in pieces
                pieces[delta.index] = [delta.function.name, ""]
            pieces[delta.index][1] += delta.function.arguments
    assert [tuple(piece) for piece in pieces.values()] == whole
    return [(name, json.loads(arguments)) for name, arguments in whole]


def test_the_functions_which_the_question_names_are_called_in_parallel(client: Any) -> None:
    question = "Please calculate 12 * (3 + 4) and get weather for Lisbon"
    expected = [("calculate", {"expression": "12 * (3 + 4)"}), ("get_weather", {"city": "Lisbon"})]
    assert calls(client, question) == expected
    assert calls(client, question, parallel_tool_calls=False) == expected[:1]
    assert calls(client, question, tool_choice="none") == []


def test_other_questions_call_nothing_unless_required(client: Any) -> None:
    assert calls(client, "Tell me about otters") == []
    assert [name for name, _ in calls(client, "otters", tool_choice="required")] == ["get_weather"]
    named = {"type": "function", "function": {"name": "calculate"}}
    assert calls(client, "What is 1 + 1?", tool_choice=named) == [("calculate", {"expression": "1 + 1"})]


def test_json_after_the_name_gives_the_arguments(client: Any) -> None:
    question = 'Use get_weather {"city": "Oslo"} and {"city": "Bern"}'
    assert calls(client, question) == [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Bern"})]


def test_results_lead_to_a_text_that_uses_them(client: Any) -> None:
    question = {"role": "user", "content": "get_weather in Lisbon"}
    first = client.chat.completions.create(model=MODEL, messages=[question], tools=TOOLS).choices[0].message
    result = {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": "21 degrees"}
    answer = client.chat.completions.create(
        model=MODEL, messages=[question, first.model_dump(exclude_none=True), result], tools=TOOLS
    )
    assert answer.choices[0].finish_reason == "stop"
    assert "`get_weather` returned: 21 degrees" in answer.choices[0].message.content


def test_json_mode_gives_an_object(client: Any) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Answer in JSON"}],
        response_format={"type": "json_object"},
    )
    assert isinstance(json.loads(answer.choices[0].message.content), dict)


SCHEMAS: list[dict[str, Any]] = [
    CITY,
    {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 3},
    {
        "type": "object",
        "properties": {"n": {"type": "integer", "minimum": 5, "multipleOf": 4}},
        "required": ["n"],
    },
    {"type": "number", "exclusiveMaximum": 0},
    {"type": "string", "minLength": 30, "maxLength": 31},
    {"type": "string", "format": "date-time"},
    {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    {"allOf": [CITY, {"properties": {"zip": {"const": 7}}, "required": ["zip"]}]},
    {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
            }
        },
        "$ref": "#/$defs/node",
    },
    {"type": ["null", "string"]},
    {},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_json_schema_gives_an_instance(client: Any, schema: dict[str, Any]) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Something about Paris"}],
        response_format={"type": "json_schema", "json_schema": {"name": "thing", "schema": schema}},
    )
    jsonschema.validate(json.loads(answer.choices[0].message.content), schema)


def pieces(provider: Provider, line: str, **fields: Any) -> list[dict[str, Any]]:
    choices = ask(provider, line, **{"tools": TOOLS} | fields).choices
    return [delta for choice in choices for delta in choice["delta"].get("tool_calls", [])]


@pytest.mark.parametrize(
    "kind", ["interleaved", "late-id", "split-name", "no-index", "same-id", "bytes", "whole"]
)
def test_calls_in_odd_pieces_hold_all_of_both(provider: Provider, kind: str) -> None:
    found = pieces(provider, f"scenario: tool-pieces kind={kind}")
    names = "".join(delta["function"].get("name", "") for delta in found)
    assert names == "get_weathercalculate"
    if kind == "no-index":
        assert all("index" not in delta for delta in found)
        return
    texts = {0: "", 1: ""}
    for delta in found:
        texts[delta["index"]] += delta["function"].get("arguments", "")
    assert [json.loads(text) for text in texts.values()] == [{"n": 1}, {"n": 2}]
    ids = [delta["id"] for delta in found if "id" in delta]
    assert ids == (["call_one"] * 2 if kind == "same-id" else ["call_one", "call_two"])
    assert ("id" in found[0]) is (kind != "late-id")


@pytest.mark.parametrize("kind", ["bad-json", "array", "wrong-schema", "proto", "huge", "empty"])
def test_bad_arguments(provider: Provider, kind: str) -> None:
    found = pieces(provider, f"scenario: tool-arguments kind={kind}")
    text = "".join(delta["function"]["arguments"] for delta in found)
    starts = {"bad-json": '{"city": "Par', "array": "[", "wrong-schema": '{"unexp', "proto": '{"__proto__'}
    assert text.startswith(starts.get(kind, ""))
    assert (len(text) > 1_000_000) is (kind == "huge")
    assert (text == "") is (kind == "empty")


def test_a_function_that_was_not_offered(provider: Provider) -> None:
    assert pieces(provider, "scenario: tool-unknown")[0]["function"]["name"] == "no_such_tool"


def test_a_call_that_varies_without_a_seed(provider: Provider) -> None:
    def asked(**fields: Any) -> str:
        return "".join(
            delta["function"]["arguments"] for delta in pieces(provider, "scenario: tool-varied", **fields)
        )

    assert json.loads(asked(tools=[TOOLS[1]], seed=7))["expression"].endswith(" * 7")
    assert asked(seed=7) == asked(seed=7) != asked(seed=8)
    assert asked() != asked()
    assert json.loads(asked(tools=None)) == {}


def answered(line: str) -> list[dict[str, Any]]:
    function = {"name": "get_weather", "arguments": "{}"}
    call = {"id": "call_1", "type": "function", "function": function}
    return [
        {"role": "user", "content": line},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "result"},
    ]


def test_after_the_results_come_the_words_except_in_a_loop(provider: Provider) -> None:
    for name in ("tool-pieces", "tool-arguments", "tool-unknown", "tool-varied"):
        answer = ask(provider, "", messages=answered(f"scenario: {name} count=3"), tools=TOOLS)
        assert answer.text == words(3)
    again = ask(provider, "", messages=answered("scenario: tool-loop calls=2"), tools=TOOLS)
    assert again.finish_reasons == ["tool_calls"]
