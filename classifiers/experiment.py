"""Parts that the trainings of classifiers and of segmentations share: folder, messages, durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from classifiers.card import CARD
from classifiers.settings import SETTINGS
from ocr.errors import OcrError

RUN = "training"
"""Folder inside the model's with the settings, the log and the backups."""


class Tell(Protocol):
    """Shows a line, as click.echo does: the result, or with `err` what is said on the way."""

    def __call__(self, message: str, *, err: bool = False) -> None: ...


def finished(out: Path) -> bool:
    """Return whether a folder holds a model and the settings of its training, which are known to fit.

    Raises OcrError for a model without them.
    """
    if (out / CARD).exists() and not (out / RUN / SETTINGS).exists():
        raise OcrError(f"{out}: holds a model, but not the settings of its training; choose another folder")
    return (out / CARD).exists()


def durations(log: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the epochs of a training's log, its minutes, and the minutes of all cores together."""
    return {
        "epochs": len(log),
        "minutes": round(sum(row["seconds"] for row in log) / 60, 2),
        "cpu_minutes": round(sum(row["cpu_seconds"] for row in log) / 60, 2),
    }
