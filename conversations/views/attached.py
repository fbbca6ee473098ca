"""Attached files as the transcript and the line below the message box show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from conversations import protocol
from conversations.attachments import Kind
from conversations.models import Attachment
from conversations.store.attachments import Attached
from conversations.store.prompts import Material
from conversations.turns.trimming import Ledger

_WORDS: Final[dict[Kind, str]] = {"image": "image", "pdf": "PDF", "text": "text"}
_UNITS: Final = ((1024 * 1024, "MB"), (1024, "KB"))


@dataclass(frozen=True)
class FileView:
    """A file as `_attached.html` shows it. `size`: in words; width and height in pixels, of an image."""

    id: UUID
    kind: Kind
    name: str
    bytes: int
    width: int | None = None
    height: int | None = None
    note: str = ""

    @property
    def size(self) -> str:
        return size_words(self.bytes)

    @property
    def about(self) -> str:
        """What it is, in words."""
        return f"{_WORDS[self.kind]}, {self.size}"


BLANK_FILE = FileView(UUID(int=0), "text", "", 0)
BLANK_IMAGE = FileView(UUID(int=0), "image", "", 0, 1, 1)


def file_views(attachments: Iterable[Attachment]) -> tuple[FileView, ...]:
    """The files of a message, read with their blobs, in their order."""
    return tuple(
        FileView(
            attachment.id,
            cast(Kind, attachment.kind),
            attachment.name,
            attachment.blob.size,
            attachment.blob.width,
            attachment.blob.height,
            attachment.note,
        )
        for attachment in attachments
    )


def file_frames(files: Iterable[FileView]) -> list[protocol.AttachedFile] | None:
    """The files of a message as a frame carries them; None without any."""
    frames = [
        protocol.AttachedFile(id=file.id, kind=file.kind, name=file.name, size=file.bytes) for file in files
    ]
    return frames or None


def size_words(size: int) -> str:
    """A number of bytes in the largest unit that suits it."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}".replace(".0 ", " ")
    return "1 byte" if size == 1 else f"{size} bytes"


def attached_words(attached: Iterable[Attached]) -> str:
    """The names of the files of a message, in brackets; empty without any."""
    names = ", ".join(one.name for one in attached)
    return f"[{names}]" if names else ""


def kinds_sent(ledger: Ledger, material: Material) -> set[Kind]:
    """The kinds of files that go up."""
    sent = {line.id for line in ledger.lines if line.sent}
    return {one.kind for said in material.history if said.id in sent for one in said.attached}
