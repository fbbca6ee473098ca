"""The messages of a request: one value per role, content as a text or as parts, checked when made.

Parts are the provider's: text, image_url (an http(s) address or a base64 data URL of a JPEG, PNG, GIF or WebP
image), file (a PDF as base64) and refusal (assistant only). Every value gives its wire form with `to_wire()`.
Source: the provider's chat-completions schema, `messages`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from .checks import check_choice, check_count, check_text
from .errors import InvalidRequest

Wire = dict[str, Any]

_IMAGE: Final = re.compile(
    r"https?://[^\s]+|data:image/(jpeg|jpg|png|gif|webp);base64,[A-Za-z0-9+/=_-]+", re.ASCII
)
_PDF: Final = re.compile(r"(data:application/pdf;base64,)?[A-Za-z0-9+/=_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str

    def __post_init__(self) -> None:
        check_text("content.text", self.text)

    def to_wire(self) -> Wire:
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True)
class ImagePart:
    url: str
    detail: Literal["low", "high", "auto"] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.url, str) or not _IMAGE.fullmatch(self.url):
            raise InvalidRequest(
                "image_url.url", "an http(s) address or a base64 JPEG, PNG, GIF or WebP", self.url
            )
        check_choice("image_url.detail", self.detail, ("low", "high", "auto"))

    def to_wire(self) -> Wire:
        image = {"url": self.url} if self.detail is None else {"url": self.url, "detail": self.detail}
        return {"type": "image_url", "image_url": image}


@dataclass(frozen=True, slots=True)
class FilePart:
    """A PDF; `file_data` is base64, with or without the data URL's head."""

    file_data: str
    filename: str

    def __post_init__(self) -> None:
        if not isinstance(self.file_data, str) or not _PDF.fullmatch(self.file_data):
            raise InvalidRequest("file.file_data", "a PDF as base64", self.file_data)
        check_text("file.filename", self.filename, minimum=1)

    def to_wire(self) -> Wire:
        return {"type": "file", "file": {"file_data": self.file_data, "filename": self.filename}}


@dataclass(frozen=True, slots=True)
class RefusalPart:
    refusal: str

    def __post_init__(self) -> None:
        check_text("content.refusal", self.refusal)

    def to_wire(self) -> Wire:
        return {"type": "refusal", "refusal": self.refusal}


ContentPart = TextPart | ImagePart | FilePart | RefusalPart


def check_content(field: str, content: object, allowed: tuple[type[ContentPart], ...]) -> None:
    """A text, or at least one part of the allowed kinds."""
    if isinstance(content, str):
        return
    if not isinstance(content, tuple):
        raise InvalidRequest(field, "text or a tuple of parts", content)
    check_count(field, content, 1)
    for part in content:
        if not isinstance(part, allowed):
            raise InvalidRequest(field, "parts of " + ", ".join(kind.__name__ for kind in allowed), part)


def content_to_wire(content: str | tuple[ContentPart, ...]) -> str | list[Wire]:
    return content if isinstance(content, str) else [part.to_wire() for part in content]


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
    content: str | tuple[TextPart | ImagePart | FilePart, ...]
    name: str | None = None

    def __post_init__(self) -> None:
        check_content("user content", self.content, (TextPart, ImagePart, FilePart))
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
