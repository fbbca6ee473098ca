"""Files to attach, made on the spot: pictures of every kind, PDFs, and those that pretend."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin
from pypdf import PdfWriter

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
SECRET = "made-in-a-secret-place"


def picture(
    format: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any
) -> bytes:
    """A plain picture in one colour."""
    image = Image.new(mode, size, {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 128)}.get(mode, 90))
    return saved(image, format, **options)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    """A JPEG whose upper left quarter is white once it is upright, and 60 × 40; with place and camera."""
    upright = Image.new("RGB", (60, 40), "black")
    upright.paste("white", (0, 0, 30, 20))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # by which each is stored, as Pillow numbers them
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, SECRET
    exif.get_ifd(GPS)[1] = "N"
    return saved(stored, "JPEG", exif=exif, quality=95, comment=SECRET.encode())


def profile(space: Any) -> bytes:
    """A colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


def with_secrets(format: str) -> bytes:
    """A picture with everything that a file can carry beside it: comments, XMP, a profile, a tail."""
    srgb = profile("sRGB")
    image = Image.new("RGB", (20, 20), "green")
    if format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", SECRET)
        return saved(image, "PNG", pnginfo=info, icc_profile=srgb) + SECRET.encode()
    if format == "GIF":
        return saved(image, "GIF", comment=SECRET.encode()) + f"<script>{SECRET}</script>".encode()
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    return saved(image, format, xmp=xmp, icc_profile=srgb) + SECRET.encode()


def animated(format: str) -> bytes:
    """Red, then blue."""
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    return saved(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of some hundred bytes that says it has so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def pdf(pages: int = 1, text: str = "", password: str = "") -> bytes:
    """Empty pages, or pages with a line of text."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        if text:
            _write(writer, page, text)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _write(writer: PdfWriter, page: Any, text: str) -> None:
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode("ascii"))
    page[NameObject("/Contents")] = writer._add_object(stream)
