"""suanshi classify predict: the class of each image."""

from __future__ import annotations

from pathlib import Path

import click

from suanshi.commands.classify.images import model_option, read_images
from suanshi.image_arguments import find_images, images_argument


@click.command()
@images_argument
@model_option
@click.option(
    "--csv", "out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT",
    help="Write the probabilities to this file.",
)  # fmt: skip
def predict(images: tuple[str, ...], files_from: str | None, model: Path, out: Path | None) -> None:
    """Print file, class and probability of each IMAGE, and of all in each FOLDER and below, separated by tabs.

    The CSV file has the lines `id,label` of the old competition, the label being the probability of the second class in
    alphabetical order; of more than two classes a column for each.

    Files that cannot be read are named on stderr; the others are classified all the same, and the exit code is 1.
    """
    if out is not None and not out.absolute().parent.is_dir():
        raise click.BadParameter(f"{out.parent}: no such folder", param_hint="--csv")
    images_found = find_images(images, files_from, deep=True)
    from classifiers.quiet import load_quietly

    load_quietly()
    import numpy as np

    from classifiers.images.classifier import BATCH, load_classifier
    from classifiers.images.folder import square
    from classifiers.images.reports import write_predictions

    classifier = load_classifier(model)
    names, found = [], [np.empty((0, len(classifier.classes)), np.float32)]
    for some in read_images(images_found, BATCH, lambda pixels: square(pixels, classifier.size)):
        probabilities = classifier.predict([pixels for _, pixels in some])
        for (image, _), row in zip(some, probabilities, strict=True):
            click.echo(f"{image.name}\t{classifier.classes[row.argmax()]}\t{row.max():.4f}")
        names += [Path(image.name).as_posix() for image, _ in some]
        found.append(probabilities)
    if out is not None:
        write_predictions(names, np.concatenate(found), classifier.classes, out)
    if len(names) < len(images_found):
        raise click.exceptions.Exit(1)
