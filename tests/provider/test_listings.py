"""Model lists of other servers, and lists that are too long, hostile or broken."""

import json

import httpx
import pytest

from conversations.provider.listings import FORMS, HOSTILE, MANY
from tests.providers import start_provider


def fetched(form: str) -> httpx.Response:
    with start_provider(catalogue=form) as provider:
        return httpx.get(f"{provider.base_url}/models")


@pytest.mark.parametrize(
    ("form", "count"), [("plain", 2), ("empty", 0), ("many", MANY), ("hostile", len(HOSTILE))]
)
def test_lists_with_nothing_but_names(form: str, count: int) -> None:
    body = fetched(form).json()
    assert len(body["data"]) == count
    assert all(set(model) == {"id", "object", "owned_by"} for model in body["data"])


def test_answers_that_are_no_list() -> None:
    with pytest.raises(json.JSONDecodeError):
        fetched("broken").json()
    assert fetched("html").headers["content-type"].startswith("text/html")
    assert fetched("error").status_code == 503


def test_the_normal_form_is_the_documented_catalogue() -> None:
    assert FORMS[0] == "normal"
    assert all("info" in model for model in fetched("normal").json()["data"])
