"""The instructions of a conversation: what its dialog shows, and a mark that changes with them."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from conversations.models import Conversation
from conversations.parameters import boxes_of
from conversations.tool_parameters import UNASKED
from conversations.views.answers import person_of


@require_safe
def instructions(request: HttpRequest, id: UUID) -> HttpResponse:
    """As JSON: mark, and boxes: the system prompt and the panel's, as typed, by name."""
    found = Conversation.objects.visible_to(person_of(request)).filter(pk=id).first()
    if found is None:
        raise Http404("There is no such conversation.")
    unasked = {f"{UNASKED}{name}": "yes" for name in found.approved_tools}
    boxes = {"system_prompt": found.system_prompt} | boxes_of(found.parameters) | unasked
    return JsonResponse({"mark": instructions_mark(found), "boxes": boxes})


def instructions_mark(conversation: Conversation) -> str:
    """Of the system prompt, the parameters, and the tools that need not ask."""
    told = [conversation.system_prompt, conversation.parameters, conversation.approved_tools]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
