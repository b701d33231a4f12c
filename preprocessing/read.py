"""One door for pictures: what holds an image becomes a uint8 RGB array, or an error that says what is wrong with it.

Plain 8-bit PNGs, the files of the contest, are decoded by OpenCV, which is fastest. All the rest goes to Pillow,
imported only then: it knows palettes, transparency, CMYK, orientation and animations, and it tells a truncated file
from a whole one.
"""

from __future__ import annotations

import os
import stat
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from preprocessing.alpha import on_ground
from preprocessing.arrays import Pixels
from preprocessing.encoded import LONGEST_NAME, image_bytes, is_data_url
from preprocessing.errors import UnreadableImageError
from preprocessing.frames import MOST_FRAMES, merge_frames
from preprocessing.svg import draw_svg, is_svg

if TYPE_CHECKING:
    from PIL import Image

ImageSource: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | Pixels"

MAX_PIXELS = 89_000_000
"""Larger images are refused by their header: 22 times the largest contest page, 267 MB as RGB.

Decoding takes a few times that for a moment. Pillow warns of pictures a little larger; of none that is read.
"""

MAX_BYTES = 400_000_000
"""Longer files are refused; a picture of MAX_PIXELS fits even when it is stored plainly with alpha."""

_PNG = b"\x89PNG\r\n\x1a\n"
# OpenCV reads these rightly and in silence. A palette, transparency, an orientation, a colour profile or an animation
# are left to Pillow.
_PLAIN_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND", b"pHYs", b"tEXt", b"tIME", b"sRGB", b"gAMA", b"cHRM"})
_COMMON = ("BMP", "GIF", "JPEG", "PNG", "PPM")
_OTHERS = ("AVIF", "DIB", "JPEG2000", "MPO", "PCX", "QOI", "SGI", "TGA", "TIFF", "WEBP")
"""What Pillow may decode: no EPS, for which it would run a program, and nothing that it decodes before its size is
known."""
_LONGEST_PATH = 1024
"""Characters; no file system has longer paths in use, so a longer text was meant to be an image."""
_DEEP_LEVELS = 257
"""Levels of 16-bit grey, 0 to 65535, in one level of 8-bit grey, 0 to 255."""


def read_image(source: ImageSource | LoadedImage) -> Pixels:
    """Return the image in `source` as an RGB array (H, W, 3), uint8.

    `source` is a path, the bytes of an image file, a file object opened in binary mode, base64 text or a data URL, a
    PIL image, or a uint8 array (H, W), (H, W, 3) RGB or (H, W, 4) RGBA. Transparent parts are laid on white, or on
    black where nearly all that is visible is light, as white writing is; 16-bit grey is scaled to 8 bits, the
    orientation noted in the file is applied, and the frames of an animation are put together (preprocessing.frames). An
    SVG is drawn where resvg-py is installed (the extra "svg"). An array that already fits is returned as it is, without
    a copy.

    Raises UnreadableImageError, which names the file and the reason.
    """
    return (source if isinstance(source, LoadedImage) else load_image(source)).pixels()


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """An image that was taken in, a pipe for once and all, but not decoded: much smaller than its pixels."""

    name: str
    """What messages call it."""
    content: bytes | Image.Image | Pixels = field(repr=False)

    def pixels(self) -> Pixels:
        """Decode it as `read_image` says."""
        if isinstance(self.content, bytes):
            return _decode(self.content, self.name)
        return (
            _from_array(self.content) if isinstance(self.content, np.ndarray) else _from_pillow(self.content, self.name)
        )


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
        with open(name, "rb") as file:
            if stat.S_ISCHR(os.fstat(file.fileno()).st_mode):
                raise UnreadableImageError(f"{name}: is a device, not a file")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableImageError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise UnreadableImageError(f"{name}: is a directory; pass the image files in it") from None
    except PermissionError:
        # Windows answers so for directories, too.
        why = "is a directory; pass the image files in it" if Path(name).is_dir() else "no permission to read it"
        raise UnreadableImageError(f"{name}: {why}") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise UnreadableImageError(f"{name!r}: {getattr(error, 'strerror', None) or error}") from error
    return data


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


def _decode(data: bytes, name: str) -> Pixels:
    """Decode the image file `data`; `name` is for messages."""
    if not data:
        raise UnreadableImageError(f"{name}: is empty (0 bytes)")
    if len(data) > MAX_BYTES:
        raise UnreadableImageError(f"{name}: is larger than {MAX_BYTES // 10**6} MB, the limit")
    if is_svg(data):
        data = draw_svg(data, name)
    if data.startswith(_PNG) and _plain_png(data, name):
        import cv2

        try:
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        except cv2.error:  # a limit of OpenCV's own, such as a million pixels in a row
            pass
        else:
            if pixels is None:  # Pillow would fill up what is missing with black
                raise UnreadableImageError(f"{name}: PNG file is damaged (its pixels cannot be unpacked)")
            return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB, dst=pixels)  # type: ignore[no-any-return]
    return _decode_with_pillow(data, name)


def _plain_png(data: bytes, name: str) -> bool:
    """Whether OpenCV may decode the PNG in `data`: 8-bit grey or RGB and nothing uncommon.

    Walks through all chunks and their checksums, which takes a fiftieth of the decoding time, because decoders hand out
    what they got of a truncated or damaged file, some in silence.
    """
    plain, has_pixels = True, False
    view = memoryview(data)
    position = len(_PNG)
    while True:
        if position + 12 > len(data):
            raise UnreadableImageError(f"{name}: PNG file is truncated")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise UnreadableImageError(f"{name}: PNG file is truncated")
        if zlib.crc32(view[position + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise UnreadableImageError(f"{name}: PNG file is damaged (wrong checksum at byte {position})")
        if position == len(_PNG):
            if kind != b"IHDR" or length != 13:
                raise UnreadableImageError(f"{name}: PNG file without a header")
            width, height, depth, colour = struct.unpack_from(">IIBB", data, position + 8)
            _check_size(width, height, name)
            plain = depth == 8 and colour in (0, 2)
        plain = plain and kind in _PLAIN_CHUNKS
        has_pixels = has_pixels or kind == b"IDAT"
        if kind == b"IEND":
            return plain and has_pixels
        position = end


def _check_size(width: int, height: int, name: str) -> None:
    if not width or not height:
        raise UnreadableImageError(f"{name}: has no pixels ({width}x{height})")
    if width * height > MAX_PIXELS:
        raise UnreadableImageError(
            f"{name}: {width}x{height} pixels are too many; the limit is {MAX_PIXELS // 10**6} million"
        )


def _decode_with_pillow(data: bytes, name: str) -> Pixels:
    from PIL import Image, UnidentifiedImageError

    try:
        image = _opened(data)
    except UnidentifiedImageError:
        raise UnreadableImageError(f"{name}: is not an image of a known format ({_first_bytes(data)})") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImageError(f"{name}: too many pixels; the limit is {MAX_PIXELS // 10**6} million") from error
    except Exception as error:  # Pillow's plugins let struct.error, IndexError, SyntaxError and more through
        raise UnreadableImageError(f"{name}: {_reason(error)}") from error
    with image:
        return _from_pillow(image, name)


def _opened(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(BytesIO(data), formats=_COMMON)
    except UnidentifiedImageError:
        Image.init()  # imports all of its formats, which takes a while
        return Image.open(BytesIO(data), formats=[name for name in _OTHERS if name in Image.OPEN])


def _from_pillow(image: Image.Image, name: str) -> Pixels:
    """Turn a PIL image of any mode, perhaps not decoded yet, into RGB."""
    _check_size(*image.size, name)
    try:
        image.load()
        if getattr(image, "is_animated", False):
            return merge_frames(_frames(image))
        image = _upright(image)
        if image.mode == "I" or image.mode.startswith("I;16"):
            return _from_deep_grey(np.asarray(image), name)
        if image.mode == "F":
            raise UnreadableImageError(f"{name}: has floating-point pixels; expected 8 or 16 bits per channel")
        if image.has_transparency_data:
            return on_ground(np.asarray(image.convert("RGBA")))
        return np.array(image if image.mode == "RGB" else image.convert("RGB"))
    except UnreadableImageError:
        raise
    except Exception as error:  # as above: any kind may come out of a decoder fed with a damaged file
        raise UnreadableImageError(f"{name}: {_reason(error)}") from error


def _frames(image: Image.Image) -> Iterator[Pixels]:
    """Yield the frames of an animation, RGB; those behind a damaged one are left out."""
    for number in range(min(MOST_FRAMES, max(1, MAX_PIXELS // (image.width * image.height)))):
        try:
            image.seek(number)
            frame = image.convert("RGBA")
        except EOFError:
            return
        except Exception:
            if not number:
                raise
            return
        yield on_ground(np.asarray(frame))


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata are no reason to refuse a sound picture
        return image


def _from_deep_grey(values: NDArray[Any], name: str) -> Pixels:
    if values.min() < 0 or values.max() > 65535:
        raise UnreadableImageError(f"{name}: has 32-bit pixels; expected 8 or 16 bits per channel")
    grey = (values.astype(np.uint32) + _DEEP_LEVELS // 2) // _DEEP_LEVELS
    return np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return f"file is truncated ({text})" if "truncated" in text.lower() else f"cannot be decoded ({text})"


def _first_bytes(data: bytes) -> str:
    start = data[:16]
    return f"it begins with {start!r}" if start.isascii() else f"it begins with bytes {start[:8].hex(' ')}"
