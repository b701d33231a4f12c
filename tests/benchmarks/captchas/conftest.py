"""Tiny captchas and a reader that knows their answers by heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import UnreadableImageError
from ocr.text.equation import evaluate_equation
from preprocessing.read import read_image


@dataclass(frozen=True)
class Fake:
    """An answer as ocr.Recognition has it."""

    text: str
    value: Fraction | None = None
    confidence: float = 0.5
    trusted: bool = False
    problem: str | None = None


def equation(text: str, confidence: float = 0.5, *, trusted: bool = False) -> Fake:
    """The answer of a reader that read an equation."""
    return Fake(text, evaluate_equation(text).value, confidence, trusted)


WriteKind = Callable[..., Path]
Known = dict[tuple[int, ...], Fake]


@pytest.fixture
def known() -> Known:
    """The reader's answers, by the colour of an image's first pixel; any other image holds nothing."""
    return {}


@pytest.fixture
def write_kind(tmp_path: Path, known: Known) -> WriteKind:
    """A function that writes a kind of captchas, plain images, from pairs of label and answer."""

    def write(name: str, pairs: list[tuple[str, Fake]], data: Path = tmp_path / "data") -> Path:
        folder = data / name
        folder.mkdir(parents=True)
        lines = []
        for index, (label, answer) in enumerate(pairs):
            colour = (len(known) // 256, len(known) % 256, 77)
            known[colour] = answer
            Image.new("RGB", (60, 20), colour).save(folder / f"{index}.png")
            lines.append(f"{index}.png {label}\n")
        (folder / "labels.txt").write_text("".join(lines), encoding="utf-8")
        return data

    return write


@pytest.fixture
def by_heart(known: Known) -> Callable[..., Callable[[object], Fake]]:
    """Stands in for benchmarks.captchas.answers.recognizer."""

    def recognizer(model: object = None) -> Callable[[object], Fake]:
        def recognize(image: object) -> Fake:
            pixels = read_image(image)  # type: ignore[arg-type]
            if not isinstance(pixels, np.ndarray):
                raise UnreadableImageError("no image")
            return known.get(tuple(int(each) for each in pixels[0, 0]), Fake("", problem="no text found"))

        return recognize

    return recognizer
