"""What every response tells the browser, on every address there is, whoever asks."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

FILLERS = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-4000-8000-000000000000"}


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    """Every address of the URL configuration, its parameters filled with harmless values."""
    for pattern in patterns:
        route = getattr(pattern.pattern, "_route", None)
        if route is None:  # the admin's catch-all is a regular expression
            continue
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            for spelling in (f"<{kind}:{name}>", f"<{name}>"):
                route = route.replace(spelling, FILLERS.get(kind, "1"))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + route)
        else:
            yield prefix + route


def all_addresses() -> list[str]:
    found = sorted(set(addresses(get_resolver().url_patterns)))
    assert "/accounts/login/" in found
    assert "/admin/accounts/user/add/" in found
    return [*found, "/healthz", "/readyz", "/no/such/page", "/static/no-such-file.js"]


@pytest.mark.parametrize("who", ["stranger_client", "alice_client", "admin_client"])
def test_every_address_is_private_and_strict(who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    for address in all_addresses():
        for host in ("localhost", "evil.example"):
            response = client.get(address, headers={"host": host})
            headers = response.headers
            assert response.status_code < 500, address
            assert headers["Cache-Control"] == "private, no-store", address
            assert headers["X-Content-Type-Options"] == "nosniff", address
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
            assert "camera=()" in headers["Permissions-Policy"], address
            if address in ("/healthz", "/readyz"):
                continue  # JSON for machines, answered before the middleware for pages
            assert headers["X-Frame-Options"] == "DENY", address
            assert headers["Referrer-Policy"] == "same-origin", address
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, address
            assert "frame-ancestors 'none'" in policy, address
            assert "unsafe" not in policy, address


def test_a_stranger_sees_no_page_but_the_doors(stranger_client: Client) -> None:
    open_pages = {"/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/healthz", "/readyz"}
    for address in all_addresses():
        response = stranger_client.get(address)
        if response.status_code == 200:
            assert address in open_pages or address.startswith("/admin/jsi18n"), address


def test_a_member_sees_nothing_of_the_admin(alice_client: Client) -> None:
    for address in all_addresses():
        if address.startswith("/admin/"):
            assert alice_client.get(address).status_code != 200, address


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil", "[::2]", "localhost:80:80", "", "127.1"],
)
def test_other_names_for_this_server_are_refused(host: str, stranger_client: Client) -> None:
    assert stranger_client.get("/accounts/login/", headers={"host": host}).status_code == 400


def test_the_policy_spells_out_the_websocket() -> None:
    from chatsite.security import content_security_policy

    connect = content_security_policy("https://chat.example", 8000)["connect-src"]
    assert connect == ["'self'", "wss://chat.example"]
    connect = content_security_policy("", 8000)["connect-src"]
    assert connect == ["'self'", "ws://localhost:8000", "ws://127.0.0.1:8000"]
