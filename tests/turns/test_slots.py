"""How many replies are written at a time, and who is next."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from chatsite.accounts.models import User
from conversations.models import State
from conversations.turns.slots import NoPlace, Slots
from tests.turns.house import House

ALICE, BOB = 1, 2


class Guest:
    """Somebody who asks for a place and keeps it until told to leave."""

    def __init__(self, slots: Slots, person: int, seconds: float = 10) -> None:
        self.inside = asyncio.Event()
        self.leave = asyncio.Event()
        self.task = asyncio.create_task(self._stay(slots, person, seconds))

    async def _stay(self, slots: Slots, person: int, seconds: float) -> None:
        async with slots.place(person, seconds=seconds):
            self.inside.set()
            await self.leave.wait()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def inside(*guests: Guest) -> list[bool]:
    return [guest.inside.is_set() for guest in guests]


async def gone(*guests: Guest) -> None:
    for guest in guests:
        guest.leave.set()
    async with asyncio.timeout(5):
        await asyncio.gather(*(guest.task for guest in guests), return_exceptions=True)


async def test_a_person_has_a_number_of_places_and_the_others_are_not_held_up() -> None:
    slots = Slots(per_person=2, total=10)
    alices = [Guest(slots, ALICE) for _ in range(4)]
    bob = Guest(slots, BOB)
    await settle()
    assert inside(*alices, bob) == [True, True, False, False, True]
    alices[1].leave.set()
    await settle()
    assert inside(*alices) == [True, True, True, False]
    await gone(*alices, bob)


async def test_the_house_has_a_number_of_places_and_who_came_first_is_next() -> None:
    slots = Slots(per_person=2, total=2)
    guests = [Guest(slots, person) for person in (ALICE, BOB, BOB, ALICE)]
    await settle()
    assert inside(*guests) == [True, True, False, False]
    guests[0].leave.set()
    await settle()
    assert inside(*guests) == [True, True, True, False]
    await gone(*guests)


async def test_who_has_waited_long_enough_is_sent_away_and_holds_up_nobody() -> None:
    slots = Slots(per_person=1, total=1)
    first, hasty = Guest(slots, ALICE), Guest(slots, BOB, seconds=0.01)
    with pytest.raises(NoPlace):
        await hasty.task
    patient = Guest(slots, BOB)
    await gone(first)
    await settle()
    assert inside(patient) == [True]
    await gone(patient)


async def test_a_cancellation_together_with_the_place_is_not_forgotten() -> None:
    """asyncio.wait_for of Python 3.11 swallows it: the reply would go on although it was stopped."""
    slots = Slots(per_person=1, total=1)
    async with AsyncExitStack() as first:
        await first.enter_async_context(slots.place(ALICE, seconds=1))
        second = Guest(slots, ALICE)
        await settle()
        await first.aclose()
        second.task.cancel()
    await asyncio.wait({second.task})
    assert second.task.cancelled()
    third = Guest(slots, ALICE)
    await settle()
    assert inside(third) == [True]
    await gone(third)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
async def test_too_many_replies_at_once_is_told_and_the_message_kept(
    house: House, alice: User, bob: User
) -> None:
    async with house.open(running_per_user=1, running_total=2, queue_seconds=0.2) as generations:
        running = await house.say(alice, "scenario: stall after=1")
        refused = await house.say(alice, "scenario: tokens count=3")
        others = await house.say(bob, "scenario: tokens count=3")
        screen = house.watch(refused)
        assert await house.state_of(others) == State.COMPLETE
        assert await house.state_of(refused) == State.FAILED
        assert (await house.row(refused)).error_kind == "busy"
        await screen.task
        assert screen.end is not None and screen.end.error is not None and not screen.end.error.permanent
        generations.stop(running)
        await house.over(running)
