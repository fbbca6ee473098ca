"""Adding people: the commands, and the first admin when ten processes make it at once."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import Settings

from chatsite.accounts.models import User


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.database
def test_an_address_is_one_person_whatever_its_case(alice: User) -> None:
    assert User.objects.get(email="ALICE@Example.org") == alice
    assert User.objects.filter(email__iexact="Alice@example.ORG").get() == alice
    with pytest.raises(IntegrityError):
        User.objects.create_user("Alice@EXAMPLE.org", "something long")


def test_add_person_prints_a_random_password_that_works(db: None, stranger_client: Client) -> None:
    said = run("add_person", "Dora@Example.org", "--name", "Dora")
    found = re.fullmatch(r"Added dora@example\.org\. Password: (\S{16})\n", said)
    assert found
    answer = stranger_client.post("/accounts/login/", {"login": "dora@example.org", "password": found[1]})
    assert answer.status_code == 302
    person = User.objects.get(email="dora@example.org")
    assert (person.name, person.is_staff, person.is_superuser) == ("Dora", False, False)


def test_add_person_reads_a_password_from_the_input(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough one\nrest\n"))
    assert run("add_person", "d@example.org", "--admin", "--password-stdin") == "Added d@example.org.\n"
    person = User.objects.get()
    assert person.check_password("a long enough one")
    assert person.is_staff
    assert person.is_superuser


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody",), "Enter a valid email address"),
        (("alice@example.org",), "Somebody has this address already"),
        (("d@example.org", "--password", "short"), "too short"),
        (("d@example.org", "--password", "1234567890123"), "entirely numeric"),
        (("d@example.org", "--password", ""), "The password is empty"),
    ],
)
def test_add_person_refuses_in_words(alice: User, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run("add_person", *arguments)
    assert list(User.objects.all()) == [alice]


def test_the_first_admin_is_made_once(db: None) -> None:
    first = run("ensure_admin")
    found = re.search(r"admin@localhost  password: (\S{16})\n", first)
    assert found
    assert User.objects.get().check_password(found[1])
    assert run("ensure_admin") == ""
    assert User.objects.count() == 1


def test_the_first_admin_is_the_one_the_settings_name(db: None, settings: Settings) -> None:
    settings.CHATSITE_ADMIN_EMAIL = "Boss@Example.org"
    settings.CHATSITE_ADMIN_PASSWORD = "a boss's long password"
    said = run("ensure_admin")
    assert "password" not in said
    person = User.objects.get()
    assert person.email == "boss@example.org"
    assert person.check_password("a boss's long password")
    assert person.is_superuser


def test_a_weak_password_for_the_first_admin_is_refused(db: None, settings: Settings) -> None:
    settings.CHATSITE_ADMIN_PASSWORD = "admin"
    with pytest.raises(CommandError, match="too short"):
        run("ensure_admin")
    assert not User.objects.exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_first_admin() -> None:
    def make() -> str:
        try:
            return run("ensure_admin")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        said = list(pool.map(lambda _: make(), range(10)))
    assert User.objects.count() == 1
    assert sum("password: " in text for text in said) == 1
