"""An undisturbed reply: what every viewer shows at the end is what is stored."""

from __future__ import annotations

import asyncio
import random

import pytest

from chatsite.accounts.models import User
from conversations.models import State
from conversations.protocol import GenerationEnd, GenerationSnapshot, GenerationState
from conversations.turns.viewing import Stalled
from tests.turns.house import PATIENCE, House

pytestmark = pytest.mark.django_db(transaction=True)


def words(count: int) -> str:
    return " ".join(f"w{number}" for number in range(1, count + 1))


async def test_a_reply_is_streamed_and_stored(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: tokens count=200")
        screen = house.watch(live)
        assert await house.state_of(live) == State.COMPLETE
        await screen.task
        assert await house.text_of(live) == screen.text == words(200)
        row = await house.row(live)
        assert (row.finish_reason, row.request_id, row.error_kind) == ("stop", str(row.id), "")
        assert row.request is not None and row.request["stream"] is True
        assert row.usage is not None and row.usd_spent is not None and row.inference_id
        assert row.first_text_ms is not None and row.duration_ms is not None
        assert row.first_text_ms <= row.duration_ms
        assert house.generations.find(row.id) is None
    requests = house.provider.stats()["requests"]
    assert requests[str(live.held.generation_id)]["started"] == 1


@pytest.mark.parametrize("scenario", ["markdown rate=3000", "unicode rate=500", "hostile rate=2000"])
async def test_viewers_that_join_at_any_moment_show_the_same_in_the_end(
    house: House, alice: User, scenario: str
) -> None:
    chance = random.Random(scenario)
    async with house.open():
        live = await house.say(alice, f"scenario: {scenario}")
        for number in range(12):
            house.watch(live, "html" if number % 2 else "text")
            length = live.cursor + chance.randrange(1, 120)
            await house.sees(live, lambda length=length: live.cursor >= length or live.over.is_set())  # type: ignore[misc]
        await house.over(live)
        house.watch(live, "html")
        house.watch(live, "text")
        await asyncio.gather(*(screen.task for screen in house.screens))
        assert all(screen.end is not None for screen in house.screens)
        assert len({screen.text for screen in house.screens if screen.text}) == 1


async def test_a_late_viewer_does_not_hold_up_the_event_loop(house: House, alice: User) -> None:
    """Between two renderings a viewer that is behind must wait, and not ask again and again."""
    async with house.open():
        live = await house.say(alice, "scenario: stall after=5")
        await house.sees(live, lambda: live.text.endswith("w5"))
        first = house.watch(live, "html")
        await first.arrived.wait()
        looks = 0
        shown = live.shown

        def counted() -> object:
            nonlocal looks
            looks += 1
            return shown()

        live.shown = counted  # type: ignore[method-assign, assignment]
        second = house.watch(live, "html")
        await second.arrived.wait()
        for _ in range(3):
            live.add_text(" more")
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE):
            while "more more more" not in "".join(second.blocks):
                second.arrived.clear()
                await second.arrived.wait()
        assert looks < 12
        house.generations.stop(live)
        await house.over(live)


async def test_a_viewer_that_never_acknowledges_is_given_up(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: endless rate=100")
        silent = house.watch(live, acks=False, unacked_frames=3, unacked_seconds=0.3)
        good = house.watch(live)
        with pytest.raises(Stalled):
            async with asyncio.timeout(PATIENCE):
                await silent.task
        assert silent.unacknowledged == 3
        assert not good.task.done()
        house.generations.stop(live)
        assert await house.state_of(live) == State.STOPPED


async def test_a_viewer_that_leaves_in_the_moment_it_acknowledges_is_gone(house: House, alice: User) -> None:
    """asyncio.wait_for of Python 3.11 would keep it, to send on beside the viewer that takes its place."""
    async with house.open() as generations:
        live = await house.say(alice, "scenario: endless rate=100")
        screen = house.watch(live, acks=False, unacked_frames=1)
        await screen.arrived.wait()
        await house.sees(live, lambda: live.cursor > 20)
        screen.acknowledge()
        screen.task.cancel()
        await asyncio.wait({screen.task}, timeout=PATIENCE)
        assert screen.task.cancelled()
        generations.stop(live)
        await house.over(live)


async def test_a_slow_viewer_skips_and_misses_nothing(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: markdown rate=3000")
        slow = [
            house.watch(live, format, acks=False, unacked_frames=2)
            for format in ("text", "html")  # type: ignore[arg-type]
        ]
        await house.written(live)
        assert all(screen.unacknowledged <= 2 for screen in slow)
        for screen in slow:
            screen.acknowledge()
        await asyncio.gather(*(screen.task for screen in slow))
        assert all(isinstance(screen.frames[-1], GenerationEnd) for screen in slow)


async def test_reasoning_reaches_viewers_and_rows(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: reasoning")
        screen = house.watch(live, "html")
        await house.over(live)
        await screen.task
        assert screen.reasoning == live.reasoning != ""


async def test_a_viewer_of_a_waiting_reply_is_told_what_it_waits_for(house: House, alice: User) -> None:
    async with house.open(running_per_user=1):
        first = await house.say(alice, "scenario: stall after=1")
        await house.sees(first, lambda: first.text == "w1")
        second = await house.say(alice, "scenario: slow-start seconds=30")
        screen = house.watch(second)
        await screen.arrived.wait()
        assert isinstance(screen.frames[0], GenerationSnapshot) and screen.frames[0].state == "queued"
        house.generations.stop(first)
        async with asyncio.timeout(PATIENCE):
            while not any(isinstance(f, GenerationState) and f.waiting == "model" for f in screen.frames):
                screen.arrived.clear()
                await screen.arrived.wait()
        assert [f.waiting for f in screen.frames if isinstance(f, GenerationState)] == ["turn", "model"]
        house.generations.stop(second)
        assert await house.state_of(second) == State.STOPPED


async def test_many_turns_of_one_conversation_carry_its_history(house: House, alice: User) -> None:
    async with house.open():
        first = await house.claim(alice, "scenario: tokens count=3")
        await house.over(house.generations.begin(first))
        live = await house.say(alice, "scenario: tokens count=2", after=first)
        await house.over(live)
    sent = next(
        request["body"]["messages"]
        for request in house.provider.requests()
        if request["client_request_id"] == str(live.held.generation_id)
    )
    assert [message["content"] for message in sent] == [
        "scenario: tokens count=3",
        "w1 w2 w3",
        "scenario: tokens count=2",
    ]
