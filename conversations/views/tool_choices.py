"""The tools to choose from in the panel: those the site offers, and those a conversation has switched on."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.models import Conversation
from conversations.tool_parameters import BOX, NAMED, UNASKED
from conversations.tools import available


@dataclass(frozen=True)
class ToolChoice:
    """A tool as the panel shows it. offered: False for one that is switched on, but not to be had now."""

    name: str
    title: str
    purpose: str
    source: str = ""
    on: bool = False
    asks: bool = False
    unasked: bool = False
    offered: bool = True

    @property
    def box(self) -> str:
        return f"{BOX}{self.name}"

    @property
    def unasked_box(self) -> str:
        return f"{UNASKED}{self.name}"

    @property
    def named(self) -> str:
        """As a value of the tool choice."""
        return f"{NAMED}{self.name}"


def tool_choices(shown: Conversation | None) -> list[ToolChoice]:
    """Those of a conversation, or of a new chat."""
    on: list[str] = shown.parameters.get("tools", []) if shown else []
    approved = shown.approved_tools if shown else []
    tools = available()
    choices = [
        ToolChoice(
            tool.name,
            tool.title,
            tool.description.partition("\n\n")[0],
            source=tool.source,
            on=tool.name in on,
            asks=tool.asks,
            unasked=tool.name in approved,
        )
        for tool in tools.values()
    ]
    gone = [ToolChoice(name, name, "", on=True, offered=False) for name in on if name not in tools]
    return choices + gone
