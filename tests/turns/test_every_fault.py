"""One fault at every place of a reply's way: it always has one end, and everything else goes on.

The house has one place for a person: whatever a fault leaves taken would hold up the next reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any

import pytest

from chatsite.accounts.models import User
from conversations.models import State
from conversations.store import threads
from conversations.store.prompts import Material
from conversations.turns import checkpoints, generations, patience, run
from conversations.turns.live import LiveGeneration
from tests.turns.faults import AtAwait, AtCall, AtStatement, Injected
from tests.turns.house import House
from tests.turns.test_whole import words

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
WORDS = 6
SCENARIO = f"scenario: tokens count={WORDS} rate=300"
ENDS = {State.COMPLETE, State.STOPPED, State.FAILED, State.INTERRUPTED}


@pytest.fixture(autouse=True)
def checkpoints_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that faults meet them too; and no long pause before an end is stored again."""
    monkeypatch.setattr(checkpoints, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(checkpoints, "TICK_SECONDS", 0.0)
    monkeypatch.setattr(patience, "RETRY_SECONDS", (0.01,))


def stop(house: House, live: LiveGeneration) -> None:
    house.generations.stop(live)


def stop_where_shown(house: House, live: LiveGeneration) -> None:
    house.generations.stop(live, cursor=live.cursor // 2)


def cancel(house: House, live: LiveGeneration) -> None:
    assert live.task is not None
    live.task.cancel()


def fail(house: House, live: LiveGeneration) -> None:
    raise Injected


def connection_lost(house: House, live: LiveGeneration) -> None:
    raise ConnectionResetError("injected")


async def one_turn(house: House, person: User) -> tuple[LiveGeneration, State]:
    """A watched turn to its end, with what must hold whatever happened to it."""
    live = await house.say(person, SCENARIO)
    for format in ("text", "html"):
        house.watch(live, format, may_shrink=True)  # type: ignore[arg-type]
    state = await house.state_of(live)
    assert state in ENDS
    assert words(WORDS).startswith(await house.text_of(live))
    for screen in house.screens[-2:]:
        await screen.left()
    return live, state


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (stop, {State.STOPPED}),
        (stop_where_shown, {State.STOPPED}),
        (cancel, {State.INTERRUPTED}),
        (fail, {State.FAILED}),
        (connection_lost, {State.FAILED, State.INTERRUPTED, State.COMPLETE}),
    ],
)
async def test_a_fault_at_every_await(
    house: House,
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[House, LiveGeneration], None],
    ends: set[State],
) -> None:
    reply = run.reply
    async with house.open(running_per_user=1, queue_seconds=2.0):
        for nth in count(1):
            tried: list[AtAwait[Any]] = []

            async def disturbed(live: LiveGeneration, material: Material, **how: Any) -> Any:
                tried.append(AtAwait(reply(live, material, **how), nth, lambda: fault(house, live)))  # noqa: B023
                return await tried[0]  # noqa: B023

            monkeypatch.setattr(generations, "reply", disturbed)
            _, state = await one_turn(house, alice)
            if tried[0].awaits < nth:
                break
            assert state in ends
        assert state == State.COMPLETE
        assert nth > 2  # the answer's head and its words, which may come all at once


def every_database_fault() -> Iterator[tuple[str, bool]]:
    for place in ("generations", "checkpoints"):
        for done in (False, True):
            yield place, done


@pytest.mark.parametrize(("place", "done"), list(every_database_fault()))
async def test_every_unit_of_work_fails_once(
    house: House, alice: User, monkeypatch: pytest.MonkeyPatch, place: str, done: bool
) -> None:
    """`done`: it is committed, and only the answer is lost."""
    module = {"generations": generations, "checkpoints": checkpoints}[place]
    real: Callable[..., Awaitable[Any]] = threads.in_database
    async with house.open(running_per_user=1, queue_seconds=2.0):
        for nth in range(1, 5):
            calls = AtCall(real, nth, done=done)
            monkeypatch.setattr(module, "in_database", calls)
            _, state = await one_turn(house, alice)
            if calls.calls < nth:
                break
            assert state == State.COMPLETE
        assert nth > 1


async def test_every_statement_fails_once(house: House, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    real = threads._run
    async with house.open(running_per_user=1, queue_seconds=2.0):
        for nth in count(1):
            statements = AtStatement(nth)
            claim = await house.claim(alice, SCENARIO)
            monkeypatch.setattr(threads, "_run", statements.around(real))
            live = house.generations.begin(claim)
            house.watch(live, "html")
            await house.over(live)
            monkeypatch.setattr(threads, "_run", real)
            assert await house.state_of(live) in ENDS
            if statements.statements < nth:
                break
        assert await house.state_of(live) == State.COMPLETE
        assert nth > 5


async def test_stop_and_two_drains_at_once_leave_one_end(house: House, alice: User) -> None:
    async with house.open(running_per_user=1) as registry:
        lives = [await house.say(alice, "scenario: stall after=3") for _ in range(3)]
        await house.sees(lives[0], lambda: bool(lives[0].text))
        for live in lives:
            house.watch(live, may_shrink=True)
            registry.stop(live)
        await asyncio.gather(registry.drain(0), registry.drain(1))
        assert [await house.state_of(live) for live in lives] == [State.STOPPED] * 3
