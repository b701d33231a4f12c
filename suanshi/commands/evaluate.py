"""suanshi evaluate: measure how often a model reads right, on labelled files or on images that it never saw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generators.stream import HELD_OUT_SEEDS
from suanshi.messages import complain
from suanshi.options import held_out_option, pattern_option, style_option
from suanshi.output_picture import check_picture, spare_images, write_picture
from suanshi.progress import progress

if TYPE_CHECKING:
    from ocr.evaluation.contact_sheet import Mistakes
    from preprocessing.read import ImageSource

    Pairs = Iterator[tuple[ImageSource, str]]


@click.command()
@click.option("--model", default="arithmetic", show_default=True, metavar="NAME|DIR", help="A model or its folder.")
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Images with their texts in a labels.txt (lines `expression value` about 0.png, 1.png, ... or lines "
    "`file text`), in a CSV file or in their names.",
)  # fmt: skip
@pattern_option
@click.option("--synthetic", type=click.IntRange(min=1), metavar="N", help="Draw N images instead.")
@click.option(
    "--seed", type=click.IntRange(0, len(HELD_OUT_SEEDS) - 1), default=0, show_default=True,
    help="Training never draws from it.",
)  # fmt: skip
@style_option
@held_out_option
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that draw.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--errors", "picture", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.png",
    help="Show the images that were read wrong, each with what it says and what was read.",
)  # fmt: skip
def command(
    model: str, data: Path | None, pattern: str | None, synthetic: int | None, seed: int, style: str | None,
    held_out: bool, jobs: int, as_json: bool, picture: Path | None,
) -> None:  # fmt: skip
    """Read labelled images, from a folder or drawn for this, and tell how many texts and values came out right.

    Without --style images are drawn as for the model's training. Files that cannot be read are named on stderr and
    left out, and the exit code is 1.
    """
    if (data is None) == (synthetic is None):
        raise click.UsageError("expected either --data DIR or --synthetic N")
    if data is not None and style:
        raise click.UsageError("--style is about --synthetic images; --data has its own")
    if picture is not None:
        check_picture(picture, "--errors")
    from generators.evaluation_images import drawn
    from ocr.errors import OcrError
    from ocr.evaluation.contact_sheet import Mistakes
    from ocr.evaluation.metrics import outcomes, report
    from ocr.evaluation.summary import summary, unknown_characters
    from ocr.inference.recognizer import load_recognizer
    from suanshi.training.synthetic_task import check_style, drawn_for

    reader = load_recognizer(model)
    pairs: Pairs
    if data is not None:
        from ocr.data.equation_labels import as_answered
        from ocr.data.labels import find_labels
        from suanshi.training.labelled.trained_on import held_out_images, tell_of_trained

        if held_out:
            labels = held_out_images(data, reader.config, pattern)
        else:
            found = find_labels(data, pattern).images
            labels = list(zip((file for file, _ in found), as_answered([text for _, text in found]), strict=True))
            tell_of_trained(data, reader.config, pattern)
        if picture is not None:
            spare_images(picture, (file for file, _ in labels), "--errors")
        total, pairs = len(labels), iter(labels)
    else:
        total = synthetic or 0
        drawing = drawn_for(reader.config)
        try:
            check_style(drawing, style)
        except OcrError as error:
            raise click.UsageError(f"--style: {error}") from error
        sample = drawing.drawings(style, "held_out" if held_out else "train")
        pairs = drawn(sample, count=total, seed=seed, jobs=jobs, chunk=drawing.chunk)
    mistakes = Mistakes()
    with progress(pairs, total=total, unit="image") as bar:
        results = outcomes(reader, bar, unreadable=mistakes.unreadable, wrong=mistakes.wrong)
        result = report(results, threshold=reader.config.threshold)
    for problem in (*unknown_characters(result, reader.config.vocabulary), *mistakes.problems):
        complain(problem)
    if as_json:
        said = {"model": model, **result.to_json(), "unreadable": mistakes.problems}
        # File names that are no text (bytes kept as lone surrogates) must not make it invalid UTF-8.
        click.echo(json.dumps(said, ensure_ascii=bool(mistakes.problems)))
    else:
        click.echo("\n".join(summary(result)))
    if picture is not None:
        _write_picture(picture, mistakes, len(result.errors))
    if mistakes.problems:
        raise click.exceptions.Exit(1)


def _write_picture(picture: Path, mistakes: Mistakes, errors: int) -> None:
    from fonts.captions import typeface_for
    from ocr.evaluation.contact_sheet import contact_sheet

    if not mistakes.shown:
        complain(f"{picture}: not written, nothing was read wrong")
        return
    texts = "".join(each.expected + each.got for each, _ in mistakes.shown)
    write_picture(picture, contact_sheet(mistakes.shown, font=typeface_for(texts)))
    if errors > len(mistakes.shown):
        complain(f"{picture}: shows the first {len(mistakes.shown)} of {errors} errors")
