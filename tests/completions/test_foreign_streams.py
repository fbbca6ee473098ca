"""Streams with the habits of other servers: the text, its end and its cost are told as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conversations.completions import Completion, Done, UsageReport, assemble

from .helpers import read, text_of
from .upstream import delta, events


def reply(*payloads: dict[str, Any] | str, done: bool = True) -> Completion:
    """What a whole stream amounts to."""
    found, error = read(events(*payloads, done=done))
    assert error is None
    return assemble(found)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("SAFETY", "content_filter"),
        ("sensitive", "content_filter"),
        ("refusal", "content_filter"),
        ("tool_use", "tool_calls"),
        ("eos", "eos"),
        ("stop_sequence", "stop_sequence"),
        ("end_turn", "end_turn"),
    ],
)
def test_an_end_is_told_in_the_words_of_the_api(stated: str, reason: str) -> None:
    assert reply(delta(content="Hi", finish=stated), done=False).choices[0].reason == reason


@pytest.mark.parametrize("nothing", ["", "null", "None", None, False, {}, 3])
def test_a_reason_that_is_none_ends_nothing(nothing: Any) -> None:
    """DashScope says "null" in every delta but the last."""
    chunks = [delta(content="a", finish=nothing), delta(content="b", finish=nothing)]
    assert reply(*chunks, delta(finish="length")).choices[0].reason == "length"
    _, error = read(events(*chunks, done=False))
    assert error is not None and error.kind == "interrupted"


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource", "network_error"])
@pytest.mark.parametrize("done", [True, False])
def test_a_server_that_gave_up_is_not_taken_for_one_that_finished(reason: str, done: bool) -> None:
    usage = {"choices": [], "usage": {"total_tokens": 5}}
    found, error = read(events(delta(content="Partly"), delta(finish=reason), usage, done=done))
    assert error is not None and error.kind == "server_error" and reason in error.detail
    assert text_of(found) == "Partly"
    assert [
        event.usage.total_tokens for event in found if isinstance(event, UsageReport) and event.usage
    ] == [5]


def test_a_choice_that_was_given_up_leaves_the_others_whole() -> None:
    body = events(delta(0, content="a", finish="stop"), delta(1, content="b", finish="abort"))
    found, error = read(body, choices=2)
    assert error is not None and error.kind == "server_error"
    assert [(choice.text, choice.reason) for choice in assemble(found).choices] == [
        ("a", "stop"),
        ("b", None),
    ]


def test_a_message_beside_each_delta_does_not_double_the_text() -> None:
    """Perplexity sends what has been said so far beside what is new."""
    chunks = [delta(content="Hel"), delta(content="lo"), delta(finish="stop")]
    for chunk, so_far in zip(chunks, ("Hel", "Hello", "Hello"), strict=True):
        chunk["choices"][0]["message"] = {"role": "assistant", "content": so_far}
    assert reply(*chunks).choices[0].text == "Hello"


def test_thinking_as_a_part_of_the_content_is_reasoning() -> None:
    """Mistral's reasoning models."""
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm, "}, {"text": "so."}]}]
    answer = [{"type": "text", "text": "Yes."}, {"type": "reference", "reference_ids": [1]}]
    choice = reply(delta(content=thinking), delta(content=answer), delta(content="!", finish="stop")).choices[
        0
    ]
    assert (choice.reasoning, choice.text) == ("Hm, so.", "Yes.!")


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"content": [{"type": "thinking", "thinking": "Hm."}]},
    ],
    ids=["DeepSeek", "Ollama", "vLLM, both names", "OpenRouter", "Anthropic"],
)
def test_reasoning_is_read_once_by_any_of_its_names(fields: dict[str, Any]) -> None:
    choice = reply(delta(**fields), delta(content="Yes.", finish="stop")).choices[0]
    assert (choice.reasoning, choice.text) == ("Hm.", "Yes.")


STATED = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}

USAGES: dict[str, list[dict[str, Any]]] = {
    "in a chunk without choices": [{"choices": [], "usage": STATED}],
    "with null choices": [{"choices": None, "usage": STATED}],
    "in the last chunk": [{"choices": [{"index": 0, "delta": {}}], "usage": STATED}],
    "Groq": [{"choices": [], "x_groq": {"id": "req", "usage": STATED}}],
    "growing, in each chunk": [
        {
            "choices": [{"index": 0, "delta": {}}],
            "usage": STATED | {"completion_tokens": 1, "total_tokens": 11},
        },
        {"choices": [], "usage": STATED},
        {"choices": [], "usage": None},
    ],
    "numbers as text": [{"choices": [], "usage": {name: str(count) for name, count in STATED.items()}}],
}


@pytest.mark.parametrize("name", USAGES)
def test_usage_is_found_wherever_a_server_puts_it(name: str) -> None:
    report = reply(delta(content="Hi", finish="stop"), *USAGES[name]).report
    assert report is not None and report.usage is not None
    usage = report.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (10, 2, 12)


@pytest.mark.parametrize(
    "fields",
    [{"prompt_tokens_details": {"cached_tokens": 7}}, {"prompt_cache_hit_tokens": 7}],
    ids=["API", "DeepSeek"],
)
def test_tokens_that_were_read_before_are_counted(fields: dict[str, Any]) -> None:
    report = reply(delta(content="Hi", finish="stop"), {"choices": [], "usage": STATED | fields}).report
    assert report is not None and report.usage is not None and report.usage.cached_tokens == 7


@pytest.mark.parametrize(
    ("cost", "usd"),
    [(0.0021, Decimal("0.0021")), (0, Decimal(0)), ("0.5", Decimal("0.5")), ({"x": 1}, None), (-1, None)],
)
def test_a_cost_beside_the_usage_is_what_the_call_cost(cost: Any, usd: Decimal | None) -> None:
    """OpenRouter, and LiteLLM where it is set to."""
    report = reply(
        delta(content="Hi", finish="stop"), {"choices": [], "usage": STATED | {"cost": cost}}
    ).report
    assert report is not None and report.usd_spent == usd


def test_keeping_alive_adds_nothing() -> None:
    body = (
        b": OPENROUTER PROCESSING\r\n\r\n: keep-alive\r\n\r\n"
        b'event: ping\r\ndata: {"type": "ping"}\r\n\r\ndata:\r\n\r\ndata: \r\n\r\n'
    )
    found, error = read(body + events(delta(content="Hi", finish="stop")))
    assert error is None and text_of(found) == "Hi" and found[-1] == Done("stop", marked=True)


def test_the_first_chunk_of_azure_has_no_choices() -> None:
    first = {
        "choices": [],
        "created": 0,
        "id": "",
        "model": "",
        "prompt_filter_results": [{"prompt_index": 0}],
    }
    filtered = {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {}}], "id": ""}
    completion = reply(first, delta(content="Hi"), filtered, delta(finish="stop"))
    assert completion.choices[0].text == "Hi"
    assert completion.identity is not None and completion.identity.id == "c-1"
