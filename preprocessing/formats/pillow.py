"""Image files and PIL images of any kind, decoded by Pillow: palettes, transparency, CMYK, orientation, animations.

It also tells a truncated file from a whole one. Whoever needs this module imports Pillow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from preprocessing.arrays import Pixels
from preprocessing.errors import UnreadableImageError
from preprocessing.formats.alpha import bands, bands_on_ground, on_ground
from preprocessing.formats.frames import MOST_FRAMES, merge_frames
from preprocessing.formats.gif import check_frames, is_gif
from preprocessing.formats.jpeg import PROGRESSIVE, check_scans, is_jpeg
from preprocessing.formats.limits import check_size, told

_COMMON = ("BMP", "GIF", "JPEG", "PNG", "PPM")
_OTHERS = ("AVIF", "DIB", "JPEG2000", "MPO", "PCX", "QOI", "SGI", "TGA", "TIFF", "WEBP")
"""What Pillow may decode: no EPS, for which it would run a program, and nothing that it decodes before its size is
known."""
_DEEP_LEVELS = 257
"""Levels of 16-bit grey, 0 to 65535, in one level of 8-bit grey, 0 to 255."""
_KNOWN_STARTS = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"PK\x03\x04", "a zip, or an office document"),
    (b"\x1f\x8b", "packed by gzip"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"{", "JSON or another text"),
    (b"\0\0\0\x1cftyp", "a film or a HEIF picture"),
    (b"\0\0\0\x18ftyp", "a film or a HEIF picture"),
    (b"\0\0\0\x20ftyp", "a film or a HEIF picture"),
)


def decode_with_pillow(data: bytes, limit: int, name: str) -> Pixels:
    """Decode an image file of at most `limit` pixels into RGB (H, W, 3); `name` is for messages.

    Raises UnreadableImageError.
    """
    try:
        image = _opened(data)
    except UnidentifiedImageError:
        raise UnreadableImageError(f"{name}: is not an image of a known format ({_kind(data)})") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImageError(f"{name}: too many pixels; the limit is {told(limit)}") from error
    except Exception as error:  # Pillow's plugins let struct.error, IndexError, SyntaxError and more through
        raise UnreadableImageError(f"{name}: {_reason(error)}") from error
    with image:
        check_size(*image.size, limit, name)
        if is_gif(data):
            check_frames(data, limit, name)
        elif is_jpeg(data):
            check_scans(data, image.width * image.height, limit, name)
        elif image.info.get("compression") in ("jpeg", "tiff_jpeg") and PROGRESSIVE in data:
            # libtiff passes over each strip as often as it has scans; nobody writes such files.
            raise UnreadableImageError(f"{name}: TIFF of progressive JPEGs; save it as a PNG or a JPEG")
        return from_pillow(image, limit, name)


def from_pillow(image: Image.Image, limit: int, name: str) -> Pixels:
    """Turn a PIL image of any mode, perhaps not decoded yet, into RGB. Raises UnreadableImageError."""
    check_size(*image.size, limit, name)
    try:
        image.load()
        if getattr(image, "is_animated", False):
            return merge_frames(_frames(image, limit))
        image = _upright(image)
        if image.mode == "I" or image.mode.startswith("I;16"):
            return _from_deep_grey(image, name)
        if image.mode == "F":
            raise UnreadableImageError(f"{name}: has floating-point pixels; expected 8 or 16 bits per channel")
        if image.has_transparency_data:
            return bands_on_ground(image.height, image.width, lambda: _parts(image, "RGBA"))
        return _filled(image, lambda part: part, "RGB")
    except UnreadableImageError:
        raise
    except Exception as error:  # as above: any kind may come out of a decoder fed with a damaged file
        raise UnreadableImageError(f"{name}: {_reason(error)}") from error


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(data), formats=_COMMON)
    except UnidentifiedImageError:
        Image.init()  # imports all of its formats, which takes a while
        return Image.open(BytesIO(data), formats=[name for name in _OTHERS if name in Image.OPEN])


def _parts(image: Image.Image, mode: str | None) -> Iterator[NDArray[Any]]:
    """Yield the `bands` of a picture in another mode, so that it never takes the memory of two at once."""
    for rows in bands(image.height, image.width):
        whole = rows.stop - rows.start == image.height
        part = image if whole else image.crop((0, rows.start, image.width, rows.stop))
        yield np.asarray(part if mode in (None, part.mode) else part.convert(mode))


def _filled(image: Image.Image, change: Callable[[NDArray[Any]], NDArray[Any]], mode: str | None) -> Pixels:
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for rows, part in zip(bands(image.height, image.width), _parts(image, mode), strict=True):
        pixels[rows] = change(part)
    return pixels


def _frames(image: Image.Image, limit: int) -> Iterator[Pixels]:
    """Yield the frames of an animation, RGB, of at most `limit` pixels together; those behind a damaged one are left
    out."""
    for number in range(min(MOST_FRAMES, max(1, limit // (image.width * image.height)))):
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
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata are no reason to refuse a sound picture
        return image


def _from_deep_grey(image: Image.Image, name: str) -> Pixels:
    def grey(values: NDArray[Any]) -> NDArray[Any]:
        if values.min() < 0 or values.max() > 65535:
            raise UnreadableImageError(f"{name}: has 32-bit pixels; expected 8 or 16 bits per channel")
        return ((values.astype(np.uint32) + _DEEP_LEVELS // 2) // _DEEP_LEVELS).astype(np.uint8)[:, :, None]

    return _filled(image, grey, None)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return f"file is truncated ({text})" if "truncated" in text.lower() else f"cannot be decoded ({text})"


def _kind(data: bytes) -> str:
    """Say what else a file is. Nothing that stands in it: the reader may not be allowed to see it."""
    start = data[:64].lstrip().lower()
    for begin, kind in _KNOWN_STARTS:
        if start.startswith(begin.lower()):
            return f"it is {kind}"
    return "it is a text" if data[:1024].isascii() and b"\0" not in data[:1024] else "none of its bytes say which"
