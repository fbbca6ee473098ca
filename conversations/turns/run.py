"""The workflow of one reply: a place, a prompt, the stream, and the outcome.

`reply` may be cancelled at any moment; whoever runs it decides what a cancellation means. It never writes
the end itself: it returns an Outcome, and everything received until then stands in the live generation.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from conversations.completions import (
    CompletionError,
    CompletionRequest,
    Done,
    Finished,
    Identity,
    InvalidRequest,
    LogprobsDelta,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageReport,
    Waiting,
)
from conversations.models import State
from conversations.store.prompts import Material
from conversations.structured import schema_asked
from conversations.tools import available
from conversations.turns.attached import FileGone, refusal_words, with_files
from conversations.turns.call import Call
from conversations.turns.catalogue import ModelList
from conversations.turns.judging import lacks_the_word
from conversations.turns.live import LiveGeneration, Status
from conversations.turns.offer import Offer, offer_of
from conversations.turns.outcome import (
    BUSY,
    CALLED,
    EMPTY,
    INTERRUPTED,
    NO_WORD,
    OUT_OF_ROUNDS,
    TURN_TIMEOUT,
    Outcome,
)
from conversations.turns.prices import price_of
from conversations.turns.prompt import Prompt, prompt_for
from conversations.turns.reserving import reservation, reserve_next
from conversations.turns.rounds import LeaseLost, answered
from conversations.turns.slots import NoPlace, Place
from conversations.turns.together import Places, Source

COUNTED_AT_ONCE: Final = 20_000
"""Characters of a branch whose tokens are counted on the event loop: in about 2 ms."""


async def reply(
    live: LiveGeneration,
    material: Material,
    *,
    client: Source,
    models: ModelList,
    slots: Places,
    queue_seconds: float,
) -> Outcome:
    """Write one reply into `live` and say how it ended. Passes cancellation through."""
    try:
        async with slots.place(live.owner_id, seconds=queue_seconds) as place:
            return await _in_time(_stream(live, material, client, models, place))
    except NoPlace:
        return BUSY
    except LeaseLost:
        live.lost = True
        return INTERRUPTED


async def _in_time(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """What `work` gives, within the time that a whole reply may take with all its rounds."""
    try:
        async with asyncio.timeout(settings.LIMITS.turn_seconds) as timer:
            return await work
    except TimeoutError:
        if not timer.expired():
            raise
        return TURN_TIMEOUT


async def _stream(
    live: LiveGeneration, material: Material, client: Source, models: ModelList, place: Place
) -> Outcome:
    live.price = price_of(material.model, models.find(material.model))
    offer = offer_of(material.parameters, available())
    live.calls.approved |= set(material.approved_tools)
    live.calls.earlier = material.prefix_calls
    try:
        prompt = await _prompt(material, models, offer)
        live.reserved_usd = reservation(live.price, prompt)
        live.learn(
            state=State.RUNNING,
            ledger=prompt.ledger.to_json(),
            request_id=live.request_id,
            response_format=material.response_format,
            started_at=timezone.now(),
        )
        live.expect(schema_asked(material.response_format))
        if lacks_the_word(prompt.request):
            live.learn(request=prompt.request.to_wire(stream=True))
            return NO_WORD
        call = await answered(live, prompt.request, offer, ask=partial(_ask, live, client), place=place)
    except InvalidRequest as error:
        return Outcome(State.FAILED, "bad_request", f"The request could not be made: {error}", permanent=True)
    except FileGone as error:
        return Outcome(State.FAILED, "attachment_gone", str(error), permanent=True)
    except CompletionError as error:
        words = refusal_words(error, material)
        return Outcome(State(error.ends_as), error.kind, words, error.detail, permanent=error.permanent)
    return _outcome(live, call)


async def _ask(live: LiveGeneration, client: Source, request: CompletionRequest, request_id: str) -> Call:
    """One call to the completions server, from its request to its end; what comes goes into `live`.

    This is where such a call begins and ends, however many of them a reply takes. Raises CompletionError and
    FileGone.
    """
    live.call = call = Call(request_id, earlier=live.call)
    wire = request.to_wire(stream=True)
    live.learn(request=wire)
    filled = await with_files(request)
    live.wait_for(Status(State.RUNNING, "model", since=call.started))
    if call.earlier is not None:
        await reserve_next(live, call, model=request.model)
    call.meter.start(wire, live.price)
    async with client.stream(filled, request_id=request_id) as events:
        async for event in call.meter.reading(events):
            _apply(event, live, call)
    return call


async def _prompt(material: Material, models: ModelList, offer: Offer) -> Prompt:
    """The request of what the model can take of the branch. A long branch is counted in a thread."""
    model = models.find(material.model)
    characters = sum(said.characters for said in material.history)
    if characters <= COUNTED_AT_ONCE:
        return prompt_for(material, model, offer)
    return await asyncio.to_thread(prompt_for, material, model, offer)


def _apply(event: StreamEvent, live: LiveGeneration, call: Call) -> None:
    match event:
        case TextDelta(index=0, text=text) if text:
            call.first_text()
            live.add_text(text)
        case ReasoningDelta(index=0, text=text) if text:
            live.add_reasoning(text)
        case RefusalDelta(index=0, text=text) if text:
            call.first_text()
            call.refusal += text
            live.add_refusal(text)
        case LogprobsDelta(index=0, tokens=tokens):
            live.tokens.add(tokens)
        case ToolCallDelta(index=0):
            call.calling.append(event)
        case Waiting():
            now = time.monotonic()
            live.wait_for(
                Status(State.RUNNING, "retry", since=now, until=now + event.seconds, message=_waiting(event))
            )
        case Opened():
            live.learn(inference_id=(event.inference_id or "")[:200])
            live.wait_for(Status(State.RUNNING, "model", since=call.started))
        case Identity():
            call.identity = event
        case UsageReport():
            call.report = event
        case Finished(index=0) | Done():
            call.finish_reason = event.reason or call.finish_reason
        case _:
            pass


def _outcome(live: LiveGeneration, call: Call) -> Outcome:
    if call.finish_reason == "content_filter":
        return Outcome(State.FILTERED)
    if call.finish_reason == "length":
        return Outcome(State.TRUNCATED)
    if live.cursor == len(live.prefix) and not call.refusal:
        return _textless(live, call)
    return Outcome(State.COMPLETE)


def _textless(live: LiveGeneration, call: Call) -> Outcome:
    """Of a reply without any text or refusal."""
    if call.tool_calls and live.calls.records:
        return OUT_OF_ROUNDS
    return CALLED if call.finish_reason in ("tool_calls", "function_call") else EMPTY


_REASONS: dict[str, str] = {
    "rate_limited": "The model's server is busy and asked to wait.",
    "server_error": "The model's server had a problem.",
    "unreachable": "The model's server cannot be reached.",
    "connect_timeout": "The model's server does not pick up.",
}


def _waiting(event: Waiting) -> str:
    why = _REASONS.get(event.reason, "The model's server did not answer.")
    return f"{why} This is attempt {event.attempt}."
