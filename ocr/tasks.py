"""What can be trained: each task's characters and inputs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr.text.grammar import CAPTCHA, FORMULA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Task:
    """What a task's reader looks at and writes; widths and heights in pixels."""

    characters: str
    grammar: str
    height: int
    max_width: int
    width_step: int  # inputs are padded to a multiple of it
    channels: tuple[str, ...]
    threshold: float  # confidence, until an evaluation has measured a better one
    unscaled_from: int = 0  # images from this height to `height` are padded rather than scaled; 0: none
    closer: bool = False  # whether it reads numbers under bars enlarged, too
    together: int = 1  # batches of training images that are sorted by width among them
    judged: int = 20_000  # images that a finished bundle is judged by
    drawn_at_once: int = 64  # images that a process draws for that before it hands them over


TASKS = {
    "arithmetic": Task("0123456789+-*()", "arithmetic", 60, 180, 180, ("stretched", "equalized"), 0.9),
    # The height of the library's images, and none of them is scaled: an O is an 0 but for two pixels.
    "captcha": Task(
        CAPTCHA.alphabet, "captcha", 80, 288, 24, ("stretched", "equalized"), 0.9, unscaled_from=60, together=8
    ),
    "formula": Task(
        *(FORMULA.alphabet, "formula", 64, 1024, 64, ("ink", "foreign"), 0.9),
        closer=True,
        together=8,
        judged=5_000,
        drawn_at_once=4,
    ),
}


def prepare_whole(task: Task) -> Callable[[Any], NDArray[np.uint8]]:
    """Return what turns whole images into the inputs of a task's network; picklable."""
    from preprocessing.clean import reader_input

    return functools.partial(
        reader_input,
        height=task.height,
        max_width=task.max_width,
        channels=task.channels,
        unscaled_from=task.unscaled_from,
    )
