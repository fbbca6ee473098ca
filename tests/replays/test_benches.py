"""Replays made by a process, against a real completions server: reproducible ones, others, and every end."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Generation, LedgerEntry, Purpose, Replay, State
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.replays import receiving
from conversations.store.conversations import conversation_delete
from conversations.store.replays import replay_cancel
from conversations.store.threads import in_database
from conversations.store.turns import turn_start
from conversations.turns import lifecycle
from tests.attachments.verbs import attach
from tests.replays.verbs import asked, begun, made, ordered, replayed, row_of, runs_of, shown, written
from tests.store.verbs import new_id
from tests.turns.held import database_held
from tests.turns.house import House

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
STALL = "scenario: stall after=3"


async def said(
    house: House, person: User, text: str, files: list[UUID] | None = None, **parameters: object
) -> Generation:
    """A real reply under these parameters."""
    claim = await in_database(
        turn_start,
        person=person,
        client_id=new_id(),
        text=text,
        conversation_id=None,
        parent_id=None,
        model=None,
        system_prompt="Be brief.",
        lease=lifecycle.current().lease,
        parameters=parameters,
        attachment_ids=files or [],
    )
    live = house.generations.begin(claim)
    assert await house.state_of(live) == State.COMPLETE
    return await house.row(live)


async def test_ten_replays_with_a_seed_are_all_the_same(house: House, alice: User) -> None:
    async with house.open():
        generation = await said(house, alice, "Tell me about planets", seed=7, temperature=0.5)
        replay = await replayed(house, alice, generation, times=10)
        assert replay.state == ReplayState.COMPLETE
        view = await shown(replay)
        assert (view.report.percent, view.report.compared, view.done) == (100, 10, 10)
        assert view.report.fingerprints == "same"
        assert "never certainly" in view.meaning
        sent = [request for request in house.provider.requests() if f"replay-{replay.id}" in str(request)]
        assert [request["body"] for request in sent] == [generation.request] * 10
        assert {request["client_request_id"] for request in sent} == {
            f"replay-{replay.id}-{number}" for number in range(1, 11)
        }


async def test_without_a_seed_less_are_the_same_and_it_shows_where(house: House, alice: User) -> None:
    async with house.open():
        generation = await said(house, alice, "Tell me about planets")
        replay = await replayed(house, alice, generation, times=9)
        view = await shown(replay)
        assert 0 < view.report.percent < 100
        other = next(run for run in view.runs if run.tone == "other")
        assert other.parting is not None and other.parting.original != other.parting.replayed
        assert other.words.startswith("Differs from token ")
        assert "No seed was sent" in view.meaning


async def test_each_run_keeps_what_is_known_of_its_call(house: House, alice: User) -> None:
    async with house.open():
        generation = await said(house, alice, "Tell me about planets", seed=7)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        assert run.state == RunState.COMPLETE and run.matches
        assert run.usage == generation.usage
        entry = await in_database(LedgerEntry.objects.get, request_id=run.request_id)
        assert (entry.usd, entry.purpose) == (generation.usd_spent, Purpose.REPLAY)
        assert (entry.generation_id, entry.owner_id) == (generation.id, alice.pk)
        assert run.system_fingerprint == generation.system_fingerprint
        assert run.inference_id and run.inference_id != generation.inference_id
        assert run.duration_ms is not None and run.ended_at is not None


@pytest.mark.parametrize(("mode", "seed"), [(SeedMode.NONE, None), (SeedMode.ANOTHER, 8)])
async def test_another_seed_or_none_goes_out_when_chosen(
    house: House, alice: User, mode: SeedMode, seed: int | None
) -> None:
    async with house.open():
        generation = await said(house, alice, "Tell me about planets", seed=7)
        await replayed(house, alice, generation, times=2, mode=mode, seed=seed)
        bodies = [request["body"] for request in house.provider.requests()][-2:]
        assert [body.get("seed") for body in bodies] == [seed] * 2


async def test_a_request_for_several_replies_is_replayed_for_one(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, "scenario: tokens count=2", "w1 w2")
        await in_database(Generation.objects.update, request=generation.request | {"n": 3})
        replay = await replayed(house, alice, generation, times=1)
        assert runs_of(replay)[0].matches
        assert "n" not in house.provider.requests()[-1]["body"]


async def test_a_continued_reply_is_compared_without_what_it_continued(house: House, alice: User) -> None:
    async with house.open():
        cut = await house.say(alice, "scenario: finish reason=length count=4")
        assert await house.state_of(cut) == State.TRUNCATED
        whole = await house.go_on(alice, cut)
        await house.over(whole)
        generation = await house.row(whole)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        assert run.matches and run.text and not run.text.startswith("w1")


async def test_attached_files_go_out_again(house: House, alice: User, attachments_folder: Path) -> None:
    async with house.open():
        file = await in_database(attach, alice)
        generation = await said(house, alice, "What is this?", [file.id], seed=7)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        assert run.matches
        first, again = [request["body"] for request in house.provider.requests()][-2:]
        assert first == again and "base64" in str(again)
        assert "base64" not in str(generation.request)


async def test_a_file_that_is_gone_is_told(house: House, alice: User, attachments_folder: Path) -> None:
    async with house.open():
        file = await in_database(attach, alice)
        generation = await said(house, alice, "What is this?", [file.id])
        shutil.rmtree(attachments_folder)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        assert (run.state, run.error_kind) == (RunState.FAILED, "attachment_gone")
        assert file.name in run.error_message


async def test_three_failures_in_a_row_end_it_and_say_why(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, "scenario: quota", "Hello.")
        replay = await replayed(house, alice, generation, times=50)
        assert (replay.state, replay.reason) == (ReplayState.FAILED, "It stopped after 3 failures in a row.")
        runs = runs_of(replay)
        assert sum(run.state == RunState.FAILED for run in runs) in (3, 4), "two are made at a time"
        assert len(runs) <= 4
        view = await shown(replay)
        assert view.runs[0].words == "The site's credit is used up"
        assert view.reason.endswith("in a row. The last one: “The site's credit is used up”.")
        assert {run.words for run in view.runs[3:]} <= {view.runs[0].words, "Ended early"}
        assert view.report.compared == 0


async def test_failures_that_are_not_in_a_row_do_not(house: House, alice: User) -> None:
    async with house.open():
        prompt = f"scenario: error-in-stream times=1 count=2 key={new_id()}"
        generation = await in_database(written, alice, prompt, "w1 w2")
        replay = await replayed(house, alice, generation, times=8)
        assert replay.state == ReplayState.COMPLETE
        states = [run.state for run in runs_of(replay)]
        assert states.count(RunState.FAILED) == states.count(RunState.COMPLETE) == 4


async def test_one_that_breaks_off_keeps_what_came(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, "scenario: cut after=3", "w1 w2 w3")
        replay = await replayed(house, alice, generation, times=1)
        (run,) = runs_of(replay)
        assert (replay.state, run.state, run.text) == (ReplayState.FAILED, RunState.FAILED, "w1 w2 w3")
        view = await shown(replay)
        assert view.reason.startswith("None came to its end. The last one: ")
        assert view.runs[0].is_partial and not view.runs[0].can_fork


async def test_cancel_ends_the_running_calls_at_once_and_keeps_what_is_done(
    house: House, alice: User
) -> None:
    async with house.open():
        prompt = f"{STALL} times=1 key={new_id()} count=2"
        generation = await in_database(written, alice, prompt, "w1 w2")
        order = await begun(house, alice, generation, times=20)
        while len(runs_of(await in_database(row_of, order))) < 3:  # noqa: ASYNC110  # its rows
            await asyncio.sleep(0.02)
        await asked(house, 2)
        assert lifecycle.current().benches.cancel(order.replay_id)
        replay = await made(order)
        assert replay.state == ReplayState.CANCELLED
        states = {run.state for run in runs_of(replay)}
        assert states == {RunState.COMPLETE, RunState.STOPPED}
        stopped = [run.text for run in runs_of(replay) if run.state == RunState.STOPPED]
        assert all("w1 w2 w3".startswith(text) for text in stopped)
        assert not lifecycle.current().benches.cancel(order.replay_id), "it is over"


async def test_chats_go_on_beside_a_replay(house: House, alice: User) -> None:
    async with house.open(running_per_user=3):
        generation = await in_database(written, alice, STALL, "w1")
        order = await begun(house, alice, generation, times=5)
        await asked(house, 2)
        chat = await house.say(alice, "scenario: tokens count=2")
        assert await house.state_of(chat) == State.COMPLETE
        assert house.provider.stats()["running"] == 2
        lifecycle.current().benches.cancel(order.replay_id)
        await made(order)


async def test_where_a_person_has_two_places_one_is_left(house: House, alice: User) -> None:
    async with house.open(running_per_user=2):
        generation = await in_database(written, alice, STALL, "w1")
        order = await begun(house, alice, generation, times=5)
        await asked(house, 1)
        chat = await house.say(alice, "scenario: tokens count=2")
        assert await house.state_of(chat) == State.COMPLETE
        lifecycle.current().benches.cancel(order.replay_id)
        await made(order)


async def test_a_drain_ends_what_runs_in_time_and_interrupts_the_rest(house: House, alice: User) -> None:
    async with house.open():
        quick = await in_database(written, alice, "scenario: tokens count=30 rate=60", "w1")
        order = await begun(house, alice, quick, times=50)
        await asked(house, 2)
        await lifecycle.current().benches.drain(10)
        replay = await in_database(row_of, order)
        assert (replay.state, [run.state for run in runs_of(replay)]) == (
            ReplayState.INTERRUPTED,
            [RunState.COMPLETE] * 2,
        )


async def test_a_shutdown_interrupts_what_takes_too_long(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, STALL, "w1 w2 w3")
        order = await begun(house, alice, generation, times=50)
        await asked(house, 2)
    replay = await in_database(row_of, order)
    assert replay.state == ReplayState.INTERRUPTED and replay.reason
    assert [run.state for run in runs_of(replay)] == [RunState.INTERRUPTED] * 2


async def test_one_begun_while_the_process_ends_is_interrupted(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, STALL, "w1")
        order = await in_database(ordered, alice, generation)
        await lifecycle.current().benches.drain(0)
        lifecycle.current().benches.begin(order)
        await asyncio.sleep(0)
        replay = await made(order)
        assert replay.state == ReplayState.INTERRUPTED


async def test_a_dead_process_leaves_it_interrupted_at_the_next_start(house: House, alice: User) -> None:
    generation = await in_database(written, alice, STALL, "w1")
    order = await in_database(ordered, alice, generation)
    await in_database(Replay.objects.update, lease_expires_at=generation.created_at)
    async with house.open():
        replay = await in_database(row_of, order)
        assert replay.state == ReplayState.INTERRUPTED and replay.reason


async def test_the_sweep_ends_one_whose_lease_ran_out_and_never_its_own(
    house: House, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "SWEEP_SECONDS", 0.05)
    async with house.open(heartbeat_seconds=1000.0):
        generation = await in_database(written, alice, STALL, "w1")
        own = await begun(house, alice, generation, times=2)
        await asked(house, 2)
        other = await in_database(ordered, bob, await in_database(written, bob, STALL, "w1"))
        await in_database(Replay.objects.update, lease_expires_at=generation.created_at)
        while (await in_database(row_of, other)).running:  # noqa: ASYNC110  # its row
            await asyncio.sleep(0.02)
        assert (await in_database(row_of, own)).running
        lifecycle.current().benches.cancel(own.replay_id)
        assert (await made(own)).state == ReplayState.CANCELLED


async def test_one_that_somebody_else_ended_makes_no_further_calls(house: House, alice: User) -> None:
    async with house.open(heartbeat_seconds=0.05):
        generation = await in_database(written, alice, STALL, "w1")
        order = await begun(house, alice, generation, times=5)
        await asked(house, 2)
        await in_database(replay_cancel, person=alice, replay_id=order.replay_id)
        await asked(house, 0)
        replay = await made(order)
        assert replay.state == ReplayState.CANCELLED
        assert [run.state for run in runs_of(replay)] == [RunState.STOPPED] * 2


async def test_deleting_the_conversation_cancels_it(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, STALL, "w1")
        order = await begun(house, alice, generation, times=5)
        await asked(house, 2)
        await in_database(conversation_delete, person=alice, conversation_id=generation.conversation_id)
        await asked(house, 0)
        assert (await made(order)).state == ReplayState.CANCELLED


async def test_a_held_database_loses_no_run(house: House, alice: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, "scenario: tokens count=20 rate=60", "w1")
        order = await begun(house, alice, generation, times=2)
        await asked(house, 2)
        with database_held():
            await asked(house, 0)
        replay = await made(order)
        assert replay.state == ReplayState.COMPLETE
        assert [run.text.split()[-1] for run in runs_of(replay)] == ["w20"] * 2


@pytest.mark.parametrize(("characters", "state"), [(8, RunState.COMPLETE), (7, RunState.FAILED)])
async def test_the_text_of_a_run_is_bounded(
    house: House, alice: User, monkeypatch: pytest.MonkeyPatch, characters: int, state: RunState
) -> None:
    monkeypatch.setattr(receiving, "TEXT_CHARACTERS", characters)
    async with house.open():
        generation = await in_database(written, alice, "scenario: tokens count=3", "w1 w2 w3")
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        assert (run.state, run.text) == (state, "w1 w2 w3"[:characters])


async def test_a_person_has_one_at_a_time(house: House, alice: User, bob: User) -> None:
    async with house.open():
        generation = await in_database(written, alice, STALL, "w1")
        order = await begun(house, alice, generation)
        with pytest.raises(Refused, match="Another replay of yours is running"):
            await in_database(ordered, alice, generation)
        await begun(house, bob, await in_database(written, bob, "scenario: tokens count=1", "w1"))
        lifecycle.current().benches.cancel(order.replay_id)
        await made(order)
        await replayed(
            house, alice, await in_database(written, alice, "scenario: tokens count=1", "w1"), times=1
        )
