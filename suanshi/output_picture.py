"""The picture that a command draws beside its answers: checked before time is spent, written at the end."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from preprocessing.read import Pixels


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


def write_picture(picture: Path, pixels: Pixels) -> None:
    """Write a picture, RGB (H, W, 3), as a PNG file."""
    from ocr.evaluation.explain import png

    try:
        picture.write_bytes(png(pixels))
    except OSError as error:
        raise click.ClickException(f"{picture}: {error.strerror or error}") from error


def _same(picture: Path, image: str | os.PathLike[str]) -> bool:
    try:
        return picture.samefile(image)
    except (OSError, ValueError):  # what is wrong with that name is told when it is to be read
        return False
