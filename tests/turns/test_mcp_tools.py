"""Tools of an MCP server within a reply: called, stopped, and simply not there when the server is away."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chatsite.accounts.models import User
from conversations.models import CallState, McpServer, State
from conversations.store.threads import in_database
from conversations.tools import available
from conversations.tools.mcp_servers import SERVERS
from tests.live.host import Host
from tests.tools.mcp_house import House as McpHouse
from tests.tools.mcp_house import house_on_the_web
from tests.tools.test_mcp_connection import until
from tests.turns.calling import answering, calling, calls_of, sent, with_tools
from tests.turns.house import House

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
async def lender() -> AsyncIterator[McpHouse]:
    """An MCP server whose tools do not ask."""
    async with house_on_the_web() as found:
        row = McpServer(name="house", url=found.url, asks=False)
        await in_database(row.save)
        yield found


async def test_a_reply_calls_a_tool_of_a_server(
    house: House, host: Host, alice: User, lender: McpHouse
) -> None:
    prompt = host.will(calling(("a", "house_add", '{"a": 20, "b": 22}')), answering("It is 42."))
    async with house.open(base_url=host.url):
        await until(lambda: "house_add" in available())
        live = await house.say(alice, prompt, parameters=with_tools("house_add"))
        assert await house.state_of(live) == State.COMPLETE
        (call,) = await calls_of(live)
    assert (call.title, call.result, call.state) == ("Add up", "42", CallState.DONE)
    offered, answered = sent(host, prompt)
    assert offered["tools"][0]["function"]["description"] == "Add two numbers."
    assert answered["messages"][-1] == {"role": "tool", "content": "42", "tool_call_id": "a"}


async def test_stop_ends_a_call_of_a_server(house: House, host: Host, alice: User, lender: McpHouse) -> None:
    prompt = host.will(calling(("a", "house_wait", "{}")))
    async with house.open(base_url=host.url) as generations:
        await until(lambda: "house_wait" in available())
        live = await house.say(alice, prompt, parameters=with_tools("house_wait"))
        await until(lambda: [call.state for call in live.calls.records] == [CallState.RUNNING])
        generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        (call,) = await calls_of(live)
        assert call.state == CallState.STOPPED
        await until(lambda: SERVERS.status("house") == "reachable, 6 tools")


async def test_without_its_server_a_tool_is_left_out_and_the_reply_goes_on(
    house: House, host: Host, alice: User, lender: McpHouse
) -> None:
    await lender.stop()
    prompt = host.will(answering("Without, then."))
    async with house.open(base_url=host.url):
        await until(lambda: SERVERS.status("house") == "it cannot be reached")
        live = await house.say(alice, prompt, parameters=with_tools("house_add", "current_time"))
        assert await house.state_of(live) == State.COMPLETE
    (request,) = sent(host, prompt)
    assert [tool["function"]["name"] for tool in request["tools"]] == ["current_time"]
