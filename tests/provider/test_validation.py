"""Each documented limit, at the limit and one step past it."""

import json
from typing import Any

import pytest

from tests.providers import Provider

from .wire import MODEL, ask, post

QUESTION = "scenario: tokens count=1"
TOOL = {"type": "function", "function": {"name": "a", "parameters": {}}}
NAMED = {"type": "function", "function": {"name": "a"}}


def tool(name: str) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {}}}]


def schema(name: str) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": {}}}


GOOD: list[dict[str, Any]] = [
    {"temperature": 0}, {"temperature": 2}, {"top_p": 0.01}, {"top_p": 1}, {"n": 1}, {"seed": 1},
    {"frequency_penalty": -2}, {"presence_penalty": 2}, {"max_tokens": 1}, {"max_completion_tokens": 1},
    {"stop": ["a", "b", "c", "d"]}, {"stop": None}, {"logprobs": True, "top_logprobs": 20},
    {"logit_bias": {"50256": -100, "1": 100}}, {"tools": [TOOL] * 128}, {"tools": tool("a" * 64)},
    {"tools": [TOOL], "tool_choice": NAMED}, {"tool_choice": "none"}, {"parallel_tool_calls": False},
    {"response_format": schema("x" * 64)}, {"stream_options": {"include_usage": True}}, {"unknown": 1},
    {"model": f"openai/{MODEL}"}, {"model": "gpt-4-0125-preview"},
]  # fmt: skip
BAD: list[tuple[dict[str, Any], str]] = [
    ({"temperature": -0.1}, "temperature"), ({"temperature": 2.1}, "temperature"),
    ({"temperature": "1"}, "temperature"), ({"temperature": True}, "temperature"),
    ({"top_p": 0.009}, "top_p"), ({"top_p": 1.1}, "top_p"), ({"n": 0}, "n"), ({"seed": 0}, "seed"),
    ({"seed": 1.5}, "seed"), ({"frequency_penalty": -2.1}, "frequency_penalty"),
    ({"presence_penalty": 2.1}, "presence_penalty"), ({"max_tokens": 0}, "max_tokens"),
    ({"max_completion_tokens": 0}, "max_completion_tokens"), ({"stop": list("abcde")}, "stop"),
    ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"), ({"top_logprobs": 1}, "top_logprobs"),
    ({"logit_bias": {"1": 101}}, "logit_bias.1"), ({"logit_bias": {"word": 1}}, "logit_bias"),
    ({"tools": [TOOL] * 129}, "tools"), ({"tools": tool("a" * 65)}, "tools[0].function.name"),
    ({"tools": tool("a b")}, "tools[0].function.name"), ({"tool_choice": "auto"}, "tool_choice"),
    ({"tools": tool("b"), "tool_choice": NAMED}, "tool_choice"),
    ({"tools": [TOOL], "tool_choice": "any"}, "tool_choice"),
    ({"response_format": schema("x" * 65)}, "response_format.json_schema.name"),
    ({"response_format": {"type": "xml"}}, "response_format"),
    ({"response_format": {"type": "json_object"}}, "messages"), ({"stream": "yes"}, "stream"),
    ({"stream_options": {"include_usage": 1}}, "stream_options"), ({"messages": []}, "messages"),
    ({"messages": "hello"}, "messages"), ({"model": 4}, "model"),
]  # fmt: skip


@pytest.mark.parametrize("fields", GOOD, ids=lambda fields: json.dumps(fields)[:60])
def test_within_the_limit(provider: Provider, fields: dict[str, Any]) -> None:
    assert ask(provider, QUESTION, **fields).status == 200


@pytest.mark.parametrize(("fields", "name"), BAD, ids=lambda value: json.dumps(value)[:60])
def test_past_the_limit(provider: Provider, fields: dict[str, Any], name: str) -> None:
    answer = ask(provider, QUESTION, **fields)
    assert answer.status == 400
    message = json.loads(answer.body)["message"]
    assert f"'{name}'" in message
    assert "expected" in message and "received" in message


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": [*parts, {"type": "text", "text": QUESTION}]}


def image(url: str, detail: str = "auto") -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, "detail": detail}}


def pdf(data: str) -> dict[str, Any]:
    return {"type": "file", "file": {"file_data": data, "filename": "a.pdf"}}


CALL = {"id": "c1", "type": "function", "function": {"name": "a", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "done"}
HELLO = {"role": "user", "content": QUESTION}


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([{"role": "system", "content": "x"}, {"role": "developer", "content": "y"}, HELLO], 200),
        ([user(image("data:image/png;base64,AAAA"), image("https://example.com/a", "low"))], 200),
        ([user(pdf("data:application/pdf;base64,AAAA"))], 200),
        ([HELLO, CALLING, RESULT], 200),
        ([{"role": "wizard", "content": "x"}], 400),
        ([{"role": "user"}], 400),
        ([{"role": "user", "content": 5}], 400),
        ([{"role": "system", "content": [image("https://example.com/a")]}], 400),
        ([user(image("data:image/svg+xml;base64,AAAA"))], 400),
        ([user(image("https://example.com/a", "huge"))], 400),
        ([user(pdf("data:text/plain;base64,AAAA"))], 400),
        ([HELLO, RESULT], 400),
        ([HELLO, CALLING, HELLO], 400),
        ([HELLO, CALLING, {**RESULT, "tool_call_id": "other"}], 400),
        ([HELLO, {"role": "assistant", "content": None}], 400),
        (["hello"], 400),
    ],
)
def test_messages_as_documented(provider: Provider, messages: list[Any], status: int) -> None:
    assert ask(provider, "", messages=messages).status == status


def test_a_prompt_longer_than_the_context(provider: Provider) -> None:
    answer = ask(provider, "a " * 128_001)
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (400, "context_length_exceeded")


def test_unknown_models_are_not_found(provider: Provider) -> None:
    answer = ask(provider, QUESTION, model="gpt-9")
    assert answer.status == 404
    assert "deprecated" in json.loads(answer.body)["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'"x"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_request(provider: Provider, body: bytes) -> None:
    assert post(provider, body).status == 400
