"""The structured options of a request: tools, the choice of one, and the format of the reply.

Source: the provider's chat-completions schema, `tools`, `tool_choice` and `response_format`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .checks import check_boolean, check_name, check_object, check_text
from .parts import Wire


@dataclass(frozen=True, slots=True)
class Tool:
    """A function offered to the model; `parameters` is a JSON Schema object."""

    name: str
    parameters: dict[str, Any]
    description: str | None = None
    strict: bool | None = None

    def __post_init__(self) -> None:
        check_name("tools.function.name", self.name)
        check_object("tools.function.parameters", self.parameters)
        check_boolean("tools.function.strict", self.strict)
        if self.description is not None:
            check_text("tools.function.description", self.description)

    def to_wire(self) -> Wire:
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": without_unsent(function | {"strict": self.strict})}


@dataclass(frozen=True, slots=True)
class NamedToolChoice:
    """Makes the model call the one function `name`."""

    name: str

    def __post_init__(self) -> None:
        check_name("tool_choice.function.name", self.name)

    def to_wire(self) -> Wire:
        return {"type": "function", "function": {"name": self.name}}


@dataclass(frozen=True, slots=True)
class JsonSchemaFormat:
    """Replies that follow a JSON Schema (`response_format` of type json_schema)."""

    name: str
    schema: dict[str, Any] | None = None
    strict: bool | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        check_name("response_format.json_schema.name", self.name)
        check_boolean("response_format.json_schema.strict", self.strict)
        if self.schema is not None:
            check_object("response_format.json_schema.schema", self.schema)
        if self.description is not None:
            check_text("response_format.json_schema.description", self.description)

    def to_wire(self) -> Wire:
        fields_ = {
            "name": self.name,
            "description": self.description,
            "schema": self.schema,
            "strict": self.strict,
        }
        return {"type": "json_schema", "json_schema": without_unsent(fields_)}


ResponseFormat = Literal["text", "json_object"] | JsonSchemaFormat
"""json_object is JSON mode: the prompt must ask for JSON in words as well, or the provider refuses."""


def without_unsent(wire: Wire) -> Wire:
    """`wire` without the fields that are not sent."""
    return {name: value for name, value in wire.items() if value is not None}
