"""The edges of the ASGI application: proxies' headers, sockets nobody serves, failures, health, log lines."""

import json
import logging
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from chatsite import health
from chatsite.failures import CleanFailure, refuse_websocket
from chatsite.logs import OneLineFormatter
from chatsite.proxy import TrustedProxies

Pairs = list[tuple[bytes, bytes]]


async def seen_behind(count: int, headers: Pairs, kind: str = "http") -> dict[str, Any]:
    """The scope an application gets behind `count` proxies."""
    seen: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    async def nothing(*_: Any) -> Any:
        raise AssertionError("not called")

    scope = {"type": kind, "scheme": "http", "client": ["127.0.0.1", 5], "headers": headers}
    await TrustedProxies(application, count=count)(scope, nothing, nothing)
    return seen


FORGED = (b"X-Forwarded-For", b"6.6.6.6, 192.0.2.9")


@pytest.mark.parametrize(
    ("count", "headers", "client", "scheme"),
    [
        (0, [FORGED, (b"x-forwarded-proto", b"https")], "127.0.0.1", "http"),
        (1, [FORGED, (b"x-forwarded-proto", b"https")], "192.0.2.9", "https"),
        (1, [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"192.0.2.9")], "192.0.2.9", "http"),
        (2, [(b"x-forwarded-for", b"6.6.6.6, 192.0.2.9, 10.0.0.1")], "192.0.2.9", "http"),
        (2, [(b"x-forwarded-for", b"192.0.2.9")], "127.0.0.1", "http"),
        (1, [(b"x-forwarded-for", b"unknown"), (b"x-forwarded-proto", b"gopher")], "127.0.0.1", "http"),
        (1, [(b"x-forwarded-for", b"2001:db8::1")], "2001:db8::1", "http"),
        (1, [(b"x-forwarded-for", b"6.6.6.6, 192.0.2.9:51234")], "192.0.2.9", "http"),
        (1, [(b"x-forwarded-for", b"[2001:db8::1]:51234")], "2001:db8::1", "http"),
        (1, [(b"x-forwarded-for", b"[2001:db8::1]")], "2001:db8::1", "http"),
        (1, [(b"x-forwarded-for", b"192.0.2.9:")], "127.0.0.1", "http"),
        (1, [(b"x-forwarded-for", b"[192.0.2.9]x")], "127.0.0.1", "http"),
        (1, [], "127.0.0.1", "http"),
    ],
)
async def test_only_what_our_own_proxies_wrote_is_believed(
    count: int, headers: Pairs, client: str, scheme: str
) -> None:
    seen = await seen_behind(count, headers)
    assert (seen["client"][0], seen["scheme"]) == (client, scheme)
    assert seen["headers"] == [], "no later code can read them"


async def test_a_websocket_behind_tls_is_wss() -> None:
    assert (await seen_behind(1, [(b"x-forwarded-proto", b"https")], "websocket"))["scheme"] == "wss"


async def test_a_socket_on_an_unknown_path_is_closed_before_it_opens() -> None:
    assert await WebsocketCommunicator(refuse_websocket, "/nowhere").connect() == (False, 4404)


async def test_a_failure_closes_the_socket_and_is_one_line_of_log(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise RuntimeError("broken\nin two lines")

    assert await WebsocketCommunicator(CleanFailure(fails), "/ws").connect() == (False, 4500)
    line = OneLineFormatter().format(caplog.records[-1])
    assert "\n" not in line
    assert "RuntimeError" in line


def test_healthz_and_readyz_answer_under_any_name(stranger_client: Client) -> None:
    for address in ("/healthz", "/readyz"):
        response = stranger_client.get(address, headers={"host": "10.1.2.3"})
        assert (response.status_code, json.loads(response.content)) == (200, {"status": "ok"})


def test_readyz_is_red_while_a_migration_is_pending(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    response = stranger_client.get("/readyz")
    assert response.status_code == 503
    assert "1 migrations are pending" in json.loads(response.content)["reason"]
    assert stranger_client.get("/healthz").status_code == 200


def test_readyz_is_red_while_the_database_does_not_answer(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise DatabaseError("gone, password=hunter2")

    monkeypatch.setattr(health, "MigrationExecutor", fails)
    response = stranger_client.get("/readyz")
    assert response.status_code == 503
    assert json.loads(response.content)["reason"] == "the database does not answer"


@pytest.mark.parametrize("text", ["a\r\nb", "a\x1b[31mb", "a\u2028b", "a\x00b", "a\u202eb", "x" * 1_000_000])
def test_a_record_is_one_line_whatever_it_carries(text: str) -> None:
    record = logging.LogRecord("site", logging.INFO, "f", 1, "said %s", (text,), None)
    line = OneLineFormatter().format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_the_key_is_masked_in_the_message_and_in_the_traceback() -> None:
    try:
        raise ValueError("Authorization: Bearer sk-CANARY")
    except ValueError as error:
        record = logging.LogRecord(
            "site", logging.INFO, "f", 1, "sent sk-CANARY", (), (ValueError, error, error.__traceback__)
        )
    line = OneLineFormatter(secrets=["sk-CANARY", ""]).format(record)
    assert "sk-CANARY" not in line
    assert line.count("[key]") >= 2
