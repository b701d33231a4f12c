"""suanshi export: write the network of a model for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.names import Choice

if TYPE_CHECKING:
    from ocr.bundle import Bundle

FORMATS = ("onnx", "litert")


@click.command()
@click.argument("model", metavar="NAME|DIR")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=Choice(FORMATS), default=FORMATS[0], show_default=True)
def command(model: str, out: Path, kind: str) -> None:
    """Write the network of a shipped model, or of a bundle's folder, to the file OUT.

    onnx: as it stands in the bundle, after a run. litert: converted by TensorFlow for one image of the
    model's full width at a time, with the operations that every LiteRT has, and compared with the bundle's network.

    Either takes images as `TaskSpec.prepare` (ocr.tasks) makes them of an RGB image: for the task "formula" the joined
    lines of a page, of the channels ink and foreign; for others the image itself. They are padded on the right with
    255; class 0 of the logits is CTC's blank.
    """
    from ocr.bundle import CONFIG_FILE, MODEL_FILE, bundle_folder, load_bundle
    from preprocessing.atomic_write import atomic_write

    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"{out.parent}: no such folder", param_hint="OUT")
    bundle = load_bundle(bundle_folder(model))
    if out.exists() and any(out.samefile(bundle.folder / name) for name in (MODEL_FILE, CONFIG_FILE)):
        raise click.BadParameter(f"{out}: belongs to the model itself", param_hint="OUT")
    content, shape = _onnx(bundle) if kind == "onnx" else _litert(bundle)
    atomic_write(out, lambda part: part.write_bytes(content))
    click.echo(f"{out}: {len(content) / 1e6:.2f} MB, images {shape}, uint8", err=True)


def _onnx(bundle: Bundle) -> tuple[bytes, str]:
    """Return a bundle's own network, which has been run, and the shape of its input."""
    import numpy as np

    from ocr.inference.recognizer import Recognizer
    from ocr.inputs import ModelInput

    config = bundle.config
    paper = np.full((config.height, config.max_width, len(config.channels)), 255, np.uint8)
    Recognizer(bundle).recognize_prepared([ModelInput(paper, config.max_width, task=config.task)])
    width = f"a multiple of {config.width_step} up to {config.padded_width(config.max_width)}"
    return bundle.model, f"(N, {config.height}, {width}, {len(config.channels)})"


def _litert(bundle: Bundle) -> tuple[bytes, str]:
    """Return a bundle's network as LiteRT and the shape of its input."""
    from ocr.extras import require

    require("--format litert", "tensorflow", "keras", "onnx", "matplotlib")
    from ocr.training.quiet import quiet

    with quiet():
        from ocr.training.exporting.litert import convert

        content = convert(bundle)
    config = bundle.config
    return content, f"(1, {config.height}, {config.padded_width(config.max_width)}, {len(config.channels)})"
