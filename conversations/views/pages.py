"""The chat page, of a conversation or of a new one, and more of the list beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Conversation
from conversations.parameters import FIELDS, as_typed
from conversations.response_format import KINDS, format_as_typed
from conversations.store.branches import branch_page
from conversations.store.drafts import draft_read
from conversations.store.listing import conversation_list
from conversations.structured import EXAMPLES, SCHEMA_CHARACTERS
from conversations.tool_parameters import CHOICES, tools_as_typed
from conversations.tool_parameters import NAMES as TOOL_NAMES
from conversations.turns.lifecycle import banner, model_list
from conversations.views.abilities import SCHEMA, TOOLS, able
from conversations.views.answers import person_of, refusal
from conversations.views.articles import BLANK_ASSISTANT, BLANK_USER, article_views
from conversations.views.attaching import attaching_choices
from conversations.views.choices import model_choices
from conversations.views.instructions import instructions_mark
from conversations.views.presets import preset_choices
from conversations.views.rows import grouped
from conversations.views.tool_choices import tool_choices


@require_safe
def chat(request: HttpRequest) -> HttpResponse:
    """A new chat: nothing is stored before the first message."""
    person = person_of(request)
    return render(request, "chat.html", _context(person, None) | {"articles": [], "older": False})


@require_safe
def conversation(request: HttpRequest, id: UUID) -> HttpResponse:
    """The newest page of a conversation's shown branch."""
    person = person_of(request)
    found = _get_conversation(person, id)
    page = branch_page(found, leaf_id=found.current_leaf_id)
    on_branch = page.messages[:-1] if page.columns else page.messages
    shown = {
        "articles": article_views(on_branch),
        "columns": article_views(page.columns),
        "older": page.older,
    }
    return render(request, "chat.html", _context(person, found) | shown)


@require_safe
def conversation_rows(request: HttpRequest) -> HttpResponse:
    """The next page of the list, as a part of the page."""
    try:
        listing = conversation_list(person=person_of(request), after=request.GET.get("after"))
    except Refused as refused:
        return refusal(refused)
    context = {"groups": grouped(listing.rows), "rows_after": listing.after}
    return render(request, "_conversation_rows.html", context)


def _get_conversation(person: User, conversation_id: UUID) -> Conversation:
    found = Conversation.objects.visible_to(person).filter(pk=conversation_id).first()
    if found is None:
        raise Http404("There is no such conversation.")
    return found


def _context(person: User, shown: Conversation | None) -> dict[str, Any]:
    listing = conversation_list(person=person)
    shown_id = shown.id if shown else None
    parameters = shown.parameters if shown else {}
    draft = draft_read(person=person, conversation_id=shown_id)
    names = list(settings.COMPLETIONS_MODELS)
    model = shown.model if shown else names[0]
    known = model_list()
    return {
        "conversation": shown,
        "instructions_mark": instructions_mark(shown) if shown else "",
        "models": model_choices(names if model in names else [model, *names], known),
        "able": {"schema": able({SCHEMA}, known, names), "tools": able({TOOLS}, known, names)},
        "model": model,
        "groups": grouped(listing.rows, current_id=shown_id),
        "rows_after": listing.after,
        "parameters": [(field, as_typed(field, parameters)) for field in FIELDS],
        "parameters_set": len(parameters.keys() - TOOL_NAMES - {"response_format"}),
        "tools": tool_choices(shown),
        "tool_boxes": tools_as_typed(parameters),
        "tool_choice_kinds": CHOICES,
        "format": format_as_typed(parameters.get("response_format")),
        "format_kinds": KINDS,
        "schema_examples": EXAMPLES,
        "schema_characters": SCHEMA_CHARACTERS,
        "draft": draft.text,
        "demo": settings.DEMO,
        "banner": banner() if person.is_staff else "",
        "message_characters": settings.LIMITS.message_characters,
        "frame_bytes": settings.LIMITS.frame_bytes,
        "person": person,
        "blank_user": BLANK_USER,
        "blank_assistant": BLANK_ASSISTANT,
        **preset_choices(person),
        **attaching_choices(draft.attachments),
    }
