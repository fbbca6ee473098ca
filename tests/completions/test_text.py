"""Clean text: surrogates, U+0000, and thinking told from answering, wherever the deltas are cut."""

from __future__ import annotations

import pytest

from conversations.completions import ReasoningDelta, assemble
from conversations.completions.text import SurrogateJoiner, clean_text

from .helpers import read, text_of
from .upstream import delta, events

SMILE = "\U0001f600"
HIGH, LOW = "\ud83d", "\ude00"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a", "a"),
        (HIGH, "\ufffd"),
        (LOW + "a", "\ufffda"),
        (HIGH + LOW, SMILE),
        (LOW + HIGH, "\ufffd\ufffd"),
        ("a\x00b", "ab"),
    ],
)
def test_only_true_text_is_left(text: str, clean: str) -> None:
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((HIGH, LOW), SMILE),
        ((HIGH, "", LOW), SMILE),
        ((HIGH, "a"), "\ufffda"),
        (("a" + HIGH,), "a\ufffd"),
        ((HIGH, HIGH, LOW), "\ufffd" + SMILE),
    ],
)
def test_a_pair_split_over_deltas_is_joined(pieces: tuple[str, ...], text: str) -> None:
    joiner = SurrogateJoiner()
    assert "".join(map(joiner.feed, pieces)) + joiner.close() == text


def test_halves_escaped_in_json_arrive_as_one_character() -> None:
    halves = (delta(content=HIGH), delta(content=LOW), delta(content="\x00!", finish="stop"))
    body = events(*halves)
    assert rb"\ud83d" in body
    assert text_of(read(body)[0]) == SMILE + "!"


def test_a_half_left_over_at_a_break_is_shown_as_what_it_is() -> None:
    found, error = read(events(delta(content="a" + HIGH), done=False), clean=False)
    assert error is not None and text_of(found) == "a\ufffd"


THINKING = [
    ("<think>Hmm.</think>Yes.", "Hmm.", "Yes."),
    ("<think>\nHmm.\n</think>\n\nYes.", "\nHmm.\n", "Yes."),
    ("  <think>Hmm.</think>Yes.", "Hmm.", "Yes."),
    ("<think>Hmm", "Hmm", ""),
    ("<think>a < b </thin", "a < b </thin", ""),
    ("<think></think>Yes.", "", "Yes."),
    ("Yes. <think>no</think>", "", "Yes. <think>no</think>"),
    ("<thinking>no", "", "<thinking>no"),
    ("<th", "", "<th"),
    (" \n  text", "", " \n  text"),
    ("<think>a</think>b</think>", "a", "b</think>"),
]


@pytest.mark.parametrize(("reply", "reasoning", "text"), THINKING)
def test_thinking_is_told_apart_however_the_deltas_are_cut(reply: str, reasoning: str, text: str) -> None:
    for size in (1, 2, 3, 5, len(reply)):
        pieces = [reply[start : start + size] for start in range(0, len(reply), size)]
        found, error = read(events(*(delta(content=piece) for piece in pieces), delta(finish="stop")))
        choice = assemble(found).choices[0]
        assert error is None
        assert (choice.reasoning, choice.text) == (reasoning, text)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_fields_are_reasoning(field: str) -> None:
    found, error = read(
        events({"choices": [{"delta": {field: "Hmm."}}]}, delta(content="Yes.", finish="stop"))
    )
    assert error is None
    assert found[0] == ReasoningDelta(0, "Hmm.") and text_of(found) == "Yes."


def test_endless_white_space_is_not_held_back_for_ever() -> None:
    found, _ = read(events(*(delta(content=" ") for _ in range(300)), delta(content="x", finish="stop")))
    assert text_of(found) == " " * 300 + "x"
