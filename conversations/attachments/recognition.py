"""What a file is, by the bytes it begins with."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["image", "pdf", "text"]

HEAD_BYTES: Final = 16
"""As many of its first bytes as `recognised` needs."""
ALLOWED: Final = "JPEG, PNG, GIF and WebP images, PDFs, and files of text or code"


def recognised(head: bytes) -> Kind:
    """The kind that these first bytes promise. What promises nothing may still be text: its reader knows.

    A drawing in SVG is text: shown as an image it could carry scripts.
    """
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return "image"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    return "pdf" if head.startswith(b"%PDF-") else "text"
