"""Short verbs for tests of replays.

generation = written(alice, "scenario: tokens count=3", "w1 w2 w3")     a reply that is only rows
order = ordered(alice, generation, times=4)                             a replay that is only rows
replay = await replayed(house, alice, generation, times=4)              made, to its end
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from chatsite.accounts.models import User
from conversations.models import Generation, LedgerEntry, Message, Replay, ReplayRun, State
from conversations.models.replay import SeedMode
from conversations.store.originals import Choices
from conversations.store.replays import Order, replay_start
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from conversations.views.replay_views import ReplayView, replay_view
from tests.store.verbs import end, generation_of, start
from tests.turns.calling import with_tools
from tests.turns.house import PATIENCE, House

MODEL = "gpt-4-1106-preview"


def written(
    person: User,
    prompt: str,
    text: str,
    *,
    state: State = State.COMPLETE,
    seed: int | None = None,
    **facts: Any,
) -> Generation:
    """A reply whose stored request is this prompt."""
    claim = start(person, prompt)
    request: dict[str, Any] = {
        "model": MODEL,
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if seed is not None:
        request["seed"] = seed
    end(claim, text, state, **({"request": request, "finish_reason": "stop"} | facts))
    Message.objects.filter(pk=claim.reply_id).update(blocks=None)  # rendered when it is read
    return generation_of(claim)


async def called(
    house: House, person: User, prompt: str, *tools: str, state: State = State.COMPLETE, **parameters: Any
) -> Generation:
    """A real reply that may use these tools, ended in this state."""
    live = await house.say(person, prompt, parameters=with_tools(*(tools or ("echo",)), **parameters))
    assert await house.state_of(live) == state
    return await house.row(live)


def ordered(
    person: User,
    generation: Generation,
    *,
    times: int = 3,
    mode: SeedMode = SeedMode.STORED,
    seed: int | None = None,
    client_id: str = "",
) -> Order:
    return replay_start(
        person=person,
        conversation_id=generation.conversation_id,
        message_id=generation.message_id,
        client_id=client_id or uuid.uuid4().hex,
        choices=Choices(times, mode, seed),
        lease_seconds=20,
    )


async def begun(house: House, person: User, generation: Generation, **chosen: Any) -> Order:
    """A replay that is being made."""
    order = await in_database(ordered, person, generation, **chosen)
    lifecycle.current().benches.begin(order)
    await asyncio.sleep(0)
    return order


async def made(order: Order) -> Replay:
    """Wait for the end of a replay; it comes with its runs."""
    name = f"replay {order.replay_id}"
    tasks = [task for task in asyncio.all_tasks() if task.get_name() == name]
    if tasks:
        await asyncio.wait(tasks, timeout=PATIENCE)
    return await in_database(row_of, order)


async def entries(run: ReplayRun) -> list[LedgerEntry]:
    """Of the calls of a run, in their order."""
    found = LedgerEntry.objects.filter(request_id__startswith=run.request_id).order_by("request_id")
    return await in_database(list, found)


async def shown(replay: Replay) -> ReplayView:
    return await in_database(replay_view, replay)


async def replayed(house: House, person: User, generation: Generation, **chosen: Any) -> Replay:
    return await made(await begun(house, person, generation, **chosen))


def row_of(order: Order) -> Replay:
    found = Replay.objects.select_related("generation__message__continues").prefetch_related("runs")
    return found.get(pk=order.replay_id)


def runs_of(replay: Replay) -> list[ReplayRun]:
    return list(replay.runs.all())


async def asked(house: House, count: int) -> None:
    """Wait until the provider answers so many requests at this moment."""
    async with asyncio.timeout(PATIENCE):
        while (await asyncio.to_thread(house.provider.stats))["running"] != count:  # noqa: ASYNC110  # its count
            await asyncio.sleep(0.02)
