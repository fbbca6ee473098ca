"""Forks of runs that called tools: replies with recorded calls, to be gone on from and replayed again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import CallState, Generation, Message, ReplayRun, State, ToolCall
from conversations.replays.forking import fork
from conversations.store.claims import Claim
from conversations.store.threads import in_database
from conversations.store.tool_calls import tool_calls_of
from conversations.store.turns import turn_start
from conversations.turns import lifecycle
from conversations.views.endings import card_of
from conversations.views.timeline import timeline_of
from tests.live.host import Host, held
from tests.replays.verbs import called, replayed, runs_of
from tests.store.verbs import new_id
from tests.turns import try_tools
from tests.turns.calling import answering, calling, sent, with_tools
from tests.turns.house import House

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tools"),
]
ECHO = ("a", "echo", '{"text": "x"}')


async def forked(person: User, run: ReplayRun) -> Generation:
    """The reply that is made of a run."""

    def make() -> Generation:
        made = ReplayRun.objects.select_related("replay__generation__message__continues").get(pk=run.pk)
        message_id = fork(person=person, run=made)
        return Generation.objects.select_related("message", "conversation").get(message_id=message_id)

    return await in_database(make)


async def calls_of(generation: Generation) -> list[ToolCall]:
    return await in_database(list, generation.tool_calls.order_by("round", "index"))


async def goes_on(house: House, person: User, reply: Generation, text: str) -> Generation:
    """The reply to a message below this one."""

    def claim() -> Claim:
        return turn_start(
            person=person,
            client_id=new_id(),
            text=text,
            conversation_id=reply.conversation_id,
            parent_id=reply.message_id,
            model=None,
            system_prompt=None,
            lease=lifecycle.current().lease,
        )

    live = house.generations.begin(await in_database(claim))
    assert await house.state_of(live) == State.COMPLETE
    return await house.row(live)


async def test_a_fork_has_the_recorded_calls_and_the_chat_goes_on_from_it(
    house: House, host: Host, alice: User
) -> None:
    both = (ECHO, ("b", "broken", "{}"))
    again = (("m", "echo", '{"text":"x"}'), ("n", "broken", "{}"))
    prompt = host.will(
        *(calling(*both, text="Let me see."), calling(("c", *ECHO[1:])), answering("It is x.")),
        *(calling(*again, text="I'll see."), calling(("o", *ECHO[1:])), answering("So x it is.")),
        answering("Well."),
    )
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, "echo", "broken")
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        made = await forked(alice, run)
        copies, rows = await calls_of(made), await calls_of(generation)
        await goes_on(house, alice, made, "And now?")
        records = await in_database(tool_calls_of, [made.message])
    assert made.message.content == "I'll see.\n\nSo x it is."
    assert (made.state, made.usd_spent, made.request_id) == (State.COMPLETE, None, run.request_id)
    assert [(call.round, call.index, call.offset) for call in copies] == [(0, 0, 9), (0, 1, 9), (1, 0, 9)]
    assert [(call.call_id, call.name, call.result, call.state) for call in copies] == [
        (call.call_id, call.name, call.result, call.state) for call in rows
    ]
    assert copies[0].arguments == '{"text":"x"}' and copies[1].state == CallState.FAILED
    assert all(call.recorded and call.started_at is None for call in copies)
    assert not any(call.recorded for call in rows) and len(rows) == 3
    bodies = sent(host, prompt)
    assert made.request == bodies[5], "the last request of the run"
    said = [message["role"] for message in bodies[6]["messages"]]
    assert said == ["user", "assistant", "tool", "tool", "assistant", "tool", "assistant", "user"]
    timeline = timeline_of(records[made.message_id], made.request)
    assert timeline is not None and timeline.recorded
    words = [call.words for round_ in timeline.rounds for call in round_.calls]
    assert words == ["recorded: done", "recorded: failed", "recorded: done"]


async def test_a_fork_of_a_run_that_asked_for_other_calls_says_so(
    house: House, host: Host, alice: User
) -> None:
    asks = calling(("b", "echo", '{"text": "y"}'), text="Hm.")
    prompt = host.will(calling(ECHO, text="Hm."), answering("It is x."), asks, asks, answering("Well."))
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, "echo")
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        made = await forked(alice, run)
        assert not await calls_of(made)
        (second,) = runs_of(await replayed(house, alice, made, times=1))
        await goes_on(house, alice, made, "And now?")
    assert made.message.content == "Hm."
    card = card_of(made.message, made)
    assert card is not None and card.title == "The model asked for a function"
    assert "made from a replay" in card.text
    assert second.matches, "as far as the fork goes"


async def test_a_fork_without_a_word_is_a_reply_all_the_same(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(ECHO), answering("It is x."), calling(("b", "echo", "{}")), answering("Well."))
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, "echo")
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        made = await forked(alice, run)
        await goes_on(house, alice, made, "And now?")
    assert (made.message.content, made.finish_reason) == ("", "tool_calls")
    assert card_of(made.message, made) is not None


async def test_a_fork_can_be_replayed_with_the_same_results(house: House, host: Host, alice: User) -> None:
    rounds = (calling(ECHO), answering("It is x."))
    prompt = host.will(*rounds, *rounds, *rounds)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, "echo")
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
        made = await forked(alice, run)
        replay = await replayed(house, alice, made, times=1)
        (second,) = runs_of(replay)
        again = await forked(alice, second)
        assert all(call.recorded for call in await calls_of(again))
    assert second.matches and try_tools.started["echo"] == 1
    assert sent(host, prompt)[4:] == sent(host, prompt)[:2]


async def test_a_fork_of_a_continuation_keeps_what_it_continues(
    house: House, host: Host, alice: User
) -> None:
    gate = host.gate()
    rounds = (calling(ECHO, text=" two"), answering("three."))
    prompt = host.will(held(gate, "One"), *rounds, *rounds)
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.sees(live, lambda: live.text == "One")
        house.generations.stop(live)
        await house.over(live)
        longer = await house.go_on(alice, live)
        assert await house.state_of(longer) == State.COMPLETE
        (run,) = runs_of(await replayed(house, alice, await house.row(longer), times=1))
        made = await forked(alice, run)
        (call,) = await calls_of(made)
    assert run.matches and run.text == ' two\n\n→ echo {"text": "x"}\n\nthree.'
    assert made.message.content == "One two\n\nthree." and call.offset == len("One two")


async def test_a_stopped_reply_with_tools_forks_into_a_whole_one(
    house: House, host: Host, alice: User
) -> None:
    gate = host.gate()
    prompt = host.will(calling(ECHO), held(gate, "It"), calling(ECHO), answering("It is x."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.sees(live, lambda: live.text == "It")
        house.generations.stop(live)
        await house.over(live)
        (run,) = runs_of(await replayed(house, alice, await house.row(live), times=1))
        made = await forked(alice, run)
        (call,) = await calls_of(made)
    assert (made.state, made.message.content, call.result) == (State.COMPLETE, "It is x.", "x")


async def test_the_page_shows_recorded_calls(
    house: House, host: Host, alice: User, alice_client: Client
) -> None:
    rounds = (calling(ECHO), answering("It is x."))
    prompt = host.will(*rounds, *rounds)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, "echo")
        replay = await replayed(house, alice, generation, times=1)
        await forked(alice, runs_of(replay)[0])

    def page(address: str) -> str:
        return alice_client.get(address).content.decode()

    conversation = f"/c/{generation.conversation_id}"
    shown = await in_database(page, conversation)
    assert "recorded: done" in shown and "no tool was run for them" in shown
    replays = await in_database(page, f"{conversation}/messages/{generation.message_id}/replays")
    for words in ("No tool is run:", "echo; called in 1 round", "2 rounds", "100 %", "→ echo"):
        assert words in replays
    made: Any = await in_database(Message.objects.latest, "created_at")
    details = await in_database(page, f"{conversation}/messages/{made.id}/details")
    assert "round 1: echo (recorded: done)" in details
