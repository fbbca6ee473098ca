"""Refusals over the wire, and as the exceptions of the official client."""

import json
from email.utils import parsedate_to_datetime
from typing import Any

import openai
import pytest

from tests.providers import Provider, start_provider

from .conftest import KEY
from .wire import MODEL, ask, post, words

ERRORS = {
    "scenario: rate-limit": (429, openai.RateLimitError),
    "scenario: quota": (429, openai.RateLimitError),
    "scenario: bad-key": (401, openai.AuthenticationError),
    "scenario: forbidden": (403, openai.PermissionDeniedError),
    "scenario: bad-request": (400, openai.BadRequestError),
    "scenario: bad-request code=422": (422, openai.UnprocessableEntityError),
    "scenario: context-length": (400, openai.BadRequestError),
    "scenario: model-gone": (404, openai.NotFoundError),
    "scenario: too-large": (413, openai.APIStatusError),
    "scenario: timeout-408": (408, openai.APIStatusError),
    "scenario: conflict-409": (409, openai.ConflictError),
    "scenario: server-error code=500": (500, openai.InternalServerError),
    "scenario: server-error code=529": (529, openai.InternalServerError),
}


@pytest.mark.parametrize("line", ERRORS)
def test_the_official_client_raises_the_right_error(client: Any, line: str) -> None:
    status, error = ERRORS[line]
    with pytest.raises(error) as raised:
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": line}], stream=True)
    assert raised.value.status_code == status


def test_both_styles_of_body(provider: Provider) -> None:
    body = json.loads(ask(provider, "scenario: model-gone style=aimlapi").body)
    assert set(body) == {"message", "path", "requestId", "statusCode", "timestamp"}
    body = json.loads(ask(provider, "scenario: model-gone style=openai").body)
    assert set(body["error"]) == {"message", "type", "param", "code"}


def test_codes_that_tell_two_refusals_apart(provider: Provider) -> None:
    codes = {
        "scenario: quota": "insufficient_quota",
        "scenario: rate-limit": "rate_limit_exceeded",
        "scenario: context-length": "context_length_exceeded",
    }
    for line, code in codes.items():
        assert json.loads(ask(provider, line).body)["error"]["code"] == code


def test_retry_after_in_every_form(provider: Provider) -> None:
    for value in ("5", "0", "-1", "86400"):
        assert ask(provider, f"scenario: rate-limit retry-after={value}").headers["retry-after"] == value
    date = ask(provider, "scenario: rate-limit retry-after=date").headers["retry-after"]
    assert parsedate_to_datetime(date).tzinfo is not None
    assert ask(provider, "scenario: rate-limit retry-after=garbage").headers["retry-after"] == "soon; maybe"
    assert "retry-after" not in ask(provider, "scenario: rate-limit retry-after=none").headers


def test_bad_key_repeats_the_key_that_came(provider: Provider) -> None:
    assert KEY in ask(provider, "scenario: bad-key").body.decode()


def test_server_error_may_be_a_page(provider: Provider) -> None:
    answer = ask(provider, "scenario: server-error code=502 style=html")
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (502, "text/html")


@pytest.mark.parametrize("style", ["openai", "aimlapi"])
def test_an_error_inside_the_stream(provider: Provider, style: str) -> None:
    answer = ask(provider, f"scenario: error-in-stream after=2 style={style} named=yes")
    assert (answer.status, answer.text) == (200, words(2))
    assert ("error" if style == "openai" else "statusCode") in answer.chunks[-1]
    assert b"event: error\n" in answer.body
    assert "[DONE]" not in answer.data
    assert answer.complete


def test_the_official_client_raises_the_error_inside_the_stream(client: Any) -> None:
    question = [{"role": "user", "content": "scenario: error-in-stream after=2"}]
    with pytest.raises(openai.APIError, match="overloaded"):
        list(client.chat.completions.create(model=MODEL, messages=question, stream=True))


def test_a_json_error_with_status_200(provider: Provider) -> None:
    for style, field in (("openai", "error"), ("aimlapi", "statusCode")):
        answer = ask(provider, f"scenario: json-error-200 style={style}")
        assert answer.status == 200
        assert field in json.loads(answer.body)


def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    with start_provider(key=KEY, max_body_bytes=1000) as small:
        answer = post(small, b"{", headers={"Content-Length": "1001"})
        assert answer.status == 413
        assert answer.headers["connection"] == "close"
        assert ask(small, "scenario: tokens count=2").text == words(2)


def test_a_key_is_needed_only_where_it_matters(provider: Provider) -> None:
    assert post(provider, b"{}", headers={"Authorization": "Bearer wrong"}).status == 401
    assert provider.stats()["started"] >= 0
