"""The images that `suanshi classify` is called with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from preprocessing.arrays import Pixels
from suanshi.messages import complain

images_argument = click.argument(
    "images", metavar="IMAGE|DIR...", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path)
)
model_option = click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
    help="The folder that suanshi classify train made.",
)  # fmt: skip


def find_images(images: Sequence[Path]) -> list[Path]:
    """Return the files, and those in folders and below, in order and without hidden ones; an empty folder itself."""
    found = []
    for path in images:
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        found += [each for each in inside if each == path or not each.name.startswith(".")] or [path]
    return found


def read_images(
    files: Sequence[Path], count: int, change: Callable[[Pixels], Pixels] | None = None
) -> Iterator[list[tuple[Path, Pixels]]]:
    """Yield the images of files, so many at once, each perhaps changed as soon as it is read, to take less memory.

    Files that are none, and folders without any, are named on stderr and left out.
    """
    from ocr.errors import UnreadableImageError
    from preprocessing.read import read_image

    some: list[tuple[Path, Pixels]] = []
    for file in files:
        try:
            image = read_image(file)
            some.append((file, change(image) if change else image))
        except UnreadableImageError as error:
            complain(f"{file}: holds no files" if file.is_dir() else str(error))
        if len(some) == count:
            yield some
            some = []
    if some:
        yield some
