"""What a person changes outside the stream of messages. Each answers 204, or a sentence on what is wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from conversations.errors import Refused
from conversations.parameters import parameters_from_form
from conversations.store.conversations import (
    conversation_configure,
    conversation_delete,
    conversation_rename,
    conversation_restore,
)
from conversations.store.drafts import draft_save
from conversations.tool_parameters import approvals_from_form
from conversations.views.answers import id_or_none, ids_of, person_of, refusal

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
    """Form: model; system_prompt, or it stays; with_parameters and the boxes of the panel, or these stay.

    Of the tools that need not ask (unasked:NAME, yes or no) only those that were changed.
    """
    try:
        conversation_configure(
            person=person_of(request),
            conversation_id=id,
            model=request.POST.get("model", ""),
            system_prompt=request.POST.get("system_prompt"),
            parameters=_parameters(request) if "with_parameters" in request.POST else None,
            approvals=approvals_from_form({name: str(typed) for name, typed in request.POST.items()}),
        )
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


@require_POST
def check_parameters(request: HttpRequest) -> HttpResponse:
    """Form: the boxes of the panel. Answers with the parameters as a new conversation's first turn does."""
    try:
        return JsonResponse(_parameters(request))
    except Refused as refused:
        return refusal(refused)


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
    """Form: conversation (empty for the next new chat), text, attachments (ids, by spaces)."""
    try:
        draft_save(
            person=person_of(request),
            conversation_id=id_or_none(request.POST.get("conversation", "")),
            text=request.POST.get("text", ""),
            attachment_ids=ids_of(request.POST.get("attachments", "")),
        )
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


def _parameters(request: HttpRequest) -> dict[str, Any]:
    return parameters_from_form({name: str(typed) for name, typed in request.POST.items()})
