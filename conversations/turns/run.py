"""The workflow of one reply: a place, a prompt, the stream, and the outcome.

`reply` may be cancelled at any moment; whoever runs it decides what a cancellation means. It never writes
the end itself: it returns an Outcome, and everything received until then stands in the live generation.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from django.utils import timezone

from conversations.completions import (
    CompletionError,
    CompletionRequest,
    CompletionsClient,
    Done,
    Finished,
    Identity,
    InvalidRequest,
    Opened,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    UsageReport,
    Waiting,
)
from conversations.models import State
from conversations.store.prompts import Material
from conversations.structured import schema_asked
from conversations.turns.call import Call
from conversations.turns.catalogue import ModelList
from conversations.turns.judging import lacks_the_word
from conversations.turns.live import LiveGeneration, Status
from conversations.turns.outcome import BUSY, EMPTY, NO_WORD, Outcome
from conversations.turns.prices import price_of
from conversations.turns.prompt import Prompt, prompt_for
from conversations.turns.reserving import reserve_next
from conversations.turns.slots import NoPlace, Slots

COUNTED_AT_ONCE: Final = 20_000
"""Characters of a branch whose tokens are counted on the event loop: in about 2 ms."""


async def reply(
    live: LiveGeneration,
    material: Material,
    *,
    client: CompletionsClient,
    models: ModelList,
    slots: Slots,
    queue_seconds: float,
) -> Outcome:
    """Write one reply into `live` and say how it ended. Passes cancellation through."""
    try:
        async with slots.place(live.owner_id, seconds=queue_seconds):
            return await _stream(live, material, client, models)
    except NoPlace:
        return BUSY


async def _stream(
    live: LiveGeneration, material: Material, client: CompletionsClient, models: ModelList
) -> Outcome:
    request_id = str(live.held.generation_id)
    live.price = price_of(material.model, models.find(material.model))
    try:
        prompt = await _prompt(material, models)
        live.learn(
            state=State.RUNNING,
            ledger=prompt.ledger.to_json(),
            request_id=request_id,
            response_format=material.response_format,
            started_at=timezone.now(),
        )
        live.expect(schema_asked(material.response_format))
        if lacks_the_word(prompt.request):
            live.learn(request=prompt.request.to_wire(stream=True))
            return NO_WORD
        call = await _ask(live, prompt.request, request_id, client)
    except InvalidRequest as error:
        return Outcome(State.FAILED, "bad_request", f"The request could not be made: {error}", permanent=True)
    except CompletionError as error:
        return Outcome(
            State(error.ends_as), error.kind, error.user_message, error.detail, permanent=error.permanent
        )
    return _outcome(live, call)


async def _ask(
    live: LiveGeneration, request: CompletionRequest, request_id: str, client: CompletionsClient
) -> Call:
    """One call to the completions server, from its request to its end; what comes goes into `live`.

    This is where such a call begins and ends, however many of them a reply takes. Raises CompletionError.
    """
    live.call = call = Call(request_id, earlier=live.call)
    wire = request.to_wire(stream=True)
    live.learn(request=wire)
    live.wait_for(Status(State.RUNNING, "model", since=call.started))
    if call.earlier is not None:
        await reserve_next(live, call, model=request.model)
    call.meter.start(wire, live.price)
    async with client.stream(request, request_id=request_id) as events:
        async for event in call.meter.reading(events):
            _apply(event, live, call)
    return call


async def _prompt(material: Material, models: ModelList) -> Prompt:
    """The request of what the model can take of the branch. A long branch is counted in a thread."""
    model = models.find(material.model)
    characters = sum(len(said.text) for said in material.history)
    if characters <= COUNTED_AT_ONCE:
        return prompt_for(material, model)
    return await asyncio.to_thread(prompt_for, material, model)


def _apply(event: StreamEvent, live: LiveGeneration, call: Call) -> None:
    match event:
        case TextDelta(index=0, text=text) if text:
            call.first_text()
            live.add_text(text)
        case ReasoningDelta(index=0, text=text) if text:
            live.add_reasoning(text)
        case RefusalDelta(index=0, text=text):
            call.refusal += text
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
    if live.cursor == len(live.prefix) and not call.refusal:
        return EMPTY
    return Outcome(State.TRUNCATED if call.finish_reason == "length" else State.COMPLETE)


_REASONS: dict[str, str] = {
    "rate_limited": "The model's server is busy and asked to wait.",
    "server_error": "The model's server had a problem.",
    "unreachable": "The model's server cannot be reached.",
    "connect_timeout": "The model's server does not pick up.",
}


def _waiting(event: Waiting) -> str:
    why = _REASONS.get(event.reason, "The model's server did not answer.")
    return f"{why} This is attempt {event.attempt}."
