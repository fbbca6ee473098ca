"""While the event loop is behind, a reply is shown less often; its first text is shown at once."""

from __future__ import annotations

import pytest

from conversations.turns.pace import FLUSHES_PER_SECOND, LONGEST_SECONDS, Pace
from tests.turns.test_facts import a_reply

USUAL = 1 / FLUSHES_PER_SECOND


def told(*late: float) -> float:
    pace = Pace()
    for seconds in late:
        pace.note(seconds)
    return pace.pause


def test_a_loop_in_time_shows_as_often_as_is_useful() -> None:
    assert told() == USUAL
    assert told(*[0.004] * 50) == USUAL


def test_the_further_behind_the_longer_the_pause_up_to_half_a_second() -> None:
    pauses = [told(*[late] * 20) for late in (0.01, 0.02, 0.05, 0.1, 1.0, 60.0)]
    assert pauses == sorted(pauses)
    assert USUAL < pauses[0] < pauses[2] < LONGEST_SECONDS
    assert pauses[-2:] == [LONGEST_SECONDS] * 2


def test_one_late_moment_is_soon_forgotten() -> None:
    assert told(0.5) == LONGEST_SECONDS
    assert told(0.5, *[0.0] * 20) == USUAL


async def test_the_first_text_does_not_wait_for_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Pace()
    for _ in range(20):
        pace.note(1.0)
    monkeypatch.setattr("conversations.turns.live.PACE", pace)
    live = a_reply()
    assert live.shown().blocks == ()
    live.add_text("Hello there")
    first = live.shown()
    assert "Hello" in "".join(first.blocks)
    live.add_text(", Alice, and so on")
    assert live.pause == LONGEST_SECONDS
    assert live.shown() is first
