"""suanshi recognize: read the formulas in image files."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from suanshi.output_picture import check_picture, spare_images, write_picture

if TYPE_CHECKING:
    from ocr.inference.reader import FormulaReader
    from ocr.inference.recognizer import Recognition
    from ocr.inputs import ModelInput
    from ocr.text.grammar import Grammar

BATCH = 64
CAPTCHA = "captcha"  # the shipped model of captchas
FORMULA_SAMPLE = "流"  # drawn by every typeface that is made for formulas with Chinese variables
MOST_EXPLAINED = 100
"""Images in one --explain picture; more would make one that no viewer opens."""

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
    from ocr.errors import UnreadableImageError
    from ocr.inference.reader import FormulaReader

    restricted = alphabet is not None or length is not None
    reader = FormulaReader(CAPTCHA if model is None and restricted else model)
    texts = _allowed(reader, alphabet, length) if restricted else None
    tiles: list[Any] = []
    failed = 0
    for number, (file, prepared, answer) in enumerate(_answers(reader, images, texts), start=1):
        if isinstance(answer, str):
            failed += 1
            _complain(answer)
            if as_json:
                click.echo(_json_line(file, None, answer))
        else:
            if answer.problem is not None and not as_json:
                _complain(f"{file}: {answer.problem}")
            if answer.text and reader.doubts(answer) and not as_json:
                _complain(f"{file}: {_doubt(answer.confidence, reader.threshold(answer))}")
            click.echo(_json_line(file, answer, answer.problem) if as_json else _line(file, answer))
            if picture is not None and prepared is not None and len(tiles) < MOST_EXPLAINED:
                try:
                    tiles.append(_tile(reader, file, number, answer, prepared))
                except UnreadableImageError as error:  # as it was there before
                    _complain(f"not drawn: {error}")
    if picture is not None:
        _write_picture(picture, tiles, len(images) - failed)
    if failed:
        raise click.exceptions.Exit(1)


def _allowed(reader: FormulaReader, alphabet: str | None, length: int | None) -> Grammar:
    """The texts of some characters and of one length; a usage error where the model has no such."""
    from ocr.errors import OcrError
    from ocr.inference.captcha import allowed

    try:
        return allowed(reader.recognizer(CAPTCHA), alphabet=alphabet, length=length)
    except OcrError as error:
        raise click.UsageError(f"--alphabet, --length: {error}") from error


def _answers(
    reader: FormulaReader, files: Sequence[str], texts: Grammar | None
) -> Iterator[tuple[str, ModelInput | None, Recognition | str]]:
    """Yield each file in order, with what was read in it or, as a string, why it could not be."""
    from ocr.errors import UnreadableImageError

    waiting = iter(files)
    with _progress(len(files)) as bar:
        while batch := list(islice(waiting, BATCH)):
            prepared: dict[int, ModelInput] = {}
            problems: dict[int, str] = {}
            for index, file in enumerate(batch):
                try:
                    prepared[index] = reader.prepare(file)
                except UnreadableImageError as error:
                    problems[index] = str(error)
            answers = reader.recognize_prepared(list(prepared.values()), grammar=texts)
            read = dict(zip(prepared, answers, strict=True))
            for index, answer in read.items():
                with suppress(UnreadableImageError):  # a pipe can be read but once, and a file may be gone by now
                    better = reader.reconsidered(batch[index], answer)
                    if better is not answer:
                        seen = reader.recognizer(better.task).prepare(batch[index])
                        read[index], prepared[index] = better, seen
            if bar is not None:
                bar.clear()  # lines of the results and the bar may share a terminal
            for index, file in enumerate(batch):
                yield file, prepared.get(index), problems[index] if index in problems else read[index]
            if bar is not None:
                bar.update(len(batch))


def _progress(count: int) -> AbstractContextManager[Any]:
    """A tqdm bar where someone may watch one, else None: importing tqdm takes longer than reading an image."""
    if count <= BATCH or not sys.stderr.isatty():
        return nullcontext()
    from tqdm import tqdm

    bar: AbstractContextManager[Any] = tqdm(total=count, unit="image", leave=False)
    return bar


def _line(file: str, answer: Recognition) -> str:
    return f"{file.translate(ESCAPES)}\t{answer.text}\t{'' if answer.value is None else answer.value}"


def _doubt(confidence: float, threshold: float) -> str:
    """Say how far a confidence is below the threshold; rounded down, so that it never looks as if it reached it."""
    return f"doubtful, confidence {math.floor(confidence * 1e4) / 1e4:g} is below the model's {threshold:g}"


def _json_line(file: str, answer: Recognition | None, problem: str | None) -> str:
    """The JSON object of one image; without an answer for a file that could not be read."""
    characters = answer.characters if answer else ()
    entry = {
        "file": file,
        "text": answer.text if answer else None,
        "value": None if answer is None or answer.value is None else str(answer.value),
        "confidence": answer.confidence if answer else 0.0,
        "problem": problem,
        "characters": [
            {"symbol": each.symbol, "confidence": each.confidence, "start": each.start, "end": each.end}
            for each in characters
        ],
    }
    line = json.dumps(entry, ensure_ascii=False)
    # A file name that is no text (bytes kept as lone surrogates) must not make the line invalid UTF-8.
    return line if _encodable(line) else json.dumps(entry)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _complain(message: str) -> None:
    click.echo(f"suanshi: {message if _encodable(message) else ascii(message)[1:-1]}", err=True)


def _tile(reader: FormulaReader, file: str, number: int, answer: Recognition, prepared: ModelInput) -> Any:
    """Draw the tile of one image, the `number`th of the call, with its name if a typeface of ours can write that."""
    from ocr.evaluation.explain import can_write, explain
    from preprocessing.read import read_image

    title = Path(file).name
    font = typeface_for(title + answer.text)
    if not can_write(title, font):
        title, font = f"image {number}", typeface_for(answer.text)
    config = reader.recognizer(answer.task).config
    if config.input_kind.page:
        from ocr.evaluation.explain_page import explain_page
        from ocr.inputs import page_options

        options = page_options(config)
        return explain_page(read_image(file), answer, prepared, options=options, title=title, font=font)
    return explain(read_image(file), answer, seen=prepared.pixels, title=title, font=font)


def typeface_for(text: str) -> Path | None:
    """The plainest typeface of ours that can draw the Chinese characters of a text; None if it has none."""
    foreign = "".join(sorted({char for char in text if not char.isascii()}))
    if not foreign:
        return None
    from fonts import typefaces

    # Of characters that no formula is written with, typefaces of formulas still draw the others.
    faces = typefaces("all", foreign) or typefaces("all", FORMULA_SAMPLE)
    return min(faces, key=lambda face: (face.style != "hei", abs(face.weight - 400))).path if faces else None


def _write_picture(picture: Path, tiles: Sequence[Any], count: int) -> None:
    if not tiles:
        _complain(f"{picture}: not written, no image could be read")
        return
    from ocr.evaluation.explain import grid

    write_picture(picture, grid(tiles))
    if count > len(tiles):
        _complain(f"{picture}: shows the first {len(tiles)} of {count} images")
