"""suanshi segment: find the objects in pictures, and train what does so on pictures with masks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.answer_pictures import check_answers, write_answers
from suanshi.commands.segment.train import train
from suanshi.image_arguments import NamedImage, find_images, images_argument
from suanshi.options import out_option
from suanshi.output_picture import write_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT = "glas"


class ImagesOrTrain(click.Group):
    """A group in which images may follow without the name of the command that is meant then."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["images", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ImagesOrTrain)
def command() -> None:
    """Find the objects in pictures: suanshi segment IMAGE|FOLDER|-... --out DIR. See images --help."""


command.add_command(train)


@command.command()
@images_argument
@out_option("the masks")
@click.option("--model", default=DEFAULT, show_default=True, metavar="NAME|DIR", help="A shipped one, or a folder.")
@click.option(
    "--overlay", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Draw the outlines over each image into this folder, too.",
)  # fmt: skip
@click.option("--turns", is_flag=True, help="Look at four mirror images of each; takes four times as long.")
@click.option(
    "--tile", type=click.IntRange(64), default=512, show_default=True,
    help="Side of the pieces that are looked at, in reduced pixels: a smaller one takes less memory.",
)  # fmt: skip
def images(
    images: tuple[str, ...], files_from: str | None, out: Path, model: str, overlay: Path | None, turns: bool, tile: int
) -> None:
    """Write the objects in each IMAGE, and those in each FOLDER, to the folder --out, a PNG of the same name and size.

    It is 0 where there is no object, else the object's number, in 16 bits if there are more than 255.

    Prints file, number of objects and their share of the area, separated by tabs.

    Files that cannot be read are named on stderr; the others are done all the same, and the exit code is 1.
    """
    found_images = find_images(images, files_from)
    for folder in (out, overlay) if overlay is not None else (out,):
        check_answers(found_images, folder)
    if overlay is not None and overlay.resolve() == out.resolve():
        raise click.BadParameter(f"{overlay}: is the folder of the masks", param_hint="--overlay")
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.segmentation.outlines import draw_outlines
    from classifiers.segmentation.segmenter import load_segmenter
    from classifiers.segmentation.tiles import Tiling
    from preprocessing.read import read_image

    segmenter = load_segmenter(model)
    step = segmenter.config.step
    tiling = Tiling(tile, tile // 4 // step * step)
    tiling.check(step)

    def answer(image: NamedImage) -> NDArray[np.uint8]:
        pixels = read_image(image.source)
        found = segmenter.segment(pixels, tiling=tiling, turns=turns)
        click.echo(f"{image.name}\t{found.max()}\t{(found > 0).mean():.4f}")
        if overlay is not None:
            write_picture(overlay / f"{image.stem}.png", draw_outlines(pixels, found))
        return found.astype("uint8" if found.max() < 256 else "uint16")

    write_answers(found_images, out, answer)
