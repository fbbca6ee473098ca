"""The probabilities of tokens, from the server into the row: of whole, stopped and broken replies."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.completions import TokenLogprob
from conversations.models import Conversation, State, TokenLogprobs
from conversations.probabilities import read_log
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from tests.turns.house import House
from tests.turns.test_whole import words

pytestmark = pytest.mark.django_db(transaction=True)


async def say(house: House, person: User, text: str, **parameters: object) -> LiveGeneration:
    """Ask with these parameters."""
    opening = await house.claim(person, "scenario: tokens count=1")
    await house.over(house.generations.begin(opening))
    conversation = Conversation.objects.filter(pk=opening.conversation_id)
    await in_database(conversation.update, parameters=parameters)
    return house.generations.begin(await house.claim(person, text, after=opening))


async def kept(live: LiveGeneration) -> list[TokenLogprob]:
    found = await in_database(TokenLogprobs.objects.filter(generation=live.held.generation_id).first)
    return read_log(bytes(found.data)) if found else []


async def test_every_token_of_a_whole_reply_is_kept(house: House, alice: User) -> None:
    async with house.open():
        live = await say(house, alice, "scenario: tokens count=30", logprobs=True, top_logprobs=3)
        assert await house.state_of(live) == State.COMPLETE
        tokens = await kept(live)
        assert "".join(token.token for token in tokens) == words(30)
        assert all(len(token.top) == 3 and token.logprob <= 0 for token in tokens)
        assert (await house.row(live)).tokens_kept == 30


async def test_of_a_stopped_reply_those_of_the_text_that_was_seen(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await say(house, alice, "scenario: tokens count=900 rate=300", logprobs=True)
        await house.sees(live, lambda: "w9" in live.text)
        generations.stop(live, cursor=len(words(4)))
        assert await house.state_of(live) == State.STOPPED
        assert "".join(token.token for token in await kept(live)) == await house.text_of(live) == words(4)


async def test_a_broken_reply_keeps_what_had_come(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await say(house, alice, "scenario: tokens count=900 rate=300", logprobs=True)
        await house.sees(live, lambda: "w5" in live.text)
        await generations.drain(0)
        assert await house.state_of(live) == State.INTERRUPTED
        assert "".join(token.token for token in await kept(live)) == await house.text_of(live)


async def test_without_the_parameter_nothing_is_kept(house: House, alice: User) -> None:
    async with house.open():
        live = await say(house, alice, "scenario: tokens count=5")
        await house.over(live)
        assert await kept(live) == []
        assert (await house.row(live)).tokens_kept == 0


async def test_replies_asked_for_together_keep_their_own(house: House, alice: User) -> None:
    async with house.open() as generations:
        live = await say(house, alice, "scenario: tokens count=6", logprobs=True, n=2)
        (other,) = [one for one in generations if one is not live]
        await house.over(live, other)
        for one in (live, other):
            assert "".join(token.token for token in await kept(one)) == words(6)
