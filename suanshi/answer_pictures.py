"""A picture for each image that a command is given, in one folder, under the images' names."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.image_arguments import NamedImage
from suanshi.output_picture import write_picture
from suanshi.progress import progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def check_answers(images: Sequence[NamedImage], out: Path) -> None:
    """Refuse two answers of one name, and answers that would be written over their own image."""
    names = Counter(f"{image.stem}.png" for image in images)
    if doubled := [name for name, times in names.items() if times > 1]:
        raise click.UsageError(f"several images would be written to {out / doubled[0]}; call once for each folder")
    for image in images:
        answer = out / f"{image.stem}.png"
        if answer.exists() and os.path.exists(image.name) and answer.samefile(image.name):
            raise click.BadParameter(f"{answer} is one of the images; take another folder", param_hint="--out")


def write_answers(images: Sequence[NamedImage], out: Path, make: Callable[[NamedImage], NDArray[np.uint8]]) -> None:
    """Write what `make` gives for each image, grey or RGB, to `out`; raises click's Exit with 1 when some can't be
    read."""

    from ocr.errors import OcrError, UnreadableImageError

    failed = 0
    with progress(images, total=len(images), unit="image") as bar:
        for image in bar:
            try:
                answer = make(image)
            except OcrError as error:
                failed += 1
                about = "" if isinstance(error, UnreadableImageError) else f"{image.name}: "  # the former name the file
                with bar.external_write_mode(sys.stderr):
                    click.echo(f"suanshi: {about}{error}", err=True)
                continue
            write_picture(out / f"{image.stem}.png", answer)
    if failed:
        raise click.exceptions.Exit(1)
