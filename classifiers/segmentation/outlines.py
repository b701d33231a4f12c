"""What a segmentation did: curves of its training, and outlines over pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from skimage.morphology import dilation, disk
from skimage.segmentation import find_boundaries

from classifiers.images.folder import Pixels
from classifiers.images.reports import figure
from classifiers.segmentation.pairs import Labels

FOUND, TRUE = (0, 160, 0), (255, 190, 0)
"""Colours of outlines, RGB: green, amber."""


def outlined(image: Pixels, found: Labels, colour: tuple[int, int, int] = FOUND, width: int = 3) -> Pixels:
    """Return an image (H, W, 3) with the outlines of objects (H, W), inside of them and about `width` pixels wide."""
    drawn = image.copy()
    lines = find_boundaries(found, mode="inner", background=0)
    drawn[dilation(lines, disk(width // 2)) & (found > 0)] = colour
    return drawn


def draw_curves(log: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw loss and Dice over the epochs of a training: of training dotted, of validation drawn through."""
    drawn = figure(9, 3.5)
    epochs = [row["epoch"] + 1 for row in log]
    for axes, name, title in zip(drawn.subplots(1, 2), ("loss", "dice"), ("loss", "Dice of the pixels"), strict=True):
        axes.plot(epochs, [row[name] for row in log], ":", color="C0", linewidth=1, label="training (changed cuts)")
        axes.plot(epochs, [row[f"val_{name}"] for row in log], color="C0", linewidth=1, label="validation")
        values = np.array([[row[name], row[f"val_{name}"]] for row in log])
        if name == "loss":
            axes.set_ylim(0, float(np.nanmax(np.minimum(values, 2))) + 0.1)
        axes.set(title=title, xlabel="epoch")
        axes.grid(alpha=0.3)
    drawn.axes[1].legend()
    drawn.savefig(path, dpi=100)
