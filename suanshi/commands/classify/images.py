"""The images that `suanshi classify` is called with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from preprocessing.arrays import Pixels
from suanshi.image_arguments import NamedImage
from suanshi.messages import complain

model_option = click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
    help="The folder that suanshi classify train made.",
)  # fmt: skip


def read_images(
    images: Iterable[NamedImage], count: int, change: Callable[[Pixels], Pixels] | None = None
) -> Iterator[list[tuple[NamedImage, Pixels]]]:
    """Yield the images of files, so many at once, each perhaps changed as soon as it is read, to take less memory.

    What is none is named on stderr and left out.
    """
    from ocr.errors import UnreadableImageError
    from preprocessing.read import read_image

    some: list[tuple[NamedImage, Pixels]] = []
    for image in images:
        try:
            pixels = read_image(image.source)
            some.append((image, change(pixels) if change else pixels))
        except UnreadableImageError as error:
            complain(str(error))
        if len(some) == count:
            yield some
            some = []
    if some:
        yield some
