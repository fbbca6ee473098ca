"""What a model said as a script: texts and calls in their places, from a message and from a run alike."""

from __future__ import annotations

import pytest

from conversations.script import (
    Asked,
    Placed,
    Said,
    Turn,
    said_around,
    said_from_json,
    said_in,
    said_in_words,
    same_arguments,
)

SUM = Asked("calculator", '{"expression": "6*7"}')
NOW = Asked("current_time", "{}")


def test_calls_stand_where_they_were_made() -> None:
    said = said_around("Let me see.\n\nIt is 42.", [Placed(0, 11, SUM), Placed(0, 11, NOW)])
    assert said == said_in([Turn("Let me see.", (SUM, NOW)), Turn("It is 42.")])
    assert said.script == (
        'Let me see.\n\n→ calculator {"expression": "6*7"}\n→ current_time {}\n\nIt is 42.'
    )
    assert said.content == "Let me see.\n\nIt is 42."


@pytest.mark.parametrize("text", ["Hello.", "", "\n\nHello.\n", "→ calculator {}"])
def test_without_calls_it_is_the_text(text: str) -> None:
    assert said_around(text, []).script == said_in_words(text).script == text


@pytest.mark.parametrize(
    ("text", "offsets", "turns"),
    [
        ("It is.", (0, 0), [Turn("", (SUM,)), Turn("", (SUM,)), Turn("It is.")]),
        ("One.\n\nTwo.", (4, 10), [Turn("One.", (SUM,)), Turn("Two.", (SUM,))]),
        ("One.\n\nTwo.", (0, 4), [Turn("", (SUM,)), Turn("One.", (SUM,)), Turn("Two.")]),
        ("One.\n", (4, 4), [Turn("One.", (SUM,)), Turn("", (SUM,))]),  # stopped within the paragraph's break
    ],
)
def test_rounds_without_words(text: str, offsets: tuple[int, int], turns: list[Turn]) -> None:
    assert said_around(text, [Placed(at, offset, SUM) for at, offset in enumerate(offsets)]).turns == tuple(
        turns
    )


def test_it_is_stored_and_read() -> None:
    said = said_in([Turn("Let me see.", (SUM, NOW)), Turn("", (NOW,))], "No.")
    assert said_from_json(said.to_json(), "No.") == said


CALLED = said_in([Turn("One.", (SUM,))])
GOES_ON = said_in([Turn("One.", (SUM,)), Turn("Two.")])


@pytest.mark.parametrize(
    ("part", "said", "goes_on"),
    [
        (CALLED, CALLED, True),
        (CALLED, GOES_ON, True),
        (CALLED, said_in([Turn("One.", (SUM, NOW))]), False),
        (CALLED, said_in([Turn("One.", (NOW,)), Turn("Two.")]), False),
        (CALLED, said_in_words("One."), False),
        (said_in_words("On"), GOES_ON, True),
        (said_in_words("One. And"), GOES_ON, False),
        (said_in([Turn("One.", (SUM,)), Turn("Tw")]), GOES_ON, True),
        (said_in([Turn("One.", (SUM,)), Turn("To")]), GOES_ON, False),
        (said_in([Turn("One.", (NOW,)), Turn("Tw")]), GOES_ON, False),
        (said_in([Turn("One.", (SUM,)), Turn("Tw")]), CALLED, False),
    ],
)
def test_as_far_as_a_part_goes(part: Said, said: Said, goes_on: bool) -> None:
    assert said.goes_on_from(part) is goes_on


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', True),
        ('{"a": 1}', '{"a": true}', False),
        ('{"a": "1"}', '{"a": 1}', False),
        ('{"a": [1, 2]}', '{"a": [2, 1]}', False),
        ("{oops", "{oops", True),
        ("{oops", "{oops ", False),
        ("", "{}", False),
        ("[" * 100_000, "[" * 99_999, False),
        ('"é"', '"\\u00e9"', True),
    ],
)
def test_the_same_arguments(one: str, other: str, same: bool) -> None:
    assert same_arguments(one, other) is same
