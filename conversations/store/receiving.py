"""A file that has arrived becomes an attachment: told by its content, prepared, kept, and given a row.

Nothing is kept of a file that is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from chatsite.accounts.models import User
from conversations.attachments import (
    ALLOWED,
    HEAD_BYTES,
    PREPARER,
    TEXT_CHARACTERS,
    NotText,
    Unusable,
    clean_name,
    image_tokens,
    named_as,
    pdf_tokens,
    quoted,
    read_text,
    recognised,
)
from conversations.errors import Refused
from conversations.models import Attachment
from conversations.store import blobs
from conversations.store.attachments import MIB, NewFile, attachment_add, room_checked

TEXT_TYPE: Final = "text/plain; charset=utf-8"
PDF_TYPE: Final = "application/pdf"
POSSIBLE: Final = f"Possible are {ALLOWED}."
FIRST_FRAME: Final = "Animated: only its first frame is kept and sent."

CountTokens = Callable[[str], int]


def attachment_receive(*, person: User, name: str, received: Path, count: CountTokens) -> Attachment:
    """Keep the file at `received`, which lies in a folder of `blobs.incoming`. Raises Refused.

    name: as the client says, for people to read. count: the tokens of a text. Takes up to seconds.
    """
    label = clean_name(name)
    size = received.stat().st_size
    if size == 0:
        raise Refused("bad_frame", f"“{label}” is empty.")
    if size > settings.LIMITS.attachment_bytes:
        raise too_large(label, "a file", settings.LIMITS.attachment_bytes)
    with received.open("rb") as file:
        kind = recognised(file.read(HEAD_BYTES))
    if kind == "text":
        return _text(person, label, received, count)
    room_checked(person, 1)  # before any work is done for somebody who has no room at all
    return (_image if kind == "image" else _pdf)(person, label, received)


def too_large(label: str, what: str, limit: int) -> Refused:
    """The refusal of a file that is longer than `limit` bytes."""
    return Refused(
        "too_large", f"“{label}” is too large: {what} may have {limit / MIB:,.4g} MB. Attach a smaller one."
    )


def _image(person: User, label: str, received: Path) -> Attachment:
    target, small = received.with_name("image"), received.with_name("small")
    try:
        image = PREPARER.image(received, target, small, pixels=settings.LIMITS.attachment_pixels)
    except Unusable as error:
        raise Refused("bad_frame", f"“{label}” {error}.") from error
    return _kept(
        person,
        target,
        small,
        kind="image",
        name=named_as(label, image.media_type),
        original_size=received.stat().st_size,
        media_type=image.media_type,
        tokens=image_tokens(image.width, image.height),
        width=image.width,
        height=image.height,
        note=FIRST_FRAME if image.animated else "",
    )


def _pdf(person: User, label: str, received: Path) -> Attachment:
    try:
        pages = PREPARER.pdf_pages(received)
    except Unusable as error:
        raise Refused("bad_frame", f"“{label}” {error}.") from error
    return _kept(
        person,
        received,
        kind="pdf",
        name=named_as(label, PDF_TYPE),
        original_size=received.stat().st_size,
        media_type=PDF_TYPE,
        tokens=pdf_tokens(pages),
    )


def _text(person: User, label: str, received: Path, count: CountTokens) -> Attachment:
    size, limit = received.stat().st_size, settings.LIMITS.attachment_text_bytes
    with received.open("rb") as file:
        if size > limit and b"\x00" not in file.read(limit):
            raise too_large(label, "a text", limit)
    try:
        text = read_text(received.read_bytes())
    except NotText as error:
        raise Refused("bad_frame", f"“{label}” is of no kind that can be attached. {POSSIBLE}") from error
    target = received.with_name("text")
    target.write_text(text, "utf-8", newline="")
    cut = f"Only the first {TEXT_CHARACTERS:,} of its {len(text):,} characters are sent."
    return _kept(
        person,
        target,
        kind="text",
        name=label,
        original_size=size,
        media_type=TEXT_TYPE,
        tokens=count(quoted(label, text)),
        note=cut if len(text) > TEXT_CHARACTERS else "",
    )


def _kept(person: User, source: Path, small: Path | None = None, **facts: Any) -> Attachment:
    """The prepared file under its hash, and its row. facts: the other fields of NewFile."""
    size = source.stat().st_size
    with blobs.keeping():
        sha256 = blobs.keep(source, small)
        return attachment_add(person=person, file=NewFile(sha256=sha256, size=size, **facts))
