"""What goes up to the model if a message is edited, or a reply asked for again: shown before it is done."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from conversations.errors import Refused
from conversations.store.previews import again_material
from conversations.views.answers import ids_of, person_of, refusal
from conversations.views.context import shown


@require_POST
def again(request: HttpRequest, id: UUID, message_id: UUID) -> HttpResponse:
    """Form: text and attachments (ids, by spaces; without it all stay) of an edited message; model of another
    reply; list. Answers as `context` does.
    """
    form = request.POST
    try:
        material = again_material(
            person=person_of(request),
            conversation_id=id,
            message_id=message_id,
            text=form.get("text", ""),
            model=form.get("model", ""),
            attachment_ids=ids_of(form["attachments"]) if "attachments" in form else None,
        )
    except Refused as refused:
        return refusal(refused)
    return shown(request, material)
