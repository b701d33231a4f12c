"""Pictures for the pages about autoencoders: rows of small images with names, and curves of loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = 64


def rows(pictures: Mapping[str, Sequence[NDArray[Any]]], path: Path, *, width: float, height: float) -> None:
    """Draw a row of images for each name, grey (H, W) or RGB (H, W, 3), floats in [0, 1] or uint8; each image takes
    `width` by `height` inches."""
    columns = max(map(len, pictures.values()))
    figure = _figure(1.3 + width * columns, height * len(pictures))
    places = np.reshape(figure.subplots(len(pictures), columns), (len(pictures), columns))
    for row, (name, images) in zip(places, pictures.items(), strict=True):
        for place in row:
            place.set(xticks=[], yticks=[])
            place.set_frame_on(False)
        for place, image in zip(row, images, strict=False):
            top = 255 if image.dtype == np.uint8 else 1
            place.imshow(image, cmap="gray", vmin=0, vmax=top, interpolation="nearest", aspect="auto")
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    _save(figure, path)


def losses(logs: Mapping[str, Mapping[str, Sequence[float]]], path: Path) -> None:
    """Draw training and validation loss over the epochs, a plot for each log by its name."""
    figure = _figure(4.2 * len(logs), 3.2)
    for place, (name, log) in zip(np.ravel(figure.subplots(1, len(logs))), logs.items(), strict=True):
        epochs = [epoch + 1 for epoch in log["epoch"]]
        place.plot(epochs, log["loss"], label="training")
        place.plot(epochs, log["val_loss"], label="validation")
        place.set(title=name, xlabel="epoch", ylabel="loss", yscale="log")
        place.legend()
    _save(figure, path)


def _figure(width: float, height: float) -> Any:
    # Figure and canvas directly: pyplot would keep state and choose a backend for the whole process.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Any, path: Path) -> None:
    """Write a figure in few colours, which makes small files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)
    image = Image.open(path).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
