"""Tools that ask, and what ends a reply while its tools run: nothing is left open, nothing runs unasked."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.models import CallState, Conversation, State
from conversations.store.approvals import tool_approve_always
from conversations.store.conversations import conversation_delete
from conversations.store.threads import in_database
from conversations.turns.live import LiveGeneration
from tests.completions.upstream import answer
from tests.live.host import Host
from tests.turns import try_tools
from tests.turns.calling import answering, calling, calls_of, sent, with_tools
from tests.turns.house import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tools")]
LETTER = ("l", "letter", '{"to": "Bob"}')
HOLD = ("h", "hold", "{}")


async def in_state(house: House, live: LiveGeneration, *states: CallState) -> None:
    """Wait until the calls of the reply stand so, in their order."""
    await house.sees(live, lambda: [call.state for call in live.calls.records] == list(states))


async def waiting(house: House, alice: User, prompt: str, *names: str) -> LiveGeneration:
    """A reply whose only call waits for the person."""
    live = await house.say(alice, prompt, parameters=with_tools("letter", *names))
    await in_state(house, live, CallState.WAITING)
    return live


@pytest.mark.parametrize(("decision", "state"), [("approve", CallState.DONE), ("deny", CallState.DENIED)])
async def test_nothing_runs_before_the_person_has_said_so(
    house: House, host: Host, alice: User, decision: str, state: CallState
) -> None:
    prompt = host.will(calling(LETTER), answering("Well."))
    async with house.open(base_url=host.url):
        live = await waiting(house, alice, prompt)
        assert not try_tools.started
        (call,) = live.calls.records
        assert live.calls.decide(call.id, decision)
        assert not live.calls.decide(call.id, "approve"), "the first decision holds"
        assert await house.state_of(live) == State.COMPLETE
        assert [row.state for row in await calls_of(live)] == [state]
    assert try_tools.started["letter"] == (state == CallState.DONE)


async def test_always_is_kept_with_the_conversation_and_counts_for_that_tool_alone(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(LETTER, ("m", *LETTER[1:])), answering("1"), calling(LETTER), answering("2"))
    async with house.open(base_url=host.url):
        claim = await house.claim(alice, prompt, parameters=with_tools("letter"))
        live = house.generations.begin(claim)
        await in_state(house, live, CallState.WAITING, CallState.WAITING)
        call = live.calls.records[0]
        assert live.calls.decide(call.id, "always")
        await in_database(tool_approve_always, person=alice, call_id=call.id)
        await house.over(live)
        assert [row.state for row in await calls_of(live)] == [CallState.DONE] * 2
        later = await house.say(alice, "Another one", after=claim)
        await house.over(later)
        assert [row.state for row in await calls_of(later)] == [CallState.DONE]
        conversation = await in_database(Conversation.objects.get, pk=live.conversation_id)
    assert conversation.approved_tools == ["letter"]


async def test_an_answer_nobody_gives_is_a_no(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(LETTER), answering("Then not."))
    async with house.open(base_url=host.url, tool_approval_seconds=0.05):
        live = await house.say(alice, prompt, parameters=with_tools("letter"))
        assert await house.state_of(live) == State.COMPLETE
        (call,) = await calls_of(live)
    assert call.state == CallState.DENIED
    assert "nobody answered within 0.05 seconds" in sent(host, prompt)[1]["messages"][-1]["content"]
    assert not try_tools.started


async def test_a_reply_that_asks_gives_its_place_to_another_and_takes_one_again(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(LETTER), answering("Sent."))
    async with house.open(base_url=host.url, running_per_user=1, queue_seconds=10):
        asks = await waiting(house, alice, prompt)
        held = host.will(calling(HOLD), answering("Held."))
        other = await house.say(alice, held, parameters=with_tools("hold"))
        await in_state(house, other, CallState.RUNNING)
        asks.calls.decide(asks.calls.records[0].id, "approve")
        await house.sees(asks, lambda: asks.status.waiting == "turn")
        try_tools.release()
        assert await house.state_of(asks) == State.COMPLETE
        assert await house.state_of(other) == State.COMPLETE


async def test_the_lease_is_renewed_while_a_person_is_asked(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(LETTER), answering("Sent."))
    async with house.open(base_url=host.url, lease_seconds=0.6, heartbeat_seconds=0.1):
        live = await waiting(house, alice, prompt)
        first = (await house.row(live)).lease_expires_at
        async with asyncio.timeout(10):
            while (await house.row(live)).lease_expires_at == first:  # noqa: ASYNC110  # rows send no event
                await asyncio.sleep(0.05)
        live.calls.decide(live.calls.records[0].id, "approve")
        assert await house.state_of(live) == State.COMPLETE


@pytest.mark.database
async def test_stop_ends_what_runs_and_what_waits(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(HOLD, LETTER, text="Both."), answering("Never said."))
    async with house.open(base_url=host.url) as generations:
        live = await house.say(alice, prompt, parameters=with_tools("hold", "letter"))
        screen = house.watch(live, may_shrink=True)
        await in_state(house, live, CallState.RUNNING, CallState.WAITING)
        generations.stop(live, cursor=2)
        assert await house.state_of(live) == State.STOPPED
        await screen.task
        calls = await calls_of(live)
    assert [call.state for call in calls] == [CallState.STOPPED] * 2
    assert [call.offset for call in calls] == [2, 2], "they stand at the end of what is kept"
    assert await house.text_of(live) == "Bo"
    assert try_tools.ended["hold"] == 1 and not try_tools.started["letter"]
    assert [call.state for call in screen.tools.calls] == ["stopped"] * 2
    assert host.calls(prompt) == 1


async def test_a_drain_interrupts_calls_with_their_reply(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(HOLD), answering("Never said."))
    async with house.open(base_url=host.url) as generations:
        live = await house.say(alice, prompt, parameters=with_tools("hold"))
        await in_state(house, live, CallState.RUNNING)
        await generations.drain(0)
        assert await house.state_of(live) == State.INTERRUPTED
        assert [call.state for call in await calls_of(live)] == [CallState.INTERRUPTED]
    assert try_tools.ended["hold"] == 1


async def test_a_deletion_ends_calls_with_their_reply(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(HOLD), answering("Never said."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("hold"))
        await in_state(house, live, CallState.RUNNING)
        await in_database(conversation_delete, person=alice, conversation_id=live.conversation_id)
        await house.over(live)
        assert [call.state for call in await calls_of(live)] == [CallState.STOPPED]
    assert try_tools.ended["hold"] == 1


async def test_a_failure_of_a_later_call_to_the_model_keeps_what_the_tools_did(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(
        calling(("a", "echo", '{"text": "x"}'), text="Look:"),
        answer(400, {"message": "no more", "statusCode": 400}),
    )
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        assert await house.state_of(live) == State.FAILED
        assert [call.state for call in await calls_of(live)] == [CallState.DONE]
    assert await house.text_of(live) == "Look:"


async def test_a_reply_has_a_total_time(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(HOLD, text="Wait."), answering("Never said."))
    async with house.open(base_url=host.url, turn_seconds=0.3):
        live = await house.say(alice, prompt, parameters=with_tools("hold"))
        assert await house.state_of(live) == State.FAILED
        row = await house.row(live)
        assert [call.state for call in await calls_of(live)] == [CallState.INTERRUPTED]
    assert row.error_kind == "turn_timeout"
    assert await house.text_of(live) == "Wait."
