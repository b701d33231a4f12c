"""suanshi classify explain: what in an image speaks for its class."""

from __future__ import annotations

import os
from pathlib import Path

import click

from suanshi.commands.classify.images import find_images, images_argument, model_option, read_images


@click.command()
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
    files = find_images(images)
    taken, drawn = {file.resolve() for file in files}, 0
    for ((file, image),) in read_images(files, 1):
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


def _free(folder: Path, file: Path, taken: set[Path]) -> Path:
    """Return a name for the picture of a file, a numbered one if that is taken, and add it, resolved, to the taken."""
    path, number = folder / f"{file.stem}.png", 2
    while path.resolve() in taken:
        path, number = folder / f"{file.stem}-{number}.png", number + 1
    taken.add(path.resolve())
    return path
