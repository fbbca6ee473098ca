"""What a server says of its tools is foreign: what is not fit to be offered is left out, and named."""

from __future__ import annotations

import asyncio
from typing import Any

import mcp_types as types
import pytest

from conversations.tools import BadArguments
from conversations.tools.mcp_servers import listing
from conversations.tools.mcp_servers.listing import DESCRIPTION, TOOLS, Listed, offer
from conversations.tools.mcp_servers.results import result_text
from conversations.tools.mcp_servers.server import Server
from conversations.tools.types import Arguments
from tests.tools.calling import context

OBJECT = {"type": "object"}
HOSTILE = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
FAR = {"type": "object", "properties": {"a": {"$ref": "http://inside.example/schema"}}}


def listed(name: str, schema: dict[str, Any] = OBJECT, *, title: str = "", description: str = "") -> Listed:
    return Listed(name, title, description, schema)


async def echo(name: str, arguments: Arguments) -> str:
    return f"{name} {arguments}"


def offered(*tools: Listed, server: str = "house", asks: bool = True) -> listing.Offer:
    return offer(Server(server, asks, url="http://house.example/mcp"), tools, echo)


async def test_a_tool_is_called_by_the_servers_own_name() -> None:
    (tool,) = offered(listed("add", title="Add  up"), asks=False).tools.values()
    assert (tool.name, tool.title, tool.asks, tool.source) == ("house_add", "Add up", False, "house")
    assert await tool.run({"a": 1}, context()) == "add {'a': 1}"


@pytest.mark.parametrize(
    ("name", "seen"), [("a.b/c", "house_a_b_c"), ("ä b", "house___b"), ("A-1", "house_A-1")]
)
def test_a_name_is_made_one_that_the_api_takes(name: str, seen: str) -> None:
    assert list(offered(listed(name)).tools) == [seen]


@pytest.mark.parametrize("name", ["", "x" * 59])
def test_a_name_that_cannot_be_made_one_is_left_out(name: str) -> None:
    made = offered(listed(name), listed("fine"))
    assert (list(made.tools), made.left_out) == (["house_fine"], [name])


def test_the_longest_name_is_offered() -> None:
    assert list(offered(listed("x" * 58)).tools) == ["house_" + "x" * 58]


@pytest.mark.parametrize("second", ["a.b", "a_b"])
def test_a_name_that_comes_twice_is_offered_once(second: str) -> None:
    made = offered(listed("a.b", description="first"), listed(second, description="second"))
    assert made.tools["house_a_b"].description == "first"
    assert made.left_out == [second]


@pytest.mark.parametrize(("count", "left"), [(TOOLS, 0), (TOOLS + 1, 1)])
def test_a_server_offers_so_many_tools_and_no_more(count: int, left: int) -> None:
    made = offered(*(listed(f"t{number}") for number in range(count)))
    assert (len(made.tools), len(made.left_out)) == (TOOLS, left)


@pytest.mark.parametrize("length", [DESCRIPTION, DESCRIPTION + 1])
def test_a_long_description_is_cut(length: int) -> None:
    (tool,) = offered(listed("a", description="x" * length)).tools.values()
    assert tool.description == "x" * DESCRIPTION


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string"},
        {"type": "object", "properties": 5},
        {"type": "object", "properties": {"a": {"type": "nonsense"}}},
        {"type": "object", "description": "x" * 20_001},
    ],
)
def test_a_schema_that_is_none_is_left_out(schema: dict[str, Any]) -> None:
    assert offered(listed("a", schema)).left_out == ["a"]


async def test_a_hostile_schema_holds_nobody_up() -> None:
    """It is applied elsewhere for a second; what cannot be judged here is left to the server."""
    (tool,) = offered(listed("a", HOSTILE)).tools.values()
    beats = 0

    async def beating() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beating())
    await tool.check({"a": "a" * 50 + "!"})
    heart.cancel()
    assert beats > 10


async def test_a_schema_that_refers_elsewhere_is_not_fetched_and_left_to_the_server() -> None:
    (tool,) = offered(listed("a", FAR)).tools.values()
    await tool.check({"a": 1})


async def test_arguments_that_do_not_fit_are_told_where() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    (tool,) = offered(listed("a", schema)).tools.values()
    await tool.check({"a": 1})
    with pytest.raises(BadArguments, match=r"at \$.a: '1' is not of type 'integer'"):
        await tool.check({"a": "1"})


def test_a_result_of_many_kinds_is_one_text() -> None:
    content: list[types.ContentBlock] = [
        types.TextContent(text="Hello"),
        types.ImageContent(data="A" * 400, mime_type="image/png"),
        types.AudioContent(data="A" * 4, mime_type="audio/wav"),
        types.ResourceLink(name="log", uri="file:///log"),
        types.EmbeddedResource(resource=types.TextResourceContents(uri="file:///a.txt", text="inside")),
        types.EmbeddedResource(resource=types.BlobResourceContents(uri="file:///b.bin", blob="AAAA")),
    ]
    assert result_text(types.CallToolResult(content=content)).split("\n\n") == [
        "Hello",
        "[image, image/png, about 300 bytes: not shown]",
        "[audio, audio/wav, about 3 bytes: not shown]",
        "[log: file:///log]",
        "[file:///a.txt]\ninside",
        "[file:///b.bin: not text, not shown]",
    ]


def test_a_result_without_content_is_its_structure() -> None:
    assert result_text(types.CallToolResult(content=[], structured_content={"a": 1})) == '{"a":1}'
    assert result_text(types.CallToolResult(content=[])) == ""
