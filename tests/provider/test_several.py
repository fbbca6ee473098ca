"""Several replies to one request, in the ways servers send them."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.providers import Provider

from .wire import Answer, ask


def texts_of(answer: Answer) -> dict[int, str]:
    found: dict[int, str] = defaultdict(str)
    for choice in answer.choices:
        found[choice["index"]] += choice["delta"].get("content") or ""
    return dict(found)


def ends_of(answer: Answer) -> list[int]:
    return [choice["index"] for choice in answer.choices if choice["finish_reason"]]


@pytest.mark.parametrize(("kind", "ends"), [("even", [1, 0, 2]), ("in-turn", [0, 1, 2])])
def test_each_choice_has_words_of_its_own(provider: Provider, kind: str, ends: list[int]) -> None:
    answer = ask(provider, f"scenario: several kind={kind} count=2", n=3)
    assert texts_of(answer) == {0: "w1 w2", 1: "x1", 2: "y1 y2"}
    assert ends_of(answer) == ends
    assert answer.complete and b"[DONE]" in answer.body


def test_a_server_that_sends_one_whatever_is_asked_for(provider: Provider) -> None:
    answer = ask(provider, "scenario: several kind=one count=2", n=3)
    assert (texts_of(answer), ends_of(answer)) == ({0: "w1 w2"}, [0])


def test_a_connection_that_ends_with_the_shortest_choice(provider: Provider) -> None:
    answer = ask(provider, "scenario: several kind=cut count=2", n=2)
    assert texts_of(answer) == {0: "w1 w2", 1: "x1"}
    assert (ends_of(answer), answer.complete) == ([1], False)


def test_silence_after_the_shortest_choice(provider: Provider) -> None:
    answer = ask(provider, "scenario: several kind=stall count=2", n=2, until=b'"stop"')
    assert (ends_of(answer), answer.end) == ([1], "open")
