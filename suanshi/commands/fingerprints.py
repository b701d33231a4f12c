"""suanshi fingerprints: train the autoencoder of fingerprints on a folder, and reconstruct pictures with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.answer_pictures import check_answers, write_answers
from suanshi.image_arguments import NamedImage, find_images, images_argument
from suanshi.names import Choice, Group
from suanshi.options import out_option
from suanshi.progress import show_log

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN = "training"  # folder inside the model's with the network so far, log and settings


@click.group(cls=Group)
def command() -> None:
    """Train the autoencoder of fingerprints, and reconstruct pictures with it."""


@command.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@out_option("the model")
@click.option(
    "--split", type=Choice(["finger", "image"]), default="finger", show_default=True,
    help="Hold out a fifth of the fingers, or of the images, as the course did: then most fingers are on both sides.",
)  # fmt: skip
@click.option("--epochs", type=click.IntRange(1), default=300, show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Of first weights and order."
)
@click.option("--augment", is_flag=True, help="Turn, move and mirror the images of the training.")
def train(folder: Path, out: Path, split: str, epochs: int, batch_size: int, seed: int, augment: bool) -> None:
    """Train on the fingerprints in DIR, TIFF, BMP or PNG files of which 101_3.tif shows finger 101.

    The model's folder gets network.keras and card.json, and in `training` the log. Ctrl-C stops; the same command goes
    on from the last whole epoch.
    """
    from ocr.training.quiet import quiet

    with quiet():
        from autoencoders import fingerprints, models
    from autoencoders.folder import SPLITS, read_folder

    if not sys.stderr.isatty():  # there a bar shows as much
        show_log("classifiers")
    found = read_folder(folder)
    for reason in found.left_out:
        click.echo(f"suanshi: left out {reason}", err=True)
    (chosen,) = (each for each in SPLITS if each == split)
    try:
        network, figures = fingerprints.train(
            found, out / RUN, split=chosen, epochs=epochs, batch_size=batch_size, seed=seed, augment=augment
        )
    except KeyboardInterrupt:
        click.echo("stopped; the same command goes on from the last whole epoch", err=True)
        raise click.exceptions.Exit(130) from None
    call = (
        f"suanshi fingerprints train DIR --out DIR --split {split} --epochs {epochs} --batch-size {batch_size} "
        f"--seed {seed}{' --augment' if augment else ''}"
    )
    card = {"command": call, "seed": seed, "epochs": epochs, "split": split, "figures": figures}
    models.save_model(out, models.Model(network, "fingerprints", card))
    click.echo(
        f"{out}: validation MSE {figures['validation MSE']:.5f} of [0, 1] on {figures['validation images']} images, "
        f"training MSE {figures['training MSE']:.5f} on {figures['training images']}",
        err=True,
    )


@command.command()
@images_argument
@click.option("--model", metavar="DIR", required=True, help="The folder of a trained model.")
@out_option("the reconstructions")
def reconstruct(images: tuple[str, ...], files_from: str | None, model: str, out: Path) -> None:
    """Write what the network makes of each IMAGE, and of those in each FOLDER, to the folder --out.

    Each becomes a PNG of 224x224 pixels under its name.

    Prints file and mean squared error, of values in [0, 1], separated by a tab.
    """
    found = find_images(images, files_from)
    check_answers(found, out)
    from ocr.training.quiet import quiet

    with quiet():
        from autoencoders.fingerprints import reconstruct as reconstructed
        from autoencoders.fingerprints import scaled
        from autoencoders.models import load_model

        network = load_model(model, "fingerprints").network
    import numpy as np

    from autoencoders.folder import read_fingerprint, to_input

    def answer(image: NamedImage) -> NDArray[np.uint8]:
        seen = scaled(to_input(read_fingerprint(image.source))[None])
        made = reconstructed(network, seen)
        click.echo(f"{image.name}\t{np.mean(np.square(made - seen)):.5f}")
        return np.rint(255 * made[0, ..., 0]).astype(np.uint8)

    write_answers(found, out, answer)
