"""One door for pictures: what holds an image becomes a uint8 RGB array, or an error that says what is wrong with it.

Plain 8-bit PNGs, the files of the contest, are decoded by OpenCV, which is fastest. All the rest goes to Pillow,
imported only then: it knows palettes, transparency, CMYK, orientation and animations, and it tells a truncated file
from a whole one.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Pixels
from preprocessing.errors import UnreadableImageError
from preprocessing.formats.alpha import on_ground
from preprocessing.formats.encoded import LONGEST_NAME, image_bytes, is_data_url
from preprocessing.formats.limits import MAX_BYTES, max_pixels
from preprocessing.formats.png import SIGNATURE, look_through
from preprocessing.formats.svg import draw_svg, is_svg
from preprocessing.user_files import read_user_file

if TYPE_CHECKING:
    from PIL import Image

ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | Pixels"

_LONGEST_PATH = 1024
"""Characters; no file system has longer paths in use, so a longer text was meant to be an image."""


def read_image(source: ImageSource | LoadedImage, *, limit: int | None = None) -> Pixels:
    """Return the image in `source` as an RGB array (H, W, 3), uint8.

    `source` is a path, the bytes of an image file, a file object opened in binary mode, base64 text or a data URL, a
    PIL image, or a uint8 array (H, W), (H, W, 3) RGB or (H, W, 4) RGBA. Transparent parts are laid on white, or on
    black where nearly all that is visible is light, as white writing is; 16-bit grey is scaled to 8 bits, the
    orientation noted in the file is applied, and the frames of an animation are put together
    (preprocessing.formats.frames). An SVG is drawn where resvg-py is installed (the extra "svg"). An array that already
    fits is returned as it is, without a copy. Files and PIL images of more than `limit` pixels are refused before they
    are decoded; None for the limit that preprocessing.formats.limits has.

    Raises UnreadableImageError, which names the file and the reason.
    """
    return (source if isinstance(source, LoadedImage) else load_image(source)).pixels(limit=limit)


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """An image that was taken in, a pipe for once and all, but not decoded: much smaller than its pixels."""

    name: str
    """The name in messages."""
    content: bytes | Image.Image | Pixels = field(repr=False)

    def pixels(self, *, limit: int | None = None) -> Pixels:
        """Decode it as `read_image` says."""
        if isinstance(self.content, np.ndarray):
            return _from_array(self.content)
        limit = max_pixels() if limit is None else limit
        if isinstance(self.content, bytes):
            return _decode(self.content, limit, self.name)
        from preprocessing.formats.pillow import from_pillow

        return from_pillow(self.content, limit, self.name)


def load_image(source: ImageSource) -> LoadedImage:
    """Take in what `read_image` takes, without decoding it. Raises UnreadableImageError."""
    name = source_name(source)
    if isinstance(source, np.ndarray) or is_pillow_image(source):
        return LoadedImage(name, source)  # type: ignore[arg-type]
    if isinstance(source, (bytes, bytearray, memoryview)):
        return LoadedImage(name, _as_file(bytes(source)))
    if isinstance(source, str):
        try:
            data = image_bytes(source)
        except ValueError as error:
            raise UnreadableImageError(f"{name}: {error}") from None
        if data is not None:
            return LoadedImage(name, data)
    if isinstance(source, (str, os.PathLike)):
        return LoadedImage(name, _read_file(os.fspath(source)))
    if hasattr(source, "read"):
        return LoadedImage(name, _read_object(source, name))
    raise UnreadableImageError(
        f"cannot read an image from {type(source).__name__}: "
        "expected a path, bytes, a file object, a PIL image or a uint8 array"
    )


def source_name(source: object) -> str:
    """Return what messages call an image: the name of its file, if it has one; never the whole of an encoded image."""
    if isinstance(source, str) and is_data_url(source):
        return "data URL"
    if isinstance(source, str) and len(source) > _LONGEST_PATH:
        return f"text {source[:LONGEST_NAME]!r}… of {len(source)} characters"
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    if is_pillow_image(source):
        return getattr(source, "filename", "") or "PIL image"
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "image bytes"
    return "array" if isinstance(source, np.ndarray) else str(getattr(source, "name", "file object"))


def is_pillow_image(source: object) -> bool:
    """Whether this is a PIL image, without importing Pillow: whoever holds one has done so."""
    # While another thread is importing it, the module is there, but not all of what is in it.
    kind = getattr(sys.modules.get("PIL.Image"), "Image", None)
    return kind is not None and isinstance(source, kind)


def _from_array(array: NDArray[Any]) -> Pixels:
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        raise UnreadableImageError("array of which parts are masked: expected one without a mask, as filled(255) makes")
    array = np.asarray(array)  # of a matrix, too, which has no third axis
    shape = "x".join(map(str, array.shape)) or "no dimensions"
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not fits:
        raise UnreadableImageError(
            f"array of {array.dtype}, {shape}: expected uint8, (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA"
        )
    if not array.size:
        raise UnreadableImageError(f"array of {array.dtype}, {shape}: it has no pixels")
    if array.ndim == 2:
        return np.repeat(array[:, :, None], 3, axis=2)
    if array.shape[2] == 4:
        return on_ground(array)
    return np.ascontiguousarray(array)


def _read_file(name: str) -> bytes:
    try:
        return read_user_file(name, MAX_BYTES, pipes=True)
    except FileNotFoundError:
        raise UnreadableImageError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise UnreadableImageError(f"{name}: is a directory; pass the image files in it") from None
    except PermissionError:
        # Windows answers so for directories, too.
        why = "is a directory; pass the image files in it" if Path(name).is_dir() else "no permission to read it"
        raise UnreadableImageError(f"{name}: {why}") from None
    except OSError as error:
        raise UnreadableImageError(f"{name}: {error.strerror or error}") from error
    except ValueError as error:  # a null byte in the name
        raise UnreadableImageError(f"{name!r}: {error}") from error


def _read_object(file: Any, name: str) -> bytes:
    try:
        data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: closed, or text that is not UTF-8
        raise UnreadableImageError(f"{name}: {error}") from error
    if not isinstance(data, bytes):
        raise UnreadableImageError(
            f'{name}: gives {type(data).__name__} instead of bytes; open it in binary mode, "rb"'
        )
    return data


def _as_file(data: bytes) -> bytes:
    """Return the image file that bytes hold, whether plainly or as base64 text or data URL."""
    if data[:1].isascii() and data[:LONGEST_NAME].isascii() and len(data) <= MAX_BYTES:
        try:
            return image_bytes(data.decode("ascii")) or data
        except ValueError:  # of another alphabet, or a damaged data URL: what follows says what it is
            return data
    return data


def _decode(data: bytes, limit: int, name: str) -> Pixels:
    """Decode the image file `data` of at most `limit` pixels; `name` is for messages."""
    if not data:
        raise UnreadableImageError(f"{name}: is empty (0 bytes)")
    if len(data) > MAX_BYTES:
        raise UnreadableImageError(f"{name}: is larger than {MAX_BYTES // 10**6} MB, the limit")
    if not data.startswith(SIGNATURE) and is_svg(data):
        data = draw_svg(data, name)
    if data.startswith(SIGNATURE):
        png = look_through(data, limit, name)
        if png.plain:
            pixels = _with_opencv(png.content, name)
            if pixels is not None:
                return pixels
    from preprocessing.formats.pillow import decode_with_pillow

    return decode_with_pillow(data, limit, name)


def _with_opencv(png: bytes, name: str) -> Pixels | None:
    """Decode a plain PNG; None where OpenCV refuses it for a limit of its own."""
    import cv2

    as_rgb = getattr(cv2, "IMREAD_COLOR_RGB", None)  # OpenCV 4.11 and later; saves a pass over the pixels
    colours = cv2.IMREAD_COLOR if as_rgb is None else as_rgb
    try:
        pixels = cv2.imdecode(np.frombuffer(png, np.uint8), colours | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    if pixels is None:  # Pillow would fill up what is missing with black
        raise UnreadableImageError(f"{name}: PNG file is damaged (its pixels cannot be unpacked)")
    return pixels if as_rgb is not None else cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB, dst=pixels)
