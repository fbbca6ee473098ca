"""The messages of a request: one value per role, content as a text or as parts, checked when made.

Every value gives its wire form with `to_wire()`. Source: the provider's chat-completions schema, `messages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .checks import check_text
from .errors import InvalidRequest
from .parts import (
    AttachmentPart,
    FilePart,
    ImagePart,
    RefusalPart,
    TextPart,
    Wire,
    check_content,
    content_to_wire,
)


@dataclass(frozen=True, slots=True)
class _TextMessage:
    """The common shape of system and developer messages."""

    role: ClassVar[str]
    content: str | tuple[TextPart, ...]
    name: str | None = None

    def __post_init__(self) -> None:
        check_content(f"{self.role} content", self.content, (TextPart,))
        _check_participant(self.name)

    def to_wire(self) -> Wire:
        return _named({"role": self.role, "content": content_to_wire(self.content)}, self.name)


@dataclass(frozen=True, slots=True)
class SystemMessage(_TextMessage):
    role = "system"


@dataclass(frozen=True, slots=True)
class DeveloperMessage(_TextMessage):
    role = "developer"


@dataclass(frozen=True, slots=True)
class UserMessage:
    content: str | tuple[TextPart | ImagePart | FilePart | AttachmentPart, ...]
    name: str | None = None

    def __post_init__(self) -> None:
        check_content("user content", self.content, (TextPart, ImagePart, FilePart, AttachmentPart))
        _check_participant(self.name)

    def to_wire(self) -> Wire:
        return _named({"role": "user", "content": content_to_wire(self.content)}, self.name)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function call as the model made it; `arguments` is JSON text, sent back exactly as it came."""

    id: str
    name: str
    arguments: str

    def __post_init__(self) -> None:
        check_text("tool_calls.id", self.id, minimum=1)
        check_text("tool_calls.function.name", self.name)
        check_text("tool_calls.function.arguments", self.arguments)

    def to_wire(self) -> Wire:
        return {
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": self.arguments},
        }


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """`content` may be absent only when there are tool calls or a refusal."""

    content: str | tuple[TextPart | RefusalPart, ...] | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if self.content is not None:
            check_content("assistant content", self.content, (TextPart, RefusalPart))
        elif not self.tool_calls and self.refusal is None:
            raise InvalidRequest("assistant content", "given unless there are tool calls or a refusal", None)
        if self.refusal is not None:
            check_text("refusal", self.refusal)
        _check_participant(self.name)

    def to_wire(self) -> Wire:
        wire: Wire = {"role": "assistant"}
        if self.content is not None:
            wire["content"] = content_to_wire(self.content)
        if self.tool_calls:
            wire["tool_calls"] = [call.to_wire() for call in self.tool_calls]
        if self.refusal is not None:
            wire["refusal"] = self.refusal
        return _named(wire, self.name)


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """The result of the tool call with the id `tool_call_id`."""

    content: str
    tool_call_id: str
    name: str | None = None

    def __post_init__(self) -> None:
        check_text("tool content", self.content)
        check_text("tool_call_id", self.tool_call_id, minimum=1)
        _check_participant(self.name)

    def to_wire(self) -> Wire:
        return _named({"role": "tool", "content": self.content, "tool_call_id": self.tool_call_id}, self.name)


Message = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage


def _check_participant(name: str | None) -> None:
    if name is not None:
        check_text("name", name, minimum=1)


def _named(wire: Wire, name: str | None) -> Wire:
    return wire if name is None else {**wire, "name": name}
