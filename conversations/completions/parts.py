"""The parts that a message's content may be made of.

Those that are sent are the provider's: text, image_url (an http(s) address or a base64 data URL of a JPEG,
PNG, GIF or WebP image), file (a PDF as base64) and refusal (assistant only). Source: the provider's schema,
`messages`. One more stands for a file whose bytes are put in before sending.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
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
class AttachmentPart:
    """A file, in a request that is kept: to be replaced by one of the other parts for sending.

    sha256: of its bytes, by which they are found. tokens: what it takes, about.
    """

    type: ClassVar[str] = "attachment"
    id: str
    kind: Literal["image", "pdf", "text"]
    name: str
    media_type: str
    sha256: str
    tokens: int

    def to_wire(self) -> Wire:
        return {"type": self.type, **asdict(self)}


@dataclass(frozen=True, slots=True)
class RefusalPart:
    refusal: str

    def __post_init__(self) -> None:
        check_text("content.refusal", self.refusal)

    def to_wire(self) -> Wire:
        return {"type": "refusal", "refusal": self.refusal}


ContentPart = TextPart | ImagePart | FilePart | AttachmentPart | RefusalPart


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
