"""The servers of a site: as the rows say at the moment, never in the way of a turn, shown to admins."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client

from conversations.models import McpServer
from conversations.store.threads import in_database
from conversations.tools import available
from conversations.tools.mcp_servers import SERVERS
from tests.tools.mcp_house import House, house_on_the_web
from tests.tools.test_mcp_connection import PROGRAM, until

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def running() -> AsyncIterator[None]:
    task = asyncio.create_task(SERVERS.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture
def few_tools(settings: LazySettings) -> Iterator[None]:
    settings.TOOLS = ("current_time",)
    yield


async def saved(house: House, **fields: object) -> McpServer:
    row = McpServer(**({"name": "house", "url": house.url} | fields))
    await in_database(row.save)
    return row


def offered(count: int) -> Callable[[], bool]:
    return lambda: len(available()) == 1 + count


async def test_a_row_is_a_server_as_long_as_it_is_there_and_switched_on(few_tools: None) -> None:
    async with house_on_the_web() as house, running():
        assert list(available()) == ["current_time"]
        row = await saved(house)
        await until(offered(6))
        assert SERVERS.status("house") == "reachable, 6 tools"
        assert available()["house_add"].asks
        row.asks = False
        await in_database(row.save)
        await until(lambda: bool(found := available().get("house_add")) and not found.asks)
        row.enabled = False
        await in_database(row.save)
        await until(offered(0))
        assert SERVERS.status("house") == "not used"
        row.enabled = True
        await in_database(row.save)
        await until(offered(6))
        await in_database(row.delete)
        await until(offered(0))


async def test_a_server_of_the_settings_is_there_from_the_start(
    few_tools: None, settings: LazySettings
) -> None:
    settings.MCP_STDIO = {"tools": PROGRAM}
    async with running():
        await until(offered(6))
        assert set(available()) > {"tools_add", "current_time"}
    assert list(available()) == ["current_time"]


async def test_a_tool_of_the_site_keeps_its_name(few_tools: None, settings: LazySettings) -> None:
    """A server called current with a tool called time would have the same."""
    settings.TOOLS = ("current_time",)
    async with house_on_the_web() as house, running():
        house.server.add_tool(lambda: "mine", name="time", description="Not the time.")
        await saved(house, name="current")
        await until(lambda: SERVERS.status("current") == "reachable, 7 tools")
        assert available()["current_time"].source == ""


async def test_a_server_that_is_away_is_only_not_offered_and_found_when_asked_again(few_tools: None) -> None:
    async with house_on_the_web() as house:
        pass  # gone again
    async with running():
        row = await saved(house)
        await until(lambda: SERVERS.status("house") == "it cannot be reached")
        assert list(available()) == ["current_time"]
        async with house_on_the_web(int(row.url.split(":")[2].split("/")[0])):
            SERVERS.look_again(["house", "nobody"])
            await until(offered(6))


async def test_the_secret_is_taken_from_the_settings_by_its_name(
    few_tools: None, settings: LazySettings
) -> None:
    settings.MCP_TOKENS = {"MCP_TOKEN_HOUSE": "s3cret"}
    async with house_on_the_web() as house, running():
        await saved(house, token_variable="MCP_TOKEN_HOUSE")
        await until(offered(6))
        assert set(house.secrets) == {"Bearer s3cret"}


def test_without_a_running_site_nothing_happens() -> None:
    McpServer.objects.create(name="house", url="http://house.example/mcp")
    SERVERS.look_again(["house"])
    assert SERVERS.tools() == {}


def test_a_site_without_servers_does_not_load_the_sdk() -> None:
    """It would take 30 MB and half a second of each start."""
    code = (
        "import django; django.setup(); import chatsite.asgi, conversations.turns.lifecycle, sys; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('mcp', 'mcp_types', 'pydantic', 'httpx2', 'starlette', 'uvicorn')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["a", "a-1", "x" * 20])
def test_names_of_servers(name: str) -> None:
    McpServer(name=name, url="http://tools:8000/mcp").full_clean()


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "x" * 21, "ä", "a\n", "tools"])
def test_names_that_servers_cannot_have(name: str, settings: LazySettings) -> None:
    settings.MCP_STDIO = {"tools": PROGRAM}
    with pytest.raises(ValidationError) as why:
        McpServer(name=name, url="http://tools:8000/mcp").full_clean()
    assert list(why.value.message_dict) == ["name"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tools",
        "ftp://tools/",
        "javascript:alert(1)",
        "http://",
        "http://a:b@c/",
        "http://[",
        "http://a b/",
    ],
)
def test_addresses_that_servers_cannot_have(url: str) -> None:
    with pytest.raises(ValidationError) as why:
        McpServer(name="a", url=url).full_clean()
    assert list(why.value.message_dict) == ["url"]


def test_a_secret_must_be_one_that_is_set(settings: LazySettings) -> None:
    """Else anybody who may write here could send the site's other secrets wherever they like."""
    settings.MCP_TOKENS = {"MCP_TOKEN_HOUSE": "s3cret"}
    McpServer(name="a", url="http://a/", token_variable="MCP_TOKEN_HOUSE").full_clean()
    with pytest.raises(ValidationError, match="Those that are set: MCP_TOKEN_HOUSE"):
        McpServer(name="a", url="http://a/", token_variable="SECRET_KEY").full_clean()


def test_admins_add_servers_see_how_they_are_and_ask_them_again(admin_client: Client) -> None:
    fields = {"name": "house", "url": "http://house.example/mcp", "asks": "on", "enabled": "on"}
    added = admin_client.post("/admin/conversations/mcpserver/add/", fields | {"token_variable": ""})
    assert added.status_code == 302
    row = McpServer.objects.get()
    page = admin_client.get("/admin/conversations/mcpserver/")
    assert "not used" in page.content.decode()
    asked = {"action": "look_again", "_selected_action": [row.pk]}
    done = admin_client.post("/admin/conversations/mcpserver/", asked, follow=True)
    assert "The servers are being asked" in done.content.decode()


async def test_admins_see_what_tools_there_are_and_nothing_of_theirs_is_markup(
    few_tools: None, admin_client: Client
) -> None:
    async with house_on_the_web() as house, running():
        house.server.add_tool(lambda: "", name="evil", description="<script>alert(1)</script>")
        row = await saved(house)
        await until(lambda: SERVERS.status("house") == "reachable, 7 tools")
        page = await in_database(admin_client.get, f"/admin/conversations/mcpserver/{row.pk}/change/")
    assert "<li><b>house_add</b>: Add two numbers.</li>" in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()
    assert "<script>alert" not in page.content.decode()


def test_members_do_not(alice_client: Client) -> None:
    assert alice_client.get("/admin/conversations/mcpserver/").status_code == 302
    assert alice_client.get("/admin/conversations/mcpserver/add/").status_code == 302
