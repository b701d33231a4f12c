"""Read idx files, the format of MNIST: a magic number, the dimensions, and the values, big-endian; gzipped or not."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.errors import OcrError
from preprocessing.archive import PACKED, SMALL
from preprocessing.user_files import read_user_file

DTYPES = MappingProxyType({0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"})
"""Types of the values by the third byte of the magic number, as yann.lecun.com/exdb/mnist describes them."""

MAX_BYTES = 600_000_000
"""More values than EMNIST's largest file has are refused before anything is allocated."""

MNIST_FILES = MappingProxyType({"train": "train-images-idx3-ubyte", "test": "t10k-images-idx3-ubyte"})
MNIST_SHAPE = (28, 28)

_GZIP = b"\x1f\x8b"
_HEADER = 4 + 255 * 4  # bytes at most before the values


def read_idx(path: Path) -> NDArray[Any]:
    """Return the array in the idx file `path`, which may be gzipped; values are in native byte order.

    Raises OcrError for what is no whole idx file: a wrong magic number or type, too few values or too many.
    """
    try:
        content = read_user_file(path, MAX_BYTES + _HEADER)
        if not content.startswith(_GZIP):
            return _read(BytesIO(content), path)
        with gzip.open(BytesIO(content)) as unpacked:
            return _read(unpacked, path, most=max(SMALL, PACKED * len(content)))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise OcrError(f"{path}: its gzip is damaged or truncated ({error})") from error
    except OSError as error:
        raise OcrError(f"{path}: {error.strerror or error}") from error


def _read(file: BytesIO | gzip.GzipFile, path: Path, *, most: int = MAX_BYTES) -> NDArray[Any]:
    """Read an array of at most `most` bytes of values."""
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in DTYPES or not magic[3]:
        known = ", ".join(f"{code:02x}" for code in DTYPES)
        raise OcrError(
            f"{path}: is no idx file: it begins with {magic.hex(' ') or 'nothing'}; "
            f"expected 00 00, a type ({known}) and the number of dimensions"
        )
    dtype, dimensions = np.dtype(DTYPES[magic[2]]), magic[3]
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise OcrError(f"{path}: is truncated within its {dimensions} dimensions")
    shape = struct.unpack(f">{dimensions}I", sizes)
    expected, told = math.prod(shape) * dtype.itemsize, "x".join(map(str, shape))
    if expected > MAX_BYTES:
        raise OcrError(f"{path}: claims to hold {told} values, {expected} bytes; the limit is {MAX_BYTES}")
    if expected > most:
        raise OcrError(f"{path}: claims that {expected} bytes are packed in it, more than {PACKED} times its own size")
    values = file.read(expected)
    if len(values) < expected:
        raise OcrError(f"{path}: is truncated: {told} values take {expected} bytes, it has {len(values)}")
    if file.read(1):
        raise OcrError(f"{path}: has more than the {told} values that it announces")
    try:
        return np.frombuffer(values, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    except ValueError as error:  # more dimensions than NumPy has, or sizes beside a 0 that overflow
        raise OcrError(f"{path}: claims to hold {told} values ({error})") from error


def read_mnist(folder: Path, part: str) -> NDArray[np.float32]:
    """Return the pictures of a part of MNIST, "train" or "test", as floats in [0, 1]: (N, 28, 28, 1).

    The user brings the files: `train-images-idx3-ubyte` and `t10k-images-idx3-ubyte`, with or without .gz.
    """
    name = MNIST_FILES[part]
    path = next((file for file in (folder / name, folder / f"{name}.gz") if file.exists()), None)
    if path is None:
        raise OcrError(f"{folder}: has neither {name} nor {name}.gz; MNIST's files are for you to download")
    images = read_idx(path)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != MNIST_SHAPE:
        found = "x".join(map(str, images.shape))
        raise OcrError(f"{path}: holds {images.dtype}, {found}; expected uint8, Nx28x28")
    return np.float32(1 / 255) * images[..., None].astype(np.float32)
