"""One MCP server, a real one: its tools are offered and called; it goes away, comes back, misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chatsite.mcp import StdioServer
from conversations.tools import BadArguments, ToolFailed
from conversations.tools.mcp_servers import connection as connections
from conversations.tools.mcp_servers import session
from conversations.tools.mcp_servers.connection import Connection
from conversations.tools.mcp_servers.listing import Listed
from conversations.tools.mcp_servers.server import Server
from tests.tools.calling import context
from tests.tools.mcp_house import house, house_on_the_web
from tests.tools.web import answer, web

PROGRAM = StdioServer(sys.executable, (str(Path(__file__).with_name("mcp_house.py")),), {"EXTRA": "1"})
ENDS_AT_ONCE = StdioServer(sys.executable, ("-c", "pass"))


@asynccontextmanager
async def connection_to(**server: Any) -> AsyncIterator[Connection]:
    made = Connection(Server(**({"name": "house", "asks": True} | server)))
    made.start()
    try:
        yield made
    finally:
        await made.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  # what is looked at tells nobody
            await asyncio.sleep(0.01)


async def call(connection: Connection, name: str, **arguments: Any) -> str:
    return await connection.tools[name].run(arguments, context())


@pytest.fixture(params=["web", "program"])
async def connected(request: pytest.FixtureRequest) -> AsyncIterator[Connection]:
    if request.param == "program":
        async with connection_to(program=PROGRAM) as made:
            await until(lambda: bool(made.tools))
            yield made
    else:
        async with house_on_the_web() as found, connection_to(url=found.url) as made:
            await until(lambda: bool(made.tools))
            yield made


async def test_tools_are_offered_under_the_servers_name_and_ask(connected: Connection) -> None:
    assert set(connected.tools) == {
        *("house_add", "house_wait", "house_refuse", "house_picture", "house_environment", "house_leave")
    }
    add = connected.tools["house_add"]
    assert (add.title, add.description, add.source) == ("Add up", "Add two numbers.", "house")
    assert add.asks
    assert add.parameters["required"] == ["a", "b"]
    assert connected.status == "reachable, 6 tools"


async def test_calls_give_text(connected: Connection) -> None:
    assert await call(connected, "house_add", a=1, b=2) == "3"
    assert await call(connected, "house_picture") == "[image, image/png, about 12 bytes: not shown]"
    with pytest.raises(ToolFailed, match="refuse"):
        await call(connected, "house_refuse")


async def test_arguments_are_checked_against_the_servers_schema(connected: Connection) -> None:
    check = connected.tools["house_add"].check
    await check({"a": 1, "b": 2})
    with pytest.raises(BadArguments, match=r"at \$.a: 'x' is not of type 'integer'"):
        await check({"a": "x", "b": 2})
    with pytest.raises(BadArguments, match="'b' is a required property"):
        await check({"a": 1})


async def test_calls_run_beside_each_other_and_can_be_cancelled(connected: Connection) -> None:
    waiting = asyncio.create_task(call(connected, "house_wait"))
    assert await call(connected, "house_add", a=1, b=2) == "3"
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await call(connected, "house_add", a=2, b=2) == "4"


async def test_a_program_gets_few_variables_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLETIONS_API_KEY", "secret")
    async with connection_to(program=PROGRAM) as made:
        await until(lambda: bool(made.tools))
        names = await call(made, "house_environment")
    assert "EXTRA" in names
    assert "PATH" in names
    assert "COMPLETIONS_API_KEY" not in names
    assert "DJANGO_SETTINGS_MODULE" not in names


async def test_a_program_that_ends_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "RETRY_SECONDS", (0.01,))
    async with connection_to(program=PROGRAM) as made:
        await until(lambda: bool(made.tools))
        with pytest.raises(ToolFailed, match="the server “house” did not do it: it answered with an error"):
            await call(made, "house_leave")
        await until(lambda: not made.tools)
        await until(lambda: bool(made.tools))
        assert await call(made, "house_add", a=1, b=2) == "3"


async def test_a_server_on_the_web_that_goes_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "RETRY_SECONDS", (0.05,))
    async with house_on_the_web() as found:
        port = int(found.url.split(":")[2].split("/")[0])
        async with connection_to(url=found.url) as made:
            await until(lambda: bool(made.tools))
            add = made.tools["house_add"]
            await found.stop()
            with pytest.raises(ToolFailed, match="the server “house”"):
                await add.run({"a": 1, "b": 2}, context())
            await until(lambda: made.status == "it cannot be reached")
            assert made.tools == {}
            with pytest.raises(ToolFailed, match="cannot be reached now"):
                await add.run({"a": 1, "b": 2}, context())
            async with house_on_the_web(port):
                await until(lambda: made.status == "reachable, 6 tools")
                assert await add.run({"a": 1, "b": 2}, context()) == "3"


async def test_a_list_that_changes_is_read_again() -> None:
    server = house()
    async with house_on_the_web(server=server) as found, connection_to(url=found.url) as made:
        await until(lambda: bool(made.tools))
        server.remove_tool("wait")
        made.look_again()
        await until(lambda: "house_wait" not in made.tools)
        assert made.status == "reachable, 5 tools"


async def test_the_secret_goes_along_as_a_bearer() -> None:
    async with house_on_the_web() as found, connection_to(url=found.url, token="s3cret") as made:
        await until(lambda: bool(made.tools))
        assert set(found.secrets) == {"Bearer s3cret"}
        assert "s3cret" not in repr(made.server)


@pytest.mark.parametrize(
    ("server", "status"),
    [
        ({"url": "http://127.0.0.1:1/mcp"}, "it cannot be reached"),
        ({"program": StdioServer("/nowhere/at/all")}, "it cannot be started: No such file or directory"),
        (
            {"program": StdioServer(sys.executable, ("-c", "pass"))},
            "it answered with an error: Connection closed",
        ),
    ],
)
async def test_what_is_wrong_is_told_in_words(server: dict[str, Any], status: str) -> None:
    async with connection_to(**server) as made:
        await until(lambda: made.status != "not asked yet")
        assert made.status == status
        assert made.tools == {}


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CONNECT_SECONDS", 0.2)
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(60), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/mcp"
    async with connection_to(url=url) as made:
        await until(lambda: made.status != "not asked yet")
        assert made.status == "it did not answer in time"
    silent.close()


async def test_a_page_that_is_no_mcp_server_is_told() -> None:
    async with (
        web({"/mcp": answer(b"Hello", status="404 Not Found")}) as site,
        connection_to(url=f"http://127.0.0.1:{site.port}/mcp") as made,
    ):
        await until(lambda: made.status != "not asked yet")
        assert made.status.startswith("it answered with an error")


async def test_closing_ends_the_program() -> None:
    async with connection_to(program=PROGRAM) as made:
        await until(lambda: bool(made.tools))
        assert _programs()
    assert not _programs()


async def test_a_cancellation_that_meets_an_answer_still_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's streams drop a cancellation that comes in the same moment as what they wait for."""
    listing_now = asyncio.Event()

    async def answered_when_cancelled(client: object) -> list[Listed]:
        listing_now.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return []

    monkeypatch.setattr(session, "listed", answered_when_cancelled)
    async with house_on_the_web() as found:
        made = Connection(Server("house", True, url=found.url))
        made.start()
        await listing_now.wait()
        async with asyncio.timeout(10):
            await made.close()


def _programs() -> list[str]:
    """The servers among the processes that this one has started."""
    found: list[str] = []
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            children = (thread / "children").read_text().split()
            found += [pid for pid in children if b"mcp_house" in Path("/proc", pid, "cmdline").read_bytes()]
    return found
