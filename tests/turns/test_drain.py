"""A process that is about to end: replies may finish, the rest is interrupted, all of it is stored."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import State
from conversations.turns import lifecycle
from tests.turns.house import House
from tests.turns.test_whole import words

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


async def test_a_drain_lets_replies_end_and_interrupts_those_that_take_too_long(
    house: House, alice: User
) -> None:
    async with house.open() as generations:
        quick = await house.say(alice, "scenario: tokens count=10 rate=100")
        stuck = await house.say(alice, "scenario: stall after=5")
        screens = [house.watch(live, format) for live in (quick, stuck) for format in ("text", "html")]  # type: ignore[arg-type]
        await house.sees(stuck, lambda: stuck.text == words(5))
        draining = asyncio.create_task(generations.drain(0.5))
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            generations.accept()
        assert (refused.value.code, refused.value.retry) == ("restarting", True)
        await draining
        assert list(generations) == []
        assert await house.state_of(quick) == State.COMPLETE
        assert await house.state_of(stuck) == State.INTERRUPTED
        assert await house.text_of(stuck) == words(5)
        assert (await house.row(stuck)).error_message
        await asyncio.gather(*(screen.task for screen in screens))


async def test_a_drain_with_nothing_to_wait_for_is_over_at_once(house: House) -> None:
    async with house.open() as generations:
        async with asyncio.timeout(5):
            await generations.drain(1000)


async def test_a_drain_ends_a_reply_that_waits_for_its_place(house: House, alice: User) -> None:
    async with house.open(running_per_user=1) as generations:
        lives = [await house.say(alice, "scenario: stall after=1") for _ in range(2)]
        await house.sees(lives[0], lambda: lives[0].text == "w1")
        await generations.drain(0)
        assert [await house.state_of(live) for live in lives] == [State.INTERRUPTED] * 2


@pytest.mark.parametrize("grace", [0, 30])
async def test_a_turn_claimed_just_before_the_drain_is_stored_with_an_end(
    house: House, alice: User, grace: float
) -> None:
    """Its claim passed the door before the drain began, and comes out of the database later."""
    async with house.open() as generations:
        claim = await house.claim(alice, f"scenario: {'tokens count=3' if grace else 'endless rate=50'}")
        other = await house.say(alice, "scenario: tokens count=20 rate=100")
        draining = asyncio.create_task(generations.drain(grace))
        if grace:
            await asyncio.sleep(0)
        else:
            await house.written(other)  # the grace period is over, and what is left is being stored
        late = generations.begin(claim)
        async with asyncio.timeout(10):
            await draining
        assert list(generations) == []
        assert await house.state_of(late) == (State.COMPLETE if grace else State.INTERRUPTED)


@pytest.mark.parametrize("milliseconds", [0, 5, 15, 40, 80, 160])
async def test_a_shutdown_at_any_moment_leaves_an_end(house: House, alice: User, milliseconds: int) -> None:
    async with house.open():
        lives = [
            await house.say(alice, f"scenario: tokens count={count} rate={rate}")
            for count, rate in ((5, 0), (30, 300), (200, 1000))
        ]
        for live in lives:
            house.watch(live, "html")
            house.watch(live, "text")
        await asyncio.sleep(milliseconds / 1000)
    for live in lives:
        assert live.ending is not None


async def test_before_the_start_and_after_the_end_no_turn_is_taken(house: House) -> None:
    with pytest.raises(Refused, match="starting"):
        lifecycle.current()
    async with house.open():
        lifecycle.current().generations.accept()
    with pytest.raises(Refused, match="starting"):
        lifecycle.current()
