"""What a person changes outside the stream of messages. Each answers 204, or a sentence on what is wrong."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from conversations.errors import Refused
from conversations.store.conversations import (
    conversation_configure,
    conversation_delete,
    conversation_rename,
    conversation_restore,
)
from conversations.store.drafts import draft_save
from conversations.views.answers import person_of, refusal

NO_CONTENT = 204


@require_POST
def rename(request: HttpRequest, id: UUID) -> HttpResponse:
    """Form: title."""
    try:
        conversation_rename(
            person=person_of(request), conversation_id=id, title=request.POST.get("title", "")
        )
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


@require_POST
def configure(request: HttpRequest, id: UUID) -> HttpResponse:
    """Form: model, system_prompt."""
    try:
        conversation_configure(
            person=person_of(request),
            conversation_id=id,
            model=request.POST.get("model", ""),
            system_prompt=request.POST.get("system_prompt", ""),
        )
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


@require_POST
def delete(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answers with the offer to undo it."""
    try:
        deleted = conversation_delete(person=person_of(request), conversation_id=id)
    except Refused as refused:
        return refusal(refused)
    return render(request, "_undo.html", {"conversation": deleted})


@require_POST
def restore(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo a deletion. A plain form is sent back to the conversation."""
    try:
        conversation_restore(person=person_of(request), conversation_id=id)
    except Refused as refused:
        return refusal(refused)
    if request.headers.get("Accept", "").startswith("text/html"):
        return redirect("conversation", id=id)
    return HttpResponse(status=NO_CONTENT)


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Form: conversation (empty for the next new chat), text."""
    try:
        conversation_id = _id_or_none(request.POST.get("conversation", ""))
        draft_save(
            person=person_of(request), conversation_id=conversation_id, text=request.POST.get("text", "")
        )
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


def _id_or_none(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused("bad_frame", "The conversation's id is not one.") from error
