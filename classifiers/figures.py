"""Matplotlib figures, and the curves of trainings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from preprocessing.atomic_write import atomic_write


def figure(width: float, height: float) -> Any:
    """Return an empty Matplotlib figure of a size in inches; pyplot would keep state for the whole process."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def draw_curves(
    logs: Mapping[str, Sequence[Mapping[str, float]]], measure: str, path: Path, *, highest_loss: float | None = None
) -> None:
    """Draw loss and a measure, "accuracy" or "dice", over the epochs of trainings by name: of training dotted, of
    validation drawn through. `highest_loss` cuts the axis."""
    drawn = figure(9, 3.5)
    for axes, name in zip(drawn.subplots(1, 2), ("loss", measure), strict=True):
        for place, (title, rows) in enumerate(logs.items()):
            epochs = [row["epoch"] + 1 for row in rows]
            axes.plot(epochs, [row[name] for row in rows], ":", color=f"C{place % 10}", linewidth=1)
            axes.plot(epochs, [row[f"val_{name}"] for row in rows], color=f"C{place % 10}", linewidth=1, label=title)
        if name == "loss" and highest_loss is not None:
            values = [row[column] for rows in logs.values() for row in rows for column in (name, f"val_{name}")]
            axes.set_ylim(0, float(np.nanmax(np.minimum(values, highest_loss))) + 0.1)
        axes.set(title=f"{name} (dotted: of training, augmented)", xlabel="epoch")
        axes.grid(alpha=0.3)
    drawn.axes[1].legend()
    atomic_write(path, lambda part: drawn.savefig(part, dpi=100))
