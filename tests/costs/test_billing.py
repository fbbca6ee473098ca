"""The client for what was charged, against a scripted server: what is asked, read and refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conversations.completions import Billing, Charge, CompletionError, CompletionsClient, LoggedCall
from conversations.completions.billing import PAGE_LIMIT, Page, origin_of
from tests.completions.upstream import Received, Script, Upstream, answer, upstream

SINCE = datetime(2026, 8, 1, 12, tzinfo=UTC)
KEY = "sk-billing-CANARY"


def charge(reference: str | None = "inf-1", usd: object = 1.5, **fields: Any) -> dict[str, Any]:
    return {
        "created_at": "2026-08-17T10:00:00.000Z",
        "direction": "CHARGE",
        "type": "MODEL_USAGE",
        "amount": {"usd": usd, "credits": 3},
        "model": "openai/gpt-4",
        "reference_id": reference,
        **fields,
    }


def call(**fields: Any) -> dict[str, Any]:
    return {
        "created": "2026-08-17T10:00:00.000Z",
        "status": "succeeded",
        "origin": "api",
        "model": "openai/gpt-4",
        "cost": {"usd": 0.25, "credits": 500000},
        "tokens": {"input": 10, "output": 20, "total": 30},
        "request_id": "req-1",
        "inference_id": "inf-1",
        "client_request_id": "ours-1",
        **fields,
    }


def page(*rows: object, **pagination: object) -> Script:
    return answer(200, {"data": list(rows), "pagination": pagination})


@asynccontextmanager
async def billing(server: Upstream, base_url: str = "") -> AsyncIterator[Billing]:
    client = CompletionsClient(base_url=server.url, api_key=KEY)
    try:
        yield client.billing(base_url)
    finally:
        await client.aclose()


async def charges(script: Script) -> Page[Charge]:
    async with upstream(script) as server, billing(server) as asks:
        return await asks.charges(since=SINCE)


async def calls(script: Script) -> Page[LoggedCall]:
    async with upstream(script) as server, billing(server) as asks:
        return await asks.calls(since=SINCE, until=SINCE)


def asked(received: Received) -> tuple[str, dict[str, str]]:
    address = urlsplit(received.line.split()[1])
    return address.path, {name: value for name, (value,) in parse_qs(address.query).items()}


async def test_charges_are_asked_for_as_documented_and_read() -> None:
    script = page(charge(), next_cursor="opaque", has_more=True)
    async with upstream(script) as server, billing(server) as asks:
        found = await asks.charges(since=SINCE, cursor="earlier")
        path, query = asked(server.requests[0])
    assert path == "/v2/billing/transactions"
    assert query == {
        "from": "2026-08-01T12:00:00.000Z",
        "direction": "CHARGE",
        "type": "MODEL_USAGE",
        "limit": "100",
        "cursor": "earlier",
    }
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert found.rows == (Charge("inf-1", Decimal("1.5"), datetime(2026, 8, 17, 10, tzinfo=UTC)),)
    assert (found.oldest, found.next) == (datetime(2026, 8, 17, 10, tzinfo=UTC), "opaque")


async def test_calls_are_asked_for_as_documented_and_read() -> None:
    script = page(call(), call(), limit=100, offset=100, total=300, has_more=True)
    async with upstream(script) as server, billing(server) as asks:
        found = await asks.calls(since=SINCE, until=SINCE, offset=100)
        path, query = asked(server.requests[0])
    assert path == "/v2/logs"
    assert query == {
        "start": "2026-08-01T12:00:00.000Z",
        "end": "2026-08-01T12:00:00.000Z",
        "limit": "100",
        "offset": "100",
    }
    moment = datetime(2026, 8, 17, 10, tzinfo=UTC)
    assert found.rows[0] == LoggedCall("inf-1", "ours-1", False, Decimal("0.25"), 10, 20, moment)
    assert found.next == "102"


@pytest.mark.parametrize(
    "row",
    [
        charge(None),
        charge(usd=None),
        charge(usd=-1),
        charge(usd="NaN"),
        charge(direction="TOPUP"),
        charge(type="REFUND"),
        {},
        None,
        "text",
    ],
)
async def test_what_is_no_charge_of_a_call_is_passed_over(row: object) -> None:
    found = await charges(page(row, charge("good")))
    assert [one.inference_id for one in found.rows] == ["good"]


async def test_a_failed_call_costs_nothing_whatever_its_row_says() -> None:
    (row,) = (await calls(page(call(status="failed", cost=None)))).rows
    assert row.failed
    assert row.usd == 0


@pytest.mark.parametrize(
    ("pagination", "following"),
    [
        ({"next_cursor": "c", "has_more": True}, "c"),
        ({"next_cursor": "c"}, "c"),
        ({"next_cursor": "c", "has_more": False}, None),
        ({"next_cursor": None, "has_more": True}, None),
        ({"next_cursor": "c" * 2000, "has_more": True}, "c" * 2000),
        ({"next_cursor": "c" * 2001, "has_more": True}, None),
        ({}, None),
    ],
)
async def test_the_next_page(pagination: dict[str, object], following: str | None) -> None:
    assert (await charges(page(charge(), **pagination))).next == following


async def test_an_empty_page_that_promises_more_is_the_last() -> None:
    assert (await calls(page(has_more=True))).next is None


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer(404, {"message": "Cannot GET /v2/logs", "statusCode": 404}), "configuration"),
        (answer(401, {"message": f"bad key {KEY}", "statusCode": 401}), "configuration"),
        (answer(429, {"message": "slow down", "statusCode": 429}), "rate_limited"),
        (answer(200, b"<html>hello</html>"), "bad_answer"),
        (answer(200, b'{"data": 1}'), "bad_answer"),
        (answer(200, b"[" * 100_000), "bad_answer"),
        (answer(200, b" " * (PAGE_LIMIT + 1)), "bad_answer"),
    ],
    ids=["missing", "key", "limit", "page", "shape", "deep", "long"],
)
async def test_other_answers_are_errors_by_their_kind(script: Script, kind: str) -> None:
    with pytest.raises(CompletionError) as caught:
        await charges(script)
    assert caught.value.kind == kind
    assert KEY not in repr(caught.value)


async def test_another_address_can_be_set() -> None:
    async with upstream(page()) as server, upstream() as other:
        async with billing(other, server.url.removesuffix("/v1") + "/account") as asks:
            await asks.charges(since=SINCE)
        assert asked(server.requests[0])[0] == "/account/v2/billing/transactions"


def test_the_account_is_at_the_origin_of_the_address() -> None:
    assert origin_of("https://api.example/v1") == "https://api.example"
    assert origin_of("http://127.0.0.1:8080/some/path/v1") == "http://127.0.0.1:8080"
