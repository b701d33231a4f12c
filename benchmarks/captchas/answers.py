"""The reader under measurement: an image in, an answer out, with no option but the image."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from tqdm import tqdm

import ocr
from ocr.errors import UnreadableImageError
from preprocessing.read import ImageSource


class Answer(Protocol):
    """The part of an `ocr.Recognition` that the benchmarks of captchas use."""

    @property
    def text(self) -> str:
        """The answer as drawn."""

    @property
    def value(self) -> Fraction | None:
        """The exact value of an equation, or None."""

    @property
    def confidence(self) -> float:
        """In [0, 1]."""

    @property
    def trusted(self) -> bool:
        """Tell whether the confidence reaches the model's threshold."""

    @property
    def problem(self) -> str | None:
        """Why there is no value or no text, or None."""


Recognize = Callable[[ImageSource], Answer]


@dataclass(frozen=True)
class Failed:
    """The answer about a file that cannot be read."""

    problem: str
    text: str = ""
    value: Fraction | None = None
    confidence: float = 0.0
    trusted: bool = False


def recognizer(model: str | Path | None = None) -> Recognize:
    """Return the function that reads an image by itself; `model`, a name or a bundle's folder, reads all instead."""
    read = ocr.recognize
    return lambda image: read(image, model=model)


def answers(recognize: Recognize, images: Sequence[ImageSource], title: str) -> list[Answer]:
    """Read images one by one, with a progress bar; a file that cannot be read is answered with the problem."""
    found: list[Answer] = []
    for image in tqdm(images, desc=title, unit="image", leave=False, disable=not sys.stderr.isatty()):
        try:
            found.append(recognize(image))
        except UnreadableImageError as error:
            found.append(Failed(str(error)))
    return found
