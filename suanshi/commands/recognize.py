"""suanshi recognize: read the formulas in image files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suanshi.messages import complain, print_reading
from suanshi.output_picture import check_picture, spare_images, write_picture

if TYPE_CHECKING:
    from ocr.inference.reader import Reader
    from ocr.text.grammar import Grammar

SHOWS_PROGRESS = 64
"""Images from which on a progress bar is worth its time."""
CAPTCHA = "captcha"
"""The shipped model of text captchas."""
MOST_EXPLAINED = 100
"""Images in one --explain picture; more would make one that no viewer opens."""


@click.command()
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(readable=False))
@click.option(
    "--model",
    metavar="NAME|DIR",
    help="A shipped model, or a bundle's folder.  [default: the shipped model for each image's size]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per image.")
@click.option("--alphabet", metavar="CHARS", help="Characters that a captcha may have; of models of captchas only.")
@click.option("--length", type=click.IntRange(1), help="Characters that a captcha has; of models of captchas only.")
@click.option(
    "--explain",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.png",
    help="Draw what was seen and read, and where, into one PNG.",
)
def command(
    images: tuple[str, ...],
    model: str | None,
    as_json: bool,
    alphabet: str | None,
    length: int | None,
    picture: Path | None,
) -> None:
    r"""Read the formula in each IMAGE and print file, text and value, separated by tabs.

    Images of 200 pixels and more in height and 400 in width are read as final pages, others as images of round one;
    where that gives nothing certain, the other way is tried. With --alphabet or --length they are captchas, and the
    answers are the most probable of the texts that these allow.

    In a file's name tab, line feed, carriage return and backslash are printed as \t, \n, \r and \\; with --json as
    JSON has them.

    Answers that the model is less sure of than it should be are named on stderr, unless --json gives their confidence.
    Files that cannot be read are named on stderr; the others are read all the same, and the exit code is 1.
    """
    if picture is not None:
        check_picture(picture, "--explain")
        spare_images(picture, images, "--explain")
    from ocr.inference.reader import Reader
    from suanshi.explanation import tile

    restricted = alphabet is not None or length is not None
    reader = Reader(CAPTCHA if model is None and restricted else model)
    texts = _allowed(reader, alphabet, length) if restricted else None
    tiles: list[Any] = []
    failed = 0
    with _progress(len(images)) as bar:
        for number, (file, reading) in enumerate(zip(images, reader.read(images, grammar=texts), strict=True), start=1):
            if bar is not None:
                bar.clear()  # the printed lines and the bar may share a terminal
                bar.update()
            print_reading(reader, file, reading, as_json=as_json)
            failed += reading.answer is None
            if picture is not None and reading.answer is not None and len(tiles) < MOST_EXPLAINED:
                tiles.append(tile(reader, reading, file, number))
    if picture is not None:
        _write_picture(picture, tiles, len(images) - failed)
    if failed:
        raise click.exceptions.Exit(1)


def _allowed(reader: Reader, alphabet: str | None, length: int | None) -> Grammar:
    """Return the texts of some characters and of one length; a usage error where the model has no such."""
    from ocr.errors import OcrError
    from ocr.inference.captcha import allowed

    try:
        return allowed(reader.recognizer(CAPTCHA), alphabet=alphabet, length=length)
    except OcrError as error:
        raise click.UsageError(f"--alphabet, --length: {error}") from error


def _progress(count: int) -> AbstractContextManager[Any]:
    """Return a tqdm bar where someone may watch one, else None: importing tqdm takes longer than reading an image."""
    if count <= SHOWS_PROGRESS or not sys.stderr.isatty():
        return nullcontext()
    from tqdm import tqdm

    bar: AbstractContextManager[Any] = tqdm(total=count, unit="image", leave=False)
    return bar


def _write_picture(picture: Path, tiles: Sequence[Any], count: int) -> None:
    if not tiles:
        complain(f"{picture}: not written, no image could be read")
        return
    from ocr.evaluation.explain import grid

    write_picture(picture, grid(tiles))
    if count > len(tiles):
        complain(f"{picture}: shows the first {len(tiles)} of {count} images")
