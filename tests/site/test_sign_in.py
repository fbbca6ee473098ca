"""Signing in and out: what is let in, where it leads, what it gives away, and how often it may be tried."""

import re

import pytest
from django.conf import settings
from django.test import Client

from chatsite.accounts.models import User
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def try_login(client: Client, email: str, password: str, **extra: str) -> int:
    return int(client.post(LOGIN, {"login": email, "password": password, **extra}).status_code)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_signs_in_and_out(alice: User, stranger_client: Client) -> None:
    response = stranger_client.post(LOGIN, {"login": "Alice@Example.org", "password": PASSWORD})
    assert (response.status_code, response.headers["location"]) == (302, "/")
    assert is_signed_in(stranger_client)
    assert stranger_client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(stranger_client), "a GET changes nothing"
    response = stranger_client.post("/accounts/logout/")
    assert (response.status_code, response.headers["location"]) == (302, LOGIN)
    assert not is_signed_in(stranger_client)


def test_the_session_key_is_new_after_signing_in_and_dead_after_signing_out(
    alice: User, stranger_client: Client
) -> None:
    stranger_client.get(LOGIN)
    stranger_client.session.save()
    before = stranger_client.session.session_key
    stranger_client.cookies[settings.SESSION_COOKIE_NAME] = before or ""
    try_login(stranger_client, alice.email, PASSWORD)
    cookie = stranger_client.cookies[settings.SESSION_COOKIE_NAME]
    during = cookie.value
    assert during != before
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    stranger_client.post("/accounts/logout/")
    stranger_client.cookies[settings.SESSION_COOKIE_NAME] = during
    assert not is_signed_in(stranger_client)


@pytest.mark.parametrize(
    "path", [LOGIN, "/accounts/logout/", "/accounts/signup/", "/accounts/password/change/"]
)
def test_every_form_wants_its_token(path: str, alice: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(alice)
    assert client.post(path, {"login": alice.email, "password": PASSWORD}).status_code == 403


def test_a_form_sent_from_another_origin_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    page = client.get(LOGIN).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    form = {"login": alice.email, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
    assert client.post(LOGIN, form, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post(LOGIN, form, headers={"origin": "http://localhost"}).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "http:///evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example\\@localhost",
        "http://localhost@evil.example",
        "http://localhost.evil.example",
        "https://evil.example#localhost",
        "\t//evil.example",
        "/\t/evil.example",
        "%2f%2fevil.example",
        "http://localhost:8000@evil.example/",
        "\u2028//evil.example",
        "//\u200bevil.example",
        "ftp://localhost/",
        "/\r\nSet-Cookie: a=b",
    ],
)
def test_signing_in_never_leads_elsewhere(target: str, alice: User, stranger_client: Client) -> None:
    form = {"login": alice.email, "password": PASSWORD, "next": target}
    response = stranger_client.post(LOGIN, form)
    assert response.status_code == 302
    location = response.headers["location"]
    # What is kept must be a path of ours: one slash, and nothing a browser would read as another.
    assert re.fullmatch(r"/([^/\\\s].*)?|%2f%2fevil\.example", location), location
    assert "\n" not in location


def test_a_page_of_ours_is_come_back_to(alice: User, stranger_client: Client) -> None:
    form = {"login": alice.email, "password": PASSWORD, "next": "/admin/?q=1"}
    assert stranger_client.post(LOGIN, form).headers["location"] == "/admin/?q=1"


def test_wrong_addresses_and_wrong_passwords_look_the_same(alice: User, stranger_client: Client) -> None:
    def page(email: str) -> tuple[int, str]:
        response = stranger_client.post(LOGIN, {"login": email, "password": "not it at all"})
        text = re.sub(r'value="[^"]*"', "", response.content.decode())
        return response.status_code, text

    known, unknown = page(alice.email), page("nobody@example.org")
    assert known == unknown
    assert known[0] == 200
    assert "/login" in known[1]


def test_both_cost_the_work_of_one_password_hash(
    alice: User, stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    try_login(stranger_client, alice.email, "wrong for a known address")
    known = len(hashed)
    try_login(stranger_client, "nobody@example.org", "wrong for an unknown one")
    assert len(hashed) - known == known == 1


def test_the_sixth_wrong_password_shuts_the_account_and_no_other(
    alice: User, bob: User, stranger_client: Client
) -> None:
    forged = ({"x-forwarded-for": f"10.0.0.{number}"} for number in range(9))
    for _ in range(5):
        response = stranger_client.post(
            LOGIN, {"login": alice.email, "password": "wrong"}, headers=next(forged)
        )
        assert response.status_code == 200
    response = stranger_client.post(LOGIN, {"login": alice.email, "password": PASSWORD}, headers=next(forged))
    assert not is_signed_in(stranger_client), "the right one does not open it either"
    assert "Too many failed" in response.content.decode()
    assert try_login(stranger_client, bob.email, PASSWORD) == 302


def test_one_address_may_fail_fifty_times_an_hour(alice: User, bob: User, stranger_client: Client) -> None:
    for number in range(50):
        assert try_login(stranger_client, f"guess{number}@example.org", "wrong") == 200
    try_login(stranger_client, bob.email, PASSWORD)
    assert not is_signed_in(stranger_client)
    elsewhere = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.7")
    assert try_login(elsewhere, bob.email, PASSWORD) == 302


def test_somebody_shut_out_cannot_sign_in_and_a_live_session_ends(alice: User, alice_client: Client) -> None:
    assert alice_client.get("/accounts/password/change/").status_code == 200
    alice.is_active = False
    alice.save()
    assert alice_client.get("/accounts/password/change/").status_code == 302
    newcomer = Client(headers={"host": "localhost"})
    try_login(newcomer, alice.email, PASSWORD)
    assert not is_signed_in(newcomer)


def test_sign_up_is_closed(stranger_client: Client) -> None:
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD, "is_staff": "on"}
    response = stranger_client.post("/accounts/signup/", form)
    assert "closed" in response.content.decode().lower()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"remote-user": "admin@example.org"}, {"x-user": "1"}, {"x-forwarded-user": "admin@example.org"}],
)
def test_a_header_is_no_identity(
    headers: dict[str, str], admin_person: User, stranger_client: Client
) -> None:
    assert stranger_client.get("/admin/", headers=headers).status_code == 302
