"""A reply that uses tools takes several calls: each has its entry, made before it is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chatsite.accounts.models import User
from conversations.models import EntryState, LedgerEntry, State
from conversations.store.spending import costs_of
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from tests.completions.upstream import SSE_HEAD, Peer
from tests.live.host import Host, held
from tests.turns.calling import answering, calling, with_tools
from tests.turns.house import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tools")]
CALLS = calling(("a", "echo", '{"text": "x"}'), usd=0.25)


async def entries(live: LiveGeneration) -> list[LedgerEntry]:
    found = LedgerEntry.objects.filter(generation=live.held.generation_id).order_by("number")
    return await in_database(list, found)


async def test_each_round_is_a_call_with_a_cost_of_its_own(house: House, host: Host, alice: User) -> None:
    prompt = host.will(CALLS, CALLS, answering("Done.", usd=0.5))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        assert await house.state_of(live) == State.COMPLETE
    found = await entries(live)
    assert [(entry.number, entry.state, entry.usd) for entry in found] == [
        (1, EntryState.SETTLED, Decimal("0.25")),
        (2, EntryState.SETTLED, Decimal("0.25")),
        (3, EntryState.SETTLED, Decimal("0.5")),
    ]
    sent = [
        request.headers["x-client-request-id"] for request in host.requests if prompt.encode() in request.body
    ]
    assert [entry.request_id for entry in found] == sent
    costs = await in_database(costs_of, [live.held.generation_id])
    assert costs[live.held.generation_id].usd == Decimal(1)


async def test_a_later_call_is_reserved_before_it_is_sent_and_those_before_it_are_settled(
    house: House, host: Host, alice: User
) -> None:
    gate = host.gate()
    prompt = host.will(CALLS, held(gate, "half"))
    async with house.open(base_url=host.url) as generations:
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await gate.reached()
        states = [entry.state for entry in await entries(live)]
        assert states == [EntryState.SETTLED, EntryState.RESERVED]
        generations.stop(live)
        await house.over(live)
    states = [entry.state for entry in await entries(live)]
    assert states == [EntryState.SETTLED, EntryState.UNKNOWN]


async def test_a_refused_later_call_is_free(house: House, host: Host, alice: User) -> None:
    async def refuses(peer: Peer) -> None:
        await peer.send(SSE_HEAD.replace(b"200 OK", b"401 No"))

    async with house.open(base_url=host.url):
        live = await house.say(alice, host.will(CALLS, refuses), parameters=with_tools("echo"))
        assert await house.state_of(live) == State.FAILED
    states = [entry.state for entry in await entries(live)]
    assert states == [EntryState.SETTLED, EntryState.FREE]
