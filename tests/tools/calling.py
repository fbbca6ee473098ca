"""Call a built-in tool as the runner does."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.tools import BadArguments, Tool, ToolContext, ToolFailed


def builtin(name: str) -> Tool:
    made = getattr(import_module(f"conversations.tools.builtin.{name}"), name)
    assert isinstance(made, Tool)
    return made


def context(
    person_id: int = 1, conversation_id: UUID | None = None, message_id: UUID | None = None
) -> ToolContext:
    return ToolContext(person_id, conversation_id or uuid4(), message_id or uuid4())


async def called(name: str, told: ToolContext | None = None, /, **arguments: Any) -> str:
    """The result that the model reads."""
    return await builtin(name).run(arguments, told or context())


async def refused(name: str, told: ToolContext | None = None, /, **arguments: Any) -> str:
    """Why the tool could not do it."""
    with pytest.raises((ToolFailed, BadArguments)) as why:
        await called(name, told, **arguments)
    return str(why.value)
