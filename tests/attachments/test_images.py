"""Pictures made anew: every kind, upright, small enough, and nothing of the file but its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from conversations.attachments import Image as Prepared
from conversations.attachments import Preparer, Unusable
from tests.attachments import samples

PIXELS = 1_000_000


@dataclass
class Bench:
    """Where a picture is put in, and what came out."""

    preparer: Preparer
    folder: Path

    def prepare(self, data: bytes, pixels: int = PIXELS) -> Prepared:
        source = self.folder / "source"
        source.write_bytes(data)
        return self.preparer.image(source, self.target, self.folder / "small", pixels=pixels)

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def shown(self) -> Image.Image:
        return Image.open(self.target)

    @property
    def small(self) -> Image.Image:
        return Image.open(self.folder / "small")


@pytest.fixture(scope="module")
def preparer() -> Iterator[Preparer]:
    made = Preparer()
    yield made
    made.close()


@pytest.fixture
def bench(preparer: Preparer, tmp_path: Path) -> Bench:
    return Bench(preparer, tmp_path)


@pytest.mark.parametrize(
    ("data", "media_type", "mode"),
    [
        (samples.picture("JPEG"), "image/jpeg", "RGB"),
        (samples.picture("JPEG", mode="L"), "image/jpeg", "RGB"),
        (samples.picture("JPEG", mode="CMYK"), "image/jpeg", "RGB"),
        (samples.picture("PNG"), "image/png", "RGB"),
        (samples.picture("PNG", mode="RGBA"), "image/png", "RGBA"),
        (samples.saved(Image.new("RGBA", (40, 30), (9, 9, 9, 100)).quantize(), "PNG"), "image/png", "RGBA"),
        (samples.picture("PNG", mode="LA"), "image/png", "RGBA"),
        (samples.picture("PNG", mode="1"), "image/png", "RGB"),
        (samples.picture("GIF", mode="P"), "image/png", "RGB"),
        (samples.picture("WEBP"), "image/jpeg", "RGB"),
        (samples.picture("WEBP", lossless=True), "image/png", "RGB"),
        (samples.picture("WEBP", mode="RGBA"), "image/png", "RGBA"),
    ],
)
def test_every_kind_becomes_jpeg_or_png(bench: Bench, data: bytes, media_type: str, mode: str) -> None:
    assert bench.prepare(data) == Prepared(media_type, 40, 30, animated=False)
    assert (bench.shown.format, bench.shown.mode) == (media_type[6:].upper(), mode)
    assert (bench.small.format, bench.small.size) == ("WEBP", (40, 30))


def test_sixteen_bits_of_grey_keep_their_shades(bench: Bench) -> None:
    grey = Image.new("I;16", (2, 1))
    grey.putpixel((0, 0), 0x4000)
    grey.putpixel((1, 0), 0xFFFF)
    bench.prepare(samples.saved(grey, "PNG"))
    assert [bench.shown.getpixel((x, 0)) for x in (0, 1)] == [(64, 64, 64), (255, 255, 255)]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright_and_tells_nothing_of_its_place(bench: Bench, orientation: int) -> None:
    found = bench.prepare(samples.turned(orientation))
    assert (found.width, found.height) == (60, 40)
    for image in (bench.shown, bench.small):
        corners = [image.convert("L").getpixel(at) > 128 for at in ((5, 5), (55, 5), (5, 35), (55, 35))]
        assert corners == [True, False, False, False]
        assert not image.getexif()
        assert not image.info.keys() & {"exif", "comment", "icc_profile", "xmp"}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_nothing_that_was_hidden_in_the_file_is_kept(bench: Bench, format: str) -> None:
    data = samples.with_secrets(format)
    assert samples.SECRET.encode() in data
    bench.prepare(data)
    kept = bench.target.read_bytes() + (bench.folder / "small").read_bytes()
    for hidden in (samples.SECRET.encode(), b"<script", b"ICC_PROFILE", b"iCCP", b"Exif"):
        assert hidden not in kept


@pytest.mark.parametrize("profile", [b"no profile", samples.profile("XYZ"), samples.profile("sRGB")])
def test_a_profile_is_applied_or_left_out_and_never_kept(bench: Bench, profile: bytes) -> None:
    bench.prepare(samples.saved(Image.new("RGB", (8, 8), (250, 10, 10)), "PNG", icc_profile=profile))
    assert "icc_profile" not in bench.shown.info
    assert bench.shown.getpixel((4, 4)) == (250, 10, 10)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(bench: Bench, format: str) -> None:
    assert bench.prepare(samples.animated(format)).animated
    red, _, blue = bench.shown.convert("RGB").resize((1, 1)).tobytes()
    assert red > 200 and blue < 50
    assert not getattr(bench.shown, "is_animated", False)


@pytest.mark.parametrize(
    ("size", "kept"), [((2048, 10), (2048, 10)), ((2049, 10), (2048, 10)), ((100, 4096), (50, 2048))]
)
def test_sides_longer_than_models_take_are_made_smaller(
    bench: Bench, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    found = bench.prepare(samples.picture("PNG", size))
    assert (found.width, found.height) == kept


def test_as_many_pixels_as_the_limit_and_one_more(bench: Bench) -> None:
    bench.prepare(samples.picture("PNG", (100, 100)), pixels=10_000)
    with pytest.raises(Unusable, match=r"has 100 × 101 pixels; the limit is 10,000 in all"):
        bench.prepare(samples.picture("PNG", (100, 101)), pixels=10_000)


def test_a_bomb_is_refused_by_its_header(bench: Bench) -> None:
    with pytest.raises(Unusable, match="50,000 × 50,000 pixels"):
        bench.prepare(samples.bomb())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_was_cut_off_is_refused_with_its_reason(bench: Bench, format: str, share: float) -> None:
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    data = samples.saved(noise, format)
    with pytest.raises(Unusable, match="damaged"):
        bench.prepare(data[: int(len(data) * share)])


def test_a_picture_that_takes_too_long_ends_its_worker_and_not_the_next(tmp_path: Path) -> None:
    preparer = Preparer(seconds=0.000_001)
    bench = Bench(preparer, tmp_path)
    try:
        with pytest.raises(Unusable, match="takes too long"):
            bench.prepare(samples.picture())
        preparer._seconds = 10
        assert bench.prepare(samples.picture()).width == 40
    finally:
        preparer.close()


def test_a_picture_that_fills_the_memory_is_refused(bench: Bench) -> None:
    with pytest.raises(Unusable, match=r"memory|damaged"):
        bench.prepare(samples.bomb(40_000, 40_000), pixels=10**10)
    assert bench.prepare(samples.picture()).width == 40
