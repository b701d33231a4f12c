"""suanshi classify: train classifiers on folders of pictures, apply them, and see what they look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.commands.classify_train import train

if TYPE_CHECKING:
    from classifiers.images.folder import Pixels

FORMATS = ("litert", "onnx", "coreml")

images_argument = click.argument(
    "images", metavar="IMAGE|DIR...", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path)
)
model_option = click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
    help="The folder that suanshi classify train made.",
)  # fmt: skip


@click.group()
def command() -> None:
    """Train classifiers on folders of pictures, apply them, and see what they look at."""


command.add_command(train)


@command.command()
@images_argument
@model_option
@click.option(
    "--csv", "out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT",
    help="Write the probabilities to this file.",
)  # fmt: skip
def predict(images: tuple[Path, ...], model: Path, out: Path | None) -> None:
    """Print file, class and probability of each IMAGE, and of all in each DIR and below, separated by tabs.

    The CSV file has the lines `id,label` of the old competition, the label being the probability of the second class in
    alphabetical order; of more than two classes a column for each.

    Files that cannot be read are named on stderr; the others are classified all the same, and the exit code is 1.
    """
    if out is not None and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"{out.parent}: no such folder", param_hint="--csv")
    from classifiers.quiet import load_quietly

    load_quietly()
    import numpy as np

    from classifiers.images.classifier import BATCH, load_classifier
    from classifiers.images.folder import square
    from classifiers.images.reports import write_predictions

    classifier = load_classifier(model)
    files, names, found = _files(images), [], [np.empty((0, len(classifier.classes)), np.float32)]
    for some in _read(files, BATCH, lambda image: square(image, classifier.size)):
        probabilities = classifier.predict([image for _, image in some])
        for (file, _), row in zip(some, probabilities, strict=True):
            click.echo(f"{os.fspath(file)}\t{classifier.classes[row.argmax()]}\t{row.max():.4f}")
        names += [file.as_posix() for file, _ in some]
        found.append(probabilities)
    if out is not None:
        write_predictions(names, np.concatenate(found), classifier.classes, out)
    if len(names) < len(files):
        raise click.exceptions.Exit(1)


@command.command()
@images_argument
@model_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option("--class", "name", metavar="NAME", help="Show where this class is seen.  [default: the likeliest]")
def explain(images: tuple[Path, ...], model: Path, out: Path, name: str | None) -> None:
    """Draw each IMAGE, hot where the network sees the class, into a PNG of its name in the folder --out.

    Prints file, class, probability and the picture that was drawn, separated by tabs.
    """
    from classifiers.quiet import load_quietly

    load_quietly()
    from PIL import Image

    from classifiers.images.activation import explain as look
    from classifiers.images.activation import overlay
    from classifiers.images.classifier import load_classifier

    classifier = load_classifier(model)
    if name is not None:
        classifier.place(name)
    files = _files(images)
    taken, drawn = {file.resolve() for file in files}, 0
    for ((file, image),) in _read(files, 1):
        seen, path = look(image, classifier, name=name), _free(out, file, taken)
        try:
            out.mkdir(parents=True, exist_ok=True)
            Image.fromarray(overlay(image, seen.heat)).save(path)
        except OSError as error:
            raise click.ClickException(f"{path}: {error.strerror or error}") from error
        drawn += 1
        click.echo(f"{os.fspath(file)}\t{seen.name}\t{seen.probability:.4f}\t{path}")
    if drawn < len(files):
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("model", metavar="MODEL_DIR", type=click.Path(file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True)
def export(model: Path, out: Path, kind: str) -> None:
    """Write the network in MODEL_DIR to the file OUT, for phones and other programs.

    It takes one image as large as the network was trained for, and gives the classes' probabilities. LiteRT and ONNX
    are compared with the network before they are written.
    """
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"{out.parent}: no such folder", param_hint="OUT")
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.images.classifier import CARD, MODEL, load_classifier
    from classifiers.images.export import export as convert
    from preprocessing.atomic_write import atomic_write

    classifier = load_classifier(model)
    if out.exists() and any(out.samefile(model / name) for name in (MODEL, CARD)):
        raise click.BadParameter(f"{out}: belongs to the model itself", param_hint="OUT")
    content = convert(classifier, kind)  # type: ignore[arg-type]  # one of FORMATS
    atomic_write(out, lambda part: part.write_bytes(content))
    side = classifier.size
    click.echo(f"{out}: {len(content) / 1e6:.2f} MB, images (1, {side}, {side}, 3)", err=True)
    click.echo(f"{out}: classes {', '.join(classifier.classes)}", err=True)


def _files(images: Sequence[Path]) -> list[Path]:
    """Return the files, and those in folders and below, in order and without hidden ones; an empty folder itself."""
    found = []
    for path in images:
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        found += [each for each in inside if each == path or not each.name.startswith(".")] or [path]
    return found


def _read(
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
            click.echo(f"suanshi: {file}: holds no files" if file.is_dir() else f"suanshi: {error}", err=True)
        if len(some) == count:
            yield some
            some = []
    if some:
        yield some


def _free(folder: Path, file: Path, taken: set[Path]) -> Path:
    """Return a name for the picture of a file, a numbered one if that is taken, and add it, resolved, to the taken."""
    path, number = folder / f"{file.stem}.png", 2
    while path.resolve() in taken:
        path, number = folder / f"{file.stem}-{number}.png", number + 1
    taken.add(path.resolve())
    return path
