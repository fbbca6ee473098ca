"""Starting and stopping: nothing is left behind, and the server's side closes at once."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from conversations.completions import (
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
        await asyncio.wait_for(server.idle.wait(), 30)


async def test_cancelling_before_the_first_byte_closes_the_connection(make_client: ClientMaker) -> None:
    asked = asyncio.Event()

    async def silent(peer: Peer) -> None:
        asked.set()
        await peer.until_closed()

    async with upstream(silent) as server:
        task = asyncio.create_task(run(make_client(server.url)))
        await asyncio.wait_for(asked.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.idle.wait(), 30)


async def test_five_hundred_starts_and_stops_leave_nothing_behind(make_client: ClientMaker) -> None:
    async with upstream(HELD) as server:
        client = make_client(server.url)
        await stop_after_first_text(client)
        await asyncio.wait_for(server.idle.wait(), 30)
        tasks, files = len(asyncio.all_tasks()), open_files()
        for _ in range(10):
            stops = [stop_after_first_text(client) for _ in range(25)]
            await asyncio.gather(*stops, *(stop_by_cancelling(client) for _ in range(25)))
        await asyncio.wait_for(server.idle.wait(), 30)
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
        await asyncio.wait_for(all_here.wait(), 30)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(server.idle.wait(), 30)


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


async def test_an_error_of_the_reader_of_events_is_not_touched(make_client: ClientMaker) -> None:
    async with upstream(WELL) as server:
        with pytest.raises(ZeroDivisionError):
            async with make_client(server.url).stream(REQUEST, request_id="r-1") as stream:
                async for _ in stream:
                    raise ZeroDivisionError
        await asyncio.wait_for(server.idle.wait(), 30)
