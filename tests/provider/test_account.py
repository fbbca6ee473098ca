"""The catalogue, the account and the log of calls; who needs a key for them."""

from typing import Any

import httpx
import pytest

from tests.providers import Provider, start_provider

from .conftest import KEY
from .wire import MODEL, ask, eventually

HEADERS = {"Authorization": f"Bearer {KEY}"}


def get(provider: Provider, path: str, **query: str) -> httpx.Response:
    return httpx.get(f"{provider.root}{path}", params=query, headers=HEADERS)


def test_the_official_client_lists_both_models(client: Any) -> None:
    names = {alias for model in client.models.list() for alias in model.model_dump()["aliases"]}
    assert names == {"gpt-4-1106-preview", "gpt-4-0125-preview"}


def test_the_catalogue_shows_only_the_sections_asked_for(provider: Provider) -> None:
    sections = {"pricing", "modalities", "capabilities"}
    bare = httpx.get(f"{provider.root}/v1/models").json()["data"]
    assert not any(sections & set(model) for model in bare)
    for query in ({"include": "all"}, {"details": "1"}, {"include": "pricing,modalities,capabilities"}):
        assert all(sections <= set(model) for model in get(provider, "/v1/models", **query).json()["data"])
    found = get(provider, "/v1/models", id=MODEL, type="openai/chat-completions").json()["data"]
    assert [model["id"] for model in found] == [f"openai/{MODEL}"]
    assert get(provider, "/v1/models", type="image").json()["data"] == []


def test_a_known_catalogue_is_not_sent_again(provider: Provider) -> None:
    first = httpx.get(f"{provider.root}/v1/models")
    known = {"If-None-Match": first.headers["etag"]}
    again = httpx.get(f"{provider.root}/v1/models", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = httpx.get(f"{provider.root}/v1/models", params={"include": "all"}, headers=known)
    assert other.status_code == 200


@pytest.mark.parametrize("path", ["/v2/billing", "/v2/billing/transactions", "/v2/logs", "/requests"])
def test_the_account_needs_the_key(provider: Provider, path: str) -> None:
    assert httpx.get(provider.root + path).status_code == 401
    assert get(provider, path).status_code == 200


def test_a_call_is_charged_logged_and_found_by_its_ids() -> None:
    with start_provider(key=KEY) as provider:
        answer = ask(provider, "scenario: tokens count=10", client_request_id="order-1")
        spent = answer.chunks[-1]["meta"]["usage"]
        charge = get(provider, "/v2/billing/transactions").json()["data"][0]
        assert charge["reference_id"] == answer.headers["x-inference-id"]
        assert (charge["direction"], charge["type"]) == ("CHARGE", "MODEL_USAGE")
        assert charge["amount"] == {"usd": spent["usd_spent"], "credits": spent["credits_used"]}
        row = get(provider, "/v2/logs").json()["data"][0]
        assert (row["inference_id"], row["client_request_id"]) == (charge["reference_id"], "order-1")
        assert (row["status"], row["tokens"]["output"]) == ("succeeded", 10)
        balance = get(provider, "/v2/billing").json()
        assert balance == {"current_balance": pytest.approx(1000 - spent["usd_spent"]), "currency": "USD"}


def test_what_was_cut_costs_what_was_sent_and_failures_cost_nothing() -> None:
    with start_provider(key=KEY) as provider:
        ask(provider, "scenario: cut after=3 count=50")
        ask(provider, "scenario: server-error")
        failed, cut = get(provider, "/v2/logs").json()["data"]
        assert (cut["status"], cut["tokens"]["output"]) == ("succeeded", 3)
        assert cut["cost"]["usd"] > 0
        assert (failed["status"], failed["cost"]) == ("failed", {"usd": 0.0, "credits": 0})
        assert len(get(provider, "/v2/billing/transactions").json()["data"]) == 1
        assert get(provider, "/v2/logs", status="failed").json()["pagination"]["total"] == 1
        assert get(provider, "/v2/logs", model="other").json()["data"] == []


def test_pages_hold_every_charge_once() -> None:
    with start_provider(key=KEY) as provider:
        for number in range(5):
            ask(provider, "scenario: tokens count=1", client_request_id=f"page-{number}")
        everything = get(provider, "/v2/billing/transactions").json()
        assert everything["pagination"] == {"next_cursor": None, "has_more": False}
        found, query = [], {"limit": "2"}
        while True:
            page = get(provider, "/v2/billing/transactions", **query).json()
            found += page["data"]
            if not page["pagination"]["has_more"]:
                break
            query["cursor"] = page["pagination"]["next_cursor"]
        assert found == everything["data"]
        assert len(found) == 5
        second = get(provider, "/v2/logs", limit="2", offset="2").json()
        assert [row["client_request_id"] for row in second["data"]] == ["page-2", "page-1"]
        assert second["pagination"] == {"limit": 2, "offset": 2, "total": 5, "has_more": True}


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}])
def test_a_wrong_page_is_refused(provider: Provider, query: dict[str, str]) -> None:
    for path in ("/v2/logs", "/v2/billing/transactions"):
        assert get(provider, path, **query).status_code == 400
    assert get(provider, "/v2/billing/transactions", cursor="nonsense").status_code == 400
    assert get(provider, "/v2/logs", status="succeeded,failed").status_code == 400


def test_an_unknown_path_is_refused_in_the_style_of_the_api(provider: Provider) -> None:
    answer = get(provider, "/v1/nothing")
    assert answer.status_code == 404
    assert set(answer.json()) == {"message", "path", "requestId", "statusCode", "timestamp"}
    assert answer.headers["x-inference-id"] == answer.json()["requestId"]


def test_requests_are_kept_as_they_came(provider: Provider) -> None:
    ask(provider, "scenario: tokens count=1", client_request_id="kept", temperature=0.5)
    last = provider.requests()[-1]
    assert (last["client_request_id"], last["body"]["temperature"]) == ("kept", 0.5)
    ask(provider, "scenario: tokens count=1", client_request_id="too-long", user="x" * 1_000_000)
    assert provider.requests()[-1] == {"client_request_id": "too-long", "body": None}


def test_a_call_that_the_client_left_costs_what_was_sent() -> None:
    with start_provider(key=KEY) as provider:
        ask(provider, "scenario: stall after=4", until=b" w4", client_request_id="left")
        eventually(lambda: provider.stats()["aborted"] == 1)
        row = get(provider, "/v2/logs").json()["data"][0]
        assert (row["client_request_id"], row["status"], row["tokens"]["output"]) == ("left", "succeeded", 4)
        assert row["cost"]["usd"] > 0
