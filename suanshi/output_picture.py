"""Pictures that commands draw: those beside the answers are checked before time is spent; all are written whole."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def check_picture(picture: Path, option: str) -> None:
    """Refuse a picture that could not be written; `option` is the one that it was given with."""
    if picture.suffix.lower() != ".png":
        raise click.BadParameter(f"{picture}: expected a name that ends in .png", param_hint=option)
    if not picture.absolute().parent.is_dir():
        raise click.BadParameter(f"{picture.parent}: no such folder", param_hint=option)


def spare_images(picture: Path, images: Iterable[str | os.PathLike[str]], option: str) -> None:
    """Refuse a picture in the place of one of the images."""
    if picture.exists() and any(_same(picture, image) for image in images):
        raise click.BadParameter(f"{picture}: is one of the images to read", param_hint=option)


def write_picture(picture: Path, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
    """Put a PNG file, RGB (H, W, 3) or grey (H, W), in the place of `picture`; a link there is replaced, not followed.

    Its folder is made if need be. Raises click's ClickException where it cannot be written.
    """
    from ocr.errors import UnwritableFileError
    from ocr.evaluation.explain import png
    from preprocessing.atomic_write import atomic_write_bytes

    try:
        atomic_write_bytes(picture, png(pixels), durable=False)  # it can be drawn again
    except UnwritableFileError as error:
        raise click.ClickException(str(error)) from error


def _same(picture: Path, image: str | os.PathLike[str]) -> bool:
    try:
        return picture.samefile(image)
    except (OSError, ValueError):  # what is wrong with that name is told when it is to be read
        return False
