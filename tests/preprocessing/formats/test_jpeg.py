"""Scans of JPEG files, counted before they are decoded."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from preprocessing.errors import UnreadableImageError
from preprocessing.formats.jpeg import MOST_SCANS, count_scans
from preprocessing.read import read_image


def picture(height: int = 20, width: int = 30) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


JPEG = encoded(Image.fromarray(picture(200, 300)), "JPEG")


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
