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
