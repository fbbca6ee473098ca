"""What an upstream can do to a call, byte for byte, over both transports."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from typing import Any

import pytest

from conversations.completions import (
    CompletionRequest,
    Done,
    Opened,
    Timeouts,
    UserMessage,
    Waiting,
)

from .conftest import ClientMaker
from .helpers import REQUEST, run, text_of
from .upstream import SSE_HEAD, Peer, answer, delta, events, kept_alive, sends, upstream

HELLO = events(delta(content="Hello"), delta(finish="stop"))
WELL = sends(SSE_HEAD + HELLO)


def waits(found: list[Any]) -> list[Waiting]:
    return [event for event in found if isinstance(event, Waiting)]


async def test_a_plain_stream_with_its_ids(make_client: ClientMaker) -> None:
    async with upstream(WELL) as server:
        found, error = await run(make_client(server.url + "/"))
    assert error is None and text_of(found) == "Hello"
    assert found[0] == Opened("r-1", "inf-1", 200)
    received = server.requests[0]
    assert received.line == "POST /v1/chat/completions HTTP/1.1"
    assert received.headers["x-client-request-id"] == "r-1"
    assert received.headers["accept-encoding"] == "identity"
    assert received.json()["stream"] is True


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "application/octet-stream", "text/html", "nonsense"]
)
async def test_a_wrong_content_type_does_not_matter(make_client: ClientMaker, content_type: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n".encode()
    async with upstream(sends(head + HELLO)) as server:
        found, error = await run(make_client(server.url))
    assert error is None and text_of(found) == "Hello"


async def test_http_1_0_without_any_header(make_client: ClientMaker) -> None:
    async with upstream(sends(b"HTTP/1.0 200 OK\r\n\r\n" + HELLO)) as server:
        found, error = await run(make_client(server.url))
    assert error is None and text_of(found) == "Hello"


async def test_an_interim_response_is_passed_over(make_client: ClientMaker) -> None:
    async with upstream(sends(b"HTTP/1.1 100 Continue\r\n\r\n" + SSE_HEAD + HELLO)) as server:
        found, error = await run(make_client(server.url))
    assert error is None and text_of(found) == "Hello"


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 banana OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n",
    ],
    ids=["no http", "no status", "huge header", "two lengths"],
)
async def test_what_is_not_http_is_a_bad_answer(make_client: ClientMaker, head: bytes) -> None:
    async with upstream(sends(head)) as server:
        _, error = await run(make_client(server.url))
    assert error is not None and error.kind == "bad_answer"


async def test_a_compressed_answer_is_not_opened(make_client: ClientMaker) -> None:
    body = gzip.compress(b"data: " + b"0" * 10_000_000)
    async with upstream(answer(200, body, "Content-Encoding: gzip\r\n")) as server:
        found, error = await run(make_client(server.url))
    assert error is not None and error.kind == "bad_answer" and "gzip" in error.detail
    assert not text_of(found)


async def test_refused_connections_are_tried_three_times(make_client: ClientMaker) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found, error = await run(make_client(f"http://127.0.0.1:{closed.getsockname()[1]}/v1"))
    assert error is not None and error.kind == "unreachable"
    assert [event.attempt for event in waits(found)] == [2, 3]


async def test_a_connection_that_is_never_accepted_times_out(make_client: ClientMaker) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        client = make_client(f"http://127.0.0.1:{address[1]}/v1", timeouts=Timeouts(connect=0.1))
        found, error = await run(client)
        for filler in fillers:
            filler.close()
    assert error is not None and error.kind == "connect_timeout"
    assert len(waits(found)) == 2


async def test_an_unknown_host_is_not_tried_again(make_client: ClientMaker) -> None:
    found, error = await run(make_client("http://nowhere.invalid/v1"))
    assert error is not None and error.kind == "dns"
    # A machine without a resolver answers "try again" for every name; then the retries are right.
    assert len(waits(found)) == (2 if error.retryable else 0)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
async def test_passing_refusals_are_tried_again(make_client: ClientMaker, status: int) -> None:
    async with upstream(answer(status), WELL) as server:
        found, error = await run(make_client(server.url))
    assert error is None and text_of(found) == "Hello"
    assert len(waits(found)) == 1 and isinstance(found[-1], Done)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 402, 403, 404, 405, 410, 413, 422])
async def test_lasting_refusals_are_not(make_client: ClientMaker, status: int) -> None:
    async with upstream(answer(status, b"", "Location: /elsewhere\r\n"), WELL) as server:
        found, error = await run(make_client(server.url))
    assert error is not None and error.permanent and error.status == status
    assert found == [] and len(server.requests) == 1


async def test_an_exhausted_quota_is_not_tried_again(make_client: ClientMaker) -> None:
    body = {"error": {"message": "x", "code": "insufficient_quota"}}
    async with upstream(answer(429, body, "Retry-After: 1\r\n"), WELL) as server:
        _, error = await run(make_client(server.url))
    assert error is not None and error.kind == "quota" and len(server.requests) == 1


async def test_a_wait_that_is_too_long_is_told_and_not_made(make_client: ClientMaker) -> None:
    async with upstream(answer(429, b"", "Retry-After: 86400\r\n"), WELL) as server:
        found, error = await run(make_client(server.url))
    assert error is not None and error.retry_after == 86400 and "24 hours" in error.user_message
    assert found == [] and len(server.requests) == 1


async def test_stopping_during_a_wait_ends_at_once(make_client: ClientMaker) -> None:
    async with upstream(answer(429, b"", "Retry-After: 20\r\n"), WELL) as server:
        started = time.monotonic()
        async with make_client(server.url).stream(REQUEST, request_id="r-1") as stream:
            async for event in stream:
                assert isinstance(event, Waiting) and event.seconds >= 20 and event.reason == "rate_limited"
                break
        assert time.monotonic() - started < 10
    assert len(server.requests) == 1


async def test_no_byte_at_all_is_a_first_byte_timeout_and_not_sent_twice(make_client: ClientMaker) -> None:
    async with upstream(sends(b"", then="hold")) as server:
        found, error = await run(make_client(server.url, timeouts=Timeouts(first_byte=0.1)))
    assert error is not None and error.kind == "first_byte_timeout" and error.ends_as == "failed"
    assert found == [] and len(server.requests) == 1


async def test_headers_alone_do_not_count_as_the_first_byte(make_client: ClientMaker) -> None:
    async with upstream(sends(SSE_HEAD, then="hold")) as server:
        found, error = await run(make_client(server.url, timeouts=Timeouts(first_byte=0.1)))
    assert error is not None and error.kind == "first_byte_timeout"
    assert found == [Opened("r-1", "inf-1", 200)]


async def test_a_stall_is_an_idle_timeout_and_keeps_the_text(make_client: ClientMaker) -> None:
    async with upstream(sends(SSE_HEAD + events(delta(content="Hel"), done=False), then="hold")) as server:
        found, error = await run(make_client(server.url, timeouts=Timeouts(idle=0.1)))
        await asyncio.wait_for(server.idle.wait(), 30)
    assert error is not None and error.kind == "idle_timeout" and error.ends_as == "interrupted"
    assert text_of(found) == "Hel"


async def test_endless_comments_reset_the_idle_limit_but_not_the_total(make_client: ClientMaker) -> None:
    async def comments(peer: Peer) -> None:
        await peer.send(SSE_HEAD + events(delta(content="Hel"), done=False))
        while True:
            await peer.send(b": still here\n\n")
            await asyncio.sleep(0.02)

    async with upstream(comments) as server:
        found, error = await run(make_client(server.url, timeouts=Timeouts(idle=0.3, total=0.6)))
        await asyncio.wait_for(server.idle.wait(), 30)
    assert error is not None and error.kind == "total_timeout" and error.ends_as == "interrupted"
    assert text_of(found) == "Hel"


async def test_done_ends_the_reply_although_the_server_goes_on(make_client: ClientMaker) -> None:
    async def endless(peer: Peer) -> None:
        await peer.send(SSE_HEAD + HELLO)
        while True:
            await peer.send(events(delta(content="more")) * 100)

    async with upstream(endless) as server:
        found, error = await run(make_client(server.url))
        await asyncio.wait_for(server.idle.wait(), 30)
    assert error is None and text_of(found) == "Hello"


@pytest.mark.parametrize("size", [10_000_000, 1_000_001])
async def test_a_line_beyond_the_limit_is_a_bad_answer(make_client: ClientMaker, size: int) -> None:
    async with upstream(
        sends(SSE_HEAD + events(delta(content="a"), done=False) + b"data: " + b"x" * size)
    ) as server:
        found, error = await run(make_client(server.url))
    assert error is not None and error.kind == "bad_answer" and text_of(found) == "a"


async def test_a_hundred_thousand_small_chunks_arrive(make_client: ClientMaker) -> None:
    chunk = b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
    async with upstream(sends(SSE_HEAD + chunk * 100_000 + b"data: [DONE]\n\n")) as server:
        found, error = await run(make_client(server.url))
    assert error is None and len(text_of(found)) == 100_000


async def test_a_refusal_before_the_request_was_read_is_heard(make_client: ClientMaker) -> None:
    async def refuse(peer: Peer) -> None:
        await peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        peer.writer.write_eof()
        await peer.until_closed()

    refuse.reads_body = False  # type: ignore[attr-defined]
    big = CompletionRequest(model="m", messages=(UserMessage("x" * 5_000_000),))
    async with upstream(refuse) as server:
        _, error = await run(make_client(server.url), big)
    assert error is not None and error.kind == "too_large"


async def test_a_large_request_arrives_whole(make_client: ClientMaker) -> None:
    big = CompletionRequest(model="m", messages=(UserMessage("é" * 1_000_000),))
    async with upstream(answer(500), WELL) as server:
        found, error = await run(make_client(server.url), big)
    assert error is None and text_of(found) == "Hello"
    assert [request.json()["messages"][0]["content"] for request in server.requests] == ["é" * 1_000_000] * 2


async def test_a_whole_completion_when_a_stream_was_asked_for(make_client: ClientMaker) -> None:
    body = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    async with upstream(answer(200, body)) as server:
        found, error = await run(make_client(server.url))
    assert error is None and text_of(found) == "Hello"


async def test_complete_gives_the_reply_with_its_cost(make_client: ClientMaker) -> None:
    body = {"id": "c", "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    headers = "x-aimlapi-usd-spent: 0.002\r\nx-aimlapi-credits-used: 4000\r\nx-inference-id: inf-9\r\n"
    async with upstream(answer(200, body, headers)) as server:
        completion = await make_client(server.url).complete(REQUEST, request_id="r-1")
    assert server.requests[0].json()["stream"] is False
    assert completion.choices[0].text == "Hello" and completion.choices[0].reason == "stop"
    assert completion.report is not None and str(completion.report.usd_spent) == "0.002"
    assert completion.opened is not None and completion.opened.inference_id == "inf-9"


async def test_an_error_in_a_started_stream_is_never_tried_again(make_client: ClientMaker) -> None:
    failing = sends(SSE_HEAD + events(delta(content="Hel"), {"error": {"message": "x", "code": 503}}))
    async with upstream(failing, WELL) as server:
        found, error = await run(make_client(server.url))
    assert error is not None and error.kind == "server_error" and text_of(found) == "Hel"
    assert len(server.requests) == 1


async def test_connections_are_kept_for_the_next_call(make_client: ClientMaker, transport: str) -> None:
    async with upstream(kept_alive(HELLO)) as server:
        client = make_client(server.url)
        for _ in range(5):
            assert (await run(client))[1] is None
        assert server.connections == (1 if transport == "aiohttp" else 5)


async def test_a_kept_connection_that_died_costs_no_retry(make_client: ClientMaker) -> None:
    async def dies(peer: Peer) -> None:
        await peer.reset()

    async with upstream(kept_alive(HELLO), dies, kept_alive(HELLO)) as server:
        client = make_client(server.url, transport="aiohttp")
        assert (await run(client))[1] is None
        found, error = await run(client)
    assert error is None and text_of(found) == "Hello"
    assert waits(found) == [] and len(server.requests) == 3
