"""How long a session lasts: 14 days without a visit, 30 in all; an hour and twelve in the admin."""

import pytest
from django.test import Client

from chatsite.accounts.models import User
from chatsite.accounts.sessions import LAST_SEEN, SIGNED_IN
from tests.conftest import PASSWORD

HOUR, DAY = 3_600, 86_400
PAGE, ADMIN_PAGE = "/accounts/password/change/", "/admin/"


def age(client: Client, *, signed_in: int, last_seen: int) -> None:
    """Make the session look as if these many seconds had passed."""
    session = client.session
    session[SIGNED_IN] -= signed_in
    session[LAST_SEEN] -= last_seen
    session.save()


@pytest.mark.parametrize(
    ("page", "signed_in", "last_seen", "status"),
    [
        (PAGE, 14 * DAY, 14 * DAY - 60, 200),
        (PAGE, 14 * DAY, 14 * DAY + 60, 302),
        (PAGE, 30 * DAY - 60, 0, 200),
        (PAGE, 30 * DAY + 60, 0, 302),
        (ADMIN_PAGE, HOUR, HOUR - 60, 200),
        (ADMIN_PAGE, HOUR + 60, HOUR + 60, 302),
        (ADMIN_PAGE, 12 * HOUR - 60, 0, 200),
        (ADMIN_PAGE, 12 * HOUR + 60, 0, 302),
    ],
)
def test_a_session_ends_at_its_limit(
    admin_client: Client, page: str, signed_in: int, last_seen: int, status: int
) -> None:
    age(admin_client, signed_in=signed_in, last_seen=last_seen)
    assert admin_client.get(page).status_code == status


def test_a_visit_starts_the_idle_time_anew(alice: User, alice_client: Client) -> None:
    age(alice_client, signed_in=10 * DAY, last_seen=10 * DAY)
    before = alice_client.session[LAST_SEEN]
    assert alice_client.get(PAGE).status_code == 200
    assert alice_client.session[LAST_SEEN] > before + 9 * DAY
    age(alice_client, signed_in=10 * DAY, last_seen=10 * DAY)
    assert alice_client.get(PAGE).status_code == 200


def test_a_visit_soon_after_another_writes_nothing(alice_client: Client) -> None:
    before = alice_client.session[LAST_SEEN]
    response = alice_client.get(PAGE)
    assert alice_client.session[LAST_SEEN] == before
    assert "chatsite_session" not in response.cookies


@pytest.mark.parametrize(("signed_in_days", "left_days"), [(1, 14), (20, 10), (29, 1)])
def test_the_row_expires_at_the_nearer_end(alice_client: Client, signed_in_days: int, left_days: int) -> None:
    age(alice_client, signed_in=signed_in_days * DAY, last_seen=HOUR)
    alice_client.get(PAGE)
    assert left_days * DAY - 60 <= alice_client.session.get_expiry_age() <= left_days * DAY


def test_a_new_sign_in_lasts_for_the_idle_time(alice: User, stranger_client: Client) -> None:
    stranger_client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert 14 * DAY - 60 <= stranger_client.session.get_expiry_age() <= 14 * DAY
