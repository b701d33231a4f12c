"""The images of a labelled folder as training needs them, and what is told about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr.data.dataset import Entry, Folder
from ocr.tasks import TaskSpec
from suanshi.training.run import tell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_LISTED = 20
"""Files that are named of those left out."""


def load_pixels(entries: list[Entry], task: TaskSpec) -> list[NDArray[np.uint8]]:
    """Read images, no higher than twice the network's input: they are all kept in memory.

    RGB (H, W, 3), or grey (H, W) where the task's input has no regard to colours.
    """
    import cv2

    from preprocessing.clean import grey
    from preprocessing.read import read_image

    kept, height, colour = [], task.height, task.input_kind.colour
    for entry in entries:
        pixels = read_image(entry.path) if colour else grey(read_image(entry.path))
        if (scale := 2 * height / pixels.shape[0]) < 1:
            size = (max(1, round(pixels.shape[1] * scale)), 2 * height)
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        kept.append(pixels)
    return kept


def description(folder: Folder, fold: int) -> dict[str, Any]:
    """Describe the data for the card; `evaluate --held-out` finds the test images by the fold."""
    return {
        "labels from": folder.source,
        "images": len(folder.entries),
        "left out": len(folder.left_out),
        "training": len(folder.part("training", fold)),
        "validation": len(folder.part("validation", fold)),
        "test": len(folder.part("test", fold)),
        "fold": fold,
        "sha256": folder.fingerprint,
    }


def show(folder: Folder, task: TaskSpec, fold: int) -> None:
    """Tell what was found, before time is spent on it."""
    from suanshi.commands.inspect import listed, summary

    parts = description(folder, fold)
    tell(summary(folder))
    tell(f"input       {task.height} pixels high, up to {task.max_width} wide, {', '.join(task.channels)}")
    tell(
        f"split       {parts['training']} to train on, {parts['validation']} to validate by, "
        f"{parts['test']} to test (fold {fold})"
    )
    for line in listed(folder, MOST_LISTED):
        tell(line)
