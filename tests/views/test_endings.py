"""Every way a reply can end, the card that tells it, and its next steps."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.models import Generation, Message, State
from conversations.views.endings import Card, card_of

AT_LIMIT = "Cut at the length limit"
TRUNCATED = {"state": State.TRUNCATED, "finish_reason": "length"}
ENDS: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "stop": ({"finish_reason": "stop"}, "", []),
    "no reason": ({"finish_reason": ""}, "", []),
    "running": ({"state": State.RUNNING}, "", []),
    "queued, no text": ({"state": State.QUEUED, "text": ""}, "", []),
    "length": (TRUNCATED, AT_LIMIT, ["Continue"]),
    "length, set": (
        TRUNCATED | {"request": {"max_tokens": 5}}, AT_LIMIT, ["Continue", "Raise the limit"],
    ),
    "length, no text": (TRUNCATED | {"text": ""}, AT_LIMIT, ["Regenerate"]),
    "length, set, no text": (
        TRUNCATED | {"text": "", "request": {"max_tokens": 5}}, AT_LIMIT, ["Raise the limit", "Regenerate"],
    ),
    "filter": (
        {"state": State.FILTERED, "finish_reason": "content_filter"},
        "Cut by the content filter",
        ["Edit your message", "Try another model", "Regenerate"],
    ),
    "filter, no text": (
        {"state": State.FILTERED, "finish_reason": "content_filter", "text": ""},
        "Held back by the content filter",
        ["Edit your message", "Try another model", "Regenerate"],
    ),
    "refusal": (
        {"refusal": "No.", "finish_reason": "stop", "text": ""},
        "The model declined",
        ["Rephrase your message", "Try another model", "Regenerate"],
    ),
    "refusal, cut": (
        TRUNCATED | {"refusal": "No", "text": ""},
        "The model declined",
        ["Rephrase your message", "Try another model", "Regenerate"],
    ),
    "filter and refusal": (
        {"state": State.FILTERED, "refusal": "No.", "text": ""},
        "Cut by the content filter",
        ["Edit your message", "Try another model", "Regenerate"],
    ),
    "tool_calls": (
        {"finish_reason": "tool_calls"},
        "The model asked for a function",
        ["Regenerate", "Try another model"],
    ),
    "function_call": (
        {"finish_reason": "function_call"},
        "The model asked for a function",
        ["Regenerate", "Try another model"],
    ),
    "unknown": ({"finish_reason": "<b>odd</b>"}, "An unusual end", ["Regenerate"]),
    "stopped": ({"state": State.STOPPED}, "Stopped", ["Continue", "Regenerate"]),
    "stopped, no text": ({"state": State.STOPPED, "text": ""}, "Stopped", ["Regenerate"]),
    "stopped refusal": ({"state": State.STOPPED, "refusal": "I'm", "text": ""}, "Stopped", ["Regenerate"]),
    "interrupted": (
        {"state": State.INTERRUPTED, "error_kind": "interrupted"},
        "The reply broke off",
        ["Continue", "Try again", "Try another model"],
    ),
    "empty": (
        {"state": State.FAILED, "error_kind": "empty", "text": ""},
        "The reply was empty",
        ["Try again", "Try another model", "Edit your message"],
    ),
    "permanent": (
        {"state": State.FAILED, "error_kind": "model_gone", "error_permanent": True, "text": ""},
        "This model is no longer offered",
        ["Try another model"],
    ),
    "too long": (
        {"state": State.FAILED, "error_kind": "context_length", "error_permanent": True, "text": ""},
        "The conversation is too long for this model",
        ["Try another model", "Edit your message"],
    ),
    "an error without a kind of its own": (
        {"state": State.FAILED, "error_kind": "internal", "text": ""},
        "There is no reply",
        ["Try again", "Try another model"],
    ),
}  # fmt: skip


def card(state: State = State.COMPLETE, text: str = "Hello", **columns: Any) -> Card | None:
    generation = Generation(state=state, error_message="Told.", **columns)
    return card_of(Message(content=text), generation)


@pytest.mark.parametrize("end", ENDS)
def test_each_end_has_its_card_and_its_next_steps(end: str) -> None:
    columns, title, steps = ENDS[end]
    found = card(**columns)
    assert (found.title if found else "") == title
    assert [step.label for step in (found.steps if found else ())] == steps
    assert found is None or found.text


def test_every_state_has_an_end_here() -> None:
    covered = {columns.get("state", State.COMPLETE) for columns, _, _ in ENDS.values()}
    assert covered == set(State)


@pytest.mark.parametrize(
    ("request_", "box", "words"),
    [
        ({"max_tokens": 5}, "max_tokens", "the limit of 5 tokens"),
        ({"max_completion_tokens": 2000}, "max_completion_tokens", "the limit of 2,000 tokens"),
        ({}, "", "as many tokens as it may have"),
        (None, "", "as many tokens as it may have"),
    ],
)
def test_the_limit_that_was_reached_is_named_with_its_box(
    request_: dict[str, int] | None, box: str, words: str
) -> None:
    found = card(State.TRUNCATED, request=request_)
    assert found is not None and words in found.text
    assert [step.box for step in found.steps if step.verb == "limit"] == [box][: len(box)]


def test_an_unknown_reason_is_told_as_received() -> None:
    found = card(finish_reason="eos_token_found")
    assert found is not None and "“eos_token_found”" in found.text
