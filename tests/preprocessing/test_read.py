"""Reading pictures: every kind that should work gives the right pixels, every bad one says what is wrong."""

from __future__ import annotations

import base64
import os
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from preprocessing.errors import OcrError, UnreadableImageError
from preprocessing.formats.jpeg import MOST_SCANS, count_scans
from preprocessing.formats.limits import HIGHEST, MAX_BYTES, MAX_PIXELS, VARIABLE
from preprocessing.read import read_image


def picture(height: int = 20, width: int = 30) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG = encoded(Image.fromarray(picture(200, 300)))
JPEG = encoded(Image.fromarray(picture(200, 300)), "JPEG")


def test_every_kind_of_source_gives_the_same_pixels(tmp_path: Path) -> None:
    expected = picture()
    data = encoded(Image.fromarray(expected))
    path = tmp_path / "图 片 é.png"
    path.write_bytes(data)
    with path.open("rb") as file, Image.open(path) as image:
        for source in (path, str(path), data, bytearray(data), memoryview(data), BytesIO(data), file, image, expected):
            read = read_image(source)
            assert read.dtype == np.uint8
            np.testing.assert_array_equal(read, expected)


def test_grey_and_transparent_arrays() -> None:
    grey = picture()[:, :, 0]
    np.testing.assert_array_equal(read_image(grey), np.dstack([grey] * 3))
    rgba = np.zeros((2, 2, 4), np.uint8)
    rgba[0, 0] = (10, 20, 30, 255)
    rgba[1, 1] = (0, 100, 200, 128)
    read = read_image(rgba)
    assert read[0, 0].tolist() == [10, 20, 30]
    assert read[0, 1].tolist() == [255, 255, 255]
    assert read[1, 1].tolist() == [127, 177, 227]


def test_light_writing_on_transparency_is_laid_on_black() -> None:
    rgba = np.zeros((10, 10, 4), np.uint8)
    rgba[4:6, 2:8] = (250, 250, 240, 255)
    rgba[3, 2:8] = (250, 250, 240, 51)
    for source in (rgba, Image.fromarray(rgba), encoded(Image.fromarray(rgba))):
        read = read_image(source)
        assert read[0, 0].tolist() == [0, 0, 0]
        assert read[4, 4].tolist() == [250, 250, 240]
        assert read[3, 4].tolist() == [50, 50, 48]
    page = np.full((50, 50, 4), 255, np.uint8)
    page[0, 0] = 0  # a round corner ...
    page[20:23, 20] = (0, 0, 0, 255)  # ... of a page with ink
    assert read_image(page)[0, 0].tolist() == [255, 255, 255]


def test_a_large_transparent_picture_is_laid_band_by_band(monkeypatch: pytest.MonkeyPatch) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (40, 30, 4), np.uint8)
    for given in (rgba, np.where(rgba[..., 3:] > 9, rgba | np.uint8(0xF0), 0).astype(np.uint8)):
        whole = read_image(given)
        with monkeypatch.context() as patched:
            patched.setattr("preprocessing.formats.alpha._BAND", 30 * 7)
            np.testing.assert_array_equal(read_image(given), whole)


def test_threads_may_read_before_pillow_is_imported() -> None:
    """In a process of its own, as here it has been imported long since."""
    code = (
        "import base64, sys; from concurrent.futures import ThreadPoolExecutor; import numpy\n"
        "from preprocessing.read import read_image; assert 'PIL' not in sys.modules\n"
        "data = base64.b64decode(sys.stdin.read()); sys.setswitchinterval(1e-6)\n"
        "given = [data, numpy.zeros((2, 2), 'uint8')] * 12\n"
        "with ThreadPoolExecutor(8) as pool: print(len(list(pool.map(read_image, given))))"
    )
    jpeg = base64.b64encode(encoded(Image.fromarray(picture()), "JPEG")).decode()
    done = subprocess.run([sys.executable, "-c", code], input=jpeg, capture_output=True, text=True, check=False)
    assert done.stdout == "24\n", done.stderr


def test_reading_changes_nothing_that_was_given() -> None:
    rgba = np.full((3, 3, 4), 100, np.uint8)
    before = rgba.copy()
    read_image(rgba)
    np.testing.assert_array_equal(rgba, before)


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


def test_one_pixel_is_an_image() -> None:
    assert read_image(encoded(Image.new("RGB", (1, 1), "red"))).tolist() == [[[255, 0, 0]]]


def test_comments_behind_and_within_the_file_do_no_harm() -> None:
    with_text = PNG[:33] + png_chunk(b"tEXt", b"Title\0a") + PNG[33:] + b"trailing"
    np.testing.assert_array_equal(read_image(with_text), read_image(PNG))


def header_only(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + b"\0" * 99


BAD_BYTES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "text": (b"hello, this is no picture\n", "not an image"),
    "noise": (bytes(range(256)) * 4, "not an image"),
    "half a png": (PNG[: len(PNG) // 2], "truncated"),
    "png without end": (PNG[:-12], "truncated"),
    "png signature": (PNG[:8], "truncated"),
    "half a jpeg": (JPEG[: len(JPEG) // 2], "truncated"),
    "half a gif": (encoded(Image.fromarray(picture(200, 300)), "GIF")[:3000], "truncated"),
    "damaged png": (PNG[:500] + bytes([PNG[500] ^ 255]) + PNG[501:], "damaged"),
    "too large": (
        header_only(30_000, 30_000),
        "30000x30000 pixels are too many; the limit is 16 million, set by SUANSHI_MAX_PIXELS",
    ),
    "bitmap too large": (
        b"BM" + struct.pack("<IIIIiiHHIIIIII", 0, 0, 54, 40, 30_000, 30_000, 1, 24, *[0] * 6),
        "too many",
    ),
    "half its rows": (
        PNG[:8]
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 200, 8, 2, 0, 0, 0))
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 901 * 100))
        + png_chunk(b"IEND", b""),
        "damaged",
    ),
    "a program": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        "not an image of a known format",
    ),
    "no pixels": (header_only(0, 10) + png_chunk(b"IEND", b""), "no pixels"),
    "header and end": (header_only(10, 10)[:33] + png_chunk(b"IEND", b""), "cannot be decoded"),
}


@pytest.mark.parametrize(("data", "why"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_bad_files_are_refused_with_name_and_reason(data: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(data)
    for source in (path, data, BytesIO(data)):
        with pytest.raises(UnreadableImageError, match=why) as caught:
            read_image(source)
        assert "bad.png" in str(caught.value) or source is not path


def test_the_limit_of_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Image.MAX_IMAGE_PIXELS is not None
    assert MAX_PIXELS <= HIGHEST <= Image.MAX_IMAGE_PIXELS  # from which on Pillow warns
    with pytest.raises(UnreadableImageError, match="damaged"):  # not too large
        read_image(header_only(1_600, 10_000))
    with pytest.raises(UnreadableImageError, match="1600x10001 pixels are too many; the limit is 16 million"):
        read_image(header_only(1_600, 10_001))
    with pytest.raises(UnreadableImageError, match="damaged"):
        read_image(header_only(1_600, 10_001), limit=20_000_000)
    monkeypatch.setenv(VARIABLE, "59999")
    for source in (PNG, JPEG, Image.fromarray(picture(200, 300))):
        with pytest.raises(UnreadableImageError, match="300x200 pixels are too many; the limit is 59999"):
            read_image(source)
    monkeypatch.setenv(VARIABLE, "60000")
    assert read_image(PNG).shape == (200, 300, 3)
    for wrong in ("none", "0", "-1", "1e9", "99999999999"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(OcrError, match="expected a number of pixels"):
            read_image(PNG)


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
            patched.setattr("preprocessing.formats.alpha._BAND", 30 * 7)
            import preprocessing.formats.pillow as pillow

            usual = pillow.bands
            patched.setattr(pillow, "bands", lambda *size, usual=usual: map(counted, usual(*size)))
            np.testing.assert_array_equal(read_image(image), whole)
        assert 0 < largest <= 30 * 7


def with_scans(count: int, size: tuple[int, int] = (300, 200)) -> bytes:
    """A progressive JPEG with that many scans; the last is repeated."""
    data = encoded(Image.new("RGB", size, "white"), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + (count - count_scans(data)) * last + data[-2:]


def test_scans_of_a_jpeg_are_counted() -> None:
    assert count_scans(JPEG) == 1
    assert count_scans(with_scans(10)) == 10
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + len(JPEG)) + JPEG if len(JPEG) < 65000 else b""
    assert count_scans(JPEG[:2] + thumbnail + JPEG[2:]) == 1
    assert count_scans(JPEG[:-2] + b"\xff\xd9\xff\xda\0\2" * 9) == 1
    for cut in range(0, len(JPEG), 97):
        assert count_scans(JPEG[:cut]) <= 1


def test_a_jpeg_of_too_many_scans_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_image(with_scans(MOST_SCANS)).shape == (200, 300, 3)
    small, large = with_scans(MOST_SCANS + 1), with_scans(30, (3000, 5000))
    decoded: list[int] = []
    monkeypatch.setattr(Image.Image, "load", lambda self: decoded.append(1))
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda self: decoded.append(1))
    with pytest.raises(
        UnreadableImageError, match="JPEG of 101 scans, which are too many; the limit for its size is 100"
    ):
        read_image(small)
    with pytest.raises(
        UnreadableImageError, match="JPEG of 30 scans, which are too many; the limit for its size is 21"
    ):
        read_image(large)
    assert not decoded


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


def test_paths_that_lead_to_no_file(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.png", "no such file"), (tmp_path, "is a directory"), ("a\0b", "null")):
        with pytest.raises(UnreadableImageError, match=why):
            read_image(path)
    with pytest.raises(UnreadableImageError, match="no such file"):
        read_image("")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="this system has no /dev/zero")
def test_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0.png").symlink_to("/dev/zero")
    for path in ("/dev/zero", tmp_path / "0.png"):
        with pytest.raises(UnreadableImageError, match="is a pipe or a device"):
            read_image(path)


def test_files_that_are_too_long_are_not_taken_in(tmp_path: Path) -> None:
    with (tmp_path / "long.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableImageError, match=r"long\.png: is larger than 130 MB, the limit"):
        read_image(tmp_path / "long.png")


def test_what_stands_in_a_file_that_is_no_image_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "0.png"
    for content, kind in (
        (b"user:x:0:0:secret\n", "a text"),
        (b"<HTML>secret", "a web page"),
        (b"PK\3\4secret", "a zip"),
    ):
        path.write_bytes(content)
        with pytest.raises(UnreadableImageError, match=f"not an image of a known format .it is {kind}") as caught:
            read_image(path)
        assert "secret" not in str(caught.value)
        assert "x:0" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root and Windows may read every file")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(PNG)
    path.chmod(0)
    with pytest.raises(UnreadableImageError, match="no permission"):
        read_image(path)


def test_no_permission_as_the_system_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(UnreadableImageError, match=r"locked\.png: no permission"):
        read_image(tmp_path / "locked.png")


BAD_ARRAYS: dict[str, Callable[[], Any]] = {
    "float": lambda: np.zeros((4, 4, 3)),
    "bool": lambda: np.zeros((4, 4), bool),
    "16 bit": lambda: np.zeros((4, 4), np.uint16),
    "one axis": lambda: np.zeros(4, np.uint8),
    "two channels": lambda: np.zeros((4, 4, 2), np.uint8),
    "a batch": lambda: np.zeros((2, 4, 4, 3), np.uint8),
}


@pytest.mark.parametrize("make", BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_wrong_arrays_are_refused_with_what_was_expected(make: Callable[[], Any]) -> None:
    with pytest.raises(UnreadableImageError, match="expected uint8"):
        read_image(make())


def test_a_matrix_is_an_array_and_a_masked_array_is_none() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrix = np.matrix([[0, 255], [7, 8]], dtype=np.uint8)
    np.testing.assert_array_equal(read_image(matrix)[..., 0], np.asarray(matrix))
    array = np.asarray(matrix)
    assert type(read_image(np.ma.masked_array(array, mask=np.zeros((2, 2), bool)))) is np.ndarray
    with pytest.raises(UnreadableImageError, match=r"parts are masked.*filled"):
        read_image(np.ma.masked_array(array, mask=array > 7))


@pytest.mark.parametrize("shape", [(0, 5), (5, 0, 3)])
def test_empty_arrays_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnreadableImageError, match="no pixels"):
        read_image(np.zeros(shape, np.uint8))


def test_other_things_are_refused() -> None:
    for source in (None, 5, [1, 2]):
        with pytest.raises(UnreadableImageError, match="expected a path, bytes"):
            read_image(source)  # type: ignore[arg-type]
    with pytest.raises(UnreadableImageError, match="binary mode"):
        read_image(StringIO("text"))  # type: ignore[arg-type]
    with pytest.raises(UnreadableImageError, match="floating-point"):
        read_image(Image.fromarray(np.zeros((2, 2), np.float32)))
    with pytest.raises(UnreadableImageError, match="32-bit"):
        read_image(Image.fromarray(np.full((2, 2), 10**6, np.int32)))


def test_a_truncated_pil_image_is_refused() -> None:
    with Image.open(BytesIO(JPEG[: len(JPEG) // 2])) as image, pytest.raises(UnreadableImageError, match="truncated"):
        read_image(image)


DOUBTED = {b"gAMA": b"\0\0\0\0", b"cHRM": b"\xff" * 32, b"sRGB": b"\x09", b"pHYs": b"\0", b"tIME": b"\xff" * 7}
"""Chunks that libpng warns of on stderr."""


def test_reading_is_silent_and_leaves_pillow_alone(capfd: pytest.CaptureFixture[str]) -> None:
    limit = Image.MAX_IMAGE_PIXELS
    for kind, (data, _) in BAD_BYTES.items():
        if kind != "half its rows":  # of which libpng tells by itself
            with pytest.raises(UnreadableImageError):
                read_image(data)
    for kind, content in DOUBTED.items():
        np.testing.assert_array_equal(read_image(PNG[:33] + png_chunk(kind, content) + PNG[33:]), picture(200, 300))
    read_image(encoded(Image.fromarray(picture()), icc_profile=b"nonsense"))
    assert limit == Image.MAX_IMAGE_PIXELS
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
