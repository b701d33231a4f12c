"""Mutate inputs by a seeded generator: flipped bits, cut, repeated and spliced parts, numbers at their limits."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Sequence

NUMBERS = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
LONGEST = 200_000
"""Bytes of a mutated input."""
PNG = b"\x89PNG\r\n\x1a\n"


def mutate(rng: random.Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of `seeds` after one to six changes; `words` are what an input of this kind may hold."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = _changed(rng, data, seeds, words)[:LONGEST]
    if data.startswith(PNG) and rng.random() < 0.7:
        return with_checksums(bytes(data))
    return bytes(data)


def with_checksums(data: bytes) -> bytes:
    """Give the chunks of a PNG the checksums of what they hold, so that a decoder looks at it."""
    fixed, position = bytearray(data), len(PNG)
    while position + 12 <= len(fixed):
        end = position + 12 + struct.unpack_from(">I", fixed, position)[0]
        if end > len(fixed):
            break
        struct.pack_into(">I", fixed, end - 4, zlib.crc32(fixed[position + 4 : end - 4]))
        position = end
    return bytes(fixed)


def _changed(rng: random.Random, data: bytearray, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytearray:
    size = len(data)
    first = rng.randrange(size + 1)
    # Most formats have their sizes and kinds near the beginning.
    if rng.random() < 0.5:
        first = rng.randrange(min(size, 64) + 1)
    last = min(size, first + rng.choice((1, 2, 4, 16, 256)))
    kind = rng.randrange(9)
    if kind == 0 and first < size:
        data[first] ^= 1 << rng.randrange(8)
    elif kind == 1 and first < size:
        data[first] = rng.randrange(256)
    elif kind == 2:
        del data[first:last]
    elif kind == 3:
        data[first:first] = data[first:last] * rng.choice((1, 2, 9, 300))
    elif kind == 4:
        other = rng.choice(seeds)
        start = rng.randrange(len(other) + 1)
        data[first:last] = other[start : start + rng.choice((1, 8, 64, 1024))]
    elif kind == 5:
        form = rng.choice(("<B", "<H", ">H", "<I", ">I"))
        number = rng.choice(NUMBERS) % 256 ** struct.calcsize(form)
        data[first : first + struct.calcsize(form)] = struct.pack(form, number)
    elif kind == 6:
        return data[:first]
    elif kind == 7 and words:
        data[first:first] = rng.choice(words) * rng.choice((1, 1, 1, 3, 1000))
    else:
        data[first:last] = rng.randbytes(last - first)
    return data
