"""Stop, at every moment a reply has: it ends at once, once, and with what the person saw."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.models import State
from tests.turns.held import database_held
from tests.turns.house import House
from tests.turns.test_whole import words

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("moment", ["at once", "before the request", "before the first byte"])
async def test_stop_before_any_text(house: House, alice: User, moment: str) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: slow-start seconds=30")
        if moment == "before the request":
            await asyncio.sleep(0)
        elif moment == "before the first byte":
            await house.sees(live, lambda: live.status.waiting == "model")
        screen = house.watch(live)
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        assert await house.text_of(live) == ""
        await screen.task
        assert screen.end is not None and screen.end.error is None


async def test_stop_in_the_middle_keeps_the_text(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: stall after=5")
        screens = [house.watch(live, "html"), house.watch(live, "text")]
        await house.sees(live, lambda: live.text == words(5))
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        assert await house.text_of(live) == words(5)
        await asyncio.gather(*(screen.task for screen in screens))


async def test_stop_keeps_what_was_shown_and_no_more(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: stall after=5")
        screens = [house.watch(live, "html", may_shrink=True), house.watch(live, "text", may_shrink=True)]
        await house.sees(live, lambda: live.text == words(5))
        generations.stop(live, cursor=len(words(2)))
        live.add_text(" too late")
        assert await house.state_of(live) == State.STOPPED
        assert await house.text_of(live) == words(2)
        await asyncio.gather(*(screen.task for screen in screens))


async def test_a_stop_never_cuts_into_the_text_that_is_continued(house: House, alice: User) -> None:
    async with house.open() as generations:
        cut = await house.say(alice, "scenario: stall after=5")
        await house.sees(cut, lambda: cut.text == words(5))
        generations.stop(cut)
        await house.over(cut)
        longer = await house.go_on(alice, cut)
        generations.stop(longer, cursor=2)
        assert await house.state_of(longer) == State.STOPPED
        assert await house.text_of(longer) == words(5)


@pytest.mark.parametrize("word", range(1, 9))
async def test_stop_at_each_word_the_last_one_too(house: House, alice: User, word: int) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: tokens count=8")
        add = live.add_text

        def added(text: str) -> None:
            add(text)
            if live.text == words(word):
                generations.stop(live)

        live.add_text = added  # type: ignore[method-assign]
        house.watch(live, "html")
        assert await house.state_of(live) == State.STOPPED
        assert await house.text_of(live) == words(word)


async def test_a_second_stop_changes_nothing(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: stall after=5")
        await house.sees(live, lambda: live.text == words(5))
        generations.stop(live, cursor=len(words(3)))
        generations.stop(live, cursor=len(words(1)))
        await asyncio.sleep(0)
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        assert await house.text_of(live) == words(3)
        generations.stop(live, cursor=0)
        assert await house.text_of(live) == words(3)


async def test_a_stop_while_a_whole_reply_waits_to_be_stored_leaves_it_whole(
    house: House, alice: User
) -> None:
    """The text of a viewer must not shrink and grow again because the end could not be stored at once."""
    async with house.open() as generations:
        live = await house.say(alice, "scenario: tokens count=8")
        screen = house.watch(live, "text")
        await house.sees(live, lambda: live.text == words(8))
        with database_held():
            await house.written(live)
            generations.stop(live, cursor=2)
            assert live.text == words(8)
        assert await house.state_of(live) == State.COMPLETE
        assert await house.text_of(live) == words(8)
        await screen.task


async def test_stop_while_waiting_for_a_place(house: House, alice: User) -> None:
    async with house.open(running_per_user=1) as generations:
        first = await house.say(alice, "scenario: stall after=1")
        await house.sees(first, lambda: first.text == "w1")
        second = await house.say(alice, "scenario: tokens count=3")
        await asyncio.sleep(0)
        generations.stop(second)
        assert await house.state_of(second) == State.STOPPED
        assert first.ending is None
        generations.stop(first)
        await house.over(first)
        third = await house.say(alice, "scenario: tokens count=3")
        assert await house.state_of(third) == State.COMPLETE
    assert str(second.held.generation_id) not in house.provider.stats()["requests"]


async def test_stop_in_the_moment_a_place_becomes_free(house: House, alice: User) -> None:
    async with house.open(running_per_user=1) as generations:
        first = await house.say(alice, "scenario: stall after=1")
        await house.sees(first, lambda: first.text == "w1")
        second = await house.say(alice, "scenario: endless rate=50")
        await asyncio.sleep(0)
        assert first.task is not None
        first.task.add_done_callback(lambda _: generations.stop(second))
        generations.stop(first)
        assert await house.state_of(second) == State.STOPPED
        third = await house.say(alice, "scenario: tokens count=3")
        assert await house.state_of(third) == State.COMPLETE


async def test_stop_while_waiting_to_try_again(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await house.say(alice, "scenario: rate-limit retry-after=20")
        screen = house.watch(live)
        await house.sees(live, lambda: live.status.waiting == "retry")
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        await screen.task


async def test_a_stopped_reply_is_continued(house: House, alice: User) -> None:
    async with house.open() as generations:
        cut = await house.say(alice, "scenario: stall after=5")
        await house.sees(cut, lambda: cut.text == words(5))
        generations.stop(cut)
        await house.over(cut)
        longer = await house.go_on(alice, cut)
        house.watch(longer, "html")
        await house.sees(longer, lambda: len(longer.text) > len(words(5)))
        generations.stop(longer)
        await house.over(longer)
        assert (await house.text_of(longer)).startswith(words(5))


@pytest.mark.parametrize(
    ("scenario", "state"), [("finish reason=length", State.TRUNCATED), ("neither", State.INTERRUPTED)]
)
async def test_a_cut_reply_is_continued(house: House, alice: User, scenario: str, state: State) -> None:
    async with house.open():
        cut = await house.say(alice, f"scenario: {scenario} count=4")
        assert await house.state_of(cut) == state
        longer = await house.go_on(alice, cut)
        await house.over(longer)
        assert await house.text_of(longer) != await house.text_of(cut) == words(4)
