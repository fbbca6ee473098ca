"""A round of calls: all at once, a result for each whatever happens, and an end when it is told to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence

import pytest

from conversations.tools import (
    Asked,
    BadArguments,
    Budget,
    Call,
    CallLimits,
    CallState,
    Decision,
    Tool,
    ToolContext,
    ToolFailed,
    run_calls,
    tool,
)

CONTEXT = ToolContext(person_id=1, conversation_id=uuid.uuid4(), message_id=uuid.uuid4())
LIMITS = CallLimits(seconds=30, calls=16, characters=1_000)


def asked(*names: str, arguments: str = "{}") -> list[Asked]:
    return [Asked(index, f"call_{index}", name, arguments) for index, name in enumerate(names)]


class Round:
    """One round with what it told on the way."""

    def __init__(self, *tools: Tool, limits: CallLimits = LIMITS, budget: Budget | None = None) -> None:
        self.tools = {each.name: each for each in tools}
        self.limits = limits
        self.budget = budget or Budget(120)
        self.told: list[Call] = []
        self.decisions: dict[int, Decision] = {}
        self.asked_people: list[Call] = []

    async def changed(self, call: Call) -> None:
        self.told.append(call)

    async def decide(self, call: Call, tool: Tool) -> Decision:
        self.asked_people.append(call)
        return self.decisions[call.asked.index]

    async def run(
        self, calls: Sequence[Asked], *, changed: Callable[[Call], Awaitable[None]] | None = None
    ) -> list[Call]:
        return await run_calls(
            calls,
            tools=self.tools,
            context=CONTEXT,
            limits=self.limits,
            budget=self.budget,
            decide=self.decide,
            changed=changed or self.changed,
        )

    def states(self, index: int) -> list[CallState]:
        return [call.state for call in self.told if call.asked.index == index]


@tool(title="Echo")
async def echo(text: str = "nothing") -> str:
    """Say it again."""
    return text


@tool(title="Echo, if allowed", asks=True)
async def asking(text: str) -> str:
    """Say it again, when a person agrees."""
    return text


@tool(title="For ever", seconds=0.05)
async def for_ever() -> str:
    """Never come back."""
    await asyncio.Event().wait()
    return ""


@tool(title="Broken")
async def broken() -> str:
    """Fail by a fault of its own."""
    raise RuntimeError("secret detail")


@tool(title="Leaves")
async def leaves() -> str:
    """End the program, or so it thinks."""
    raise SystemExit(3)


@tool(title="Cancels")
async def cancels() -> str:
    """Be cancelled by something of its own."""
    raise asyncio.CancelledError


@tool(title="Its own time-out")
async def gives_up() -> str:
    """Fail by a time-out inside it."""
    raise TimeoutError("somebody else's")


@tool(title="Cannot")
async def cannot() -> str:
    """Say why it cannot."""
    raise ToolFailed("the cupboard is bare")


@tool(title="Picky")
async def picky(text: str) -> str:
    """Find out late that the arguments are wrong."""
    raise BadArguments(f"{text} is not the word")


TOOLS = (echo, picky, cannot, broken, gives_up, leaves, cancels, for_ever)


async def test_calls_run_at_the_same_time_and_results_keep_the_order_asked() -> None:
    """Each waits until all three are running: one after the other they would never end."""
    everybody = asyncio.Barrier(3)
    last_first = [asyncio.Event() for _ in range(3)]
    last_first[2].set()

    @tool(title="Together")
    async def together(number: int) -> str:
        """Wait for the others, then end after the one asked later."""
        await everybody.wait()
        await last_first[number].wait()
        if number:
            last_first[number - 1].set()
        return f"result {number}"

    calls = [Asked(n, f"c{n}", "together", f'{{"number": {n}}}') for n in range(3)]
    ended = await Round(together).run(calls)
    assert [call.result for call in ended] == ["result 0", "result 1", "result 2"]
    starts, ends = [call.started_at for call in ended], [call.ended_at for call in ended]
    assert max(start for start in starts if start) <= min(end for end in ends if end)


async def test_a_call_is_told_before_it_runs_and_when_it_has_ended() -> None:
    told: list[str] = []

    @tool(title="Noisy")
    async def noisy() -> str:
        """Say when it runs."""
        told.append("run")
        return "ok"

    async def changed(call: Call) -> None:
        await asyncio.sleep(0)  # storing takes a while, and the tool waits for it
        told.append(call.state)

    await Round(noisy).run(asked("noisy"), changed=changed)
    assert told == ["running", "run", "done"]


@pytest.mark.parametrize(
    ("name", "arguments", "state", "words"),
    [
        ("nothing", "{}", CallState.UNKNOWN, "there is no function “nothing”"),
        ("echo", "{", CallState.BAD_ARGUMENTS, "not JSON"),
        ("echo", "[]", CallState.BAD_ARGUMENTS, "not a JSON object"),
        ("echo", '{"text": 5}', CallState.BAD_ARGUMENTS, '"str", got "int" - at "text"'),
        ("echo", '{"texts": "a"}', CallState.BAD_ARGUMENTS, 'unknown field "texts"'),
        ("echo", '{"text": "\\u0000"}', CallState.BAD_ARGUMENTS, "U+0000"),
        ("echo", '{"text": ' + "[" * 50_000, CallState.BAD_ARGUMENTS, "nested too deeply"),
        ("echo", " " * 100_001, CallState.BAD_ARGUMENTS, "100,001 characters"),
        ("picky", '{"text": "plugh"}', CallState.BAD_ARGUMENTS, "plugh is not the word"),
        ("cannot", "", CallState.FAILED, "error: the cupboard is bare."),
        ("broken", "", CallState.FAILED, "error: the function failed by a fault of its own."),
        ("gives_up", "", CallState.FAILED, "error: the function failed by a fault of its own."),
        ("leaves", "", CallState.FAILED, "error: the function failed by a fault of its own."),
        ("cancels", "", CallState.FAILED, "error: the function was broken off."),
        ("for_ever", "", CallState.TIMED_OUT, "error: it was not done after 0.05 seconds."),
    ],
)
async def test_a_call_that_goes_wrong_tells_the_model_and_leaves_the_others_alone(
    name: str, arguments: str, state: CallState, words: str
) -> None:
    calls = [Asked(0, "a", name, arguments), Asked(1, "b", "echo", '{"text": "fine"}')]
    wrong, right = await Round(*TOOLS).run(calls)
    assert wrong.state == state
    assert words in wrong.result
    assert "secret" not in wrong.result
    assert (right.state, right.result) == (CallState.DONE, "fine")


async def test_a_call_with_wrong_arguments_is_told_how_to_do_it_right() -> None:
    (call,) = await Round(asking).run(asked("asking"))
    assert 'missing required field "text"' in call.result
    assert '"required":["text"]' in call.result
    assert call.started_at is None


async def test_an_empty_text_is_an_empty_object() -> None:
    (call,) = await Round(echo).run(asked("echo", arguments=""))
    assert (call.state, call.parsed, call.result) == (CallState.DONE, {}, "nothing")


async def test_a_person_is_asked_once_the_arguments_fit_and_before_anything_runs() -> None:
    job = Round(asking)
    job.decisions = {0: Decision(True), 1: Decision(False), 2: Decision(False, "nobody answered")}
    calls = [Asked(n, f"c{n}", "asking", '{"text": "hello"}') for n in range(3)]
    allowed, denied, unanswered = await job.run([*calls, Asked(3, "c3", "asking", "{}")][:3])
    assert job.states(0) == [CallState.WAITING, CallState.RUNNING, CallState.DONE]
    assert job.states(1) == [CallState.WAITING, CallState.DENIED]
    assert allowed.result == "hello"
    assert denied.result == "error: the person did not allow this call."
    assert unanswered.result == "error: nobody answered."
    assert denied.started_at is None
    assert [call.parsed for call in job.asked_people] == [{"text": "hello"}] * 3


async def test_nobody_is_asked_about_arguments_that_do_not_fit() -> None:
    job = Round(asking)
    (call,) = await job.run(asked("asking"))
    assert call.state == CallState.BAD_ARGUMENTS
    assert job.asked_people == []


@pytest.mark.parametrize(("calls", "refused"), [(2, 0), (3, 1)])
async def test_more_calls_than_the_limit_are_results_too(calls: int, refused: int) -> None:
    job = Round(echo, limits=CallLimits(seconds=30, calls=2, characters=100))
    ended = await job.run(asked(*["echo"] * calls))
    assert [call.state for call in ended] == [CallState.DONE] * 2 + [CallState.FAILED] * refused
    assert all("only 2 calls" in call.result for call in ended[2:])


@pytest.mark.parametrize(("length", "cut"), [(100, False), (101, True)])
async def test_a_long_result_is_cut_and_says_so(length: int, cut: bool) -> None:
    job = Round(echo, limits=CallLimits(seconds=30, calls=2, characters=100))
    (call,) = await job.run(asked("echo", arguments=f'{{"text": "{"x" * length}"}}'))
    assert call.result.startswith("x" * 100)
    assert ("[Cut here: the first 100 of 101 characters.]" in call.result) is cut
    assert len(call.result) == 100 or cut


async def test_a_result_is_fit_to_be_stored() -> None:
    @tool(title="Dirty")
    async def dirty() -> str:
        """Return what no database takes."""
        return "a\x00b\ud800c"

    (call,) = await Round(dirty).run(asked("dirty"))
    assert call.result == "ab?c"


async def test_cancelling_ends_all_calls_at_once() -> None:
    running, ended = asyncio.Semaphore(0), []

    @tool(title="Endless")
    async def endless() -> str:
        """Wait, and tell the end."""
        running.release()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)
        return ""

    job = Round(endless)
    task = asyncio.create_task(job.run(asked("endless", "endless")))
    await running.acquire()
    await running.acquire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(ended) == 2
    assert job.states(0) == [CallState.RUNNING]


async def test_a_fault_of_the_caller_ends_all_calls_and_is_raised() -> None:
    class LeaseLost(Exception):
        pass

    async def changed(call: Call) -> None:
        if call.asked.name == "echo":
            raise LeaseLost

    with pytest.raises(LeaseLost):
        await Round(echo, for_ever).run(asked("for_ever", "echo"), changed=changed)


async def test_the_tools_of_a_reply_have_a_time_in_all() -> None:
    now = 0.0
    budget = Budget(10, clock=lambda: now)

    @tool(title="Slow")
    async def slow(seconds: float) -> str:
        """Let time pass."""
        nonlocal now
        now += seconds
        return "done"

    job = Round(slow, asking, budget=budget)
    (first,) = await job.run(asked("slow", arguments='{"seconds": 9.5}'))
    now += 100  # a person thinks, a model writes: not counted
    assert budget.left == 0.5
    (second,) = await job.run(asked("slow", arguments='{"seconds": 0.5}'))
    (third,) = await job.run(asked("slow", arguments='{"seconds": 0}'))
    assert [first.state, second.state, third.state] == [CallState.DONE, CallState.DONE, CallState.TIMED_OUT]
    assert "have used their 10 seconds" in third.result
    assert third.started_at is None


async def test_calls_that_overlap_spend_their_time_together() -> None:
    now = 0.0
    budget = Budget(10, clock=lambda: now)
    with budget.spending():
        now += 2
        with budget.spending():
            now += 2
        now += 2
    assert budget.left == 4.0


async def test_what_is_left_bounds_a_call() -> None:
    @tool(title="For ever", seconds=30)
    async def waiting() -> str:
        """Never come back."""
        await asyncio.Event().wait()
        return ""

    (call,) = await Round(waiting, budget=Budget(0.05)).run(asked("waiting"))
    assert call.state == CallState.TIMED_OUT
