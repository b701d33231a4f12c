"""suanshi evaluate: measure how often a model reads right, on labelled files or on images that it never saw."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generators.stream import HELD_OUT_SEEDS
from suanshi.output_picture import check_picture, spare_images, write_picture

if TYPE_CHECKING:
    from ocr.bundle import BundleConfig
    from ocr.data.dataset import Folder
    from ocr.evaluation.contact_sheet import Mistakes
    from ocr.evaluation.metrics import Report
    from preprocessing.read import ImageSource

    Pairs = Iterator[tuple[ImageSource, str]]

LOOKS = ("contest", "library", "wide")
MOST_CONFUSIONS = 12
"""Lines of the printed lists."""


@click.command()
@click.option("--model", default="arithmetic", show_default=True, metavar="NAME|DIR", help="A model or its folder.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Images with their texts in a labels.txt (lines `expression value` about 0.png, 1.png, ... or lines "
    "`file text`), in a CSV file or in their names.",
)
@click.option("--synthetic", type=click.IntRange(min=1), metavar="N", help="Draw N images instead.")
@click.option(
    "--seed",
    type=click.IntRange(0, len(HELD_OUT_SEEDS) - 1),
    default=0,
    show_default=True,
    help="Training never draws from it.",
)
@click.option("--look", type=click.Choice(LOOKS), help="What is drawn.  [default: library for captchas, else contest]")
@click.option(
    "--held-out",
    is_flag=True,
    help="Draw with the typefaces that no shipped model was trained on; of --data take the tenth that was held out.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that draw.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--errors",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.png",
    help="Show the images that were read wrong, each with what it says and what was read.",
)
def command(
    model: str,
    data: Path | None,
    synthetic: int | None,
    seed: int,
    look: str | None,
    held_out: bool,
    jobs: int,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Read labelled images, from a folder or drawn for this, and tell how many texts and values came out right.

    Files that cannot be read are named on stderr and left out, and the exit code is 1.
    """
    if (data is None) == (synthetic is None):
        raise click.UsageError("expected either --data DIR or --synthetic N")
    if data is not None and look:
        raise click.UsageError("--look is about --synthetic images; --data has its own")
    if picture is not None:
        check_picture(picture, "--errors")
    from tqdm import tqdm

    from generators.evaluation_images import drawn
    from ocr.evaluation.contact_sheet import Mistakes
    from ocr.evaluation.metrics import outcomes, report
    from ocr.inference.recognizer import load_recognizer
    from suanshi.training.synthetic_task import SYNTHETIC

    reader = load_recognizer(model)
    pairs: Pairs
    if data is not None:
        from ocr.data.labels import find_labels

        labels = _held_out(data, reader.config) if held_out else list(find_labels(data).images)
        if not held_out:
            _tell_of_trained(data, reader.config)
        if picture is not None:
            spare_images(picture, (file for file, _ in labels), "--errors")
        total, pairs = len(labels), iter(labels)
    else:
        total = synthetic or 0
        drawing = SYNTHETIC[reader.config.task]
        sample = drawing.drawings(look, "held_out" if held_out else "train")
        pairs = drawn(sample, count=total, seed=seed, jobs=jobs, chunk=drawing.chunk)
    mistakes = Mistakes()
    with tqdm(pairs, total=total, unit="image", leave=False, disable=not sys.stderr.isatty()) as bar:
        results = outcomes(reader, bar, unreadable=mistakes.unreadable, wrong=mistakes.wrong)
        result = report(results, threshold=reader.config.threshold)
    if warning := _unknown(result, reader.config.vocabulary):
        click.echo(f"suanshi: {warning}", err=True)
    for problem in mistakes.problems:
        click.echo(f"suanshi: {problem}", err=True)
    if as_json:
        said = {"model": model, **result.to_json(), "unreadable": mistakes.problems}
        # File names that are no text (bytes kept as lone surrogates) must not make it invalid UTF-8.
        click.echo(json.dumps(said, ensure_ascii=bool(mistakes.problems)))
    else:
        click.echo(summary(result))
    if picture is not None:
        _write_picture(picture, mistakes, len(result.errors))
    if mistakes.problems:
        raise click.exceptions.Exit(1)


def _held_out(data: Path, config: BundleConfig) -> list[tuple[Path, str]]:
    """Return the images of a folder, and their texts, that were held out when the model of that config was trained."""
    from ocr.errors import OcrError

    trained = _trained_on(config)
    if trained is None:
        raise OcrError("--held-out: the model was not trained with --data, its card names no held-out tenth")
    folder = _usable(data, config)
    if folder.fingerprint != trained.get("sha256"):
        click.echo(f"suanshi: {data}: is not quite the folder that the model was trained on", err=True)
    if folder.left_out:
        click.echo(f"suanshi: {data}: {len(folder.left_out)} files are left out, suanshi inspect says why", err=True)
    return [(entry.path, entry.text) for entry in folder.part("held out", trained["fold"])]


def _tell_of_trained(data: Path, config: BundleConfig) -> None:
    """Say so when the model of that config was trained on a folder that is to be read as a whole."""
    from ocr.errors import OcrError

    trained = _trained_on(config)
    if trained is None:
        return
    try:
        folder = _usable(data, config)
    except OcrError:  # nothing in it could have been trained on
        return
    if folder.fingerprint == trained.get("sha256"):
        known = len(folder.entries) - len(folder.part("held out", trained["fold"]))
        click.echo(
            f"suanshi: {data}: the model was trained on it, and knows {known} of these {len(folder.entries)} images; "
            "--held-out measures it on the others, as its card does",
            err=True,
        )


def _trained_on(config: BundleConfig) -> Mapping[str, Any] | None:
    """What a card says about the folder that its model was trained on, None where it was trained on drawings."""
    told = config.card.get("data")
    return told if isinstance(told, Mapping) and isinstance(told.get("fold"), int) else None


def _usable(data: Path, config: BundleConfig) -> Folder:
    """Return of a folder what a model of that config could be trained on."""
    from ocr.data.dataset import read_folder
    from suanshi.commands.train import HEADS
    from suanshi.training.labelled_task import of_length, within

    folder = read_folder(data)
    if config.card.get("network") == HEADS:  # it has two columns for each character
        folder = of_length(folder, config.max_width // (2 * config.stride))
    return within(folder, config, config.stride)


def _unknown(result: Report, vocabulary: str) -> str | None:
    """Say which labels the reader cannot read right, because they hold characters that it does not know."""
    unknown = {each.symbol for each in result.characters if each.shown} - set(vocabulary)
    if not unknown:
        return None
    count = sum(not unknown.isdisjoint(each.expected) for each in result.errors)
    return f"{count} of {result.count} labels hold characters that the model does not know: {''.join(sorted(unknown))}"


def summary(result: Report) -> str:
    """Write a report as lines of text: the shares first, then the lists that say where the errors are."""
    low, high = result.interval
    lines = [f"images      {result.count}"]
    if result.count:
        lines.append(f"text        {result.text_right / result.count:.4%}  ({result.count - result.text_right} wrong)")
    if result.valued:
        lines.append(
            f"value       {result.value_right / result.valued:.4%}  ({result.valued - result.value_right} wrong)"
        )
    kept = result.kept
    lines += [
        f"right       {result.exact:.4%}  (95 % interval {low:.4%} to {high:.4%})",
        f"confidence  {result.confidence:.4f} on average",
        f"kept        {kept.share:.2%} at {kept.threshold:g} and above, {kept.wrong} of these {kept.kept} wrong",
    ]
    lines += _block("length", [f"{each.length}  {each.right} of {each.count}" for each in result.lengths])
    weak = [each for each in result.characters if each.right < max(each.shown, each.read)]
    lines += _block(
        "character",
        [
            f"{each.symbol}  {each.right} read of {each.shown}"
            + (f", {each.precision:.4%} of its readings" if each.shown and each.read else f", read {each.read} times")
            for each in weak
        ],
    )
    lines += _block(
        "read as",
        [f"{each.expected or '(none)'} -> {each.got or '(none)'}  {each.count}" for each in result.confusions],
    )
    return "\n".join(lines)


def _block(title: str, lines: list[str]) -> list[str]:
    more = [f"... and {len(lines) - MOST_CONFUSIONS} more"] if len(lines) > MOST_CONFUSIONS else []
    shown = lines[:MOST_CONFUSIONS] + more
    return [f"{title if not number else '':<10}  {line}" for number, line in enumerate(shown)]


def _write_picture(picture: Path, mistakes: Mistakes, errors: int) -> None:
    from ocr.evaluation.contact_sheet import contact_sheet
    from suanshi.explanation import typeface_for

    if not mistakes.shown:
        click.echo(f"suanshi: {picture}: not written, nothing was read wrong", err=True)
        return
    texts = "".join(each.expected + each.got for each, _ in mistakes.shown)
    write_picture(picture, contact_sheet(mistakes.shown, font=typeface_for(texts)))
    if errors > len(mistakes.shown):
        click.echo(f"suanshi: {picture}: shows the first {len(mistakes.shown)} of {errors} errors", err=True)
