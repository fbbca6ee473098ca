"""Requests: each documented limit, at the limit and one past it, and the wire form against a schema."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conversations.completions import (
    AssistantMessage,
    CompletionRequest,
    DeveloperMessage,
    FilePart,
    ImagePart,
    InvalidRequest,
    JsonSchemaFormat,
    NamedToolChoice,
    RefusalPart,
    SystemMessage,
    TextPart,
    Tool,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from conversations.completions.wire import encode_body

from .schema import REQUEST_SCHEMA

HELLO = (UserMessage("Hello"),)


def request(**fields: Any) -> CompletionRequest:
    return CompletionRequest(**{"model": "gpt-4-1106-preview", "messages": HELLO} | fields)


def tools(count: int) -> tuple[Tool, ...]:
    return tuple(Tool(f"f{number}", {}) for number in range(count))


ALLOWED: list[dict[str, Any]] = [
    {"max_tokens": 1},
    {"max_completion_tokens": 1},
    {"n": 1},
    {"seed": 1},
    {"temperature": 0},
    {"temperature": 2},
    {"top_p": 0.01},
    {"top_p": 1},
    {"frequency_penalty": -2},
    {"frequency_penalty": 2},
    {"presence_penalty": -2},
    {"presence_penalty": 2},
    {"logprobs": True, "top_logprobs": 0},
    {"logprobs": True, "top_logprobs": 20},
    {"logit_bias": {"50256": -100, "1": 100}},
    {"stop": "\n"},
    {"stop": ("a", "b", "c", "d")},
    {"tools": tools(128)},
    {"tools": (Tool("a" * 64, {}, "what it does", True),), "tool_choice": NamedToolChoice("a" * 64)},
    {"tools": tools(1), "tool_choice": "required", "parallel_tool_calls": False},
    {"response_format": "text"},
    {"response_format": "json_object"},
    {"response_format": JsonSchemaFormat("A-z_9" + "x" * 59, {"type": "object"}, True, "why")},
    {"include_usage": False},
    {"include_usage": None},
]

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("model", {"model": ""}),
    ("messages", {"messages": ()}),
    ("messages", {"messages": ("Hello",)}),
    ("max_tokens", {"max_tokens": 0}),
    ("max_tokens", {"max_tokens": 1.5}),
    ("max_tokens", {"max_tokens": True}),
    ("max_completion_tokens", {"max_completion_tokens": 0}),
    ("n", {"n": 0}),
    ("seed", {"seed": 0}),
    ("temperature", {"temperature": 2.01}),
    ("temperature", {"temperature": -0.01}),
    ("temperature", {"temperature": float("nan")}),
    ("temperature", {"temperature": "1"}),
    ("top_p", {"top_p": 0.009}),
    ("top_p", {"top_p": 1.01}),
    ("frequency_penalty", {"frequency_penalty": 2.01}),
    ("frequency_penalty", {"frequency_penalty": -2.01}),
    ("presence_penalty", {"presence_penalty": 2.01}),
    ("presence_penalty", {"presence_penalty": -2.01}),
    ("top_logprobs", {"logprobs": True, "top_logprobs": 21}),
    ("top_logprobs", {"logprobs": True, "top_logprobs": -1}),
    ("top_logprobs", {"top_logprobs": 3}),
    ("logprobs", {"logprobs": 1}),
    ("logit_bias", {"logit_bias": {"1": 100.1}}),
    ("logit_bias", {"logit_bias": {"1": -100.1}}),
    ("logit_bias", {"logit_bias": {"1": None}}),
    ("logit_bias", {"logit_bias": {"cat": 1}}),
    ("stop", {"stop": ("a", "b", "c", "d", "e")}),
    ("stop", {"stop": ()}),
    ("stop", {"stop": ""}),
    ("tools", {"tools": tools(129)}),
    ("tools", {"tools": ()}),
    ("tool_choice", {"tool_choice": "always"}),
    ("parallel_tool_calls", {"parallel_tool_calls": "yes"}),
    ("response_format", {"response_format": "xml"}),
]


@pytest.mark.parametrize("fields", ALLOWED, ids=repr)
@pytest.mark.parametrize("stream", [True, False])
def test_values_at_the_limit_are_sent_as_the_schema_wants_them(fields: dict[str, Any], stream: bool) -> None:
    wire = request(**fields).to_wire(stream=stream)
    Draft202012Validator(REQUEST_SCHEMA).validate(wire)
    sent = {name for name, value in fields.items() if value is not None} - {"include_usage"}
    assert sent <= wire.keys()


@pytest.mark.parametrize(("field", "fields"), REFUSED, ids=repr)
def test_values_past_the_limit_are_refused_by_name(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        request(**fields)
    assert caught.value.field == field
    assert re.fullmatch(rf"{field} must be .+, not .+", str(caught.value), re.DOTALL)


@pytest.mark.parametrize("name", ["", "a" * 65, "a b", "é", "a\n", 7])
@pytest.mark.parametrize("make", [lambda n: Tool(n, {}), NamedToolChoice, JsonSchemaFormat])
def test_names_outside_their_alphabet_or_length_are_refused(name: Any, make: Any) -> None:
    with pytest.raises(InvalidRequest):
        make(name)


def test_every_kind_of_message_is_sent_as_the_schema_wants_it() -> None:
    messages = (
        SystemMessage("Be brief.", name="site"),
        DeveloperMessage((TextPart("Be kind."),)),
        UserMessage(
            (
                TextPart("What is this?"),
                ImagePart("data:image/png;base64,iVBORw0KGgo=", "low"),
                ImagePart("https://example.org/cat.webp"),
                FilePart("data:application/pdf;base64,JVBERi0=", "a.pdf"),
            )
        ),
        AssistantMessage(tool_calls=(ToolCall("call-1", "f", "not json"),)),
        ToolMessage("42", "call-1"),
        AssistantMessage((RefusalPart("No."),), refusal="No."),
        AssistantMessage("Fine."),
    )
    wire = request(messages=messages).to_wire(stream=True)
    Draft202012Validator(REQUEST_SCHEMA).validate(wire)
    assert [message["role"] for message in wire["messages"]] == [
        "system",
        "developer",
        "user",
        "assistant",
        "tool",
        "assistant",
        "assistant",
    ]
    assert "content" not in wire["messages"][3]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ImagePart("data:image/svg+xml;base64,AAAA"),
        lambda: ImagePart("file:///etc/passwd"),
        lambda: ImagePart("javascript:alert(1)"),
        lambda: ImagePart("https://example.org/", "huge"),  # type: ignore[arg-type]
        lambda: FilePart("<pdf>", "a.pdf"),
        lambda: FilePart("JVBERi0=", ""),
        lambda: AssistantMessage(),
        lambda: UserMessage(()),
        lambda: UserMessage((RefusalPart("No."),)),  # type: ignore[arg-type]
        lambda: SystemMessage((ImagePart("https://example.org/"),)),  # type: ignore[arg-type]
        lambda: ToolMessage("42", ""),
        lambda: UserMessage("Hello", name=""),
    ],
)
def test_messages_beyond_the_schema_are_refused(make: Any) -> None:
    with pytest.raises(InvalidRequest):
        make()


def test_what_was_received_is_shortened_in_the_error() -> None:
    with pytest.raises(InvalidRequest) as caught:
        request(temperature="x" * 10_000)
    assert len(str(caught.value)) < 200


def test_usage_is_asked_for_in_streams_only() -> None:
    assert request().to_wire(stream=True)["stream_options"] == {"include_usage": True}
    assert "stream_options" not in request().to_wire(stream=False)


def test_halves_of_surrogate_pairs_do_not_stop_a_request() -> None:
    body = encode_body(request(messages=(UserMessage("a\ud83d\x00"),)).to_wire(stream=True))
    assert "a\ufffd".encode() in body
