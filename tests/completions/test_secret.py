"""The key is in one place only: the header of the request."""

from __future__ import annotations

import logging
import traceback

import pytest

from conversations.completions import CompletionsClient

from .conftest import KEY, ClientMaker
from .helpers import run
from .upstream import SSE_HEAD, sends, upstream

ECHO = f'{{"error":{{"message":"Incorrect API key provided: {KEY}. Bearer {KEY}","param":"{KEY}"}}}}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 401 No\r\nConnection: close\r\n\r\n" + ECHO,
        b"HTTP/1.1 400 No\r\nConnection: close\r\n\r\n" + b"x" * 480 + ECHO,
        SSE_HEAD + b"data: " + ECHO + b"\n\n",
        SSE_HEAD + f"data: {KEY}\n\n".encode() * 4,
        SSE_HEAD + f"<html>{KEY}".encode(),
        SSE_HEAD + ECHO,
        f"HTTP/1.1 {KEY} {KEY}\r\n\r\n".encode(),
        b"",
    ],
)
async def test_the_key_is_nowhere_to_be_seen(
    make_client: ClientMaker, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with upstream(sends(data)) as server:
        client = make_client(server.url)
        _, error = await run(client)
        assert KEY in server.requests[0].headers["authorization"]
    assert error is not None
    assert error.__cause__ is None and error.__context__ is None
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = [repr(error), str(error), error.user_message, error.detail, caplog.text]
    shown += [repr(client), str(vars(client))]
    # The frames of this test hold the key themselves; only those of the package count.
    shown += [str(frame.locals) for frame in trace.stack if "conversations/completions" in frame.filename]
    assert len(shown) > 7
    assert not [text for text in shown if KEY in text or KEY[:12] in text]


@pytest.mark.parametrize("key", ["sk-secret words", "sk-sécret", "sk-secret\nX: y"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII") as caught:
        CompletionsClient(base_url="http://127.0.0.1/v1", api_key=key)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["ftp://h/v1", "h/v1", "http://", "http://u:p@h/v1", "http://h/v1?k=1", "http://h/#f"]
)
def test_a_base_url_that_cannot_be_right_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL") as caught:
        CompletionsClient(base_url=url, api_key=None)
    assert "u:p" not in str(caught.value)
