"""Attached files within requests: their bytes are put in just before sending, and never stored again.

A request that is kept has, for each file, a *reference*: a part of the type "attachment" with the file's id,
kind, name, media type, hash and tokens, which no person and no model can write. `with_files` makes the
request to send from one that is prepared, `restore_request` the one that was sent from one that is stored.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conversations.attachments import quoted
from conversations.completions import (
    AttachmentPart,
    CompletionError,
    CompletionRequest,
    FilePart,
    ImagePart,
    Message,
    TextPart,
    UserMessage,
)
from conversations.store.attachments import Attached
from conversations.store.blobs import blob_path
from conversations.store.prompts import Material


class FileGone(Exception):
    """The bytes of an attached file are no longer there. The message is a sentence for the person."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file “{name}” of this conversation is no longer kept on the site, so nothing was sent. Your"
            " message is kept. Edit the message that has the file: remove it, or attach it again."
        )


def reference(attached: Attached) -> AttachmentPart:
    """What stands for the file until it is sent."""
    return AttachmentPart(
        str(attached.id), attached.kind, attached.name, attached.media_type, attached.sha256, attached.tokens
    )


async def with_files(request: CompletionRequest) -> CompletionRequest:
    """The request with the bytes of its files in the place of their references. Raises FileGone."""
    if not any(_references(message) for message in request.messages):
        return request
    return await asyncio.to_thread(_filled, request)


def restore_request(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object that was sent, from `Generation.request`. Reads files: not for the event loop.

    Raises FileGone where one of them is no longer kept.
    """
    return {**stored, "messages": [_restored(message) for message in stored.get("messages", ())]}


def refusal_words(error: CompletionError, material: Material) -> str:
    """What the person is told of a refusal: that files may be why, when there were any."""
    kinds = {attached.kind for said in material.history for attached in said.attached}
    what = " and ".join(words for kind, words in (("image", "images"), ("pdf", "PDFs")) if kind in kinds)
    if error.kind != "bad_request" or not what:
        return error.user_message
    return (
        f"The model's server did not accept this request, which has {what}: this model may not take them."
        " Your message is kept. Try another model, or edit the message and remove the files."
    )


def _references(message: Message) -> list[AttachmentPart]:
    if not isinstance(message, UserMessage) or isinstance(message.content, str):
        return []
    return [part for part in message.content if isinstance(part, AttachmentPart)]


def _filled(request: CompletionRequest) -> CompletionRequest:
    return replace(request, messages=tuple(map(_filled_message, request.messages)))


def _filled_message(message: Message) -> Message:
    if not isinstance(message, UserMessage) or isinstance(message.content, str):
        return message
    parts = (_filled_part(part) if isinstance(part, AttachmentPart) else part for part in message.content)
    return replace(message, content=tuple(parts))


def _filled_part(part: AttachmentPart) -> TextPart | ImagePart | FilePart:
    """The file itself as a part of a message."""
    try:
        data = blob_path(part.sha256).read_bytes()
    except FileNotFoundError as error:
        raise FileGone(part.name) from error
    if part.kind == "text":
        return TextPart(quoted(part.name, data.decode("utf-8")))
    url = f"data:{part.media_type};base64,{base64.b64encode(data).decode('ascii')}"
    return ImagePart(url, detail="auto") if part.kind == "image" else FilePart(url, filename=part.name)


def _restored(message: dict[str, Any]) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, list):
        return message
    return {**message, "content": [_restored_part(part) for part in content]}


def _restored_part(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("type") != AttachmentPart.type:
        return part
    fields = {name: value for name, value in part.items() if name != "type"}
    return _filled_part(AttachmentPart(**fields)).to_wire()
