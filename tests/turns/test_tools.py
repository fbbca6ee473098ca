"""Tools within a reply: rounds, the rows they leave, what the model is sent, and what is said again later."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chatsite.accounts.models import User
from conversations.models import CallState, State
from conversations.script import PARAGRAPH
from tests.completions.upstream import SSE_HEAD, Peer, Script, delta, events
from tests.live.host import Host
from tests.turns.calling import answering, called, calling, calls_of, sent, with_tools
from tests.turns.house import House

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tools")]
ECHO = '{"text": "x"}'


@pytest.mark.database
async def test_a_reply_calls_a_tool_and_answers_with_its_result(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(("a", "echo", ECHO), text="Let me see."), answering("It is x."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        screen = house.watch(live)
        assert await house.state_of(live) == State.COMPLETE
        await screen.task
        (call,) = await calls_of(live)
        row = await house.row(live)
    assert await house.text_of(live) == f"Let me see.{PARAGRAPH}It is x."
    assert (call.call_id, call.name, call.title, call.arguments) == ("a", "echo", "Echo", ECHO)
    assert (call.parsed, call.result, call.state) == ({"text": "x"}, "x", CallState.DONE)
    assert (call.round, call.index, call.offset) == (0, 0, len("Let me see."))
    assert call.started_at is not None and call.ended_at is not None
    first, second = sent(host, prompt)
    assert [tool["function"]["name"] for tool in first["tools"]] == ["echo"]
    assert second["tools"] == first["tools"]
    assert second["messages"] == [
        *first["messages"],
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "echo", "arguments": ECHO}}],
        },
        {"role": "tool", "content": "x", "tool_call_id": "a"},
    ]
    assert row.request == second
    assert (row.usd_spent, row.usage["total_tokens"]) == (Decimal("0.5"), 24)
    assert screen.tools is not None and screen.tools.calls[0].state == "done"


async def test_each_call_to_the_server_has_a_request_id_of_its_own(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(("a", "echo", ECHO)), calling(("b", "echo", ECHO)), answering("Done."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.over(live)
    ids = [
        request.headers["x-client-request-id"] for request in host.requests if prompt.encode() in request.body
    ]
    generation = str(live.held.generation_id)
    assert ids == [generation, f"{generation}.1", f"{generation}.2"]
    assert (await house.row(live)).request_id == generation


def all_number_zero() -> Script:
    """Two calls as Gemini's OpenAI layer sends them: whole, without ids, both with the number 0."""
    calls = [delta(tool_calls=[called(0, "", "echo", f'{{"text": "{text}"}}')]) for text in "xy"]
    body = SSE_HEAD + events(*calls, delta(finish="stop"))

    async def script(peer: Peer) -> None:
        await peer.send(body)

    return script


async def test_calls_that_a_server_does_not_tell_apart_are_all_run(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(all_number_zero(), answering("x and y."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        assert await house.state_of(live) == State.COMPLETE
        calls = await calls_of(live)
    assert [(call.result, call.state) for call in calls] == [("x", CallState.DONE), ("y", CallState.DONE)]
    results = [message for message in sent(host, prompt)[1]["messages"] if message["role"] == "tool"]
    assert [result["content"] for result in results] == ["x", "y"]
    assert len({result["tool_call_id"] for result in results}) == 2


def interleaved(*arguments: str) -> Script:
    """Calls of `echo` whose arguments come byte by byte, in turns; the id and the name come every time."""

    async def script(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        for at in range(max(map(len, arguments))):
            for index, text in enumerate(arguments):
                if at < len(text):
                    piece = called(index, f"id-{index}", "echo", text[at])
                    await peer.send(events(delta(tool_calls=[piece]), done=False))
        await peer.send(events(delta(finish="tool_calls")))

    return script


async def test_arguments_that_come_byte_by_byte_and_interleaved_are_put_together(
    house: House, host: Host, alice: User
) -> None:
    arguments = ['{"text": "Zürich 😀"}', '{"text": "two"}', '{"text": "{}[]\\\\\\""}']
    prompt = host.will(interleaved(*arguments), answering("Done."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.over(live)
        calls = await calls_of(live)
    assert [call.arguments for call in calls] == arguments
    assert [call.name for call in calls] == ["echo"] * 3
    assert [call.call_id for call in calls] == ["id-0", "id-1", "id-2"]
    assert [call.result for call in calls] == ["Zürich 😀", "two", '{}[]\\"']


async def test_calls_of_one_answer_run_at_the_same_time(house: House, host: Host, alice: User) -> None:
    wait = ("wait", '{"seconds": 0.3}')
    prompt = host.will(calling(("a", *wait), ("b", *wait), ("c", *wait)), answering("Done."))
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("wait"))
        await house.over(live)
        calls = await calls_of(live)
    starts = [call.started_at for call in calls if call.started_at]
    ends = [call.ended_at for call in calls if call.ended_at]
    assert len(starts) == len(ends) == 3
    assert max(starts) < min(ends), "they ran one after the other"
    assert [message["tool_call_id"] for message in sent(host, prompt)[1]["messages"][-3:]] == ["a", "b", "c"]


async def test_whatever_goes_wrong_with_a_call_is_a_result_for_the_model(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(
        calling(
            (None, "nothing", "{}"),
            ("same", "echo", "{oops"),
            ("same", "echo", '{"text": 5}'),
            ("d", "broken", ""),
            ("e" * 201, "wait", '{"seconds": 9}'),
            ("f", "echo", ECHO),
            ("g", "echo", ECHO),
            finish="stop",
        ),
        answering("I see."),
    )
    names = ("echo", "broken", "wait")
    async with house.open(base_url=host.url, tool_seconds=0.05, tool_calls_per_round=6):
        live = await house.say(alice, prompt, parameters=with_tools(*names))
        assert await house.state_of(live) == State.COMPLETE
        calls = await calls_of(live)
    assert [call.state for call in calls] == [
        CallState.UNKNOWN,
        CallState.BAD_ARGUMENTS,
        CallState.BAD_ARGUMENTS,
        CallState.FAILED,
        CallState.TIMED_OUT,
        CallState.DONE,
        CallState.FAILED,
    ]
    assert all(call.result.startswith("error: ") for call in calls if call.state != CallState.DONE)
    asked = sent(host, prompt)[1]["messages"][-8]["tool_calls"]
    results = sent(host, prompt)[1]["messages"][-7:]
    assert [call["id"] for call in asked] == [result["tool_call_id"] for result in results]
    assert len({call["id"] for call in asked}) == 7


async def test_after_the_last_round_the_model_must_answer(house: House, host: Host, alice: User) -> None:
    prompt = host.will(calling(("a", "echo", ECHO)), calling(("a", "echo", ECHO)), answering("Enough."))
    async with house.open(base_url=host.url, tool_rounds=2):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        assert await house.state_of(live) == State.COMPLETE
        assert len(await calls_of(live)) == 2
    choices = [body.get("tool_choice") for body in sent(host, prompt)]
    assert choices == [None, None, "none"]
    assert await house.text_of(live) == "Enough."


async def test_a_model_that_never_answers_in_words_is_told_about(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(calling(("a", "echo", ECHO)))
    async with house.open(base_url=host.url, tool_rounds=1):
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        assert await house.state_of(live) == State.FAILED
    assert (await house.row(live)).error_kind == "tool_rounds"
    assert host.calls(prompt) == 2


async def test_a_forced_call_is_forced_once(house: House, host: Host, alice: User) -> None:
    """Else the model could never come to its answer."""
    prompt = host.will(calling(("a", "echo", ECHO)), answering("Done."))
    named = {"type": "function", "function": {"name": "echo"}}
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("echo", "broken", tool_choice=named))
        await house.over(live)
    assert [body.get("tool_choice") for body in sent(host, prompt)] == [named, None]


async def test_a_tool_that_is_no_longer_offered_is_left_out_and_noted(
    house: House, host: Host, alice: User
) -> None:
    prompt = host.will(answering("Done."))
    gone = {"type": "function", "function": {"name": "gone"}}
    async with house.open(base_url=host.url):
        live = await house.say(alice, prompt, parameters=with_tools("gone", "echo", tool_choice=gone))
        alone = await house.say(alice, prompt, parameters=with_tools("gone", parallel_tool_calls=False))
        await house.over(live, alone)
    first, second = sent(host, prompt)
    bodies = sorted((first, second), key=lambda body: "tools" in body)
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & bodies[0].keys()
    assert [tool["function"]["name"] for tool in bodies[1]["tools"]] == ["echo"]
    assert "tool_choice" not in bodies[1]
    assert (await house.row(live)).ledger["missing_tools"] == ["gone"]


async def test_later_turns_say_the_calls_again(house: House, host: Host, alice: User) -> None:
    prompt = host.will(
        calling(("a", "echo", ECHO), ("b", "no such tool!", ""), text="First."),
        calling(("c", "echo", ECHO), text="Second."),
        answering("Third."),
        answering("Yes."),
    )
    async with house.open(base_url=host.url):
        claim = await house.claim(alice, prompt, parameters=with_tools("echo"))
        await house.over(house.generations.begin(claim))
        live = await house.say(alice, "And now?", after=claim)
        assert await house.state_of(live) == State.COMPLETE
        ledger = (await house.row(live)).ledger
    said = [
        (message["role"], message.get("content"), [call["id"] for call in message.get("tool_calls", [])])
        for message in sent(host, prompt)[3]["messages"]
    ]
    assert said[1:3] == [("assistant", "First.", ["a", "b"]), ("tool", "x", [])]
    assert said[3][1].startswith("error: there is no function")
    assert said[4:] == [
        ("assistant", "Second.", ["c"]),
        ("tool", "x", []),
        ("assistant", "Third.", []),
        ("user", "And now?", []),
    ]
    names = [call["function"] for call in sent(host, prompt)[3]["messages"][1]["tool_calls"]]
    assert names[1] == {"name": "no_such_tool_", "arguments": "{}"}
    assert [line[1] for line in ledger["lines"]] == ["tools", "user", "assistant", "user"]


async def test_a_continued_reply_goes_on_from_its_calls(house: House, host: Host, alice: User) -> None:
    gate = host.gate()

    async def cut(peer: Peer) -> None:
        await peer.send(SSE_HEAD + events(delta(content="It is"), done=False))
        await gate.passed()

    prompt = host.will(calling(("a", "echo", ECHO)), cut, answering(" x."))
    async with house.open(base_url=host.url) as generations:
        live = await house.say(alice, prompt, parameters=with_tools("echo"))
        await house.sees(live, lambda: live.text == "It is")
        generations.stop(live)
        await house.over(live)
        longer = await house.go_on(alice, live)
        screen = house.watch(longer)
        assert await house.state_of(longer) == State.COMPLETE
        await screen.task
    gate.open()
    assert await house.text_of(longer) == "It is x."
    roles = [message["role"] for message in sent(host, prompt)[2]["messages"]]
    assert roles == ["user", "assistant", "tool", "assistant", "user"]
