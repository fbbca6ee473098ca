"""The text of an attached file, for who reads it by its name: a tool that the model calls."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from conversations.attachments import PREPARER, TEXT_CHARACTERS, Unusable, cut_text
from conversations.errors import NotFound, Refused
from conversations.models import Attachment
from conversations.store.attachments import Attached, as_value
from conversations.store.blobs import blob_path
from conversations.store.threads import in_database

NO_TEXT: Final = "[This PDF has no text that can be read: its pages are images.]"


async def attachment_text(*, person_id: int, conversation_id: UUID, name: str) -> str:
    """The text of the newest file of this name (or id) in a conversation of this person, cut to its limit.

    Raises Refused, in words that a model can act on.
    """
    attached = await in_database(_named, person_id, conversation_id, name)
    return await asyncio.to_thread(_read, attached)


def attachment_names(*, person_id: int, conversation_id: UUID) -> list[str]:
    """The names of all files in a conversation of this person, the newest first, each once."""
    return list(dict.fromkeys(attachment.name for attachment in _newest_first(person_id, conversation_id)))


def _newest_first(person_id: int, conversation_id: UUID) -> list[Attachment]:
    of_conversation = Attachment.objects.filter(
        owner_id=person_id,
        message__conversation_id=conversation_id,
        message__conversation__deleted_at=None,
    )
    return list(of_conversation.select_related("blob").order_by("-created_at", "position"))


def _named(person_id: int, conversation_id: UUID, name: str) -> Attached:
    for attachment in _newest_first(person_id, conversation_id):
        if name in (attachment.name, str(attachment.id)):
            return as_value(attachment)
    raise NotFound("attached file")


def _read(attached: Attached) -> str:
    path = blob_path(attached.sha256)
    if attached.kind == "image":
        raise Refused("not_possible", f"“{attached.name}” is an image: it has no text to read.")
    try:
        if attached.kind == "pdf":
            return cut_text(PREPARER.pdf_text(path, characters=TEXT_CHARACTERS + 1)) or NO_TEXT
        return cut_text(path.read_text("utf-8"))
    except Unusable as error:
        raise Refused("not_possible", f"“{attached.name}” {error}.") from error
    except FileNotFoundError as error:
        raise NotFound("attached file") from error
