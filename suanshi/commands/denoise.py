"""suanshi denoise: take the noise out of pictures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT = "captcha"


@click.command()
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the clean pictures."
)
@click.option(
    "--model", default=DEFAULT, show_default=True, metavar="NAME|DIR", help="captcha, mnist, or a model's folder."
)
def command(images: tuple[Path, ...], out: Path, model: str) -> None:
    """Write each IMAGE without its noise to the folder of --out, as a PNG of the same name and size.

    captcha takes dots and arcs out of colour pictures such as `suanshi generate` draws. mnist takes grain out of light
    digits on dark, and answers in grey.

    Files that cannot be read are named on stderr; the others are done all the same, and the exit code is 1.
    """
    check_answers(images, out)
    from ocr.training.quiet import quiet

    with quiet():
        from autoencoders.denoising import denoise_image
        from autoencoders.models import load_model

        denoiser = load_model(model, "denoiser")
    from preprocessing.read import read_image

    write_answers(images, out, lambda file: denoise_image(denoiser, read_image(file)))


def check_answers(images: tuple[Path, ...], out: Path) -> None:
    """Refuse two answers of one name, and answers that would be written over their own image."""
    names = Counter(f"{file.stem}.png" for file in images)
    if doubled := [name for name, times in names.items() if times > 1]:
        raise click.UsageError(f"several images would be written to {out / doubled[0]}; call once for each folder")
    for file in images:
        answer = out / f"{file.stem}.png"
        if answer.exists() and file.exists() and answer.samefile(file):
            raise click.BadParameter(f"{answer} is one of the images; take another folder", param_hint="--out")


def write_answers(images: tuple[Path, ...], out: Path, make: Callable[[Path], NDArray[np.uint8]]) -> None:
    """Write what `make` gives for each image, grey or RGB, to `out`; raises click's Exit with 1 when some can't be
    read."""
    from PIL import Image
    from tqdm import tqdm

    from ocr.errors import OcrError, UnreadableImageError

    failed = 0
    with tqdm(images, unit="image", leave=False, disable=not sys.stderr.isatty()) as bar:
        for file in bar:
            try:
                answer = make(file)
            except OcrError as error:
                failed += 1
                about = "" if isinstance(error, UnreadableImageError) else f"{file}: "  # the former name the file
                with bar.external_write_mode(sys.stderr):
                    click.echo(f"suanshi: {about}{error}", err=True)
                continue
            try:
                out.mkdir(parents=True, exist_ok=True)
                Image.fromarray(answer).save(out / f"{file.stem}.png")
            except OSError as error:
                raise click.ClickException(f"{out}: {error.strerror or error}") from error
    if failed:
        raise click.exceptions.Exit(1)
