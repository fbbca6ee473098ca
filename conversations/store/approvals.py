"""What a person decides about tool calls, as far as it is stored: which tools need not ask any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, ToolCall
from conversations.store import changes
from conversations.store.conversations import locked


def tool_call_owned(*, person: User, call_id: UUID) -> ToolCall:
    """A call, with its generation, in a conversation that this person can see. Raises NotFound."""
    visible = Conversation.objects.visible_to(person)
    calls = ToolCall.objects.filter(pk=call_id, generation__conversation__in=visible)
    call = calls.select_related("generation").first()
    if call is None:
        raise NotFound("tool call")
    return call


def tool_approve_always(*, person: User, call_id: UUID) -> None:
    """The tool of this call need not ask in its conversation any more. Raises NotFound."""
    call = tool_call_owned(person=person, call_id=call_id)
    with transaction.atomic():
        conversation = locked(person, call.generation.conversation_id)
        if call.name not in conversation.approved_tools:
            approved = sorted([*conversation.approved_tools, call.name])
            changes.advance(conversation, approved_tools=approved)
