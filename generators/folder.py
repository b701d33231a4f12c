"""A folder of drawn images in the contest's form: 0.png, 1.png, … and labels.txt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import joblib
import numpy as np

from generators.contest.seeded_captcha import Pixels
from preprocessing.atomic_write import atomic_write_bytes, atomic_write_text

LABELS = "labels.txt"
CHUNK = 128
"""Images a task: fewer cost more in passing them round than in drawing them."""

Sample = Callable[[np.random.Generator], tuple[Pixels, str]]
Label = Callable[[str], str]


def draw_numbered(sample: Sample, seed: int, number: int) -> tuple[Pixels, str]:
    """Draw image `number` of a seed: RGB (H, W, 3), and its text."""
    return sample(np.random.default_rng((seed, number)))


def png(pixels: Pixels) -> bytes:
    """Write an RGB image (H, W, 3) as a PNG file."""
    _, data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return data.tobytes()


def _draw_chunk(sample: Sample, label: Label, folder: Path, seed: int, first: int, last: int) -> list[str]:
    cv2.setNumThreads(1)
    lines = []
    for number in range(first, last):
        pixels, text = draw_numbered(sample, seed, number)
        atomic_write_bytes(folder / f"{number}.png", png(pixels), durable=False)  # it can be drawn again
        lines.append(label(text))
    return lines


def write_folder(
    sample: Sample, folder: str | os.PathLike[str], *, count: int, seed: int, label: Label, jobs: int = 1
) -> Iterator[int]:
    """Draw `count` images into `folder` and yield how many are done, chunk by chunk.

    Image i is drawn from `default_rng((seed, i))`, so the files are the same for a seed whatever the number of `jobs`
    (processes), and a larger `count` only adds to them. `label` makes a text's line of labels.txt, which is written
    once all images are there. Raises `FileExistsError` when the folder has labels already.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    if (target / LABELS).exists():
        raise FileExistsError(f"{target} has a {LABELS} already: choose another folder or remove it")
    spans = [(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    lines: list[str] = []
    tasks = (joblib.delayed(_draw_chunk)(sample, label, target, seed, first, last) for first, last in spans)
    for chunk in joblib.Parallel(n_jobs=jobs, return_as="generator")(tasks):
        lines += chunk
        yield len(lines)
    atomic_write_text(target / LABELS, "".join(f"{line}\n" for line in lines))
