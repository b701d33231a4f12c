"""The commands that are killed: what they read, how they are called, and what must be the same in the end."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

UNFINISHED = ".part-"
"""Prefix of the folders that a killed run leaves and that may be deleted."""


@dataclass(frozen=True)
class Run:
    """One command."""

    name: str
    prepare: Callable[[Path], None]
    """Writes what the command reads into a folder."""
    arguments: Callable[[Path, Path], list[str]]
    """The call, of what it reads and a folder for what it writes."""
    files: Callable[[Path], Mapping[str, bytes]]
    """What must be the same in the end, of what it wrote."""
    refuses_whole: bool = False
    """Whether it refuses a folder in which all is there already."""
    quietest: float = 0.3
    """Share of a run's time in which nothing is killed: the interpreter starts."""


def draw(folder: Path, count: int, size: tuple[int, int], *, labels: bool = False) -> None:
    """Write pictures `0.png`, ... with a few digits, in pixels (width, height)."""
    rng, lines = np.random.default_rng(0), []
    for number in range(count):
        text = "".join(map(str, rng.integers(0, 10, 4)))
        image = np.full((size[1], size[0], 3), 245, np.uint8)
        cv2.putText(image, text, (8, size[1] - 14), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (30, 40, 90), 2, cv2.LINE_AA)
        cv2.imwrite(str(folder / f"{number}.png"), image)
        lines.append(f"{number}.png {text}\n")
    if labels:
        (folder / "labels.txt").write_text("".join(lines), encoding="utf-8")


def whole(folder: Path) -> Mapping[str, bytes]:
    """Return the content of all files below a folder by their names, without unfinished ones."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in names.items() if UNFINISHED not in name}


def trained(folder: Path) -> Mapping[str, bytes]:
    """Return the names of a training's files, and its epochs, each of which is to be in the log once.

    Weights are not compared: on several cores TensorFlow adds in any order.
    """
    with (folder / "bundle" / "training" / "log.csv").open(newline="", encoding="utf-8") as file:
        epochs = [row["epoch"] for row in csv.DictReader(file)]
    names = [name for name in ("model.onnx", "bundle.json") if (folder / "bundle" / name).is_file()]
    return {"names": " ".join(names).encode(), "epochs": " ".join(epochs).encode()}


RUNS = MappingProxyType(
    {
        run.name: run
        for run in (
            Run(
                "submit",
                lambda data: draw(data, 48, (180, 60)),
                lambda data, out: [
                    *("submit", str(data), str(out / "result.txt"), "--model", "arithmetic"),
                    *("--jobs", "1", "--batch-size", "4"),
                ],
                whole,
            ),
            Run(
                "preprocess",
                lambda data: draw(data, 24, (800, 400)),
                lambda data, out: ["preprocess", str(data), str(out), "--jobs", "1"],
                whole,
            ),
            Run(
                "generate",
                lambda data: None,
                lambda data, out: ["generate", "arithmetic", str(out), "--count", "150", "--seed", "5", "--jobs", "1"],
                whole,
                refuses_whole=True,
            ),
            Run(
                "train",
                lambda data: draw(data, 40, (120, 40), labels=True),
                lambda data, out: [
                    *("train", "captcha", "--data", str(data), "--out", str(out / "bundle"), "--network", "compact"),
                    *("--steps", "8", "--steps-per-epoch", "2", "--batch-size", "4"),
                ],
                trained,
                quietest=0.5,
            ),
        )
    }
)
"""The commands by name."""
