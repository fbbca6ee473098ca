"""When to try again, and the breaker, on a clock of their own."""

from __future__ import annotations

import pytest

from conversations.completions import (
    BadRequest,
    Breaker,
    CompletionError,
    DnsFailed,
    RateLimited,
    RetryPolicy,
    ServerTrouble,
    TlsFailed,
    Unreachable,
)
from conversations.completions.retry import in_words, parse_retry_after

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("12", 12.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-1", None),
        ("86400", 86400.0),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("soon", None),
        ("Sun, 06 Nov 1994 08:49:57 GMT", 20.0),
        ("Sun, 06 Nov 1994 08:40:00 GMT", 0.0),
        ("Sun, 99 Nov 1994 08:49:57 GMT", None),
    ],
)
def test_retry_after_in_every_form(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


def policy(jitter: float = 0.0) -> RetryPolicy:
    return RetryPolicy(jitter=lambda: jitter)


def test_at_most_two_retries_with_growing_jittered_waits() -> None:
    assert [policy().wait_before(attempt, ServerTrouble()) for attempt in (2, 3, 4)] == [0.5, 1.0, None]
    assert [policy(1.0).wait_before(attempt, ServerTrouble()) for attempt in (2, 3, 4)] == [1.0, 2.0, None]


@pytest.mark.parametrize(
    ("asked", "wait"), [(10.0, 10.125), (30.0, 30.125), (30.1, None), (86400.0, None), (0.0, 0.5)]
)
def test_the_wait_asked_for_is_honoured_up_to_thirty_seconds(asked: float, wait: float | None) -> None:
    assert policy().wait_before(2, RateLimited(retry_after=asked)) == wait


@pytest.mark.parametrize("error", [BadRequest(), TlsFailed(), DnsFailed()])
def test_what_cannot_pass_is_not_tried_again(error: CompletionError) -> None:
    assert policy().wait_before(2, error) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (31, "31 seconds"), (119.5, "120 seconds"), (120, "2 minutes"), (86400, "24 hours")],
)
def test_waits_are_told_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, error: CompletionError) -> None:
    with pytest.raises(type(error)), breaker.call():
        raise error


def succeed(breaker: Breaker) -> None:
    with breaker.call() as note_answer:
        note_answer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """Opened by three failures, for ten seconds."""
    breaker = Breaker(threshold=3, rest=10.0, clock=clock)
    for _ in range(3):
        fail(breaker, ServerTrouble())
    return breaker


def refused(breaker: Breaker) -> float | None:
    with pytest.raises(Unreachable) as caught, breaker.call():
        raise AssertionError("the call was let through")
    return caught.value.retry_after


def test_after_some_failures_calls_fail_at_once(breaker: Breaker, clock: Clock) -> None:
    clock.now = 4.0
    assert refused(breaker) == 6.0


def test_one_probe_at_a_time_and_its_success_closes_the_breaker(breaker: Breaker, clock: Clock) -> None:
    clock.now = 10.0
    with breaker.call() as note_answer:
        refused(breaker)
        note_answer()
        succeed(breaker)
    succeed(breaker)


def test_a_failed_probe_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    clock.now = 10.0
    fail(breaker, Unreachable())
    assert refused(breaker) == 10.0


def test_a_probe_that_was_stopped_leaves_its_place(breaker: Breaker, clock: Clock) -> None:
    clock.now = 10.0
    with pytest.raises(KeyboardInterrupt), breaker.call():
        raise KeyboardInterrupt
    succeed(breaker)


def test_successes_and_refusals_in_between_reset_the_count(clock: Clock) -> None:
    breaker = Breaker(threshold=2, rest=10.0, clock=clock)
    fail(breaker, ServerTrouble())
    succeed(breaker)
    fail(breaker, ServerTrouble())
    fail(breaker, RateLimited(status=429))
    fail(breaker, ServerTrouble())
    succeed(breaker)


def test_trouble_after_the_answer_began_does_not_count(clock: Clock) -> None:
    breaker = Breaker(threshold=1, rest=10.0, clock=clock)
    with pytest.raises(ServerTrouble), breaker.call() as note_answer:
        note_answer()
        raise ServerTrouble
    succeed(breaker)
