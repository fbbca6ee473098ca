"""Streams with damage, odd ends and odd chunks, and answers that are no stream."""

import json

import pytest

from tests.providers import Provider

from .wire import Answer, ask, words


def around(answer: Answer) -> tuple[str, str]:
    """The text before and after the damaged token."""
    text = answer.text
    return text[: text.index(" <")], text[text.index(">") + 1 :]


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        ("scenario: broken-utf8 count=4", b" <\xff|\xc3\x28|\xe2\x82>"),
        ("scenario: nul count=4", rb" <\u0000|\u0007|\u001b[31m|\u009b>"),
        ("scenario: lone-surrogate count=4", rb" <\ud83d>"),
        ("scenario: split-utf8 count=4 at=1", " <😀>".encode()),
    ],
)
def test_a_damaged_token_among_whole_words(provider: Provider, line: str, inside: bytes) -> None:
    answer = ask(provider, line)
    assert inside in answer.body
    assert around(answer) == (words(2), words(4, first=3))
    assert answer.data[-1] == "[DONE]"


def test_a_character_in_two_packets_is_cut_inside(provider: Provider) -> None:
    assert "😀".encode()[:2] + b"\r\n" in ask(provider, "scenario: split-utf8 at=2").rest


def test_a_surrogate_pair_in_two_chunks(provider: Provider) -> None:
    body = ask(provider, "scenario: lone-surrogate pair=split").body
    assert rb'"content":" <\ud83d"' in body
    assert rb'"content":"\ude00>"' in body


def test_a_byte_order_mark_comes_first(provider: Provider) -> None:
    assert ask(provider, "scenario: bom").body.startswith(b"\xef\xbb\xbfdata: ")


def test_bad_lines_come_between_the_words(provider: Provider) -> None:
    answer = ask(provider, "scenario: bad-json lines=7 count=9")
    bad = [data for data in answer.data if not data.startswith('{"id":"chatcmpl') and data != "[DONE]"]
    starts = ['{"id": "x"', "[1, 2, 3]", "plain words", "17", '{"choices": [{"index": NaN', "[" * 1000, ""]
    assert all(data.startswith(start) for data, start in zip(bad, starts, strict=True))
    good = [json.loads(data) for data in answer.data if data.startswith('{"id":"chatcmpl')]
    contents = [choice["delta"].get("content", "") for chunk in good for choice in chunk["choices"]]
    assert "".join(contents) == words(9)
    assert ask(provider, "scenario: bad-json lines=3 kind=array").data.count("[1, 2, 3]") == 3


def test_a_key_given_twice(provider: Provider) -> None:
    answer = ask(provider, "scenario: duplicate-keys count=3")
    assert answer.body.count(b'"choices":[],"choices":[{') == 3
    assert answer.text == words(3)


@pytest.mark.parametrize(
    ("line", "reasons", "done"),
    [
        ("scenario: tokens count=3", ["stop"], True),
        ("scenario: no-done count=3", ["stop"], False),
        ("scenario: no-finish count=3", [], True),
        ("scenario: neither count=3", [], False),
        ("scenario: finish reason=length count=3", ["length"], True),
        ("scenario: finish reason=content_filter count=3", ["content_filter"], True),
        ("scenario: finish reason=weird count=3", ["weird"], True),
        ("scenario: text-after-finish count=3", ["stop", "stop"], True),
    ],
)
def test_how_a_stream_ends(provider: Provider, line: str, reasons: list[str], done: bool) -> None:
    answer = ask(provider, line)
    assert (answer.text, answer.finish_reasons, answer.complete) == (words(3), reasons, True)
    assert (answer.data[-1] == "[DONE]") is done


def test_more_after_done(provider: Provider) -> None:
    data = ask(provider, "scenario: after-done count=2").data
    assert data.count("[DONE]") == 2
    assert len(data) > data.index("[DONE]") + 4
    assert ask(provider, "scenario: after-done what=bytes").body.endswith(b"[DONE]\n\n\x00\xff left over")


def test_a_refusal_and_an_empty_answer(provider: Provider) -> None:
    answer = ask(provider, "scenario: refusal")
    refused = "".join(choice["delta"].get("refusal") or "" for choice in answer.choices)
    assert (answer.text, refused) == ("", "I'm sorry, but I can't help with that.")
    assert ask(provider, "scenario: empty").text == ""
    assert ask(provider, "scenario: empty text=blank").text.isspace()


@pytest.mark.parametrize("kind", ["missing", "null", "negative", "text", "empty-choices", "cumulative"])
def test_usage_of_every_kind(provider: Provider, kind: str) -> None:
    answer = ask(provider, f"scenario: usage kind={kind} count=3", stream_options={"include_usage": True})
    found = [chunk["usage"] for chunk in answer.chunks if "usage" in chunk]
    expected = {
        "missing": [],
        "null": [None],
        "negative": [-5],
        "text": ["3"],
        "empty-choices": [3],
        "cumulative": [1, 2, 3],
    }
    assert [usage and usage["completion_tokens"] for usage in found] == expected[kind]
    assert answer.text == words(3)


def test_odd_deltas_hold_all_the_words(provider: Provider) -> None:
    answer = ask(provider, "scenario: odd-deltas count=9")
    contents = [(choice.get("delta") or {}).get("content") for choice in answer.choices]
    parts = [item[0]["text"] if isinstance(item, list) else item for item in contents if item]
    assert "".join(parts) == words(9)
    assert any("choices" not in chunk for chunk in answer.chunks)
    assert sum(isinstance(item, list) for item in contents) == 3


def test_a_second_choice_between_the_words(provider: Provider) -> None:
    answer = ask(provider, "scenario: two-choices count=3")
    second = [choice["delta"].get("content", "") for choice in answer.choices if choice["index"] == 1]
    assert (answer.text, "".join(second)) == (words(3), "x1 x2 x3")


@pytest.mark.parametrize("role", ["assistant", "user", "system", "absent"])
def test_the_role_in_every_delta(provider: Provider, role: str) -> None:
    answer = ask(provider, f"scenario: role-repeat role={role} count=3")
    roles = [choice["delta"].get("role", "absent") for choice in answer.choices if choice["delta"]]
    assert roles == [role] * 3


def test_reasoning_in_every_place(provider: Provider) -> None:
    for field in ("reasoning_content", "reasoning"):
        answer = ask(provider, f"scenario: reasoning style={field} count=3")
        thoughts = "".join(choice["delta"].get(field) or "" for choice in answer.choices)
        assert (thoughts, answer.text) == ("First I think about it.", words(3))
    tagged = ask(provider, "scenario: reasoning style=think count=3").text
    assert tagged == f"<think>First I think about it.</think>\n\n{words(3)}"
    assert "</" not in ask(provider, "scenario: reasoning style=think closed=no").text


def test_words_doubled_and_exchanged(provider: Provider) -> None:
    assert ask(provider, "scenario: disorder count=3").text == "w1 w2 w2 w3"
    assert ask(provider, "scenario: disorder kind=swap count=3").text == "w1 w3 w2"


def test_answers_that_are_no_stream(provider: Provider) -> None:
    answer = ask(provider, "scenario: redirect code=302 location=http://127.0.0.1:9/")
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:9/")
    page = ask(provider, "scenario: html-page")
    assert (page.status, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert b"<script>" in page.body
    whole = json.loads(ask(provider, "scenario: whole-json count=3").body)
    assert whole["choices"][0]["message"]["content"] == words(3)
    assert ask(provider, "scenario: wrong-content-type").headers["content-type"] == "text/plain"
    nameless = ask(provider, "scenario: wrong-content-type type=none count=3")
    assert "event-stream" not in nameless.headers.get("content-type", "")
    assert nameless.text == words(3)


def test_texts_that_are_hard_to_show(provider: Provider) -> None:
    hostile = ask(provider, "scenario: hostile").text
    assert all(
        mark in hostile for mark in ("<script>", "onerror=", "javascript:", "tracker.invalid", "\u202e")
    )
    assert "```python" in ask(provider, "scenario: markdown").text
    assert "👩‍👩‍👧‍👦" in ask(provider, "scenario: unicode").text
