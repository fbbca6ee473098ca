"""The ledger of a reply: stored with it, and true of what was sent."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.models import Conversation, State
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from conversations.turns.live import LiveGeneration
from conversations.turns.trimming import Ledger, Why
from tests.turns.house import House

pytestmark = pytest.mark.django_db(transaction=True)

CONTEXT = 128_000
"""Of the built-in server's models."""


async def model_list_read() -> None:
    models = lifecycle.model_list()
    assert models is not None
    await models.refresh()


async def keep_free(live: LiveGeneration, tokens: int) -> None:
    """From now on so much room is kept for each reply of the conversation."""
    rows = Conversation.objects.filter(pk=live.conversation_id)
    await in_database(rows.update, parameters={"max_tokens": tokens})


async def test_a_short_branch_goes_up_whole(house: House, alice: User) -> None:
    async with house.open():
        await model_list_read()
        live = await house.say(alice, "Hello")
        assert await house.state_of(live) == State.COMPLETE
        ledger = Ledger.from_json((await house.row(live)).ledger)
        assert (ledger.context, ledger.reply, ledger.cut) == (CONTEXT, 4096, 0)
        assert [line.why for line in ledger.lines] == [Why.NEWEST]


async def test_what_has_no_room_is_not_sent_and_stands_in_the_ledger(house: House, alice: User) -> None:
    async with house.open():
        await model_list_read()
        first = await house.claim(alice, "scenario: tokens count=300")
        live = house.generations.begin(first)
        await house.over(live)
        await keep_free(live, CONTEXT - 100)
        second = await house.say(alice, "What was that?", after=first)
        assert await house.state_of(second) == State.COMPLETE
        row = await house.row(second)
        ledger = Ledger.from_json(row.ledger)
        assert [line.why for line in ledger.lines] == [Why.NO_ROOM, Why.NO_ROOM, Why.NEWEST]
        assert [line.id for line in ledger.lines[:2]] == [first.message_id, first.reply_id]
        assert [message["content"] for message in row.request["messages"]] == ["What was that?"]


async def test_without_a_list_of_models_everything_goes_up(house: House, alice: User) -> None:
    async with house.open():
        models = lifecycle.model_list()
        assert models is not None
        first = await house.claim(alice, "scenario: tokens count=300")
        live = house.generations.begin(first)
        await house.over(live)
        await keep_free(live, CONTEXT - 100)
        models.known = None
        second = await house.say(alice, "What was that?", after=first)
        await house.over(second)
        row = await house.row(second)
        ledger = Ledger.from_json(row.ledger)
        assert ledger.context is None and len(row.request["messages"]) == 3
