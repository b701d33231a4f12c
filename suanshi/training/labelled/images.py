"""The images of a labelled folder as training needs them, and what is told about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr.data.dataset import Entry, Folder
from ocr.tasks import TaskSpec
from suanshi.training.labelled.split import Split
from suanshi.training.run import tell

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LISTED = 20
"""Files that are named of those left out."""

MEASURED_BY = "measured by"
"""The card's word on how a model was measured that was trained on all of its folder, of few images."""


def load_pixels(entries: Sequence[Entry], task: TaskSpec) -> list[NDArray[np.uint8]]:
    """Read images, no higher than twice the network's input: they are all kept in memory.

    RGB (H, W, 3) without frame and margins, or grey (H, W) where the task's input has no regard to colours.
    """
    import cv2

    from preprocessing.captcha import content_box
    from preprocessing.clean import grey
    from preprocessing.read import read_image

    kept, height, colour = [], task.height, task.input_kind.colour
    for entry in entries:
        pixels = read_image(entry.path)
        if colour:  # a frame that is shifted and turned would no longer be one
            box = content_box(pixels)
            pixels = pixels[box.top : box.bottom, box.left : box.right]
        else:
            pixels = grey(pixels)
        if (scale := 2 * height / pixels.shape[0]) < 1:
            size = (max(1, round(pixels.shape[1] * scale)), 2 * height)
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        kept.append(np.ascontiguousarray(pixels))
    return kept


def description(folder: Folder, parts: Split, fold: int) -> dict[str, Any]:
    """Describe the data for the card; `evaluate --held-out` finds the test images by the fold, if it is there."""
    told = {"labels from": folder.source, "images": len(folder.entries), "left out": len(folder.left_out)}
    if parts.few:
        measured = (
            f"{len(parts.test)} images, which told when to stop, before the network had been trained on them; then it "
            "was trained on all"
        )
        return {**told, "training": len(folder.entries), MEASURED_BY: measured, "sha256": folder.fingerprint}
    counts = {"training": parts.training, "validation": parts.validation, "test": parts.test}
    return {
        **told,
        **{name: len(entries) for name, entries in counts.items()},
        "fold": fold,
        "sha256": folder.fingerprint,
    }


def show(folder: Folder, parts: Split, task: TaskSpec, fold: int) -> None:
    """Tell what was found, before time is spent on it."""
    from suanshi.commands.inspect import listed, summary

    tell(summary(folder))
    tell(f"input       {task.height} pixels high, up to {task.max_width} wide, {', '.join(task.channels)}")
    if parts.few:
        told = f"{len(parts.training)} to train on and {len(parts.test)} to measure by, then all to train on"
    else:
        counts = len(parts.training), len(parts.validation), len(parts.test)
        told = "{} to train on, {} to validate by, {} to test".format(*counts)
    tell(f"split       {told} (fold {fold})")
    for line in listed(folder, MOST_LISTED):
        tell(line)
