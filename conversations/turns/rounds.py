"""The rounds of a reply: ask the model, run the tools it calls, ask again with their results, until it
answers in words.

Each call is stored before it is run. Cancelling ends everything at once: the model's call, the tools, and
the question to the person. After the last round that the limits allow the model is asked once more, and may
call nothing: it answers with what it has.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from django.conf import settings

from conversations.completions import AssembledToolCall, CompletionRequest, Message
from conversations.models import CallState, State
from conversations.models.ledger import call_request_id
from conversations.script import PARAGRAPH
from conversations.store.threads import in_database
from conversations.store.tool_calls import CallRecord, tool_calls_add
from conversations.tools import Asked, Budget, Call, CallLimits, Decision, Tool, ToolContext, run_calls
from conversations.turns import call as upstream
from conversations.turns.live import LiveGeneration, Status
from conversations.turns.offer import Offer
from conversations.turns.past_calls import called
from conversations.turns.patience import patiently
from conversations.turns.slots import Place

Ask = Callable[[CompletionRequest, str], Awaitable[upstream.Call]]
"""Makes one call to the completions server, under a request id."""


class LeaseLost(Exception):
    """Somebody else has ended the reply."""


async def answered(
    live: LiveGeneration, request: CompletionRequest, offer: Offer, *, ask: Ask, place: Place
) -> upstream.Call:
    """The last call to the completions server: the one that was not answered by tool calls that were run.

    Raises what `ask` raises, NoPlace, and LeaseLost.
    """
    limits = settings.LIMITS
    job = _Job(live, offer, place)
    for number in range(limits.tool_rounds):
        begins = live.cursor
        answer = await ask(request, call_request_id(live.request_id, number))
        if not answer.tool_calls or not offer.tools:
            return answer
        if number == 0:
            live.learn(first_tool_choice=live.facts["request"].get("tool_choice"))
        records = await job.run(answer.tool_calls, number)
        said = live.text[begins:].removeprefix(PARAGRAPH)
        request = _next(request, [*called(said, records)])
        live.new_paragraph()
        if not place.held:
            live.wait_for(Status(State.RUNNING, "turn", since=time.monotonic()))
            await place.back(seconds=limits.queue_seconds)
    return await ask(
        replace(request, tool_choice="none"), call_request_id(live.request_id, limits.tool_rounds)
    )


def _next(request: CompletionRequest, messages: Sequence[Message]) -> CompletionRequest:
    """The same, going on. A choice that forces a call held for the first answer: it would never end."""
    choice = request.tool_choice if request.tool_choice in ("auto", "none") else None
    return replace(request, messages=(*request.messages, *messages), tool_choice=choice)


class _Job:
    """The calls of all rounds of one reply."""

    def __init__(self, live: LiveGeneration, offer: Offer, place: Place) -> None:
        self._live = live
        self._offer = offer
        self._place = place
        limits = settings.LIMITS
        self._limits = CallLimits(
            limits.tool_seconds, limits.tool_calls_per_round, limits.tool_result_characters
        )
        self._budget = Budget(limits.tools_seconds)

    async def run(self, asked: Sequence[AssembledToolCall], number: int) -> list[CallRecord]:
        """The calls of one round, ended, in the order asked."""
        live = self._live
        proposed = [self._record(call, number, index) for index, call in enumerate(asked)]
        proposed = _told_apart(proposed, {record.call_id for record in live.calls.records})
        held, text = live.held, live.text
        if not await patiently(
            lambda: in_database(tool_calls_add, held=held, records=proposed, content=text)
        ):
            raise LeaseLost
        live.calls.add(proposed)
        ids = [record.id for record in proposed]

        async def changed(call: Call) -> None:
            self._changed(ids[call.asked.index], call)

        async def decide(call: Call, tool: Tool) -> Decision:
            return await self._decision(ids[call.asked.index], tool)

        await run_calls(
            [Asked(record.index, record.call_id, record.name, record.arguments) for record in proposed],
            tools=self._tools(),
            context=ToolContext(live.owner_id, live.conversation_id, live.held.message_id),
            limits=self._limits,
            budget=self._budget,
            decide=decide,
            changed=changed,
        )
        return [record for record in live.calls.records if record.id in ids]

    def _tools(self) -> dict[str, Tool]:
        """Those that the person has approved for the conversation do not ask."""
        approved = self._live.calls.approved
        return {
            name: replace(tool, asks=tool.asks and name not in approved)
            for name, tool in self._offer.tools.items()
        }

    def _record(self, call: AssembledToolCall, number: int, index: int) -> CallRecord:
        tool = self._offer.tools.get(call.name)
        return CallRecord(
            id=uuid.uuid4(),
            generation_id=self._live.held.generation_id,
            round=number,
            index=index,
            call_id=call.id or "",
            name=call.name[:200],
            title=tool.title[:200] if tool else "",
            purpose=tool.description if tool else "",
            arguments=call.arguments,
            offset=self._live.cursor,
        )

    def _changed(self, record_id: UUID, call: Call) -> None:
        self._live.calls.change(
            record_id,
            state=CallState(call.state.value),
            parsed=call.parsed,
            result=call.result or "",
            started_at=call.started_at,
            ended_at=call.ended_at,
        )
        self._tell()

    async def _decision(self, record_id: UUID, tool: Tool) -> Decision:
        seconds = settings.LIMITS.tool_approval_seconds
        self._place.leave()
        answer = await self._live.calls.answer(record_id, seconds=seconds)
        if answer is None:
            return Decision(False, f"nobody answered within {seconds:g} seconds, which counts as a no")
        return Decision(True) if answer else Decision(False)

    def _tell(self) -> None:
        """What the reply waits for."""
        live = self._live
        waiting: Literal["person", "tools"] = "person"
        busy = live.calls.in_state(CallState.WAITING)
        if not busy:
            waiting, busy = "tools", live.calls.in_state(CallState.RUNNING)
        if busy:
            names = ", ".join(dict.fromkeys(record.title or record.name for record in busy))
            message = f"Waiting for your answer: {names}" if waiting == "person" else f"Running {names}"
            since = live.status.since if live.status.waiting == waiting else time.monotonic()
            live.wait_for(Status(State.RUNNING, waiting, since=since, message=message))


def _told_apart(records: Sequence[CallRecord], taken: set[str]) -> list[CallRecord]:
    """With an id for each call that no other call of the reply has, made up where the model's will not do."""
    found: list[CallRecord] = []
    for record in records:
        given = record.call_id
        if not given or len(given) > 200 or given in taken:
            record = replace(record, call_id=f"call_{record.id.hex[:24]}")
        taken = taken | {record.call_id}
        found.append(record)
    return found
