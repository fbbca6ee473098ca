"""Servers that refuse `stream_options`: asked once more without, and from then on never with.

Mistral, Databricks and some deployments of Azure answer 400 or 422 to any request that asks for the usage of
its stream; the site always asks, so that nobody could talk to such a model. Without it the reply comes, and
its cost is estimated. Remembered by model: behind one gateway are many servers.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from .errors import BadRequest, CompletionError
from .exchange import Call
from .parts import Wire
from .wire import encode_body

OPTIONS: Final = "stream_options"


class UsageUnasked:
    """The models whose server was seen to refuse."""

    def __init__(self) -> None:
        self._models: set[str] = set()

    def fitted(self, wire: Wire) -> Wire:
        """What is to be sent in place of `wire`."""
        if wire.get("model") not in self._models:
            return wire
        return {name: value for name, value in wire.items() if name != OPTIONS}

    def again(self, call: Call, failure: CompletionError) -> Call | None:
        """The call without what was refused; None when that is not why it failed."""
        if not isinstance(failure, BadRequest) or failure.setting != OPTIONS:
            return None
        wire = json.loads(call.content)
        if OPTIONS not in wire:
            return None
        self._models.add(wire["model"])
        return replace(call, content=encode_body(self.fitted(wire)))
