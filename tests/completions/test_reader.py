"""The tolerant reader: what a body amounts to, whatever is missing, null, extra or broken in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conversations.completions import (
    Done,
    Finished,
    Skipped,
    assemble,
)
from conversations.completions.choices import MOST_BYTES

from .helpers import read, text_of
from .upstream import delta, events

HELLO = events(delta(content="Hello"), delta(finish="stop"))


def test_a_plain_reply_is_read_in_order() -> None:
    found, error = read(HELLO)
    assert error is None
    assert text_of(found) == "Hello"
    assert found[-2:] == [Finished(0, "stop"), Done("stop", marked=True)]


@pytest.mark.parametrize(
    ("done", "finish", "clean", "kind"),
    [
        (True, "stop", True, None),
        (False, "stop", True, None),
        (False, "stop", False, None),
        (True, None, True, None),
        (False, None, True, "interrupted"),
        (False, None, False, "interrupted"),
    ],
)
def test_done_or_a_finish_reason_make_a_reply_whole(
    done: bool, finish: str | None, clean: bool, kind: str | None
) -> None:
    found, error = read(events(delta(content="Hi", finish=finish), done=done), clean=clean)
    assert text_of(found) == "Hi"
    assert (error and error.kind) == kind
    if kind is None:
        assert found[-1] == Done(finish, marked=done)
        assert found[-2] == Finished(0, finish)
    else:
        assert error is not None and error.ends_as == "interrupted"


@pytest.mark.parametrize("reason", ["length", "content_filter", "tool_calls", "function_call", "eos_token"])
def test_every_finish_reason_is_passed_on(reason: str) -> None:
    found, error = read(events(delta(content="Hi", finish=reason)))
    assert error is None and found[-1] == Done(reason, marked=True)


def test_nothing_after_done_is_read() -> None:
    found, error = read(HELLO + events(delta(content="again")) + b"garbage")
    assert error is None and text_of(found) == "Hello"


@pytest.mark.parametrize("reason", [None, "stop"])
@pytest.mark.parametrize("content", [None, "", "  \n "])
def test_an_empty_reply_is_an_error(reason: str | None, content: str | None) -> None:
    _, error = read(events(delta(role="assistant", content=content), delta(finish=reason)))
    assert error is not None and error.kind == "empty"


def test_a_filtered_reply_may_be_empty() -> None:
    found, error = read(events(delta(finish="content_filter")))
    assert error is None and found[-1] == Done("content_filter", marked=True)


def test_an_empty_body_is_an_empty_reply() -> None:
    assert [getattr(read(body)[1], "kind", None) for body in (b"", b"\n\n \n")] == ["empty", "empty"]


ODD_CHUNKS: dict[str, Any] = {
    "no choices": {"id": "x"},
    "null choices": {"choices": None},
    "empty choices": {"choices": []},
    "choices of another kind": {"choices": {"index": 0}},
    "null choice": {"choices": [None]},
    "null delta": {"choices": [{"index": 0, "delta": None}]},
    "null content": {"choices": [{"index": 0, "delta": {"content": None}}]},
    "number as content": {"choices": [{"index": 0, "delta": {"content": 7}}]},
    "null index": {"choices": [{"index": None, "delta": {}}]},
    "role repeated": {"choices": [{"delta": {"role": "system"}}]},
    "null error": {"error": None, "choices": []},
    "odd tool calls": {"choices": [{"delta": {"tool_calls": [None, 3, {}, {"index": -1}]}}]},
    "odd logprobs": {"choices": [{"delta": {}, "logprobs": {"content": [None, {"token": 1}]}}]},
    "unknown fields": {"new": {"a": 1}, "choices": [{"delta": {"new": True}, "new": 1}]},
    "odd meta": {"meta": "x", "usage": "y", "created": "z", "model": 4},
}


@pytest.mark.parametrize("name", ODD_CHUNKS)
def test_odd_chunks_lose_nothing_and_break_nothing(name: str) -> None:
    found, error = read(events(ODD_CHUNKS[name], delta(content="Hi"), ODD_CHUNKS[name], delta(finish="stop")))
    assert error is None
    assert text_of(found) == "Hi"
    assert not [event for event in found if isinstance(event, Skipped)]


def test_content_as_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "a"}, "b", {"type": "image"}, None, {"type": "text", "text": "c"}]
    found, _ = read(events(delta(content=parts, finish="stop")))
    assert text_of(found) == "abc"


def test_other_choices_are_ignored_with_one_notice() -> None:
    found, error = read(
        events(delta(1, content="no"), delta(content="yes"), delta(1, content="no"), delta(finish="stop"))
    )
    assert error is None and text_of(found) == "yes" and text_of(found, 1) == ""
    assert [event for event in found if isinstance(event, Skipped)] == [Skipped(1, "choice")]


def test_choices_that_were_asked_for_are_kept_apart() -> None:
    body = events(
        delta(1, content="b"),
        delta(0, content="a"),
        delta(1, content="B", finish="length"),
        delta(0, finish="stop"),
    )
    found, _ = read(body, choices=2)
    assert [(c.index, c.text, c.reason) for c in assemble(found).choices] == [
        (0, "a", "stop"),
        (1, "bB", "length"),
    ]


def test_one_of_two_choices_unfinished_is_not_whole() -> None:
    _, error = read(
        events(delta(0, content="a", finish="stop"), delta(1, content="b"), done=False), choices=2
    )
    assert error is not None and error.kind == "interrupted"


BAD_LINES = [
    "{",
    "nonsense",
    "[1]",
    "3",
    '"text"',
    "null",
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"n":' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:8])
def test_up_to_three_bad_lines_are_skipped_and_counted(line: str) -> None:
    found, error = read(
        events(line, delta(content="a"), line, delta(content="b"), line, delta(finish="stop"))
    )
    assert error is None and text_of(found) == "ab"
    assert [event.count for event in found if isinstance(event, Skipped)] == [1, 2, 3]


def test_the_fourth_bad_line_ends_the_reply_and_keeps_its_text() -> None:
    found, error = read(events(delta(content="a"), "{", "{", "{", "{", delta(content="b")))
    assert text_of(found) == "a"
    assert error is not None and error.kind == "bad_answer"


def test_nan_infinities_and_double_keys_are_harmless() -> None:
    line = (
        '{"choices":[{"index":0,"x":NaN,"y":-Infinity,"delta":{"content":"no","content":"yes"}}],"usage":NaN}'
    )
    found, error = read(events(line, delta(finish="stop")))
    assert error is None and text_of(found) == "yes"


def test_logprobs_are_read() -> None:
    entry = {"token": "Hi", "logprob": -0.5, "bytes": [72], "top_logprobs": [{"token": "Ho", "logprob": -1}]}
    chunk = delta(content="Hi", finish="stop")
    chunk["choices"][0]["logprobs"] = {"content": [entry]}
    token = assemble(read(events(chunk))[0]).choices[0].logprobs[0]
    assert (token.token, token.logprob, token.top) == ("Hi", -0.5, (("Ho", -1.0),))


@pytest.mark.parametrize(
    ("stated", "raw"),
    [
        ([240, 159], b"\xf0\x9f"),
        ([72, 105], b""),
        (None, b""),
        ([300], b""),
        (["a"], b""),
        ([255] * MOST_BYTES, b"\xff" * MOST_BYTES),
        ([255] * (MOST_BYTES + 1), b""),
    ],
)
def test_a_token_that_is_part_of_a_character_has_its_bytes(stated: object, raw: bytes) -> None:
    chunk = delta(content="?", finish="stop")
    chunk["choices"][0]["logprobs"] = {"content": [{"token": "?", "logprob": -1, "bytes": stated}]}
    assert assemble(read(events(chunk))[0]).choices[0].logprobs[0].raw == raw


@pytest.mark.parametrize("field", ["delta", "message"])
def test_a_whole_completion_counts_as_one_chunk(field: str) -> None:
    body = {
        "id": "c",
        "choices": [{"index": 0, field: {"content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"total_tokens": 2},
    }
    found, error = read(*(bytes([byte]) for byte in b"\xef\xbb\xbf \n" + json.dumps(body).encode()))
    assert error is None and text_of(found) == "Hi"
    assert found[-1] == Done("stop", marked=False)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><script>alert(1)</script>",
        b" \n<!doctype html>",
        b"upstream is down",
        b"{}",
        b"[1]",
        b"{broken",
    ],
)
def test_what_is_no_reply_is_a_bad_answer_and_nothing_of_it_is_shown(body: bytes) -> None:
    found, error = read(body)
    assert found == []
    assert error is not None and error.kind == "bad_answer"
    assert "script" not in error.user_message and "down" not in error.user_message


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"error": {"message": "secret words", "type": "server_error", "code": None}}, "server_error"),
        ({"error": "secret words"}, "server_error"),
        ({"error": {"message": "x", "code": 502}, "choices": [{"finish_reason": "error"}]}, "server_error"),
        ({"error": {"message": "x", "code": "rate_limit_exceeded"}}, "rate_limited"),
        ({"error": {"message": "x", "code": "insufficient_quota"}}, "quota"),
        ({"error": {"message": "x", "code": "context_length_exceeded"}}, "context_length"),
        ({"error": {"message": "x", "code": 429}}, "rate_limited"),
        (
            {"message": "secret words", "statusCode": "503", "path": "/", "requestId": "r", "timestamp": "t"},
            "server_error",
        ),
        ({"message": "secret words", "statusCode": 400}, "bad_request"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_an_error_inside_a_good_answer_is_mapped_and_the_text_kept(
    payload: dict[str, Any], kind: str, whole: bool
) -> None:
    body = (
        json.dumps(payload).encode()
        if whole
        else events(delta(content="Partly"), payload, delta(content="no"))
    )
    found, error = read(body)
    assert error is not None and error.kind == kind
    assert text_of(found) == ("" if whole else "Partly")
    assert "secret words" not in error.user_message


def test_an_event_named_error_is_an_error() -> None:
    _, error = read(b'event: error\ndata: {"detail": "x"}\n\n')
    assert error is not None and error.kind == "server_error"


def test_the_text_may_be_as_long_as_the_limit_and_no_longer() -> None:
    body = events(delta(content="é" * 50), delta(finish="stop"))
    assert read(body, text_limit=100)[1] is None
    found, error = read(events(delta(content="é" * 50), delta(content="!")), text_limit=100)
    assert error is not None and error.kind == "reply_too_long" and error.ends_as == "interrupted"
    assert text_of(found) == "é" * 50
