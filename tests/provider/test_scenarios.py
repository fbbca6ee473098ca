"""The scenarios as a whole: documented, tested, asked for by a line, failing only as often as asked."""

import re
from pathlib import Path

import httpx
import pytest

from conversations.provider.scenarios import SCENARIOS, describe
from tests.providers import ROOT, Provider

from .wire import ask, words


def test_the_documentation_lists_every_scenario() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text()
    assert text.endswith(describe(SCENARIOS.values()))


def test_every_scenario_is_tried_in_these_tests() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    tried = set(re.findall(r"scenario: ([a-z0-9-]+)", text))
    assert set(SCENARIOS) - tried == set()


def test_the_server_shows_the_table(provider: Provider) -> None:
    assert httpx.get(f"{provider.root}/scenarios").text == describe(SCENARIOS.values())


@pytest.mark.parametrize("key", ["request id", "option", "messages"])
def test_a_fault_happens_as_often_as_asked_and_then_the_reply_comes(provider: Provider, key: str) -> None:
    option = "key=mine" if key == "option" else ""
    client_request_id = "times-by-id" if key == "request id" else None
    question = f"scenario: server-error code=502 times=2 count=4 {option}"
    for _ in range(2):
        answers = [ask(provider, question, client_request_id=client_request_id) for _ in range(3)]
        assert [answer.status for answer in answers] == [502, 502, 200]
        assert answers[-1].text == words(4)


def test_the_line_may_stand_among_others(provider: Provider) -> None:
    assert ask(provider, "Please.\n  Scenario: tokens count=3  \nThank you.").text == words(3)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("scenario: nonsense", "rate-limit"),
        ("scenario: cut where=5", "after"),
        ("scenario: cut how=sideways", "no-last-chunk"),
        ("scenario: tokens count=-1", "whole number"),
        ("scenario: slow-start seconds=nan", "at least 0"),
    ],
)
def test_a_wrong_line_is_refused_with_what_was_expected(provider: Provider, line: str, named: str) -> None:
    answer = ask(provider, line)
    assert answer.status == 400
    assert named in answer.body.decode()


def test_a_request_that_is_not_streamed_gets_the_words_of_a_streaming_fault(provider: Provider) -> None:
    answer = ask(provider, "scenario: cut after=3 count=7", stream=False)
    assert words(7) in answer.body.decode()


def test_continuing_a_cut_reply_gives_the_rest(provider: Provider) -> None:
    messages = [
        {"role": "user", "content": "scenario: cut after=3 count=8"},
        {"role": "assistant", "content": words(3)},
        {"role": "user", "content": "Continue exactly where you stopped."},
    ]
    assert words(3) + ask(provider, "", messages=messages).text == words(8)
