"""Draw one captcha of every look that the captcha model is trained on, in a picture for docs/captcha-model.md.

python -m benchmarks.captchas.styles

With --accuracy it also reads so many images of each look, case ignored, and writes how many were right under its name.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from PIL import Image

from benchmarks.measuring import options
from fonts.captions import typeface_for
from generators.styles.sampler import StyleSampler, faces, looks
from ocr import load_recognizer
from ocr.evaluation.contact_sheet import CELL, captioned, fitted

COLOURS = 128
"""Colours of the picture's palette; all of them would make three times as many bytes."""


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None, epilog="More in benchmarks/captchas/styles.py.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True)
@click.option("--accuracy", type=click.IntRange(1), metavar="COUNT", help="Read so many images of each look as well.")
@options.model(default="captcha")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/pictures/captcha-styles.png"),
    show_default=True,
)  # fmt: skip
def main(seed: int, accuracy: int | None, model: str, out: Path) -> None:
    names = [*looks(), "mixture"]
    samplers = {name: StyleSampler(faces("train"), only=(name,)) for name in names}
    drawn = {name: samplers[name](np.random.default_rng((seed, place))) for place, name in enumerate(names)}
    below = {name: text for name, (_, text) in drawn.items()}
    if accuracy:
        recognizer = load_recognizer(model)
        for name in names:
            rng = np.random.default_rng((seed, accuracy))
            images, texts = zip(*(samplers[name](rng) for _ in range(accuracy)), strict=True)
            read = recognizer.recognize(list(images))
            right = sum(one.text.lower() == text.lower() for one, text in zip(read, texts, strict=True))
            below[name] = f"{right} of {accuracy}"
            click.echo(f"{right / accuracy:7.1%}  {name}")
    captions = [(name.partition(".")[2] or name, below[name]) for name in names]
    sheet = captioned(
        [fitted(picture, CELL) for picture, _ in drawn.values()], captions, font=typeface_for("".join(below.values()))
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).quantize(COLOURS).save(out, optimize=True)


if __name__ == "__main__":
    main()
