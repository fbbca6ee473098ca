"""Which of a server's tools are fit to be offered, made into Tools of ours.

What a server says of its tools is foreign text that goes to the model: it is cut to a size, and a schema is
looked at in the process that applies schemas, since one with a hostile pattern would hold up this one.
"""

from __future__ import annotations

import asyncio
import atexit
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from conversations.structured import Checker, check_schema
from conversations.structured.checking import Unchecked
from conversations.structured.paths import path_text
from conversations.tools.mcp_servers.server import Server
from conversations.tools.types import NAME, Arguments, BadArguments, Tool, ToolContext

TOOLS: Final = 64
"""Of one server. The completions API takes 128 functions in all."""

DESCRIPTION: Final = 1_024
"""Characters. Every one of them is sent with every request."""

TITLE: Final = 80

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9_-]")
"""Servers may use dots and slashes, and the completions API takes none."""

CHECKER: Final = Checker()
"""Apart from the one that judges replies, so that no reply waits for what a server wrote."""

atexit.register(CHECKER.close)

Call = Callable[[str, Arguments], Awaitable[str]]
"""Calls a tool by the server's own name for it."""


@dataclass(frozen=True)
class Listed:
    """A tool as the server lists it."""

    name: str
    title: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """tools: by the names that models see. left_out: the server's names of those that cannot be offered."""

    tools: dict[str, Tool] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def offer(server: Server, listed: Sequence[Listed], call: Call) -> Offer:
    """The first TOOLS of them that are fit. Blocks: each schema is checked."""
    made = Offer()
    for each in listed:
        name = f"{server.name}_{_NOT_IN_NAMES.sub('_', each.name)}"
        taken = name in made.tools or not each.name or not NAME.fullmatch(name)
        if len(made.tools) < TOOLS and not taken and _fit(each.schema):
            made.tools[name] = _tool(server, name, each, call)
        else:
            made.left_out.append(each.name)
    return made


def _fit(schema: dict[str, Any]) -> bool:
    if schema.get("type") != "object":
        return False
    text = msgspec.json.encode(schema).decode()
    return not check_schema("arguments", text, strict=False, checker=CHECKER).problem


def _tool(server: Server, name: str, listed: Listed, call: Call) -> Tool:
    async def check(arguments: Arguments) -> None:
        await asyncio.to_thread(_check, listed.schema, arguments)

    async def run(arguments: Arguments, context: ToolContext) -> str:
        return await call(listed.name, arguments)

    return Tool(
        name=name,
        title=" ".join((listed.title or listed.name).split())[:TITLE],
        description=listed.description[:DESCRIPTION],
        parameters=listed.schema,
        check=check,
        run=run,
        asks=server.asks,
        source=server.name,
    )


def _check(schema: dict[str, Any], arguments: Arguments) -> None:
    try:
        misfit = CHECKER.check(schema, msgspec.json.encode(arguments).decode())
    except Unchecked:
        return  # the server is to judge by itself what nobody can judge from its schema
    if misfit is not None:
        raise BadArguments(f"at {path_text(misfit.path)}: {misfit.message}")
