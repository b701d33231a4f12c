"""Pictures of every mode and depth that Pillow decodes, animations and orientations."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from preprocessing.errors import UnreadableImageError
from preprocessing.read import read_image


def picture(height: int = 20, width: int = 30) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


JPEG = encoded(Image.fromarray(picture(200, 300)), "JPEG")


def test_16_bit_grey_is_scaled() -> None:
    values = np.array([[0, 257, 32768, 65535]], dtype=np.uint16)
    for data in (encoded(Image.fromarray(values)), encoded(Image.fromarray(values), "TIFF")):
        assert read_image(data)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_palette_with_transparency_is_laid_on_white() -> None:
    image = Image.new("P", (2, 1), 0)
    image.putpalette([200, 0, 0, 0, 200, 0])
    image.putpixel((1, 0), 1)
    assert read_image(encoded(image, transparency=0))[0].tolist() == [[255, 255, 255], [0, 200, 0]]
    assert read_image(encoded(image))[0].tolist() == [[200, 0, 0], [0, 200, 0]]


def test_rgb_with_a_transparent_colour_is_laid_on_white() -> None:
    data = encoded(Image.new("RGB", (1, 1), (1, 2, 3)), transparency=(1, 2, 3))
    assert read_image(data)[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_a_white_image_is_white_in_every_mode(mode: str) -> None:
    white = Image.new("RGB", (4, 3), "white")
    deep = Image.fromarray(np.full((3, 4), 65535, np.uint16))
    image = deep if mode == deep.mode else white.convert(mode)
    assert (read_image(encoded(image, "TIFF")) == 255).all()
    assert (read_image(image) == 255).all()


def test_cmyk_jpeg() -> None:
    read = read_image(encoded(Image.new("RGB", (16, 16), (250, 120, 10)).convert("CMYK"), "JPEG", quality=95))
    assert abs(read[8, 8].astype(int) - (250, 120, 10)).max() < 8


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    read = read_image(encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options))
    assert read[4, 4].tolist() == [255, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_orientation_in_the_file_is_applied(kind: str) -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 40, 8))  # a dark top
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise for looking at: the top comes to the right
    read = read_image(encoded(image, kind, exif=exif))
    assert read.shape == (40, 20, 3)
    assert read[:, -1].max() < 60
    assert read[:, 0].min() > 200


def test_large_pictures_are_changed_band_by_band(monkeypatch: pytest.MonkeyPatch) -> None:
    grey = np.random.default_rng(1).integers(0, 65536, (40, 30)).astype(np.uint16)
    pictures = [
        Image.fromarray(grey),
        Image.fromarray(picture()).convert("CMYK"),
        Image.fromarray(picture()).quantize(),
    ]
    pictures += [Image.fromarray(picture()), Image.fromarray(np.dstack([picture(), picture()[..., 0]]))]
    for image in pictures:
        whole = read_image(image)
        largest = 0

        def counted(rows: slice, width: int = image.width) -> slice:
            nonlocal largest
            largest = max(largest, (rows.stop - rows.start) * width)
            return rows

        with monkeypatch.context() as patched:
            patched.setattr("preprocessing.formats.alpha.BAND", 30 * 7)
            import preprocessing.formats.pillow as pillow

            usual = pillow.bands
            patched.setattr(pillow, "bands", lambda *size, usual=usual: map(counted, usual(*size)))
            np.testing.assert_array_equal(read_image(image), whole)
        assert 0 < largest <= 30 * 7


def test_a_tiff_of_progressive_jpegs_is_refused() -> None:
    tiff = encoded(Image.fromarray(picture(200, 300)), "TIFF", compression="jpeg")
    assert read_image(tiff).shape == (200, 300, 3)
    with pytest.raises(UnreadableImageError, match="TIFF of progressive JPEGs"):
        read_image(tiff.replace(b"\xff\xc0", b"\xff\xc2"))


def test_an_animation_is_looked_at_within_the_limit_of_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("RGB", (300, 200), (colour, 0, 0)) for colour in range(0, 250, 10)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    seen: list[int] = []
    usual = Image.Image.convert
    monkeypatch.setattr(Image.Image, "convert", lambda self, *given: seen.append(1) or usual(self, *given))
    read_image(data, limit=7 * 60_000)
    assert len(seen) == 7


def test_a_truncated_pil_image_is_refused() -> None:
    with Image.open(BytesIO(JPEG[: len(JPEG) // 2])) as image, pytest.raises(UnreadableImageError, match="truncated"):
        read_image(image)
