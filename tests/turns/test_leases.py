"""A reply whose rows change under it: deleted, ended by somebody else, or out of reach for a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import bus
from conversations.models import Conversation, Generation, State
from conversations.store.claims import Lease
from conversations.store.conversations import conversation_delete, conversation_restore
from conversations.store.generations import INTERRUPTED_TEXT
from conversations.store.threads import close_threads, in_database
from conversations.turns import checkpoints, lifecycle
from conversations.turns.live import LiveGeneration
from tests.store.verbs import start
from tests.turns.held import database_held
from tests.turns.house import PATIENCE, House
from tests.turns.test_whole import words

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


class Heard:
    """The news of one person, heard on this loop."""

    def __init__(self, person: User) -> None:
        self.news: list[bus.News] = []
        self._more = asyncio.Event()
        self.stop = bus.subscribe(person.pk, self._hear)

    def _hear(self, news: bus.News) -> None:
        self.news.append(news)
        self._more.set()

    async def after(self, live: LiveGeneration) -> bus.News:
        """The first news, which must be of the conversation of this reply."""
        async with asyncio.timeout(PATIENCE):
            while not self.news:
                self._more.clear()
                await self._more.wait()
        assert self.news[0].conversation_id == live.conversation_id
        return self.news[0]


async def stalled(house: House, person: User) -> LiveGeneration:
    live = await house.say(person, "scenario: stall after=5")
    await house.sees(live, lambda: live.text == words(5))
    return live


async def test_the_text_of_a_running_reply_is_in_the_database_soon(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await stalled(house, alice)
        async with asyncio.timeout(PATIENCE):
            while await house.text_of(live) != words(5):  # noqa: ASYNC110  # rows send no event
                await asyncio.sleep(0.02)
        row = await house.row(live)
        assert (row.state, row.cursor) == (State.RUNNING, len(words(5)))
        generations.stop(live)
        await house.over(live)


async def test_a_reply_that_somebody_else_has_ended_is_given_up_and_its_viewers_are_sent_to_the_rows(
    house: House, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when this process was suspended for longer than its lease."""
    monkeypatch.setattr(checkpoints, "TICK_SECONDS", 3600)
    async with house.open(heartbeat_seconds=0.4):
        live = await stalled(house, alice)
        screen = house.watch(live)
        await screen.arrived.wait()
        heard = Heard(alice)
        await in_database(_ended_elsewhere, live.held.generation_id)
        await house.over(live)
        await screen.task
        assert screen.end is None
        assert isinstance(await heard.after(live), bus.ConversationChanged)
        heard.stop()
        row = await house.row(live)
        assert (row.state, await house.text_of(live)) == (State.INTERRUPTED, "")


@pytest.mark.parametrize("restore", [False, True])
async def test_a_deletion_ends_the_reply_and_nothing_is_written_afterwards(
    house: House, alice: User, restore: bool
) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: endless rate=200")
        screen = house.watch(live, "html")
        await house.sees(live, lambda: live.cursor > 20)
        await in_database(conversation_delete, person=alice, conversation_id=live.conversation_id)
        if restore:
            await in_database(conversation_restore, person=alice, conversation_id=live.conversation_id)
        kept = await house.text_of(live)
        await house.over(live)
        await screen.task
        row = await house.row(live)
        assert (row.state, await house.text_of(live)) == (State.STOPPED, kept)


async def test_a_reply_whose_rows_are_gone_is_given_up(house: House, alice: User) -> None:
    """As when an admin deletes the person."""
    async with house.open() as generations:
        live = await stalled(house, alice)
        screen = house.watch(live)
        await in_database(Conversation.objects.filter(pk=live.conversation_id).delete)
        generations.stop(live)
        await house.over(live)
        await screen.task
        assert live.lost and generations.find(live.held.generation_id) is None


async def test_a_database_that_is_held_for_a_while_loses_no_text_and_no_end(
    house: House, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        await asyncio.to_thread(close_threads)  # so that its next connection waits no longer than that
    async with house.open():
        live = await house.say(alice, "scenario: tokens count=60 rate=60")
        ended = await house.say(alice, "scenario: tokens count=30 rate=100")
        screen = house.watch(ended)
        await house.sees(ended, lambda: ended.cursor > 10)
        with database_held():
            await house.written(ended)
            await house.written(live)
            assert ended.ending is None and live.ending is None
        assert await house.state_of(ended) == State.COMPLETE
        assert await house.state_of(live) == State.COMPLETE
        assert (await house.text_of(ended), await house.text_of(live)) == (words(30), words(60))
        await screen.task


async def test_a_process_does_not_reap_its_own_reply_whose_sign_of_life_is_late(
    house: House, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "SWEEP_SECONDS", 0.05)
    async with house.open(heartbeat_seconds=1000.0) as generations:
        live = await house.say(alice, "scenario: slow-start seconds=30")
        dead = await house.claim(alice, "Nobody writes this one")
        late = Generation.objects.filter(pk__in=[live.held.generation_id, dead.generation_id])
        await in_database(late.update, lease_expires_at=timezone.now() - timedelta(seconds=1))
        async with asyncio.timeout(PATIENCE):
            while await in_database(_state, dead.generation_id) != State.INTERRUPTED:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await house.row(live)).active
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED


async def test_what_a_dead_process_left_is_interrupted_and_told(house: House, alice: User) -> None:
    claim = await in_database(start, alice, "The process dies now", lease=Lease("dead", -1.0))
    async with house.open():
        assert await in_database(_state, claim.generation_id) == State.INTERRUPTED


async def test_a_continued_reply_keeps_its_reasoning(house: House, alice: User) -> None:
    async with house.open() as generations:
        cut = await house.say(alice, "scenario: reasoning rate=40")
        await house.sees(cut, lambda: bool(cut.text and cut.reasoning))
        generations.stop(cut)
        await house.over(cut)
        longer = await house.go_on(alice, cut)
        generations.stop(longer)
        await house.over(longer)
        assert longer.reasoning.startswith(cut.reasoning) and cut.reasoning


def _ended_elsewhere(generation_id: UUID) -> None:
    """As another process does it: its news do not reach this one."""
    Generation.objects.filter(pk=generation_id).update(
        state=State.INTERRUPTED,
        lease_epoch=2,
        ended_at=timezone.now(),
        error_kind="interrupted",
        error_message=INTERRUPTED_TEXT,
    )


def _state(generation_id: UUID) -> str:
    return Generation.objects.get(pk=generation_id).state


async def test_what_does_not_fit_its_row_does_not_keep_the_end_from_being_stored(
    house: House, alice: User, settings: LazySettings
) -> None:
    """Whatever a model's host says of a call, the reply itself must be stored."""
    async with house.open() as generations:
        live = await stalled(house, alice)
        assert live.call is not None
        live.call.columns = lambda: {"usd_spent": "-1", "finish_reason": "stop"}  # type: ignore[method-assign]
        screen = house.watch(live)
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        await screen.task
        row = await house.row(live)
        assert (await house.text_of(live), row.usd_spent, row.finish_reason) == (words(5), None, "")
