"""Several replies to one message by one request: each has its own text and its own end."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from chatsite.accounts.models import User
from conversations.models import Conversation, EntryState, LedgerEntry, State
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from tests.invariants import check_upstream_closed
from tests.store.verbs import go_on, regenerate
from tests.turns.house import House

pytestmark = pytest.mark.django_db(transaction=True)


def words(letter: str, count: int) -> str:
    return " ".join(f"{letter}{number}" for number in range(1, count + 1))


async def say(house: House, person: User, text: str, n: int = 3) -> list[LiveGeneration]:
    """Ask for `n` replies, by a conversation with that parameter; the replies by choice."""
    opening = await house.claim(person, "scenario: tokens count=1")
    await house.over(house.generations.begin(opening))
    conversation = Conversation.objects.filter(pk=opening.conversation_id)
    await in_database(conversation.update, parameters={"n": n})
    claim = await house.claim(person, text, after=opening)
    first = house.generations.begin(claim)
    found = [house.generations.find(other.generation_id) for other in claim.others]
    return [first, *(live for live in found if live is not None)]


def calls(house: House, lives: list[LiveGeneration]) -> int:
    """How many requests were made for these replies."""
    asked = house.provider.stats()["requests"]
    names = [str(live.held.generation_id) for live in lives]
    return sum(asked[name]["started"] for name in names if name in asked)


@pytest.mark.parametrize("kind", ["even", "in-turn"])
async def test_each_reply_gets_the_words_of_its_own_choice(house: House, alice: User, kind: str) -> None:
    async with house.open(running_per_user=1):
        lives = await say(house, alice, f"scenario: several kind={kind} count=30")
        screens = [house.watch(live, "html" if live is lives[1] else "text") for live in lives]
        assert [await house.state_of(live) for live in lives] == [State.COMPLETE] * 3
        await asyncio.gather(*(screen.task for screen in screens))
        texts = [await house.text_of(live) for live in lives]
        assert texts == [words("w", 30), words("x", 15), words("y", 30)]
        assert calls(house, lives) == 1


async def test_what_the_request_used_is_kept_once_with_the_first_reply(house: House, alice: User) -> None:
    async with house.open():
        lives = await say(house, alice, "scenario: several count=6")
        await house.over(*lives)
        first, *others = [await house.row(live) for live in lives]
        assert first.usage is not None and first.usage["completion_tokens"] == 15
        assert first.usd_spent is not None and first.usd_spent > Decimal(0)
        assert [(row.usage, row.usd_spent) for row in others] == [(None, None)] * 2
        assert {row.request_id for row in [first, *others]} == {str(first.id)}
        assert {row.inference_id for row in [first, *others]} == {first.inference_id} != {""}
        assert all(row.request is not None and row.request["n"] == 3 for row in [first, *others])
        assert all(row.finish_reason == "stop" for row in [first, *others])


async def test_a_reply_ends_when_its_choice_does(house: House, alice: User) -> None:
    async with house.open() as generations:
        first, second, third = await say(house, alice, "scenario: several kind=stall count=6")
        assert await house.state_of(second) == State.COMPLETE
        assert await house.text_of(second) == words("x", 3)
        assert not first.over.is_set() and not third.over.is_set()
        generations.stop(first)
        assert await house.state_of(first) == State.STOPPED
        assert not third.over.is_set()
        generations.stop(third)
        assert await house.state_of(third) == State.STOPPED
        assert "y3" in await house.text_of(third)


async def test_a_stop_of_one_leaves_the_others_alone(house: House, alice: User) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several count=40 rate=600")
        first, second, third = lives
        await house.sees(first, lambda: "w5" in first.text)
        generations.stop(first, cursor=5)
        assert await house.state_of(first) == State.STOPPED
        assert await house.text_of(first) == "w1 w2"
        assert await house.state_of(second) == State.COMPLETE
        assert await house.state_of(third) == State.COMPLETE
        assert await house.text_of(second) == words("x", 20)
        assert (await house.row(second)).usage is not None, "the first that is still there is told"


async def test_when_all_are_stopped_the_call_is_closed(house: House, alice: User) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several kind=stall count=3")
        await house.sees(lives[2], lambda: bool(lives[2].text))
        aborted = house.provider.stats()["aborted"]
        for live in lives:
            generations.stop(live)
        await house.over(*lives)
        assert await house.state_of(lives[0]) == State.STOPPED
        await asyncio.to_thread(check_upstream_closed, house.provider.stats)
        assert house.provider.stats()["aborted"] == aborted + 1


@pytest.mark.parametrize("moment", ["at once", "a turn of the loop later", "before the first byte"])
async def test_stops_before_any_text(house: House, alice: User, moment: str) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: slow-start seconds=30")
        if moment == "a turn of the loop later":
            await asyncio.sleep(0)
        elif moment == "before the first byte":
            await house.sees(lives[2], lambda: lives[2].status.waiting == "model")
        for live in lives:
            generations.stop(live)
        assert {await house.state_of(live) for live in lives} == {State.STOPPED}


async def test_a_server_that_sends_only_one_reply(house: House, alice: User) -> None:
    async with house.open():
        lives = await say(house, alice, "scenario: several kind=one count=4")
        first, *others = [(await house.state_of(live), await house.row(live)) for live in lives]
        assert first[0] == State.COMPLETE and first[1].usage is not None
        for state, row in others:
            assert (state, row.error_kind) == (State.FAILED, "fewer_replies")
            assert row.error_message == "The server sent fewer replies than asked for."


async def test_a_broken_connection_ends_only_those_that_were_not_whole(house: House, alice: User) -> None:
    async with house.open():
        lives = await say(house, alice, "scenario: several kind=cut count=4")
        states = [await house.state_of(live) for live in lives]
        assert states == [State.INTERRUPTED, State.COMPLETE, State.INTERRUPTED]
        assert await house.text_of(lives[1]) == words("x", 2)
        assert words("w", 2) in await house.text_of(lives[0])


async def test_a_request_that_is_refused_ends_them_all(house: House, alice: User) -> None:
    async with house.open():
        lives = await say(house, alice, "scenario: bad-request")
        rows = [await house.row(live) for live in lives if await house.state_of(live) == State.FAILED]
        assert [row.error_kind for row in rows] == ["bad_request"] * 3
        assert calls(house, lives) == 1


async def test_they_take_one_place_together_and_wait_for_it_together(house: House, alice: User) -> None:
    async with house.open(running_per_user=1, queue_seconds=0.1) as generations:
        stalled = await say(house, alice, "scenario: several kind=stall count=2", n=3)
        assert await house.state_of(stalled[1]) == State.COMPLETE
        busy = await house.say(alice, "scenario: tokens count=1")
        assert await house.state_of(busy) == State.FAILED
        assert (await house.row(busy)).error_kind == "busy"
        generations.stop(stalled[0])
        generations.stop(stalled[2])
        await house.over(*stalled)
        again = await house.say(alice, "scenario: tokens count=1")
        assert await house.state_of(again) == State.COMPLETE


async def test_all_of_them_are_told_when_there_is_no_place(house: House, alice: User) -> None:
    async with house.open(running_per_user=1, queue_seconds=0.1):
        opening = await house.claim(alice, "scenario: tokens count=1")
        await house.over(house.generations.begin(opening))
        await house.say(alice, "scenario: stall after=1")
        conversation = Conversation.objects.filter(pk=opening.conversation_id)
        await in_database(conversation.update, parameters={"n": 2})
        claim = await house.claim(alice, "Hello", after=opening)
        first = house.generations.begin(claim)
        second = house.generations.find(claim.others[0].generation_id)
        assert second is not None
        assert [
            (await house.row(live)).error_kind for live in (first, second) if await house.state_of(live)
        ] == ["busy"] * 2


async def test_a_drain_interrupts_those_that_are_left(house: House, alice: User) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several kind=stall count=2")
        await house.sees(lives[2], lambda: bool(lives[2].text))
        await house.over(lives[1])
        await generations.drain(0)
        states = [await house.state_of(live) for live in lives]
        assert states == [State.INTERRUPTED, State.COMPLETE, State.INTERRUPTED]


@pytest.mark.parametrize("action", ["regenerate", "continue"])
async def test_another_reply_and_a_continuation_are_asked_for_alone(
    house: House, alice: User, action: str
) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several count=4")
        await house.sees(lives[0], lambda: bool(lives[0].text))
        generations.stop(lives[0])
        await house.over(*lives)
        verb = regenerate if action == "regenerate" else go_on
        live = generations.begin(await in_database(verb, alice, lives[0].held.message_id))
        await house.over(live)
        row = await house.row(live)
        assert row.request is not None and "n" not in row.request
        assert (row.asked_together, row.choices, row.side_by_side) == (None, 1, False)


async def entry_of(lives: list[LiveGeneration]) -> LedgerEntry:
    """The one entry of the request."""
    ids = [live.held.generation_id for live in lives]
    return await in_database(LedgerEntry.objects.get, generation__in=ids)


@pytest.mark.parametrize("kind", ["even", "one"])
async def test_the_request_has_one_entry_which_the_first_reply_settles(
    house: House, alice: User, kind: str
) -> None:
    async with house.open():
        lives = await say(house, alice, f"scenario: several kind={kind} count=4")
        await house.over(*lives)
        entry = await entry_of(lives)
        assert (entry.state, entry.generation_id) == (EntryState.SETTLED, lives[0].held.generation_id)
        assert entry.completion_tokens == (10 if kind == "even" else 4)


@pytest.mark.parametrize("moment", ["at once", "while it is written"])
async def test_the_entry_is_settled_when_only_the_first_reply_was_stopped(
    house: House, alice: User, moment: str
) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several count=40 rate=600 first-ms=50")
        if moment == "while it is written":
            await house.sees(lives[0], lambda: "w2" in lives[0].text)
        generations.stop(lives[0])
        await house.over(*lives)
        assert [await house.state_of(live) for live in lives[1:]] == [State.COMPLETE] * 2
        entry = await entry_of(lives)
        assert (entry.state, entry.completion_tokens) == (EntryState.SETTLED, 100)


async def test_of_a_request_without_a_report_all_texts_are_counted(house: House, alice: User) -> None:
    async with house.open() as generations:
        lives = await say(house, alice, "scenario: several kind=stall count=8")
        assert await house.state_of(lives[1]) == State.COMPLETE
        for live in lives:
            generations.stop(live)
        await house.over(*lives)
        entry = await entry_of(lives)
        words_sent = len((lives[0].text + " " + lives[1].text + " " + lives[2].text).split())
        assert entry.state == EntryState.UNKNOWN
        assert entry.completion_tokens is not None and entry.completion_tokens >= words_sent
