"""Pictures, in the worker process: made anew from their pixels alone.

What comes out is JPEG or PNG in sRGB, upright, at most SIDE pixels long, without metadata. So nothing that
was hidden in the file is kept: no place or camera, no comments, no second file behind the picture.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, UnidentifiedImageError
from PIL.Image import Resampling, Transpose

from conversations.attachments.preparing import Unusable

SIDE: Final = 2048
"""Models make larger pictures smaller themselves; source: as for `estimates`."""
THUMBNAIL_SIDE: Final = 480
QUALITY: Final = 90
THUMBNAIL_QUALITY: Final = 80

_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before a pixel is decoded


def make_anew(source: Path, target: Path, thumbnail: Path, *, pixels: int) -> dict[str, Any]:
    """Write picture and thumbnail; returns the fields of `preparing.Image`. Raises Unusable, and what
    decoders raise.
    """
    with _opened(source, pixels) as opened:
        lossy = opened.format == "JPEG" or (opened.format == "WEBP" and not _lossless_webp(source))
        animated = bool(getattr(opened, "is_animated", False))
        opened.seek(0)
        picture = _plain(opened)
    media_type = "image/jpeg" if lossy and picture.mode == "RGB" else "image/png"
    if media_type == "image/jpeg":
        picture.save(target, "JPEG", quality=QUALITY)
    else:
        picture.save(target, "PNG")
    width, height = picture.size
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    picture.save(thumbnail, "WEBP", quality=THUMBNAIL_QUALITY)
    return {"media_type": media_type, "width": width, "height": height, "animated": animated}


def _opened(source: Path, pixels: int) -> Image.Image:
    """Its header is read, and nothing decoded."""
    try:
        opened = Image.open(source, formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Unusable("is damaged: it begins like an image and is none") from error
    width, height = opened.size
    if width * height > pixels:
        raise Unusable(
            f"has {width:,} × {height:,} pixels; the limit is {pixels:,} in all. Make it smaller first"
        )
    return opened


def _plain(opened: Image.Image) -> Image.Image:
    """Small enough, upright, RGB or RGBA in sRGB, and without anything beside its pixels."""
    orientation = opened.getexif().get(_ORIENTATION, 1)
    profile = opened.info.get("icc_profile")
    opened.draft(None, (SIDE, SIDE))
    picture = _resizable(opened)
    picture.thumbnail((SIDE, SIDE), Resampling.LANCZOS)  # before turning it: a square is a square either way
    if orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[orientation])
    picture = _in_srgb(picture, profile)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info.clear()
    return picture


def _resizable(opened: Image.Image) -> Image.Image:
    """In a mode that can be resampled, with its colours as they are: L, RGB, RGBA or CMYK."""
    if opened.mode.startswith(("I", "F")):  # 16 bits of grey, and more
        return opened.convert("I").point([value // 256 for value in range(65_536)], "L")
    if opened.has_transparency_data:
        return opened.convert("RGBA")
    return opened.convert(opened.mode if opened.mode in ("L", "RGB", "CMYK") else "RGB")


def _in_srgb(picture: Image.Image, profile: Any) -> Image.Image:
    """The colours as the profile means them; a profile that cannot be applied is left out, as browsers do."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes):
        try:
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            changed = ImageCms.profileToProfile(
                picture, meant, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError):
            changed = None
        if changed is not None:
            return changed
    return picture.convert(mode)


def _lossless_webp(source: Path) -> bool:
    """Whether its picture is in the chunk of lossless WebP; of one with extras, it is taken for lossy."""
    with source.open("rb") as file:
        return file.read(16)[12:] == b"VP8L"
