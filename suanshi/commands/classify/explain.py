"""suanshi classify explain: what in an image speaks for its class."""

from __future__ import annotations

from pathlib import Path

import click

from suanshi.commands.classify.images import model_option, read_images
from suanshi.image_arguments import find_images, images_argument
from suanshi.options import out_option
from suanshi.output_picture import write_picture


@click.command()
@images_argument
@model_option
@out_option("the pictures")
@click.option("--class", "name", metavar="NAME", help="Show where this class is seen.  [default: the likeliest]")
def explain(images: tuple[str, ...], files_from: str | None, model: Path, out: Path, name: str | None) -> None:
    """Draw each IMAGE, and all in each FOLDER and below, hot where the network sees the class.

    Each becomes a PNG of its name in the folder --out.

    Prints file, class, probability and the picture that was drawn, separated by tabs.
    """
    found = find_images(images, files_from, deep=True)
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.images.activation import explain as look
    from classifiers.images.activation import overlay
    from classifiers.images.classifier import load_classifier

    classifier = load_classifier(model)
    if name is not None:
        classifier.place(name)
    taken, drawn = {Path(image.name).resolve() for image in found}, 0
    for ((image, pixels),) in read_images(found, 1):
        seen, path = look(pixels, classifier, name=name), _free(out, image.stem, taken)
        write_picture(path, overlay(pixels, seen.heat))
        drawn += 1
        click.echo(f"{image.name}\t{seen.name}\t{seen.probability:.4f}\t{path}")
    if drawn < len(found):
        raise click.exceptions.Exit(1)


def _free(folder: Path, stem: str, taken: set[Path]) -> Path:
    """Return a name for an image's picture, a numbered one if that is taken, and add it, resolved, to the taken."""
    path, number = folder / f"{stem}.png", 2
    while path.resolve() in taken:
        path, number = folder / f"{stem}-{number}.png", number + 1
    taken.add(path.resolve())
    return path
