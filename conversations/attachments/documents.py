"""PDFs, in the worker process: whether one can be read, how long it is, and its text."""

from __future__ import annotations

from pathlib import Path

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError

from conversations.attachments.preparing import Unusable


def pdf_pages(source: Path) -> int:
    """The number of pages. Raises Unusable."""
    pages = len(_opened(source).pages)
    if pages == 0:
        raise Unusable("is a PDF without pages")
    return pages


def pdf_text(source: Path, *, characters: int) -> str:
    """The text page by page, until there are so many characters. Raises Unusable."""
    found: list[str] = []
    length = 0
    for page in _opened(source).pages:
        found.append(page.extract_text().strip())
        length += len(found[-1])
        if length >= characters:
            break
    return "\n\n".join(found).strip()[:characters]


def _opened(source: Path) -> PdfReader:
    reader = PdfReader(source)
    try:
        locked = reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except DependencyError:
        locked = True
    if locked:
        raise Unusable("is protected by a password. Attach a copy without one")
    return reader
