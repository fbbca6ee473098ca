"""What is known of one reply: what was sent for it, by what names it can be found, what it used and cost."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conversations.models import Conversation, EntryState, Generation, State, ToolCall
from conversations.store.spending import entries_of
from conversations.turns.trimming import Ledger
from conversations.views.amounts import entry_words
from conversations.views.answers import person_of
from conversations.views.context import amount, older_messages
from conversations.views.together import place_words

REQUEST_CHARACTERS = 200_000
"""Of a request shown at most; a longer one is cut, with a note."""
NOT_PARAMETERS = frozenset({"model", "messages", "stream", "stream_options"})


@require_safe
def details(request: HttpRequest, id: UUID, message_id: UUID) -> HttpResponse:
    """A part of the page, for the dialog of a reply."""
    conversations = Conversation.objects.visible_to(person_of(request)).filter(pk=id)
    found = Generation.objects.filter(conversation__in=conversations, message_id=message_id)
    generation = found.select_related("message").first()
    if generation is None:
        raise Http404("There is no such reply.")
    replays = reverse("replays", kwargs={"id": id, "message_id": message_id})
    return render(request, "_details.html", details_of(generation) | {"replays_url": replays})


def details_of(generation: Generation) -> dict[str, Any]:
    """The context of `_details.html`: facts that are known, by name, and the request."""
    facts = [*_about(generation), *_usage(generation), *_names(generation)]
    return {
        "facts": [(name, value) for name, value in facts if value not in ("", None)],
        "request_json": _request(generation),
    }


def _about(generation: Generation) -> list[tuple[str, object]]:
    sent = generation.request or {}
    parameters = {name: value for name, value in sent.items() if name not in NOT_PARAMETERS}
    return [
        ("Model", generation.model),
        ("State", _state(generation)),
        ("The model declined", generation.refusal),
        ("Error", generation.error_message),
        ("Asked for together", place_words(generation)),
        (
            "Parameters",
            _plain(parameters) if parameters else "none sent: the model's own defaults" if sent else "",
        ),
        ("Messages sent", len(sent.get("messages", [])) or ""),
        ("Of the conversation", _ledger(generation)),
        ("Tools", _tools(generation)),
        (
            "Asked",
            timezone.localtime(generation.started_at).isoformat(" ", "seconds")
            if generation.started_at
            else "",
        ),
        ("First text after", _seconds(generation.first_text_ms)),
        ("Ended after", _seconds(generation.duration_ms)),
    ]


def _state(generation: Generation) -> str:
    """With the reason as it was received; that a whole reply came without one is told too."""
    state = generation.get_state_display()
    if generation.finish_reason:
        return f"{state}, finish reason “{generation.finish_reason}”"
    return f"{state}, without a finish reason" if generation.state == State.COMPLETE else state


def _ledger(generation: Generation) -> str:
    """How full the model was, and what had no room."""
    if generation.ledger is None:
        return ""
    ledger = Ledger.from_json(generation.ledger)
    cut = f"; {older_messages(ledger.cut)} not sent, for want of room" if ledger.cut else ""
    return f"{amount(ledger)}{cut}"


def _tools(generation: Generation) -> str:
    """What was called in each round, and what was asked for but not offered."""
    rounds = groupby(generation.tool_calls.order_by("round", "index"), key=lambda call: call.round)
    words = [
        f"round {number + 1}: {', '.join(f'{call.name} ({_call_state(call)})' for call in calls)}"
        for number, calls in rounds
    ]
    missing = (generation.ledger or {}).get("missing_tools", [])
    return "; ".join(words + ([f"not offered by this site then: {', '.join(missing)}"] if missing else []))


def _call_state(call: ToolCall) -> str:
    return f"recorded: {call.get_state_display()}" if call.recorded else call.get_state_display()


def _usage(generation: Generation) -> list[tuple[str, object]]:
    counts = {name: count for name, count in (generation.usage or {}).items() if count is not None}
    named = [(name.removesuffix("_tokens").replace("_", " "), count) for name, count in counts.items()]
    tokens = ", ".join(f"{name} {count:,}" for name, count in named if isinstance(count, int))
    return [("Tokens", tokens), *_costs(generation)]


def _costs(generation: Generation) -> list[tuple[str, object]]:
    """Each call of the reply: with tools there are several."""
    entries = [entry for entry in entries_of([generation.id]) if entry.state != EntryState.RESERVED]
    numbered = len(entries) > 1
    return [(f"Cost of call {entry.number}" if numbered else "Cost", entry_words(entry)) for entry in entries]


def _names(generation: Generation) -> list[tuple[str, object]]:
    return [
        ("Our request id", generation.request_id),
        ("The provider's inference id", generation.inference_id),
        ("The completion's id", generation.upstream_id),
        ("System fingerprint", generation.system_fingerprint),
    ]


def _request(generation: Generation) -> str:
    if generation.request is None:
        return ""
    text = json.dumps(generation.request, indent=2, ensure_ascii=False)
    if len(text) <= REQUEST_CHARACTERS:
        return text
    return f"{text[:REQUEST_CHARACTERS]}\n… cut here: the request has {len(text):,} characters."


def _plain(parameters: dict[str, Any]) -> str:
    """In one line: of tools the names, as the request below has them whole."""
    tools = parameters.get("tools")
    short = parameters | ({"tools": [tool["function"]["name"] for tool in tools]} if tools else {})
    return ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in short.items())


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.2f} s"
