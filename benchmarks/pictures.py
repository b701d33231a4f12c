"""Pictures small enough to be kept next to the pages that show them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

MOST_BYTES = 200_000
COLOURS = 256
SHRINKS = 0.9


def shrink(source: Path, out: Path) -> None:
    """Write a picture as a PNG of less than MOST_BYTES: with fewer colours if need be, and then smaller."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    picture.save(out, optimize=True)
    scale = 1.0
    while out.stat().st_size >= MOST_BYTES:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS).save(out, optimize=True)
        scale *= SHRINKS
