"""Draw a folder of final pages to measure on."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measuring.pictures import png_bytes
from generators.evaluation_images import drawn
from generators.pages.page_samples import WholePages, page_sampler


def draw_pages(folder: Path, count: int, seed: int) -> float:
    """Draw the pages into a new folder; return their mean size in megapixels."""
    folder.mkdir()
    area = 0
    for number, (pixels, _) in enumerate(drawn(WholePages(page_sampler("train")), count=count, seed=seed)):
        area += pixels.shape[0] * pixels.shape[1]
        (folder / f"{number}.png").write_bytes(png_bytes(pixels))
    return area / count / 1e6
