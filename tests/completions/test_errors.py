"""The border: every foreign failure becomes one of ours, with our text and a clean detail."""

from __future__ import annotations

import inspect
import socket
import ssl

import aiohttp
import httpx
import pytest

import conversations.completions.errors as errors
from conversations.completions import CompletionError
from conversations.completions.errors import DETAIL_LIMIT, sanitise_detail
from conversations.completions.foreign import error_from_exception
from conversations.completions.mapping import error_from_status
from conversations.completions.secret import ApiKey

from .conftest import KEY

KINDS = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, CompletionError) and value is not CompletionError
]


def test_the_docstring_is_the_tree() -> None:
    for kind in KINDS:
        line = next(line for line in (errors.__doc__ or "").splitlines() if f"── {kind.__name__} " in line)
        assert line.split()[2] == kind.kind
        assert line.split()[3].rstrip(":") == ("yes" if kind.permanent else "no")
        assert ('"interrupted"' in line) == (kind.ends_as == "interrupted")


def test_kinds_are_different_and_texts_say_what_is_kept() -> None:
    assert len({kind.kind for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert "kept" in kind().user_message


def test_every_status_that_is_no_success_maps_to_an_error() -> None:
    for status in range(300, 600):
        error = error_from_status(status, b"<html>secret words</html>", ApiKey(KEY))
        assert type(error) in KINDS and error.status == status
        assert "secret words" not in error.user_message


CONTEXT = b'{"error":{"message":"x","code":"context_length_exceeded"}}'
CONTEXT_WORDS = b'{"message":"This model\'s maximum context length is 128000 tokens","statusCode":400}'
QUOTA = b'{"error":{"message":"x","type":"insufficient_quota"}}'
CREDITS = b'{"message":"You have run out of credits","statusCode":"403"}'
GONE = b'{"error":{"message":"The model does not exist","code":"model_not_found"}}'
DEPRECATED = b'{"message":"gpt-4-0125-preview is deprecated","statusCode":404}'


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (301, b"", "configuration"),
        (400, b"", "bad_request"),
        (400, CONTEXT, "context_length"),
        (400, CONTEXT_WORDS, "context_length"),
        (401, b"", "configuration"),
        (402, b"", "quota"),
        (403, b"", "configuration"),
        (403, CREDITS, "quota"),
        (404, b"", "configuration"),
        (404, GONE, "model_gone"),
        (404, DEPRECATED, "model_gone"),
        (408, b"", "server_error"),
        (409, b"", "server_error"),
        (413, b"", "too_large"),
        (422, b"", "bad_request"),
        (429, b"", "rate_limited"),
        (429, QUOTA, "quota"),
        *((status, b"", "server_error") for status in (500, 502, 503, 504, 529)),
        (500, b"[" * 100_000, "server_error"),
        (200, b"", "bad_answer"),
    ],
)
def test_statuses_and_bodies_map_as_documented(status: int, body: bytes, kind: str) -> None:
    assert error_from_status(status, body, ApiKey(None)).kind == kind


def test_a_refused_setting_is_named_only_if_it_is_one_of_ours() -> None:
    body = b'{"error":{"message":"secret words","param":"%s"}}'
    assert "“top_p”" in error_from_status(400, body % b"top_p", ApiKey(None)).user_message
    assert "“messages”" in error_from_status(400, body % b"messages[0].content", ApiKey(None)).user_message
    assert "<b>" not in error_from_status(400, body % b"<b>", ApiKey(None)).user_message


@pytest.mark.parametrize("begun", [False, True])
def test_every_exception_of_httpx_and_aiohttp_maps_to_an_error(begun: bool) -> None:
    foreign = httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | aiohttp.ClientError
    classes = [
        value
        for module in (httpx, aiohttp)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, foreign)
    ]
    assert len(classes) > 40
    for kind in classes:
        # Their constructors want all sorts of things; for the mapping only what they are counts.
        bare = type("Bare", (kind,), {"__init__": lambda self: None, "__str__": lambda self: "x"})
        assert type(error_from_exception(bare(), begun=begun)) in KINDS, kind


def caused(exception: Exception, cause: BaseException) -> Exception:
    exception.__cause__ = cause
    return exception


@pytest.mark.parametrize(
    ("exception", "kind", "retryable"),
    [
        (httpx.ConnectError("x"), "unreachable", True),
        (httpx.ConnectTimeout("x"), "connect_timeout", True),
        (httpx.PoolTimeout("x"), "connect_timeout", True),
        (httpx.ReadTimeout("x"), "first_byte_timeout", False),
        (httpx.RemoteProtocolError("illegal status line"), "bad_answer", False),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "unreachable", True),
        (httpx.UnsupportedProtocol("x"), "configuration", False),
        (caused(httpx.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "unknown")), "dns", False),
        (caused(httpx.ConnectError("x"), socket.gaierror(socket.EAI_AGAIN, "later")), "dns", True),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("self-signed")), "tls", False),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ServerDisconnectedError()), "unreachable", True),
        (caused(httpx.ConnectTimeout("x"), aiohttp.ConnectionTimeoutError()), "connect_timeout", True),
        (ConnectionResetError(), "unreachable", True),
    ],
)
def test_what_lies_behind_an_exception_decides(exception: Exception, kind: str, retryable: bool) -> None:
    error = error_from_exception(exception, begun=False)
    assert (error.kind, error.retryable) == (kind, retryable)
    assert error_from_exception(exception, begun=True).kind in ("interrupted", "configuration")


def test_details_are_masked_cleaned_and_cut() -> None:
    detail = sanitise_detail(f"Bearer abc.def\r\n sk-proj-123\x1b[31m \u202e api_key: 'xyz' {'long ' * 500}")
    assert len(detail) <= DETAIL_LIMIT
    for leak in ("abc.def", "123", "\r", "\n", "\x1b", "\u202e", "xyz"):
        assert leak not in detail
    assert sanitise_detail("\ud83d").isprintable()
