"""idx files: read as they were written, and refused when damaged."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from autoencoders.idx import read_idx, read_mnist
from ocr.errors import OcrError


def idx(shape: tuple[int, ...], values: bytes, kind: int = 8) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape) + values


@pytest.mark.parametrize(
    ("kind", "dtype"), [(8, ">u1"), (9, ">i1"), (11, ">i2"), (12, ">i4"), (13, ">f4"), (14, ">f8")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_type_comes_back(kind: int, dtype: str, packed: bool, tmp_path: Path) -> None:
    values = np.arange(6).reshape(2, 3).astype(dtype)
    data = idx((2, 3), values.tobytes(), kind)
    path = tmp_path / "some.idx"
    path.write_bytes(gzip.compress(data) if packed else data)
    found = read_idx(path)
    assert found.dtype.isnative
    assert found.dtype == np.dtype(dtype).newbyteorder("=")
    np.testing.assert_array_equal(found, values)


WHOLE = idx((2, 3), bytes(6))
PACKED = gzip.compress(WHOLE, mtime=0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "begins with nothing"),
        (b"\x89PNG and more", "no idx file: it begins with 89 50 4e 47"),
        (idx((1,), b"\0", kind=7), "no idx file"),
        (b"\0\0\x08\0", "no idx file"),
        (WHOLE[:9], "truncated within its 2 dimensions"),
        (WHOLE[:-1], "2x3 values take 6 bytes, it has 5"),
        (WHOLE + b"\0", "more than the 2x3 values"),
        (idx((4_000_000_000, 4_000_000_000), b""), "the limit is"),
        (idx((1,) * 99, b"\0"), "claims to hold 1x1x"),
        (idx((0,) + (4_000_000_000,) * 9, b""), "claims to hold 0x4000000000x"),
        (gzip.compress(idx((30, 100_000), bytes(3_000_000))), "claims that 3000000 bytes are packed in it"),
        (PACKED[:-9], "gzip is damaged or truncated"),
        (PACKED[:-8] + bytes(8), "gzip is damaged or truncated"),
    ],
)
def test_damaged_files_are_refused_with_the_reason(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.idx"
    path.write_bytes(data)
    with pytest.raises(OcrError, match=reason) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="No such file"):
        read_idx(tmp_path / "none")
    with pytest.raises(OcrError, match=r"has neither train-images-idx3-ubyte nor train-images-idx3-ubyte\.gz"):
        read_mnist(tmp_path, "train")


def test_mnist_is_scaled_and_has_its_size(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx((2, 28, 28), bytes([255]) * (2 * 28 * 28)))
    pictures = read_mnist(tmp_path, "test")
    assert pictures.shape == (2, 28, 28, 1)
    assert pictures.dtype == np.float32
    assert pictures.max() == pytest.approx(1)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx((2, 28, 27), bytes(2 * 28 * 27)))
    with pytest.raises(OcrError, match="expected uint8, Nx28x28"):
        read_mnist(tmp_path, "test")


@pytest.mark.skipif(os.name != "posix", reason="pipes of Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "some.idx")
    with pytest.raises(OcrError, match=r"some\.idx: is a pipe or a device"):
        read_idx(tmp_path / "some.idx")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[int] = []
    usual = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        content = usual(self, size)
        unpacked.append(len(content))
        return content

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    path = tmp_path / "bomb.idx"
    path.write_bytes(gzip.compress(idx((50, 100_000), bytes(5_000_000))))
    with pytest.raises(OcrError, match="more than 200 times its own size"):
        read_idx(path)
    assert sum(unpacked) < 100
