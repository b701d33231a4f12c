"""suanshi average: one model from several that were trained on one from the other."""

from __future__ import annotations

import os
import shlex
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.command_line import public
from suanshi.options import out_option

if TYPE_CHECKING:
    from ocr.bundle import Bundle

MAY_DIFFER = ("threshold", "closer", "card")
"""Settings of bundles that may differ where their networks have a mean."""
DATA = "the weights of these models; judged by drawings from seeds never trained on"
LEFT_OUT = ("versions",)
"""What the card does not repeat of the models that went into the mean."""


@click.command()
@click.argument("models", metavar="NAME|DIR...", nargs=-1, required=True)
@out_option("the bundle")
@click.option(
    "--judged", type=click.IntRange(1),
    help="Images that the bundle is judged by; its threshold comes from them.  [default: 20000, pages 5000]",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that draw images.")
def command(models: tuple[str, ...], out: Path, judged: int | None, jobs: int) -> None:
    """Make a model whose weights are the mean of those of several, and judge it on drawn images.

    The models must have been trained on one from the other (`suanshi train --from`): where each run ends is left to
    chance in part, and their middle may read better than any. A model named twice counts twice.
    """
    import ocr.training  # noqa: F401, I001  first, as it says which packages are missing

    from ocr.bundle import CONFIG_FILE, bundle_folder, load_bundle, load_config, save_bundle
    from ocr.training.weights.average_weights import averaged
    from suanshi.training.synthetic_task import drawn_for
    from suanshi.training.calibrate import calibrate
    from ocr.versions import installed_versions
    from suanshi.training.run import PACKAGES

    if len(models) < 2:
        raise click.UsageError("the mean of one model is that model: name two or more")
    bundles = [load_bundle(bundle_folder(model)) for model in models]
    first = bundles[0].config
    for name, bundle in zip(models, bundles, strict=True):
        settings = (each.name for each in fields(first) if each.name not in MAY_DIFFER)
        if other := [key for key in settings if getattr(bundle.config, key) != getattr(first, key)]:
            raise click.UsageError(f"{name}: differs from {models[0]} in {', '.join(other)}")
    drawing = drawn_for(first)
    if first.vocabulary != drawing.spec.vocabulary:
        raise click.UsageError(f"{models[0]}: reads other characters than are drawn, so nothing could judge the mean")
    count = judged or drawing.calibration_images
    call = f"suanshi average {shlex.join(map(public, models))} --out DIR --judged {count}"
    if (out / CONFIG_FILE).exists() and load_config(out).card.get("command") != call:
        raise click.BadParameter(f"{out}: is another model", param_hint="--out")
    parts = [_told(*pair) for pair in zip(models, bundles, strict=True)]
    networks = {"network": first.card["network"]} if "network" in first.card else {}
    card = {"command": call, "data": DATA, **networks, "average of": parts, "versions": installed_versions(*PACKAGES)}
    closer = all(bundle.config.closer for bundle in bundles)
    network = averaged([bundle.model for bundle in bundles])
    save_bundle(out, replace(first, closer=closer, card=card), network)
    calibrate(
        out, drawing.drawings(None, "train"), count=count, jobs=jobs, chunk=drawing.chunk, most_wrong=drawing.most_wrong
    )
    click.echo(f"{os.fspath(out)}: the bundle", err=True)


def _told(name: str, bundle: Bundle) -> dict[str, Any]:
    """Return what the card says of one model: its name, and how it came about."""
    card = bundle.config.card
    return {"model": public(name), **{key: value for key, value in card.items() if key not in LEFT_OUT}}
