"""The workflow of one reply: a place, a prompt, the stream, and the outcome.

`reply` may be cancelled at any moment; whoever runs it decides what a cancellation means. It never writes
the end itself: it returns an Outcome, and everything received until then stands in the live generation.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

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
from conversations.store.generations import Held, generation_begin
from conversations.store.prompts import prompt_material
from conversations.store.threads import in_database
from conversations.structured import schema_asked
from conversations.turns.call import Call
from conversations.turns.catalogue import ModelList
from conversations.turns.judging import lacks_the_word
from conversations.turns.live import LiveGeneration, Status
from conversations.turns.outcome import BUSY, EMPTY, NO_WORD, Outcome
from conversations.turns.prompt import prompt_for
from conversations.turns.slots import NoPlace, Slots


class LeaseLost(Exception):
    """Somebody else has ended this generation; nothing more may be written to it."""


async def reply(
    live: LiveGeneration,
    *,
    client: CompletionsClient,
    models: ModelList,
    slots: Slots,
    queue_seconds: float,
) -> Outcome:
    """Write one reply into `live` and say how it ended. Raises LeaseLost; passes cancellation through."""
    try:
        async with slots.place(live.owner_id, seconds=queue_seconds):
            return await _stream(live, client, models)
    except NoPlace:
        return BUSY


async def _stream(live: LiveGeneration, client: CompletionsClient, models: ModelList) -> Outcome:
    live.call = call = Call(request_id=str(live.held.generation_id))
    try:
        request, asked = await _begin(live.held, call.request_id, models)
        live.expect(schema_asked(asked))
        if lacks_the_word(request):
            return NO_WORD
        live.wait_for(Status(State.RUNNING, "model", since=time.monotonic()))
        async with client.stream(request, request_id=call.request_id) as events:
            async for event in events:
                _apply(event, live, call)
    except InvalidRequest as error:
        return Outcome(State.FAILED, "bad_request", f"The request could not be made: {error}", permanent=True)
    except CompletionError as error:
        return Outcome(
            State(error.ends_as), error.kind, error.user_message, error.detail, permanent=error.permanent
        )
    return _outcome(live, call)


async def _begin(
    held: Held, request_id: str, models: ModelList
) -> tuple[CompletionRequest, Mapping[str, Any] | None]:
    """Read the branch, make the request of what the model can take of it, mark the generation running.

    Returns the request, and the response format of the whole reply.
    """
    material = await in_database(prompt_material, generation_id=held.generation_id)
    prompt = await asyncio.to_thread(prompt_for, material, models.find(material.model))
    begun = await in_database(
        generation_begin,
        held=held,
        request=prompt.request.to_wire(stream=True),
        ledger=prompt.ledger.to_json(),
        request_id=request_id,
        response_format=material.response_format,
    )
    if not begun:
        raise LeaseLost
    return prompt.request, material.response_format


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
            live.inference_id = call.inference_id = event.inference_id or ""
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
