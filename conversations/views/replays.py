"""The pages of replays: choose and start, follow, cancel, compare a run with the original, fork from one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations.errors import NotFound, Refused
from conversations.models import Generation, Replay, ReplayRun
from conversations.models.replay import RunState
from conversations.replays import forking
from conversations.store.originals import Original, original_of, own_replay, reply_to_replay
from conversations.store.replays import replay_cancel, replay_start
from conversations.turns.lifecycle import current
from conversations.views.answers import person_of
from conversations.views.compare import COMPARED_CHARACTERS, stretches
from conversations.views.replay_form import choices_from, form_context
from conversations.views.replay_runs import address, run_words
from conversations.views.replay_views import asked_words, replay_view, state_words
from conversations.worddiff import word_diff

EARLIER = 20
"""Earlier replays listed: the newest of them."""


@require_http_methods(["GET", "HEAD", "POST"])
def replays(request: HttpRequest, id: UUID, message_id: UUID) -> HttpResponse:
    """A reply's replays, the newest shown; POST starts one. Form: client_id, times, seed_mode, seed."""
    generation = _generation(request, id, message_id)
    if request.method == "POST":
        return _start(request, generation)
    newest = Replay.objects.filter(generation=generation).first()
    return _page(request, generation, newest)


@require_safe
def replay(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID) -> HttpResponse:
    """The same page with this replay."""
    found = _replay(request, id, message_id, replay_id)
    return _page(request, found.generation, found)


@require_safe
def results(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID) -> HttpResponse:
    """The replay as a part of its page, as it stands now."""
    found = _replay(request, id, message_id, replay_id)
    return render(request, "_replay.html", {"replay": replay_view(found)})


@require_POST
def cancel(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID) -> HttpResponse:
    """End it; what is done is kept."""
    found = _replay(request, id, message_id, replay_id)
    if not _cancelled_here(found):
        replay_cancel(person=person_of(request), replay_id=found.id)
    return redirect(address("replay", found))


@require_safe
def run(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID, number: int) -> HttpResponse:
    """One run compared with the original, word by word; with ?part as a part of the page."""
    found = _run(_replay(request, id, message_id, replay_id), number)
    original = original_of(found.replay.generation)
    context = _compared(found, original) | {
        "run": found,
        "words": run_words(found, original),
        "conversation": found.replay.generation.conversation,
        "back": address("replay", found.replay),
        "can_fork": found.state == RunState.COMPLETE,
        "fork_url": address("replay_fork", found.replay, number=number),
    }
    return render(request, "_comparison.html" if "part" in request.GET else "replay_run.html", context)


@require_POST
def fork(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID, number: int) -> HttpResponse:
    """Make a run a reply beside the original, and show the conversation with it."""
    found = _run(_replay(request, id, message_id, replay_id), number)
    try:
        forking.fork(person=person_of(request), run=found)
    except Refused as refused:
        return _page(request, found.replay.generation, found.replay, wrong=refused.message)
    return redirect("conversation", id=id)


def _compared(run: ReplayRun, original: Original) -> dict[str, Any]:
    """The context of `_comparison.html`; without stretches when nothing differs, or is there to compare."""
    whole = run.state == RunState.COMPLETE
    if not whole or run.matches is not False:
        return {"whole": whole, "extent": original.extent}
    script = original.said.script
    difference = word_diff(script[:COMPARED_CHARACTERS], run.text[:COMPARED_CHARACTERS])
    return {
        "unit": difference.unit,
        "stretches": stretches(difference.pieces),
        "cut": len(script) > COMPARED_CHARACTERS,
        "compared_characters": COMPARED_CHARACTERS,
    }


def _cancelled_here(replay: Replay) -> bool:
    """Whether this process makes it, and has been told to end it."""
    try:
        return current().benches.cancel(replay.id)
    except Refused:
        return False  # a process that starts or ends makes none


def _start(request: HttpRequest, generation: Generation) -> HttpResponse:
    try:
        benches = current().benches
        current().generations.accept()
        order = replay_start(
            person=person_of(request),
            conversation_id=generation.conversation_id,
            message_id=generation.message_id,
            client_id=request.POST.get("client_id", ""),
            choices=choices_from(request),
            lease_seconds=settings.LIMITS.lease_seconds,
        )
    except Refused as refused:
        newest = Replay.objects.filter(generation=generation).first()
        return _page(request, generation, newest, wrong=refused.message)
    if not order.repeated:
        benches.begin(order)
    ids = {"id": generation.conversation_id, "message_id": generation.message_id}
    return redirect(reverse("replay", kwargs=ids | {"replay_id": order.replay_id}))


def _page(
    request: HttpRequest, generation: Generation, shown: Replay | None, *, wrong: str = ""
) -> HttpResponse:
    if shown is not None:
        shown.generation = generation
    ids = {"id": generation.conversation_id, "message_id": generation.message_id}
    context = form_context(generation) | {
        "conversation": generation.conversation,
        "start_url": reverse("replays", kwargs=ids),
        "replay": replay_view(shown) if shown else None,
        "earlier": _others(generation, shown),
        "wrong": wrong,
    }
    return render(request, "replays.html", context, status=400 if wrong else 200)


def _others(generation: Generation, shown: Replay | None) -> list[dict[str, Any]]:
    rows = Replay.objects.filter(generation=generation)
    if shown is not None:
        rows = rows.exclude(pk=shown.pk)
    listed = list(rows[:EARLIER])
    for row in listed:
        row.generation = generation
    return [
        {
            "url": address("replay", row),
            "words": asked_words(row),
            "state": state_words(row),
            "at": row.created_at,
        }
        for row in listed
    ]


def _generation(request: HttpRequest, id: UUID, message_id: UUID) -> Generation:
    try:
        return reply_to_replay(person=person_of(request), conversation_id=id, message_id=message_id)
    except NotFound as missing:
        raise Http404(missing.message) from missing


def _replay(request: HttpRequest, id: UUID, message_id: UUID, replay_id: UUID) -> Replay:
    person = person_of(request)
    try:
        return own_replay(person=person, conversation_id=id, message_id=message_id, replay_id=replay_id)
    except NotFound as missing:
        raise Http404(missing.message) from missing


def _run(replay: Replay, number: int) -> ReplayRun:
    found = replay.runs.filter(number=number).first()
    if found is None:
        raise Http404("There is no such run.")
    found.replay = replay
    return found
