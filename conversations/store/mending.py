"""Which replies the reader may ask the model to mend, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from conversations.models import Message
from conversations.models.message import JsonVerdict
from conversations.structured import is_mending, mending_message

MENDABLE = (JsonVerdict.INVALID, JsonVerdict.NOT_JSON)


def mending_offers(shown: Sequence[Message]) -> dict[UUID, str]:
    """By reply, the message to send. Offered once: neither after a later message nor on a mended reply."""
    wrong = [message for message in shown if message.json_verdict in MENDABLE]
    if not wrong:
        return {}
    answered = set(Message.objects.filter(parent__in=wrong).values_list("parent_id", flat=True))
    asked = Message.objects.in_bulk([message.parent_id for message in wrong])
    return {
        message.id: mending_message(message.json_problem)
        for message in wrong
        if message.id not in answered and not is_mending(asked[message.parent_id].content)
    }
