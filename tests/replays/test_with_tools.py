"""Replays of replies that called tools: recorded results, no tool run again, and where a run asks for others.

The scripts of a host come one after the other: first those of the reply, then those of its runs, which are
made one at a time where there are several.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from chatsite.accounts.models import User
from conversations.models import CallState, State
from conversations.models.replay import ReplayState, RunState, SeedMode
from conversations.store.threads import in_database
from conversations.store.turns import turn_start
from conversations.turns import lifecycle
from tests.attachments.verbs import attach
from tests.completions.upstream import Script
from tests.live.host import Host
from tests.replays.verbs import called, replayed, runs_of, shown
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


def text_of(body: dict[str, Any]) -> str:
    """To the byte, but for the order of keys where the database has one of its own."""
    return json.dumps(body, ensure_ascii=False, sort_keys=connection.vendor != "sqlite")


async def test_ten_replays_with_a_seed_are_all_the_same_and_run_no_tool(house: House, alice: User) -> None:
    async with house.open():
        prompt = 'echo {"text": "Zürich"} {"text": "two"} {"text": "three"}'
        generation = await called(house, alice, prompt, seed=7)
        assert try_tools.started["echo"] == 3
        first, second = [request["body"] for request in house.provider.requests()[-2:]]
        replay = await replayed(house, alice, generation, times=10)
        view = await shown(replay)
        requests = house.provider.requests()
    assert replay.state == ReplayState.COMPLETE
    assert (view.report.percent, view.report.compared) == (100, 10)
    assert try_tools.started["echo"] == 3, "a tool was run by a replay"
    assert len(requests) == 20
    by_id = {request["client_request_id"]: request["body"] for request in requests}
    for number in range(1, 11):
        run_id = f"replay-{replay.id}-{number}"
        assert text_of(by_id[run_id]) == text_of(first)
        assert text_of(by_id[f"{run_id}.1"]) == text_of(second)
    assert all(run.calls == 2 and run.rounds for run in runs_of(replay))


@pytest.mark.parametrize(("seed", "percent"), [(7, 100), (None, 0)])
async def test_arguments_that_vary_without_a_seed(
    house: House, alice: User, seed: int | None, percent: int
) -> None:
    async with house.open():
        generation = await called(
            house, alice, "scenario: tool-varied count=3", **({"seed": seed} if seed else {})
        )
        view = await shown(await replayed(house, alice, generation, times=3))
    assert (view.report.percent, view.report.compared) == (percent, 3)
    partings = [run.parting for run in view.runs if run.parting]
    assert len(partings) == (0 if seed else 3)
    assert all(parting.before.startswith('→ echo {"text": "') for parting in partings)


async def test_without_a_seed_it_shows_where_words_and_arguments_differ(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(
        *(calling(ECHO, text="Let me see."), answering("It is x.")),
        *(calling(("b", "echo", '{ "text": "x" }'), text="Let me see."), answering("It is x.")),
        *(calling(ECHO, text="Let us see."), answering("It is x.")),
        calling(("c", "echo", '{"text": "y"}'), text="Let me see."),
        *(calling(ECHO, text="Let me see."), answering("It is y.")),
        *(calling(ECHO, text="Let me see."), answering("It is x.")),
    )
    async with house.open(base_url=host.url, running_per_user=2):
        generation = await called(house, alice, prompt)
        replay = await replayed(house, alice, generation, times=5)
        view = await shown(replay)
    assert (view.report.matching, view.report.compared) == (1, 5)
    assert [run.tone for run in view.runs] == ["other"] * 4 + ["same"]
    partings = [(run.parting.original, run.parting.replayed) for run in view.runs[:4]]
    assert partings[0] == ('"text": "x"}\n\nIt is x.', ' "text": "x" }\n\nIt is x.')
    assert partings[1][1].startswith("us see.")
    assert partings[2] == ('x"}\n\nIt is x.', 'y"}')
    assert partings[3] == ("x.", "y.")
    assert view.runs[2].words == "Asked for other tools than the original"
    assert any(fact.startswith("differs from token") for fact in view.runs[2].facts)
    bodies = sent(host, prompt)
    assert bodies[3] == bodies[1], "the recorded call stands for one whose JSON means the same"
    assert bodies[5]["messages"][1]["content"] == "Let us see.", "what the run itself said goes up"
    assert try_tools.started["echo"] == 1


OTHERS: dict[str, Script] = {
    "another name": calling(("a", "wait", ECHO[2])),
    "another order": calling(("b", "echo", '{"text": "2"}'), ECHO),
    "one more": calling(ECHO, ("b", "echo", '{"text": "2"}'), ("c", "echo", '{"text": "3"}')),
    "one less": calling(ECHO),
    "no JSON": calling(ECHO, ("b", "echo", '{"text": "2"')),
}


@pytest.mark.parametrize("other", OTHERS)
async def test_other_calls_end_a_run(house: House, host: Host, alice: User, other: str) -> None:
    prompt = host.will(calling(ECHO, ("b", "echo", '{"text": "2"}')), answering("Both."), OTHERS[other])
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
    assert (run.state, run.matches, run.calls) == (RunState.COMPLETE, False, 1)
    assert run.finish_reason == "tool_calls" and run.diverges_at is not None
    assert host.calls(prompt) == 3


async def test_words_in_the_place_of_calls_and_calls_in_that_of_words(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(
        *(calling(ECHO), answering("It is x.")),
        answering("I know it: x."),
        *(calling(ECHO), calling(("b", *ECHO[1:]), finish="stop")),
    )
    async with house.open(base_url=host.url, running_per_user=2):
        generation = await called(house, alice, prompt)
        replay = await replayed(house, alice, generation, times=2)
        view = await shown(replay)
    words, calls = runs_of(replay)
    assert (words.state, words.matches, words.text) == (RunState.COMPLETE, False, "I know it: x.")
    assert words.rounds is None and view.runs[0].words == "Differs from token 1 on"
    line = '→ echo {"text": "x"}'
    assert (calls.state, calls.calls, calls.text) == (RunState.COMPLETE, 2, f"{line}\n\n{line}")
    assert view.runs[1].words == "Asked for other tools than the original"
    assert "2 rounds" in view.runs[1].facts


async def test_results_of_calls_that_went_wrong_are_given_again(
    house: House, host: Host, alice: User
) -> None:
    wrong = calling(("a", "no such tool!", "{}"), ("b", "broken", ""), ("c", "letter", '{"to": "Bob"}'))
    prompt = host.will(wrong, answering("I see."), wrong, answering("I see."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("broken", "letter"))
        await house.sees(live, lambda: bool(live.calls.in_state(CallState.WAITING)))
        assert live.calls.decide(live.calls.in_state(CallState.WAITING)[0].id, "deny")
        assert await house.state_of(live) == State.COMPLETE
        generation = await house.row(live)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
    assert run.matches and run.calls == 2
    first, second, *again = sent(host, prompt)
    assert again == [first, second]
    told = [message["content"] for message in again[1]["messages"][-3:]]
    assert all(result.startswith("error: ") for result in told) and not try_tools.started["letter"]


async def test_a_forced_call_is_forced_again_and_the_last_round_forbids_any(
    house: House, host: Host, alice: User
) -> None:
    rounds = (calling(ECHO, text="One."), calling(("b", *ECHO[1:])), answering("Enough."))
    prompt = host.will(*rounds, *rounds)
    named = {"type": "function", "function": {"name": "echo"}}
    async with house.open(base_url=host.url, tool_rounds=2):
        generation = await called(house, alice, prompt, tool_choice=named)
        (run,) = runs_of(await replayed(house, alice, generation, times=1))
    assert run.matches and run.calls == 3
    bodies = sent(host, prompt)
    assert [body.get("tool_choice") for body in bodies] == [named, None, "none"] * 2
    assert [text_of(body) for body in bodies[3:]] == [text_of(body) for body in bodies[:3]]


async def test_a_choice_that_stays_goes_out_in_every_round(house: House, host: Host, alice: User) -> None:
    rounds = (calling(ECHO), answering("Done."))
    prompt = host.will(*rounds, *rounds)
    async with house.open(base_url=host.url):
        generation = await called(house, alice, prompt, tool_choice="auto")
        (run,) = runs_of(await replayed(house, alice, generation, times=1, mode=SeedMode.ANOTHER, seed=9))
    assert run.matches
    assert [body["tool_choice"] for body in sent(host, prompt)] == ["auto"] * 4
    assert [body.get("seed") for body in sent(host, prompt)] == [None, None, 9, 9]


async def test_attached_files_go_out_again_in_every_round(
    house: House, alice: User, attachments_folder: Path
) -> None:
    async with house.open():
        file = await in_database(attach, alice)
        claim = await in_database(
            turn_start,
            person=alice,
            client_id=new_id(),
            text='What is this? echo {"text": "x"}',
            conversation_id=None,
            parent_id=None,
            model=None,
            system_prompt=None,
            lease=lifecycle.current().lease,
            parameters=with_tools("echo", seed=7),
            attachment_ids=[file.id],
        )
        live = house.generations.begin(claim)
        assert await house.state_of(live) == State.COMPLETE
        (run,) = runs_of(await replayed(house, alice, await house.row(live), times=1))
        bodies = [text_of(request["body"]) for request in house.provider.requests()[-4:]]
    assert run.matches and run.calls == 2
    assert bodies[2:] == bodies[:2] and all("base64" in body for body in bodies)
