"""Attached files over HTTP: post one, look at one, take one back.

A file is the whole body of its request, so that no form has to be taken apart; its name stands in the header
Content-Disposition, as RFC 6266 has it. What is answered was prepared by this site, is of the type that this
site found, and may do nothing in a browser but be seen.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, parse_header_parameters
from django.views.decorators.http import require_POST, require_safe

from chatsite.security import REVALIDATED
from conversations.errors import Refused
from conversations.models import Attachment, AttachmentKind
from conversations.store.attachments import attachment_of, attachment_remove
from conversations.store.blobs import blob_path, incoming, thumbnail_path
from conversations.store.receiving import attachment_receive, too_large
from conversations.turns.tokens import count_tokens
from conversations.views.answers import person_of, refusal
from conversations.views.changes import NO_CONTENT
from conversations.views.turnstile import at_most

CREATED: Final = 201
INSUFFICIENT_STORAGE: Final = 507
THUMBNAIL_TYPE: Final = "image/webp"
HARMLESS: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_PIECE: Final = 1 << 16
_NO_ROOM: Final = "The site has no room left for files. Your message is kept; tell an admin, then try again."


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Body: the file. Answers with what the page needs to show it: see `described`."""
    person = person_of(request)
    name = _name(request)
    try:
        with at_most(person.pk, settings.LIMITS.attachments_per_message), incoming() as folder:
            received = folder / "received"
            _receive(request, received, name)
            attachment = attachment_receive(
                person=person, name=name, received=received, count=lambda text: count_tokens([text])[0]
            )
    except Refused as refused:
        return refusal(refused)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return HttpResponse(_NO_ROOM, status=INSUFFICIENT_STORAGE, content_type="text/plain; charset=utf-8")
    return JsonResponse(described(attachment), status=CREATED)


@require_safe
def file(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file itself, for its owner."""
    return file_answer(request, _found(request, id))


@require_safe
def thumbnail(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The small picture of an image, for its owner."""
    return thumbnail_answer(request, _found(request, id))


@require_POST
def remove(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take back a file that is not sent."""
    try:
        attachment_remove(person=person_of(request), attachment_id=id)
    except Refused as refused:
        return refusal(refused)
    return HttpResponse(status=NO_CONTENT)


def described(attachment: Attachment) -> dict[str, Any]:
    """An attachment, read with its blob, as the page's scripts know it. Size in bytes, sides in pixels."""
    blob = attachment.blob
    return {
        "id": str(attachment.id),
        "kind": attachment.kind,
        "name": attachment.name,
        "size": blob.size,
        "width": blob.width,
        "height": blob.height,
        "note": attachment.note,
        "url": reverse("attachment", args=[attachment.id]),
        "thumbnail": reverse("attachment_thumbnail", args=[attachment.id]) if blob.width else None,
    }


def file_answer(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The bytes of a file, for whoever was found to may see it."""
    blob = attachment.blob
    image = attachment.kind == AttachmentKind.IMAGE
    return _bytes(request, blob_path(blob.sha256), blob.media_type, attachment.name, inline=image)


def thumbnail_answer(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """The small picture of an image. Raises Http404 for other kinds."""
    if attachment.kind != AttachmentKind.IMAGE:
        raise Http404("There is no small picture of this.")
    path = thumbnail_path(attachment.blob_id)
    return _bytes(request, path, THUMBNAIL_TYPE, f"{attachment.name}.webp", inline=True)


def _found(request: HttpRequest, id: UUID) -> Attachment:
    try:
        return attachment_of(person=person_of(request), attachment_id=id)
    except Refused as refused:
        raise Http404(refused.message) from refused


def _bytes(request: HttpRequest, path: Path, media_type: str, name: str, *, inline: bool) -> HttpResponseBase:
    etag = f'"{path.name}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            # Whole, in this request's own thread: the server keeps what it sends in memory either way.
            answer = HttpResponse(path.read_bytes(), content_type=media_type)
        except FileNotFoundError as error:
            raise Http404("This file is no longer kept.") from error
        answer["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
        answer["Content-Security-Policy"] = HARMLESS
    answer["ETag"] = etag
    answer["Cache-Control"] = REVALIDATED
    return answer


def _receive(request: HttpRequest, place: Path, name: str) -> None:
    """Write the body to a file, and no more of it than one may have. Raises Refused."""
    if request.content_type in _FORMS:
        raise Refused("bad_frame", "Send the file itself as the body of the request, not a form.")
    limit = settings.LIMITS.attachment_bytes
    with place.open("xb") as file:
        while piece := request.read(_PIECE):
            file.write(piece)
            if file.tell() > limit:
                raise too_large(name or "file", "a file", limit)


def _name(request: HttpRequest) -> str:
    """The file's name, as the client says."""
    try:
        _, parameters = parse_header_parameters(request.headers.get("Content-Disposition", ""))
    except ValueError:
        return ""
    return str(parameters.get("filename", ""))
