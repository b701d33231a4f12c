"""suanshi recognize: read the captchas and formulas in image files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from suanshi.image_arguments import find_images, images_argument
from suanshi.messages import complain, print_reading
from suanshi.names import Choice
from suanshi.options import length_option
from suanshi.output_picture import check_picture, spare_images, write_picture
from suanshi.progress import progress

SHOWS_PROGRESS = 64
"""Images from which on a progress bar is worth its time."""
MOST_EXPLAINED = 100
"""Images in one --explain picture; more would make one that no viewer opens."""


@click.command()
@images_argument
@click.option(
    "--kind",
    type=Choice(["arithmetic", "text", "page"]),
    help="What the images show.  [default: told by each image]",
)
@click.option(
    "--model",
    metavar="NAME|DIR",
    help="A shipped model, or a bundle's folder.  [default: the shipped model for each image]",
)
@click.option("--alphabet", metavar="CHARS", help="Characters that a captcha can have.")
@click.option("--case", type=Choice(["ignore"]), help="Answer in lower case, whatever the case of letters.")
@length_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per image.")
@click.option("--only-trusted", is_flag=True, help="Print no answer that the model is not sure of.")
@click.option(
    "--explain",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.png",
    help="Draw what was seen and read, and where, into one PNG.",
)
def command(
    images: tuple[str, ...], files_from: str | None, kind: str | None, model: str | None, alphabet: str | None,
    case: str | None, length: tuple[int, int] | None, as_json: bool, only_trusted: bool, picture: Path | None,
) -> None:  # fmt: skip
    r"""Read each IMAGE, those in each FOLDER, or `-`, standard input, and print file, text and value.

    Columns are separated by tabs; a fourth one holds ? where the model is not sure of its answer. Captchas with sums
    and with letters are told apart by what they show; images of 600 x 300 pixels and more are read as final pages.

    In a file's name tab, line feed, carriage return and backslash are printed as \t, \n, \r and \\; with --json as
    JSON has them.

    The exit code is 1 when a file could not be read, or nothing was found in it; the others are read all the same.
    """
    found = find_images(images, files_from)
    if picture is not None:
        check_picture(picture, "--explain")
        spare_images(picture, (each.name for each in found), "--explain")
    from ocr.errors import OcrError
    from ocr.inference.recognize import read_all
    from suanshi.explanation import tile

    tiles: list[Any] = []
    failed = shown = 0
    try:
        readings = read_all(
            (each.source for each in found), kind=kind, alphabet=alphabet, length=length, case=case, model=model
        )
    except OcrError as error:
        if any(each is not None for each in (kind, alphabet, length, case)):
            raise click.UsageError(f"--kind, --alphabet, --length, --case: {error}") from error
        raise
    with _progress(len(found)) as bar:
        for number, (image, reading) in enumerate(zip(found, readings, strict=True), start=1):
            if bar is not None:
                bar.clear()  # the printed lines and the bar may share a terminal
                bar.update()
            print_reading(image.name, reading, as_json=as_json, only_trusted=only_trusted)
            failed += reading.answer is None or not reading.answer.text
            shown += reading.answer is not None
            if picture is not None and reading.answer is not None and len(tiles) < MOST_EXPLAINED:
                tiles.append(tile(reading, image.name, number))
    if picture is not None:
        _write_picture(picture, tiles, shown)
    if failed:
        raise click.exceptions.Exit(1)


def _progress(count: int) -> AbstractContextManager[Any]:
    """Return a bar for many images, else None: importing tqdm takes longer than reading an image."""
    return nullcontext() if count <= SHOWS_PROGRESS else progress(total=count, unit="image")


def _write_picture(picture: Path, tiles: Sequence[Any], count: int) -> None:
    if not tiles:
        complain(f"{picture}: not written, no image could be read")
        return
    from ocr.evaluation.explain import grid

    write_picture(picture, grid(tiles))
    if count > len(tiles):
        complain(f"{picture}: shows the first {len(tiles)} of {count} images")
