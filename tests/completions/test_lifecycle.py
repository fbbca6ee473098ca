"""Starting and stopping: nothing is left behind, the key is nowhere, and the server's side closes at once."""

from __future__ import annotations

import asyncio
import gc
import logging
import ssl
import subprocess
import traceback
from pathlib import Path

import pytest

from conversations.completions import (
    BadAnswer,
    Breaker,
    CompletionsClient,
    InvalidRequest,
    TextDelta,
    Timeouts,
)

from .conftest import KEY, ClientMaker
from .helpers import REQUEST, run, text_of
from .upstream import SSE_HEAD, Peer, answer, delta, events, sends, upstream

HELD = sends(SSE_HEAD + events(delta(content="Hel"), done=False), then="hold")
WELL = sends(SSE_HEAD + events(delta(content="Hello", finish="stop")))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def stop_after_first_text(client: CompletionsClient) -> None:
    async with client.stream(REQUEST, request_id="r-1") as stream:
        async for event in stream:
            if isinstance(event, TextDelta):
                return


async def stop_by_cancelling(client: CompletionsClient) -> None:
    task = asyncio.create_task(run(client))
    while not task.done():
        await asyncio.sleep(0.002)
        task.cancel()
    assert task.cancelled()


async def test_leaving_the_block_closes_the_connection(make_client: ClientMaker) -> None:
    async with upstream(HELD) as server:
        await stop_after_first_text(make_client(server.url))
        await asyncio.wait_for(server.idle.wait(), 2)


async def test_cancelling_before_the_first_byte_closes_the_connection(make_client: ClientMaker) -> None:
    asked = asyncio.Event()

    async def silent(peer: Peer) -> None:
        asked.set()
        await peer.until_closed()

    async with upstream(silent) as server:
        task = asyncio.create_task(run(make_client(server.url)))
        await asyncio.wait_for(asked.wait(), 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.idle.wait(), 2)


async def test_five_hundred_starts_and_stops_leave_nothing_behind(make_client: ClientMaker) -> None:
    async with upstream(HELD) as server:
        client = make_client(server.url)
        await stop_after_first_text(client)
        await asyncio.wait_for(server.idle.wait(), 2)
        tasks, files = len(asyncio.all_tasks()), open_files()
        for _ in range(10):
            stops = [stop_after_first_text(client) for _ in range(25)]
            await asyncio.gather(*stops, *(stop_by_cancelling(client) for _ in range(25)))
        await asyncio.wait_for(server.idle.wait(), 5)
        gc.collect()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) <= tasks + 1
        assert open_files() <= files + 2
        server.scripts = [WELL]
        found, error = await run(client)
    assert error is None and text_of(found) == "Hello"


async def test_more_streams_at_once_than_any_default_pool_holds(make_client: ClientMaker) -> None:
    all_here = asyncio.Barrier(151)

    async def gather(peer: Peer) -> None:
        await peer.send(SSE_HEAD)
        await all_here.wait()
        await peer.until_closed()

    async with upstream(gather) as server:
        client = make_client(server.url)
        tasks = [asyncio.create_task(run(client)) for _ in range(150)]
        await asyncio.wait_for(all_here.wait(), 10)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(server.idle.wait(), 5)


async def test_when_the_server_is_down_calls_fail_at_once(make_client: ClientMaker) -> None:
    async with upstream(answer(503)) as server:
        client = make_client(server.url, breaker=Breaker(threshold=2, rest=60.0))
        for _ in range(5):
            _, error = await run(client)
    assert error is not None and error.kind == "unreachable" and error.retry_after is not None
    assert len(server.requests) == 2 * 3


async def test_one_client_serves_two_event_loops(transport: str) -> None:
    client = CompletionsClient(base_url="http://127.0.0.1:9/v1", api_key=KEY, transport=transport)  # type: ignore[arg-type]

    async def once() -> str:
        async with upstream(WELL) as server:
            client.base_url = server.url
            found, _ = await run(client)
            await client.aclose()
            return text_of(found)

    assert await once() == await asyncio.to_thread(asyncio.run, once()) == "Hello"


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


@pytest.mark.parametrize("request_id", ["", "x" * 129, "a b", "é", "a\n"])
async def test_a_request_id_that_would_be_dropped_is_refused(
    make_client: ClientMaker, request_id: str
) -> None:
    client = make_client("http://127.0.0.1:9/v1")
    with pytest.raises(InvalidRequest):
        async with client.stream(REQUEST, request_id=request_id):
            raise AssertionError("the stream was opened")
    with pytest.raises(InvalidRequest):
        await client.complete(REQUEST, request_id=request_id)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_timeout_of_nothing_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="idle timeout"):
        Timeouts(idle=seconds)


async def test_models_of_a_rich_catalogue_are_found_by_id_and_alias(make_client: ClientMaker) -> None:
    info = {"name": "GPT 4", "developer": "OpenAI", "contextLength": 128000}
    rich = {"id": "openai/gpt-4", "aliases": ["gpt-4"], "info": info, "capabilities": ["tools", None]}
    odd = [None, {}, {"id": 7}, {"id": "a\x00b"}, {"id": "x" * 300}, {"id": "bare"}]
    async with upstream(answer(200, {"data": [rich, *odd]}, 'ETag: "v1"\r\n'), answer(304)) as server:
        client = make_client(server.url)
        catalogue = await client.models()
        assert [model.id for model in catalogue.models] == ["openai/gpt-4", "bare"]
        assert catalogue.find("gpt-4") is catalogue.models[0] and catalogue.find("gpt-5") is None
        assert catalogue.models[0].context_length == 128000
        assert catalogue.models[0].capabilities == frozenset({"tools"})
        assert (await client.models(catalogue.etag)).unchanged
    assert server.requests[1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"", b'{"data": 3}'])
async def test_a_catalogue_that_is_none_is_a_bad_answer(make_client: ClientMaker, body: bytes) -> None:
    async with upstream(answer(200, body)) as server:
        with pytest.raises(BadAnswer):
            await make_client(server.url).models()


@pytest.mark.parametrize(
    ("status", "body", "ok", "words"),
    [
        (400, {"message": "messages must not be empty", "statusCode": 400}, True, "accepts the key"),
        (422, {}, True, "accepts the key"),
        (401, {}, False, "refuses the API key"),
        (403, {"message": "You have run out of credits"}, False, "credit is used up"),
        (404, {}, False, "not a completions API"),
        (404, {"error": {"code": "model_not_found"}}, True, "accepts the key"),
        (302, {}, False, "not a completions API"),
        (503, {}, False, "has trouble"),
    ],
)
async def test_the_check_tells_in_words(
    make_client: ClientMaker, status: int, body: dict[str, object], ok: bool, words: str
) -> None:
    async with upstream(answer(status, body)) as server:
        result = await make_client(server.url).check()
    assert result.ok is ok and words in result.message


async def test_the_check_never_raises(make_client: ClientMaker) -> None:
    result = await make_client("http://127.0.0.1:9/v1").check()
    assert not result.ok and "unreachable" in result.message


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    crt, key = folder / "crt.pem", folder / "key.pem"
    names = "subjectAltName=IP:127.0.0.1"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    )
    subprocess.run(
        [*command.split(), "-addext", names, "-out", crt, "-keyout", key], check=True, capture_output=True
    )
    return crt, key


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_certificate_is_believed_only_when_trusted(
    make_client: ClientMaker, certificate: tuple[Path, Path], trusted: bool
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    async with upstream(WELL, tls=context) as server:
        tls = ssl.create_default_context(cafile=str(certificate[0])) if trusted else None
        found, error = await run(make_client(server.url, tls=tls))
    if trusted:
        assert error is None and text_of(found) == "Hello"
    else:
        assert error is not None and error.kind == "tls" and not server.requests


async def test_plain_http_on_a_tls_address_is_a_tls_failure(make_client: ClientMaker) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    client = make_client(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    _, error = await run(client)
    server.close()
    assert error is not None and error.kind == "tls"


async def test_an_error_of_the_reader_of_events_is_not_touched(make_client: ClientMaker) -> None:
    async with upstream(WELL) as server:
        with pytest.raises(ZeroDivisionError):
            async with make_client(server.url).stream(REQUEST, request_id="r-1") as stream:
                async for _ in stream:
                    raise ZeroDivisionError
        await asyncio.wait_for(server.idle.wait(), 2)
