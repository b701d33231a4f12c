"""Draw the pictures of docs/segmentation.md."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.pictures import figure, shrink
from classifiers.segmentation.outlines import FOUND, TRUE, draw_outlines
from classifiers.segmentation.pairs import CORE, OBJECT, downscale
from classifiers.segmentation.segmenter import objects
from preprocessing.arrays import Pixels

if TYPE_CHECKING:
    from classifiers.segmentation.pairs import Labels, Pair
    from classifiers.segmentation.scores import Score
    from classifiers.segmentation.segmenter import Segmenter

SHOWN = 6


def draw_results(pairs: Sequence[Pair], found: Sequence[Labels], scores: Sequence[Score], path: Path) -> None:
    """Draw pictures from the worst to the best by Dice, with true outlines and those found."""
    order = np.argsort([each.dice for each in scores], kind="stable")
    chosen = order[np.unique(np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int))]
    drawn = figure(10, 2.5 * -(-len(chosen) // 3))
    cells = np.atleast_1d(drawn.subplots(-(-len(chosen) // 3), 3)).ravel()
    for place, axes in zip(chosen, cells, strict=False):
        image = draw_outlines(pairs[place].image, pairs[place].objects, TRUE, 7)
        axes.imshow(draw_outlines(image, found[place], FOUND, 3))
        axes.set_title(f"{pairs[place].name}: Dice {scores[place].dice:.3f}, F1 {scores[place].f1:.2f}", fontsize=9)
    _save(drawn, cells, path)


def draw_way(segmenter: Segmenter, pair: Pair, path: Path) -> None:
    """Draw the way of a picture: itself, the probabilities of object and core, and the objects."""
    seen = segmenter.probabilities(pair.image)
    found = objects(seen, segmenter.thresholds)
    colours = np.random.default_rng(0).integers(60, 256, (found.max() + 1, 3)).astype(np.uint8)
    colours[0] = 0
    drawn = figure(10, 2.1)
    cells = drawn.subplots(1, 4)
    titles = ("picture", "in an object", "in the core of one", "objects")
    shown = (downscale(pair.image, segmenter.scale), seen[..., OBJECT], seen[..., CORE], colours[found])
    for axes, image, title in zip(cells, shown, titles, strict=True):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    _save(drawn, cells, path)


def draw_seams(image: Pixels, seen: Mapping[str, NDArray[np.float32]], path: Path) -> None:
    """Draw how far probabilities (h, w) by tiles are from those at once, and the large picture itself."""
    height, width = seen["at once"].shape
    drawn = figure(10, 2.7)
    cells = drawn.subplots(1, 3)
    cells[0].imshow(cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA))
    cells[0].set_title(f"{image.shape[1]}x{image.shape[0]}, put together", fontsize=9)
    for axes, name in zip(cells[1:], ("side by side", "blended"), strict=True):
        axes.imshow(np.abs(seen[name] - seen["at once"]), cmap="inferno", vmin=0, vmax=0.5)
        axes.set_title(f"tiles {name}: difference to at once", fontsize=9)
    _save(drawn, cells, path)


def _save(drawn: Any, cells: Any, path: Path) -> None:
    for axes in cells:
        axes.set_axis_off()
    with tempfile.TemporaryDirectory() as folder:
        drawn.savefig(Path(folder) / path.name, dpi=110)
        shrink(Path(folder) / path.name, path)
