"""suanshi generate: draw labelled images into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from ocr.versions import installed_versions
from suanshi.cluster import chosen_workers, scheduler_option
from suanshi.drawing import KINDS, label_of
from suanshi.names import Choice
from suanshi.options import held_out_option, style_option
from suanshi.progress import progress

PACKAGES = ("suanshi", "numpy", "opencv-python-headless", "pillow", "captcha")
"""Packages whose versions decide what is drawn."""


@click.command()
@click.argument("kind", type=Choice(KINDS))
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", type=click.IntRange(min=1), required=True, help="How many images to draw.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same files.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that draw.")
@style_option
@scheduler_option
@held_out_option
def command(
    kind: str,
    out_dir: Path,
    count: int,
    seed: int,
    jobs: int,
    style: str | None,
    scheduler: str | None,
    held_out: bool,
) -> None:
    """Draw COUNT images into OUT_DIR: 0.png, 1.png, ... and labels.txt with a line an image.

    Arithmetic is labelled as in the contest, "(3-7)+5 1": the expression, a space, its value. Captchas are labelled
    by their text, formulas as in the contest's final: lines joined by semicolons, the value rounded to hundredths.

    When a run was stopped, the same call goes on where it was. The workers of a cluster must see OUT_DIR under the
    same absolute path.

    Without --style captchas are drawn as the captcha library's, all else as the contest's images.
    """
    from contextlib import closing

    from fonts.catalogue import Split
    from generators.folder import write_folder
    from ocr.errors import OcrError
    from suanshi.training.synthetic_task import drawings

    split: Split = "held_out" if held_out else "train"
    try:
        draw = drawings(kind, style, split)
    except OcrError as error:
        raise click.UsageError(str(error)) from error
    identity = repr((kind, style, split, installed_versions(*PACKAGES)))
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with chosen_workers(scheduler, out_dir, jobs) as workers:
            drawn = write_folder(
                draw, out_dir, count=count, seed=seed, label=label_of(kind), workers=workers, identity=identity
            )
            with closing(drawn), progress(total=count, unit="image") as bar:
                for done in drawn:
                    bar.update(done - bar.n)
    except OSError as error:
        # Without a strerror it is write_folder's own, which names the folder.
        raise click.ClickException(f"{out_dir}: {error.strerror}" if error.strerror else str(error)) from error
