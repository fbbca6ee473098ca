"""Calls over a real completions server: what stands in the ledger at their end."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from chatsite.accounts.models import User
from conversations.models import EntryState, LedgerEntry, Source, State
from conversations.store.conversations import conversation_delete
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from conversations.turns.live import LiveGeneration
from tests.completions.upstream import SSE_HEAD as HEAD
from tests.completions.upstream import Script, answer, delta, events, sends, upstream
from tests.turns.house import House
from tests.turns.test_whole import words

pytestmark = pytest.mark.django_db(transaction=True)


async def entry_of(live: LiveGeneration) -> LedgerEntry:
    return await in_database(LedgerEntry.objects.get, generation=live.held.generation_id)


async def asked(house: House, person: User, text: str) -> LedgerEntry:
    """The entry of a reply that ran to its end."""
    live = await house.say(person, text)
    await house.over(live)
    return await entry_of(live)


async def test_the_cost_of_a_stream_comes_with_its_last_chunk(house: House, alice: User) -> None:
    async with house.open():
        entry = await asked(house, alice, "scenario: tokens count=3")
    assert (entry.state, entry.source) == (EntryState.SETTLED, Source.ANSWER)
    assert entry.usd is not None and entry.prompt_tokens is not None and entry.completion_tokens == 3
    assert entry.usd == Decimal(entry.prompt_tokens * 10 + 3 * 30) / 10**6
    assert entry.inference_id


async def test_a_refused_call_is_free(house: House, alice: User) -> None:
    async with house.open():
        entry = await asked(house, alice, "scenario: quota")
    assert (entry.state, entry.usd) == (EntryState.FREE, 0)


async def test_a_stopped_call_is_not_known_and_estimated(house: House, alice: User) -> None:
    async with house.open() as generations:
        await lifecycle.current().upstream.models.refresh()
        live = await house.say(alice, "scenario: stall after=5")
        await house.sees(live, lambda: live.text == words(5))
        generations.stop(live, cursor=2)
        await house.over(live)
        entry = await entry_of(live)
    assert (entry.state, entry.source) == (EntryState.UNKNOWN, Source.CATALOGUE)
    assert entry.inference_id and entry.completion_tokens is not None
    assert entry.completion_tokens > 5, "counted from all that came, not from what was shown"
    assert entry.usd is not None and entry.usd > 0


async def test_what_a_call_may_cost_is_reserved_while_it_runs(house: House, alice: User) -> None:
    async with house.open() as generations:
        await lifecycle.current().upstream.models.refresh()
        live = await house.say(alice, "scenario: stall after=1")
        await house.sees(live, lambda: live.text == "w1")
        async with asyncio.timeout(10):
            while (entry := await entry_of(live)).reserved_usd is None:  # noqa: ASYNC110  # rows
                await asyncio.sleep(0.05)
        generations.stop(live)
        await house.over(live)
    assert entry.state == EntryState.RESERVED
    most = Decimal(4096 * 30) / 10**6
    assert most < entry.reserved_usd < most + Decimal("0.01"), "a reply of the longest kind, and the prompt"


async def test_a_reply_that_waits_for_a_place_and_is_stopped_is_free(house: House, alice: User) -> None:
    async with house.open(running_per_user=1) as generations:
        first = await house.say(alice, "scenario: stall after=1")
        await house.sees(first, lambda: first.text == "w1")
        second = await house.say(alice, "scenario: tokens count=3")
        generations.stop(second)
        await house.over(second)
        entry = await entry_of(second)
        generations.stop(first)
        await house.over(first)
    assert (entry.state, entry.usd) == (EntryState.FREE, 0)


async def test_a_reply_whose_conversation_is_deleted_is_settled_all_the_same(
    house: House, alice: User
) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: stall after=5")
        await house.sees(live, lambda: live.text == words(5))
        await in_database(conversation_delete, person=alice, conversation_id=live.conversation_id)
        await house.over(live)
    entry = await entry_of(live)
    assert entry.state == EntryState.UNKNOWN
    assert entry.inference_id and entry.completion_tokens


async def test_a_call_that_was_tried_again_has_one_entry(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: server-error code=503 times=1")
        assert await house.state_of(live) == State.COMPLETE
        entry = await entry_of(live)
    assert entry.state == EntryState.SETTLED


COST = {"x-aimlapi-usd-spent": "0.0077"}
WHOLE = events(delta(content="Hello there"), delta(finish="stop"))
USAGE = {"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
WITH_USAGE = events(delta(content="Hello there"), delta(finish="stop"), USAGE)
HEADERS = HEAD.replace(b"Connection", b"X-AIMLAPI-USD-Spent: 0.0077\r\nConnection")


@pytest.mark.parametrize(
    ("script", "state", "source", "usd"),
    [
        (sends(HEADERS + WHOLE), EntryState.SETTLED, Source.ANSWER, "0.0077"),
        (sends(HEAD + WITH_USAGE), EntryState.ESTIMATED, Source.SETTINGS, "0.0025"),
        (sends(HEAD + WHOLE), EntryState.ESTIMATED, Source.SETTINGS, None),
        (sends(HEAD + events(delta(content="Hel"), done=False)), EntryState.UNKNOWN, Source.SETTINGS, None),
        (answer(401, {"message": "no"}), EntryState.FREE, Source.NONE, "0"),
    ],
    ids=["headers", "usage", "neither", "cut", "refused"],
)
async def test_other_servers(
    house: House,
    alice: User,
    settings: pytest.FixtureRequest,
    script: Script,
    state: EntryState,
    source: Source,
    usd: str | None,
) -> None:
    settings.COMPLETIONS_PRICES = {"gpt-4-1106-preview": (Decimal(2), Decimal(5))}  # type: ignore[attr-defined]
    async with upstream(script) as server:
        await lifecycle.startup(base_url=server.url, api_key=None)
        entry = await asked(house, alice, "Hello")
        await lifecycle.shutdown(0)
    assert (entry.state, entry.source) == (state, source)
    assert entry.usd is not None
    assert entry.usd == Decimal(usd) if usd else entry.usd > 0
