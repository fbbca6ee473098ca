"""Replays of replies that were stopped, failed or broke off: compared as far as the original goes."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import EntryState, Generation, LedgerEntry, State, ToolCall
from conversations.models.replay import RunState
from conversations.script import Asked, Said, Turn
from conversations.store.generations import generation_interrupt_all
from conversations.store.originals import original_of
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from conversations.views.replay_views import ReplayView, replay_view
from tests.completions.upstream import SSE_HEAD, Peer, Script, answer, delta, events
from tests.live.host import Host, held, passes, says
from tests.replays.verbs import ordered, replayed, runs_of, written
from tests.store.verbs import new_id
from tests.turns import try_tools
from tests.turns.calling import answering, calling, with_tools
from tests.turns.house import House

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tools"),
]
HOLD = ("h", "hold", "{}")
FAILS = answer(400, {"error": {"message": "no"}})


async def stopped(house: House, live: LiveGeneration) -> Generation:
    house.generations.stop(live)
    assert await house.state_of(live) == State.STOPPED
    return await house.row(live)


async def report(house: House, person: User, generation: Generation, times: int) -> ReplayView:
    replay = await replayed(house, person, generation, times=times)
    assert {run.state for run in runs_of(replay)} == {RunState.COMPLETE}
    return await in_database(replay_view, replay)


async def test_one_stopped_in_its_text(house: House, host: Host, alice: User) -> None:
    gate = host.gate()
    prompt = host.will(held(gate, "One two"), says("One two three."), says("One two"), says("One, two"))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt)
        await house.sees(live, lambda: live.text == "One two")
        view = await report(house, alice, await stopped(house, live), times=3)
    assert (view.report.matching, view.report.compared, view.report.largest) == (2, 3, 1)
    assert [run.words for run in view.runs] == [
        "The same as far as the original goes",
        "The same as far as the original goes",
        "Differs from token 2 on",
    ]
    assert view.runs[0].is_longer and view.runs[0].parting is None
    assert view.found.startswith("2 of 3 replays are the same as the original, as far as that goes;")
    assert sorted(run.variant for run in view.runs) == ["A", "B", "C"]


async def test_one_stopped_while_its_tools_ran(house: House, host: Host, alice: User) -> None:
    """There are no results of calls which never ended: a run ends where the original did."""
    asks = calling(HOLD, ("i", "hold", '{"name": "i"}'), text="A moment.")
    prompt = host.will(asks, asks, calling(HOLD, text="A moment."))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt, parameters=with_tools("hold"))
        while try_tools.started["hold"] < 2:  # noqa: ASYNC110  # the tools of this process
            await asyncio.sleep(0.01)
        view = await report(house, alice, await stopped(house, live), times=2)
    assert [run.words for run in view.runs] == [
        "The same as far as the original goes",
        "Asked for other tools than the original",
    ]
    assert host.calls(prompt) == 3 and try_tools.started["hold"] == 2


async def test_one_stopped_in_the_text_after_its_tools(house: House, host: Host, alice: User) -> None:
    gate = host.gate()
    echo = calling(("a", "echo", '{"text": "x"}'), text="Well.")
    prompt = host.will(echo, held(gate, "It is"), echo, answering("It is x."), echo, answering("So it is."))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.sees(live, lambda: live.text.endswith("It is"))
        view = await report(house, alice, await stopped(house, live), times=2)
    assert [run.tone for run in view.runs] == ["same", "other"]
    assert try_tools.started["echo"] == 1


async def test_one_that_broke_off(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, f"scenario: cut after=3 times=1 count=6 key={new_id()}")
        assert await house.state_of(live) == State.INTERRUPTED
        view = await report(house, alice, await house.row(live), times=1)
        assert await house.text_of(live) == "w1 w2 w3"
    assert (view.report.percent, view.found) == (
        100,
        "The replay is the same as the original, as far as that goes.",
    )


async def test_one_that_failed_before_its_first_word_is_compared_with_nothing(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(FAILS, says("One."), says("Two."), says("One."))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt)
        assert await house.state_of(live) == State.FAILED
        view = await report(house, alice, await house.row(live), times=3)
    assert (view.report.compared, view.report.matching, view.report.largest) == (3, 0, 2)
    assert [run.variant for run in view.runs] == ["A", "B", "A"]
    assert {run.tone for run in view.runs} == {"whole"} and view.runs[0].words == "Came to its end"
    assert view.found == (
        "The original has no text to compare with. Of 3 replays the largest group with one and the same text"
        " has 2."
    )
    assert "No seed was sent" in view.meaning


async def test_one_whose_process_died(house: House, host: Host, alice: User) -> None:
    claim = await in_database(written_halfway, alice, host.will(says("One two three.")))
    async with house.open(base_url=host.url):
        view = await report(house, alice, claim, times=1)
    assert view.runs[0].words == "The same as far as the original goes"


def written_halfway(person: User, prompt: str) -> Generation:
    """A reply of a process that died while it was written."""
    generation = written(person, prompt, "One two", state=State.RUNNING)
    assert generation_interrupt_all() == 1
    LedgerEntry.objects.filter(generation=generation).update(state=EntryState.UNKNOWN)
    generation.refresh_from_db()
    assert generation.state == State.INTERRUPTED
    return generation


async def test_calls_that_were_stored_before_the_request_that_follows_them(alice: User) -> None:
    """A process dies within the half second between the two: what came later cannot be reached again."""

    def made() -> Said:
        generation = written(alice, "Hi", "One.\n\nTwo.\n\nThree.", state=State.STOPPED)
        for number, offset in enumerate((4, 10)):
            ToolCall.objects.create(
                generation=generation, round=number, index=0, call_id=str(number), name="echo", offset=offset
            )
        return original_of(generation).said

    assert (await in_database(made)).turns == (Turn("One.", (Asked("echo", ""),)),)


async def test_one_that_this_site_refused_to_send_cannot_be_replayed(house: House, alice: User) -> None:
    parameters = {"response_format": {"type": "json_object"}}
    async with house.open():
        live = await house.say(alice, "Hello", parameters=parameters)
        assert await house.state_of(live) == State.FAILED
        generation = await house.row(live)
        assert generation.request
        with pytest.raises(Refused, match="never sent to the model"):
            await in_database(ordered, alice, generation)


async def test_one_that_ended_with_calls_that_nobody_ran(house: House, host: Host, alice: User) -> None:
    """They are not stored with the reply, so that a run with the same ones is as good as any."""
    asks = calling(("a", "echo", "{}"), text="Let me see.")
    prompt = host.will(asks, asks, calling(("a", "echo", "{}"), text="Let us see."))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt)
        assert await house.state_of(live) == State.COMPLETE
        view = await report(house, alice, await house.row(live), times=2)
    assert [run.tone for run in view.runs] == ["same", "other"]


async def test_one_stopped_before_its_first_word(house: House, host: Host, alice: User) -> None:
    gate = host.gate()

    async def silent(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        await passes(peer, gate)

    prompt = host.will(silent, says("One."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt)
        await gate.reached()
        view = await report(house, alice, await stopped(house, live), times=1)
    assert view.found == "The original has no text to compare with. The replay came to its end."
    assert view.meaning == ""


def refuses(text: str) -> Script:
    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD + events(delta(refusal=text), delta(finish="stop")))

    return script


async def test_a_refusal_that_was_stopped(house: House, host: Host, alice: User) -> None:
    gate = host.gate()

    async def begins(peer: Peer) -> None:
        await peer.send(SSE_HEAD + events(delta(refusal="I can"), done=False))
        await passes(peer, gate)

    prompt = host.will(begins, refuses("I cannot."), refuses("No."))
    async with house.open(base_url=host.url, running_per_user=2):
        live = await house.say(alice, prompt)
        await house.sees(live, lambda: live.refusal == "I can")
        view = await report(house, alice, await stopped(house, live), times=2)
    assert [run.tone for run in view.runs] == ["same", "other"]
