"""Connections that end too early, stand still or never end, and what the server counts then."""

import itertools

import pytest

from tests.providers import Provider

from .wire import ask, eventually, words

_numbers = itertools.count()


def unique_id() -> str:
    return f"cuts-{next(_numbers)}"


@pytest.mark.parametrize(("how", "end"), [("fin", "fin"), ("rst", "rst")])
def test_a_cut_inside_an_event(provider: Provider, how: str, end: str) -> None:
    answer = ask(provider, f"scenario: cut after=3 how={how} count=9")
    assert (answer.end, answer.complete) == (end, False)
    whole = [data for data in answer.data if data.endswith("}")]
    assert len(whole) == 4
    assert answer.rest.count(b" w3") == 1
    assert not answer.rest.endswith((b"\n\n", b"\r\n"))


def test_a_cut_between_two_events(provider: Provider) -> None:
    answer = ask(provider, "scenario: cut after=3 how=no-last-chunk count=9")
    assert (answer.end, answer.complete, answer.text) == ("fin", False, words(3))
    answer = ask(provider, "scenario: cut after=999 how=no-last-chunk count=9")
    assert (answer.data[-1], answer.complete, answer.text) == ("[DONE]", False, words(9))


def test_a_cut_short_of_the_content_length(provider: Provider) -> None:
    answer = ask(provider, "scenario: cut after=3 how=short-length count=9")
    assert "transfer-encoding" not in answer.headers
    assert len(answer.rest) < int(answer.headers["content-length"])
    assert (answer.end, answer.text) == ("fin", words(3))


@pytest.mark.parametrize("how", ["fin", "rst", "no-last-chunk", "short-length"])
@pytest.mark.parametrize("length", [0, 1, 300, 611])
def test_a_cut_after_a_number_of_bytes(provider: Provider, how: str, length: int) -> None:
    answer = ask(provider, f"scenario: cut bytes={length} how={how} count=5")
    assert (answer.status, len(answer.body)) == (200, length)
    assert not answer.complete


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_hanging_up_before_any_answer(provider: Provider, how: str) -> None:
    answer = ask(provider, f"scenario: hang-up how={how}")
    assert (answer.raw, answer.end) == (b"", how)


def test_a_cut_counts_as_finished(provider: Provider) -> None:
    name = unique_id()
    ask(provider, "scenario: cut after=3 how=rst", client_request_id=name)
    assert provider.stats()["requests"][name] == {"started": 1, "running": 0, "finished": 1, "aborted": 0}


@pytest.mark.parametrize(
    "line",
    [
        "scenario: stall after=3",
        "scenario: comments-forever after=3 ms=1",
        "scenario: endless rate=2000",
        "scenario: drip ms=20 count=3",
        "scenario: slow-start seconds=600 until=body",
    ],
)
def test_an_endless_reply_ends_when_the_client_leaves(provider: Provider, line: str) -> None:
    name = unique_id()
    answer = ask(provider, line, until=b"role", client_request_id=name)
    assert answer.end == "open"
    eventually(lambda: provider.stats()["requests"][name]["aborted"] == 1)
    assert provider.stats()["requests"][name] == {"started": 1, "running": 0, "finished": 0, "aborted": 1}


def test_silence_before_the_headers_ends_when_the_client_leaves(provider: Provider) -> None:
    name = unique_id()
    with pytest.raises(TimeoutError):
        ask(provider, "scenario: slow-start seconds=600", client_request_id=name, timeout=0.2)
    eventually(lambda: provider.stats()["requests"][name]["aborted"] == 1)


def test_a_slow_start_is_followed_by_the_reply(provider: Provider) -> None:
    for until in ("headers", "body"):
        answer = ask(provider, f"scenario: slow-start seconds=0.05 until={until} count=4")
        assert (answer.text, answer.complete) == (words(4), True)


def test_comments_come_after_the_words(provider: Provider) -> None:
    answer = ask(provider, "scenario: comments-forever after=2 ms=1", until=b": still here\n\n")
    assert answer.text == words(2)


def test_a_drip_is_the_whole_stream(provider: Provider) -> None:
    answer = ask(provider, "scenario: drip ms=0 count=3")
    assert (answer.text, answer.data[-1], answer.complete) == (words(3), "[DONE]", True)
    assert answer.rest.count(b"\r\n1\r\n") > 500
