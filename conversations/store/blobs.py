"""The bytes of attached files, beside the database: DATA_DIR/attachments/ab/abcdef…, by their SHA-256.

    incoming/   what is being received and prepared, under random names
    ab/         what is kept; the small picture of an image ends in .thumbnail

A file is complete before it has its name, and has its name before a row says that it is there. Whoever keeps
files holds the lock together with others (`keeping`), whoever deletes them holds it alone (`clearing`): so
bytes that somebody attaches again are not deleted in that very moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

THUMBNAIL: Final = ".thumbnail"
_PIECE: Final = 1 << 20


class Busy(Exception):
    """Files are being kept at this moment, or others are clearing."""


def blob_path(sha256: str) -> Path:
    """Where the bytes with this hash are, if they are kept."""
    return folder() / sha256[:2] / sha256


def thumbnail_path(sha256: str) -> Path:
    """Where the small picture of the image with this hash is."""
    return blob_path(sha256).with_name(sha256 + THUMBNAIL)


@contextmanager
def incoming() -> Iterator[Path]:
    """A private folder for one file on its way, gone with all that is left in it."""
    mine = _made(folder() / "incoming" / uuid.uuid4().hex)
    try:
        yield mine
    finally:
        for path in mine.iterdir():
            path.unlink()
        mine.rmdir()


@contextmanager
def keeping() -> Iterator[None]:
    """While this is held nothing is deleted. Hold it from `keep` until the row is committed."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def clearing() -> Iterator[None]:
    """While this is held nothing is kept. Raises Busy instead of waiting."""
    with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


def keep(source: Path, thumbnail: Path | None = None) -> str:
    """Move a file to its place, with its small picture first; returns its SHA-256."""
    sha256 = _hash_of(source)
    if thumbnail is not None:
        _move(thumbnail, thumbnail_path(sha256))
    _move(source, blob_path(sha256))
    return sha256


def forget(sha256: str) -> None:
    """Delete the bytes with this hash, if there are any."""
    for path in (blob_path(sha256), thumbnail_path(sha256)):
        with suppress(FileNotFoundError):
            path.unlink()


def folder() -> Path:
    """Of everything here; made at its first use, for this account alone."""
    return _made(Path(settings.ATTACHMENTS_DIR))


def _made(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _move(source: Path, place: Path) -> None:
    """Under its name only once its bytes are on the disk; one that is there already stays."""
    _made(place.parent)
    if place.exists():
        return
    _to_disk(source)
    source.rename(place)
    _to_disk(place.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


@contextmanager
def _locked(how: int) -> Iterator[None]:
    with (folder() / "lock").open("a") as file:
        try:
            fcntl.flock(file, how)
        except BlockingIOError as error:
            raise Busy from error
        yield
