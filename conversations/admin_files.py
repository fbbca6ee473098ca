"""Attached files in the admin: seen by whoever may view what was said, with the same harmless answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from conversations.models import Attachment
from conversations.views.answers import person_of
from conversations.views.attachments import file_answer, thumbnail_answer

MAY_VIEW = ("conversations.view_message", "conversations.view_conversation")


def file_urls() -> list[URLPattern]:
    """Addresses below those of the conversations, named conversations_file and conversations_thumbnail."""
    wrap = admin.site.admin_view
    return [
        path("files/<uuid:id>/", wrap(_file), name="conversations_file"),
        path("files/<uuid:id>/thumbnail/", wrap(_thumbnail), name="conversations_thumbnail"),
    ]


@require_safe
def _file(request: HttpRequest, id: UUID) -> HttpResponseBase:
    return file_answer(request, _sent(request, id))


@require_safe
def _thumbnail(request: HttpRequest, id: UUID) -> HttpResponseBase:
    return thumbnail_answer(request, _sent(request, id))


def _sent(request: HttpRequest, id: UUID) -> Attachment:
    """A file of a message: what is not sent yet is nobody's but its owner's."""
    if not any(map(person_of(request).has_perm, MAY_VIEW)):
        raise PermissionDenied
    found = Attachment.objects.exclude(message=None).select_related("blob").filter(pk=id).first()
    if found is None:
        raise Http404("There is no such file.")
    return found
