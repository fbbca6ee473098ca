"""The calls of a run with tools: what each costs, and what ends a run in a later round or between two."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal
from typing import Any

import pytest

from chatsite.accounts.models import User
from conversations.models import EntryState
from conversations.models.replay import ReplayState, RunState
from conversations.replays import receiving, rounds
from conversations.store.replay_runs import replay_run_next
from conversations.store.replays import replay_cancel
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from tests.completions.upstream import answer
from tests.live.host import Host, held
from tests.replays.verbs import begun, called, entries, made, replayed, runs_of, shown
from tests.turns.calling import answering, calling
from tests.turns.held import database_held
from tests.turns.house import PATIENCE, House

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tools"),
]
ECHO = ("a", "echo", '{"text": "x"}')
FAILS = answer(400, {"error": {"message": "no"}})


@pytest.mark.parametrize(("beyond", "state"), [(0, RunState.COMPLETE), (1, RunState.FAILED)])
async def test_the_calls_of_a_run_count_into_the_bound_of_its_text(
    house: House,
    host: Host,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    beyond: int,
    state: RunState,
) -> None:
    said = sum(map(len, ("Hm.", "echo", ECHO[2], "It is x.")))
    monkeypatch.setattr(receiving, "TEXT_CHARACTERS", said - beyond)
    answers = (calling(ECHO, text="Hm."), answering("It is x."))
    prompt = host.will(*answers, *answers)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
    assert (run.state, run.calls) == (state, 2)
    assert run.text.endswith("It is x."[: 8 - beyond])


async def test_every_call_of_a_run_has_an_entry_of_its_own(house: House, host: Host, alice: User) -> None:
    prompt = host.will(
        calling(ECHO, usd=0.5), answering("x", usd=0.25), calling(ECHO, usd=0.125), answering("x")
    )
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        replay = await replayed(house, alice, generation, times=1)
        (run,) = runs_of(replay)
        one, two = await entries(run)
        view = await shown(replay)
    assert run.request_ids == [one.request_id, two.request_id] == [run.request_id, f"{run.request_id}.1"]
    assert [(entry.state, entry.usd) for entry in (one, two)] == [
        (EntryState.SETTLED, Decimal("0.125")),
        (EntryState.SETTLED, Decimal("0.25")),
    ]
    assert {(entry.owner_id, entry.generation_id) for entry in (one, two)} == {(alice.pk, generation.id)}
    assert run.usage == generation.usage, "of all its calls together"
    assert view.cost == "$0.38" and "$0.38" in view.runs[0].facts


async def test_an_error_in_a_later_round_fails_the_run_and_keeps_what_came(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(ECHO), answering("It is x."), calling(ECHO, text="Hm."), FAILS)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        replay = await replayed(house, alice, generation, times=1)
        (run,) = runs_of(replay)
        states = [entry.state for entry in await entries(run)]
    assert (replay.state, run.state, run.error_kind) == (ReplayState.FAILED, RunState.FAILED, "bad_request")
    assert run.text == 'Hm.\n\n→ echo {"text": "x"}'
    assert states == [EntryState.SETTLED, EntryState.FREE]


async def test_cancel_ends_a_later_round_at_once(house: House, host: Host, alice: User) -> None:
    gate = host.gate()
    prompt = host.will(calling(ECHO), answering("It is x."), calling(ECHO), held(gate, "It"))
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        order = await begun(house, alice, generation, times=1)
        await gate.reached()
        assert lifecycle.current().benches.cancel(order.replay_id)
        replay = await made(order)
        (run,) = runs_of(replay)
        states = [entry.state for entry in await entries(run)]
        await host.closed(prompt)
    assert (replay.state, run.state, run.calls) == (ReplayState.CANCELLED, RunState.STOPPED, 2)
    assert states == [EntryState.SETTLED, EntryState.UNKNOWN]


async def test_cancel_between_two_rounds_leaves_no_call_open(
    house: House, host: Host, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry of the next call is being stored at that moment."""
    gate, storing = host.gate(), threading.Event()

    async def calls_late(peer: Any) -> None:
        await gate.passed()
        await calling(ECHO)(peer)

    def stores(**call: Any) -> bool:
        storing.set()
        return replay_run_next(**call)

    monkeypatch.setattr(rounds, "replay_run_next", stores)
    prompt = host.will(calling(ECHO), answering("It is x."), calls_late)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        order = await begun(house, alice, generation, times=1)
        await gate.reached()
        with database_held():
            gate.open()
            assert await asyncio.to_thread(storing.wait, PATIENCE)
            assert lifecycle.current().benches.cancel(order.replay_id)
            await asyncio.sleep(0)
        (run,) = runs_of(await made(order))
        states = [entry.state for entry in await entries(run)]
    assert run.state == RunState.STOPPED and host.calls(prompt) == 3
    assert states[0] == EntryState.SETTLED and set(states[1:]) <= {EntryState.FREE}


async def test_one_that_somebody_else_ended_asks_for_no_further_round(
    house: House, host: Host, alice: User
) -> None:
    gate = host.gate()

    async def calls_late(peer: Any) -> None:
        await gate.passed()
        await calling(ECHO)(peer)

    prompt = host.will(calling(ECHO), answering("It is x."), calls_late)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        order = await begun(house, alice, generation, times=3)
        await gate.reached()
        await in_database(replay_cancel, person=alice, replay_id=order.replay_id)
        gate.open()
        replay = await made(order)
        runs = runs_of(replay)
        found = [await entries(run) for run in runs]
    assert replay.state == ReplayState.CANCELLED
    assert {(run.state, run.calls) for run in runs} == {(RunState.STOPPED, 1)}
    assert all(len(one) == 1 and one[0].state == EntryState.SETTLED for one in found)
