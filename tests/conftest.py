"""What every test may use: the cast, their clients, and the programs that some tests need.

The cast: Alice and Bob are members who know each other; Charlie is a member and a stranger to both, who must
never see anything of theirs; the admin person may do everything.
"""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from django.core.cache import cache
from django.test import Client

from chatsite.accounts.models import User

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
hypothesis.settings.register_profile("site", deadline=None)  # a busy machine is no finding
hypothesis.settings.load_profile("site")
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, the tests whose program is not there. They are counted in the summary."""
    missing = {}
    if CHROMIUM is None:
        missing["browser"] = "Chromium is not installed (script/test installs it when run as root)"
    if not os.environ.get("TEST_DATABASE_URL"):
        missing["postgres"] = "PostgreSQL is not running (script/test starts one if it is installed)"
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    """Forget the sign-ins that other tests tried."""
    cache.clear()


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice@example.org", PASSWORD, name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob@example.org", PASSWORD, name="Bob")


@pytest.fixture
def charlie(db: None) -> User:
    return User.objects.create_user("charlie@example.org", PASSWORD, name="Charlie")


@pytest.fixture
def admin_person(db: None) -> User:
    return User.objects.create_superuser("admin@example.org", PASSWORD, name="Ada Admin")


def signed_in(person: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client


@pytest.fixture
def alice_client(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def charlie_client(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def admin_client(admin_person: User) -> Client:
    return signed_in(admin_person)


@pytest.fixture
def stranger_client(db: None) -> Client:
    """Somebody who is not signed in."""
    return Client(headers={"host": "localhost"})
