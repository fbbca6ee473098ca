"""Run the calls of one round, all at once, and give the model a result for each.

Whatever goes wrong with a call becomes its result, in words that the model can act on, and touches no other
call. Cancelling the runner ends every call and reports nothing more: the caller knows that it did.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from conversations.tools.arguments import parse
from conversations.tools.budget import Budget
from conversations.tools.calls import Asked, Call, CallState, Decision
from conversations.tools.results import clipped, error
from conversations.tools.types import BadArguments, Tool, ToolContext, ToolFailed

log = logging.getLogger(__name__)

Decide = Callable[[Call, Tool], Awaitable[Decision]]
"""Asks a person. Only for tools that ask, and only with arguments that fit."""

Changed = Callable[[Call], Awaitable[None]]
"""Hears of every state, the last one too. A tool is not run before it has returned from `running`."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """seconds: of one call, when its tool says nothing else. calls: in one round. characters: of a result."""

    seconds: float
    calls: int
    characters: int


async def run_calls(
    asked: Sequence[Asked],
    *,
    tools: Mapping[str, Tool],
    context: ToolContext,
    limits: CallLimits,
    budget: Budget,
    decide: Decide,
    changed: Changed,
) -> list[Call]:
    """The calls as they ended, in the order asked.

    Raises what `decide` or `changed` raises, after it has ended all calls.
    """
    job = _Round(tools, context, limits, budget, decide, changed)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job.run(call, place)) for place, call in enumerate(asked)]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


@dataclass(frozen=True, slots=True)
class _Round:
    tools: Mapping[str, Tool]
    context: ToolContext
    limits: CallLimits
    budget: Budget
    decide: Decide
    changed: Changed

    async def run(self, asked: Asked, place: int) -> Call:
        call = await self._worked(asked, place)
        if call.result is not None:
            call = replace(call, result=clipped(call.result, self.limits.characters))
        await self.changed(call)
        return call

    async def _worked(self, asked: Asked, place: int) -> Call:
        if place >= self.limits.calls:
            why = f"only {self.limits.calls} calls are run at a time; ask for this one again"
            return Call(asked, CallState.FAILED, result=error(why))
        tool = self.tools.get(asked.name)
        if tool is None:
            offered = ", ".join(sorted(self.tools)) or "none"
            why = f"there is no function “{asked.name[:80]}”. The functions are: {offered}"
            return Call(asked, CallState.UNKNOWN, result=error(why))
        call = Call(asked, CallState.WAITING)
        try:
            call = replace(call, parsed=parse(asked.arguments))
            await tool.check(call.parsed or {})
        except BadArguments as wrong:
            return replace(call, state=CallState.BAD_ARGUMENTS, result=_how_to_call(tool, wrong))
        if tool.asks:
            await self.changed(call)
            decision = await self.decide(call, tool)
            if not decision.approved:
                return replace(call, state=CallState.DENIED, result=error(decision.reason))
        return await self._run(call, tool)

    async def _run(self, call: Call, tool: Tool) -> Call:
        seconds = min(tool.seconds or self.limits.seconds, self.budget.left)
        if seconds <= 0:
            why = f"the functions of this reply have used their {self.budget.seconds:g} seconds"
            return replace(call, state=CallState.TIMED_OUT, result=error(why))
        call = replace(call, state=CallState.RUNNING, started_at=datetime.now(UTC))
        await self.changed(call)
        with self.budget.spending():
            state, result = await self._outcome(call, tool, seconds)
        return replace(call, state=state, result=result, ended_at=datetime.now(UTC))

    async def _outcome(self, call: Call, tool: Tool, seconds: float) -> tuple[CallState, str]:
        try:
            async with asyncio.timeout(seconds) as timer:
                return CallState.DONE, await tool.run(call.parsed or {}, self.context)
        except ToolFailed as failure:
            return CallState.FAILED, error(str(failure))
        except BadArguments as wrong:
            return CallState.BAD_ARGUMENTS, _how_to_call(tool, wrong)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return CallState.FAILED, error("the function was broken off")  # from inside: nobody stopped it
        except (
            Exception,
            SystemExit,
        ) as failure:  # a tool may be anybody's code, its fault is not the turn's
            if isinstance(failure, TimeoutError) and timer.expired():
                return CallState.TIMED_OUT, error(f"it was not done after {seconds:.3g} seconds")
            log.exception("The tool %s failed", tool.name)
            return CallState.FAILED, error("the function failed by a fault of its own")


def _how_to_call(tool: Tool, wrong: BadArguments) -> str:
    schema = clipped(msgspec.json.encode(tool.parameters).decode(), 4_000)
    return error(f"{wrong}. Call {tool.name} with a JSON object of this schema: {schema}")
