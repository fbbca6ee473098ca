"""What the views have in common: whose request it is, and how a refusal is said."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from chatsite.accounts.models import User
from conversations.errors import Refused, Taken


def person_of(request: HttpRequest) -> User:
    """The person who is signed in. Raises PermissionDenied for a stranger, who met the login wall before."""
    if isinstance(request.user, AnonymousUser):
        raise PermissionDenied
    return request.user


def id_or_none(text: str) -> UUID | None:
    """An id as a form carries it; None for an empty one. Raises Refused."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused("bad_frame", "The conversation's id is not one.") from error


def ids_of(text: str) -> list[UUID]:
    """Ids as a form carries several, with spaces between them. Raises Refused."""
    try:
        return [UUID(word) for word in text.split()]
    except ValueError as error:
        raise Refused("bad_frame", "One of the ids of the files is not one.") from error


def refusal(refused: Refused) -> HttpResponse:
    """A refusal as a sentence that the page shows.

    404 for what does not exist for this person, 409 for a name that is taken, else 400.
    """
    status = 404 if refused.code == "not_found" else 409 if isinstance(refused, Taken) else 400
    return HttpResponse(refused.message, status=status, content_type="text/plain; charset=utf-8")
