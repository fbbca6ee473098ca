"""The tools this site offers now, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from django.conf import settings

from conversations.tools.mcp_servers import SERVERS
from conversations.tools.types import Tool

_BUILTIN = "conversations.tools.builtin"


class BadToolModule(Exception):
    """A module named in the settings has no tools that can be offered. One line, fit to be shown."""


def available() -> Mapping[str, Tool]:
    """What may be offered to a model now. Cheap: to be asked for each turn.

    Raises BadToolModule, which a check finds before the site starts.
    """
    own = _own(tuple(settings.TOOLS), tuple(settings.TOOL_MODULES))
    return {**own, **{name: tool for name, tool in SERVERS.tools().items() if name not in own}}


@cache
def _own(names: tuple[str, ...], modules: tuple[str, ...]) -> Mapping[str, Tool]:
    """The built-in tools that the settings turn on, and those of the site's own modules."""
    tools: dict[str, Tool] = {}
    for name in names:
        tools |= {tool.name: tool for tool in tools_of(import_module(f"{_BUILTIN}.{name}"))}
    for path in modules:
        found = tools_of(_imported(path))
        if not found:
            raise BadToolModule(f"{path} has no tools: decorate a function with conversations.tools.tool.")
        for tool in found:
            if tool.name in tools:
                raise BadToolModule(f"{path} has a tool {tool.name}, but there is one of that name already.")
            tools[tool.name] = tool
    return tools


def _imported(path: str) -> ModuleType:
    try:
        return import_module(path)
    except Exception as error:  # it is the owner's program, and the owner is told what it said
        raise BadToolModule(f"{path} cannot be imported: {error}") from error


def tools_of(module: ModuleType) -> list[Tool]:
    """The tools that a module has made, in the order of their names in it."""
    return [value for value in vars(module).values() if isinstance(value, Tool)]
