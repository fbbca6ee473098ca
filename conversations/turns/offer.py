"""The tools that a reply may use: switched on for the conversation, and offered by the site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from conversations import completions
from conversations.tools import Tool


@dataclass(frozen=True)
class Offer:
    """`tools`: by name. `missing`: names that are switched on, but that the site does not offer now."""

    tools: Mapping[str, Tool] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def definitions(self) -> dict[str, completions.Tool]:
        """What the model is told of each, by name."""
        return {
            name: completions.Tool(name, dict(tool.parameters), tool.description)
            for name, tool in self.tools.items()
        }

    @property
    def text(self) -> str:
        """What the definitions take of the request, as text; empty without tools."""
        wires = [definition.to_wire() for definition in self.definitions.values()]
        return json.dumps(wires, ensure_ascii=False) if wires else ""


NO_TOOLS: Final = Offer()


def offer_of(parameters: Mapping[str, Any], available: Mapping[str, Tool]) -> Offer:
    """parameters: as kept with the conversation. available: what the site offers now."""
    names: list[str] = parameters.get("tools", [])
    return Offer(
        {name: available[name] for name in names if name in available},
        tuple(name for name in names if name not in available),
    )
