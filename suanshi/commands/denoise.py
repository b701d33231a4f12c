"""suanshi denoise: take the noise out of pictures."""

from __future__ import annotations

from pathlib import Path

import click

from suanshi.answer_pictures import check_answers, write_answers
from suanshi.image_arguments import find_images, images_argument
from suanshi.options import out_option

DEFAULT = "captcha"


@click.command()
@images_argument
@out_option("the clean pictures")
@click.option(
    "--model", default=DEFAULT, show_default=True, metavar="NAME|DIR", help="captcha, mnist, or a model's folder."
)
def command(images: tuple[str, ...], files_from: str | None, out: Path, model: str) -> None:
    """Write each IMAGE, and those in each FOLDER, without noise to the folder --out, a PNG of the same name and size.

    captcha takes dots and arcs out of colour pictures such as `suanshi generate` draws. mnist takes grain out of light
    digits on dark, and answers in grey.

    Files that cannot be read are named on stderr; the others are done all the same, and the exit code is 1.
    """
    found = find_images(images, files_from)
    check_answers(found, out)
    from ocr.training.quiet import quiet

    with quiet():
        from autoencoders.denoising import denoise_image
        from autoencoders.models import load_model

        denoiser = load_model(model, "denoiser")
    from preprocessing.read import read_image

    write_answers(found, out, lambda image: denoise_image(denoiser, read_image(image.source)))
