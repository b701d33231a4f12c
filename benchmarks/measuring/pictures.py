"""Draw pictures that are small enough to be kept next to the pages that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from preprocessing.arrays import Pixels

MOST_BYTES = 200_000
COLOURS, FEW_COLOURS = 256, 64
SHRINKS = 0.9


def figure(width: float, height: float) -> Any:
    """Return an empty Matplotlib figure of a size in inches; pyplot would keep state for the whole process."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def png_bytes(image: Pixels) -> bytes:
    """Return an RGB image (H, W, 3) as the bytes of a PNG file, as OpenCV writes it."""
    return bytes(cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes())


def shrink(source: Path, out: Path) -> None:
    """Write a picture as a PNG of less than MOST_BYTES: with fewer colours if need be, and then smaller."""
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    picture.save(out, optimize=True)
    scale = 1.0
    while out.stat().st_size >= MOST_BYTES:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS).save(out, optimize=True)
        scale *= SHRINKS


def rows(pictures: Mapping[str, Sequence[NDArray[Any]]], path: Path, *, width: float, height: float) -> None:
    """Draw a row of images for each name, grey (H, W) or RGB (H, W, 3), floats in [0, 1] or uint8; each image takes
    `width` by `height` inches."""
    columns = max(map(len, pictures.values()))
    drawn = figure(1.3 + width * columns, height * len(pictures))
    places = np.reshape(drawn.subplots(len(pictures), columns), (len(pictures), columns))
    for row, (name, images) in zip(places, pictures.items(), strict=True):
        for place in row:
            place.set(xticks=[], yticks=[])
            place.set_frame_on(False)
        for place, image in zip(row, images, strict=False):
            top = 255 if image.dtype == np.uint8 else 1
            place.imshow(image, cmap="gray", vmin=0, vmax=top, interpolation="nearest", aspect="auto")
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    _save(drawn, path)


def losses(logs: Mapping[str, Sequence[Mapping[str, float]]], path: Path) -> None:
    """Draw training and validation loss over the epochs, a plot for each log by its name."""
    drawn = figure(4.2 * len(logs), 3.2)
    for place, (name, log) in zip(np.ravel(drawn.subplots(1, len(logs))), logs.items(), strict=True):
        epochs = [row["epoch"] + 1 for row in log]
        place.plot(epochs, [row["loss"] for row in log], label="training")
        place.plot(epochs, [row["val_loss"] for row in log], label="validation")
        place.set(title=name, xlabel="epoch", ylabel="loss", yscale="log")
        place.legend()
    _save(drawn, path)


def _save(figure: Any, path: Path) -> None:
    """Write a figure in few colours, which makes small files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)
    image = Image.open(path).convert("RGB")
    image.quantize(FEW_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
