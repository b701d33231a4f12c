"""PNG files looked through before they are decoded: whole, of what size, and whether OpenCV may decode them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from preprocessing.errors import UnreadableImageError
from preprocessing.formats.limits import check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_SILENT_CHUNKS = frozenset({b"pHYs", b"tEXt", b"tIME", b"sRGB", b"gAMA", b"cHRM"})
"""Chunks that change no pixel. OpenCV does not get to see them: libpng tells on stderr of those that it doubts."""
_PIXEL_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND"})
_LONGEST_SIDE = 1_000_000
"""Pixels; of longer sides libpng complains on stderr."""


@dataclass(frozen=True)
class PngFile:
    """A whole PNG file."""

    plain: bool
    """Whether it is 8-bit grey or RGB and has nothing uncommon, so that OpenCV reads it rightly and in silence. A
    palette, transparency, an orientation, a colour profile or an animation are left to Pillow."""
    content: bytes
    """The file, where it is plain without the chunks that change no pixel."""


def look_through(data: bytes, limit: int, name: str) -> PngFile:
    """Walk through all chunks of the PNG in `data` and their checksums. `limit` is that of pixels.

    That takes a fiftieth of the decoding time, and decoders hand out what they got of a truncated or damaged file, some
    in silence. Raises UnreadableImageError, which begins with `name`.
    """
    plain, has_pixels = True, False
    view = memoryview(data)
    position = len(SIGNATURE)
    kept, before = [(0, position)], b""
    while True:
        if position + 12 > len(data):
            raise UnreadableImageError(f"{name}: PNG file is truncated")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise UnreadableImageError(f"{name}: PNG file is truncated")
        if zlib.crc32(view[position + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise UnreadableImageError(f"{name}: PNG file is damaged (wrong checksum at byte {position})")
        if position == len(SIGNATURE):
            if kind != b"IHDR" or length != 13:
                raise UnreadableImageError(f"{name}: PNG file without a header")
            width, height, depth, colour, packing, filtering, interlace = struct.unpack_from(">IIBBBBB", data, 16)
            check_size(width, height, limit, name)
            if packing or filtering or interlace > 1:
                raise UnreadableImageError(f"{name}: PNG file is damaged (its header is none)")
            plain = depth == 8 and colour in (0, 2) and max(width, height) <= _LONGEST_SIDE
        elif kind == b"IHDR" or (kind == b"IDAT" and has_pixels and before != kind):
            raise UnreadableImageError(f"{name}: PNG file is damaged (a chunk in the wrong place, at byte {position})")
        has_pixels = has_pixels or kind == b"IDAT"
        if kind in _PIXEL_CHUNKS:
            if kept[-1][1] == position:
                kept[-1] = (kept[-1][0], end)
            else:
                kept.append((position, end))
        elif kind not in _SILENT_CHUNKS:
            plain = False
        if kind == b"IEND":
            break
        before, position = kind, end
    return PngFile(plain and has_pixels, data if len(kept) == 1 else b"".join(view[first:last] for first, last in kept))
