"""Whether somebody with an open websocket may still use it: read from the database, never remembered.

A websocket is opened once and lives for hours; meanwhile its person may sign out, change the password or be
shut out. The ticket is what the socket was opened with; it is looked up again and again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chatsite.accounts.models import User


@dataclass(frozen=True)
class Ticket:
    """The person, the session, and the session's proof of the password it was opened with."""

    person_id: int
    session_key: str
    auth_hash: str


_WITH_OPEN_SESSION = f"""
SELECT person.* FROM {User._meta.db_table} person
JOIN {Session._meta.db_table} session ON session.session_key = %s AND session.expire_date > %s
WHERE person.id = %s
"""  # noqa: S608  # the names of our own tables
"""Asked with every frame, so in one query, and without what it costs to put one together each time."""


class SignedOut(Exception):
    """The session has ended."""


class ShutOut(Exception):
    """The account may no longer use the site."""


def ticket_of(person: Any, session: Any) -> Ticket | None:
    """The ticket of a socket that is being opened, or None for a stranger."""
    if not person.is_authenticated or not session.session_key:
        return None
    return Ticket(person.pk, session.session_key, session.get(HASH_SESSION_KEY, ""))


def person_with(ticket: Ticket) -> User:
    """The person as they are now. Raises SignedOut or ShutOut."""
    found = User.objects.raw(_WITH_OPEN_SESSION, [ticket.session_key, timezone.now(), ticket.person_id])
    person = next(iter(found), None)
    if person is not None and person.is_active and _same_password(person, ticket):
        return person
    raise tickets_ended([ticket]).get(ticket, SignedOut)


def tickets_ended(tickets: Iterable[Ticket]) -> dict[Ticket, type[SignedOut] | type[ShutOut]]:
    """Those that no longer hold, each with the reason: two queries for all of them."""
    asked = list(tickets)
    people = User.objects.in_bulk({ticket.person_id for ticket in asked})
    open_sessions = set(
        Session.objects.filter(
            session_key__in={ticket.session_key for ticket in asked}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    ended: dict[Ticket, type[SignedOut] | type[ShutOut]] = {}
    for ticket in asked:
        person = people.get(ticket.person_id)
        if person is None or not person.is_active:
            ended[ticket] = ShutOut
        elif ticket.session_key not in open_sessions or not _same_password(person, ticket):
            ended[ticket] = SignedOut
    return ended


def _same_password(person: User, ticket: Ticket) -> bool:
    return constant_time_compare(person.get_session_auth_hash(), ticket.auth_hash)
