"""suanshi classify export: the network for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from suanshi.names import Choice

FORMATS = ("litert", "onnx", "coreml")


@click.command()
@click.argument("model", metavar="MODEL_DIR", type=click.Path(file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=Choice(FORMATS), default=FORMATS[0], show_default=True)
def export(model: Path, out: Path, kind: str) -> None:
    """Write the network in MODEL_DIR to the file OUT, for phones and other programs.

    It takes one image as large as the network was trained for, and gives the classes' probabilities. LiteRT and ONNX
    are compared with the network before they are written.
    """
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"{out.parent}: no such folder", param_hint="OUT")
    from classifiers.quiet import load_quietly

    load_quietly()
    from classifiers.images.classifier import CARD, MODEL, load_classifier
    from classifiers.images.export import export as convert
    from preprocessing.atomic_write import atomic_write

    classifier = load_classifier(model)
    if out.exists() and any(out.samefile(model / name) for name in (MODEL, CARD)):
        raise click.BadParameter(f"{out}: belongs to the model itself", param_hint="OUT")
    content = convert(classifier, kind)  # type: ignore[arg-type]  # one of FORMATS
    atomic_write(out, lambda part: part.write_bytes(content))
    side = classifier.size
    click.echo(f"{out}: {len(content) / 1e6:.2f} MB, images (1, {side}, {side}, 3)", err=True)
    click.echo(f"{out}: classes {', '.join(classifier.classes)}", err=True)
