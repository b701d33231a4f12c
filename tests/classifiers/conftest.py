"""Folders of two classes that differ in colour, and an untrained classifier."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("tensorflow")


def picture(rng: np.random.Generator, label: int, height: int = 20, width: int = 30) -> NDArray[np.uint8]:
    """Noise with a bright square somewhere, red for the first class, blue for the second, green for the third."""
    image = rng.integers(0, 120, (height, width, 3))
    top, left = rng.integers(0, height // 2), rng.integers(0, width // 2)
    image[top : top + height // 2, left : left + width // 2, (0, 2, 1)[label]] += 130
    return image.astype(np.uint8)


@pytest.fixture(scope="session")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A function that writes a folder of so many pictures of each class, as `red/red.0.png`, and returns it."""
    from PIL import Image

    def write(*counts: int, seed: int = 0) -> Path:
        folder, rng = tmp_path_factory.mktemp("classes"), np.random.default_rng(seed)
        for label, (name, count) in enumerate(zip(("red", "blue", "green"), counts, strict=False)):
            (folder / name).mkdir()
            for number in range(count):
                Image.fromarray(picture(rng, label)).save(folder / name / f"{name}.{number}.png")
        return folder

    return write
