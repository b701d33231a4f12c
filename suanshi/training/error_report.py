"""Measure a bundle on the folder that it was trained on: its held-out part, and which labels may be wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.data.dataset import Entry, Folder, Part
from suanshi.output_picture import write_picture

if TYPE_CHECKING:
    from ocr.evaluation.metrics import Outcome

ERRORS = "errors.png"
MOST_LISTED = 20
MOST_WRONG = 0.01
LEAST_KEPT = 0.9
"""Shares of the answers from the threshold on that may be wrong, and that there must be."""
LEAST_RIGHT = 0.9
"""Share of the answers that must be right for a threshold that keeps nearly all of them."""
SURE = 0.9
"""Confidence from which on a label is suspected rather than the reader."""
PARTS: tuple[Part, ...] = ("test", "validation", "training")


def error_report(out: Path, folder: Folder, fold: int) -> None:
    """Measure the bundle in `out` on the tenth `fold` of its folder, complete its card, and show what it reads wrong.

    The threshold comes from the images that chose the network. The errors of all three parts go into a picture, and
    labels that the bundle contradicts are named; last comes a line of Python that reads an image with it.
    """
    from ocr.bundle import load_bundle, save_bundle
    from ocr.evaluation.calibration import choose_threshold
    from ocr.evaluation.contact_sheet import MOST_SHOWN, captioned
    from ocr.evaluation.metrics import outcomes
    from ocr.inference.recognizer import Recognizer
    from preprocessing.read import read_image
    from suanshi.explanation import typeface_for

    bundle = load_bundle(out)
    reader = Recognizer(bundle)
    parts = {part: folder.part(part, fold) for part in PARTS}
    read = {
        part: list(outcomes(reader, [(entry.path, entry.text) for entry in entries])) for part, entries in parts.items()
    }
    choosing = read["validation"]
    answers = [each.confidence for each in choosing], [each.right for each in choosing]
    kept = choose_threshold(*answers, wrong=MOST_WRONG)
    share_right = sum(each.right for each in choosing) / len(choosing)
    if kept.share < LEAST_KEPT and share_right >= LEAST_RIGHT:  # wrong labels among so few would have nothing kept
        kept = choose_threshold(*answers, wrong=1 - share_right)
    elif kept.share < LEAST_KEPT:
        click.echo(
            f"{out}: reads {share_right:.0%} of the {len(choosing)} validation images, so that few of its answers can "
            f"be trusted: {kept.kept} of them, from the threshold {kept.threshold:g} on",
            err=True,
        )
    accuracy = {
        part: {"exact": sum(each.right for each in read[part]) / len(read[part]), "images": len(read[part])}
        for part in ("validation", "test")
    }
    card = {**bundle.config.card, "accuracy": accuracy}
    save_bundle(out, dataclasses.replace(bundle.config, threshold=kept.threshold, card=card), bundle.model)
    wrong = [
        (part, parts[part][each.index], each)
        for part, results in read.items()
        for each in sorted(results, key=lambda outcome: -outcome.confidence)
        if not each.right
    ]
    _list_doubtful(wrong)
    picture = out / ERRORS
    if wrong:
        shown = wrong[:MOST_SHOWN]
        captions = [
            (f"{part}: {entry.names[0]}", f"{entry.text} read {each.got or '(nothing)'}  {each.confidence:.4f}")
            for part, entry, each in shown
        ]
        font = typeface_for("".join(entry.text + each.got for _, entry, each in shown))
        pictures = [read_image(entry.path) for _, entry, _ in shown]
        write_picture(picture, captioned(pictures, captions, font=font))
        click.echo(f"{picture}: {len(shown)} of {len(wrong)} errors, the surest of each part first", err=True)
    else:
        picture.unlink(missing_ok=True)
    for part, figures in accuracy.items():
        right = round(figures["exact"] * figures["images"])
        click.echo(f"{part:<12} {figures['exact']:.4%}  ({right} of {figures['images']})", err=True)
    click.echo(f"{out}: the bundle", err=True)
    example = folder.part("test", fold)[0].path
    click.echo(f"import ocr; print(ocr.load_recognizer({str(out)!r}).recognize([{str(example)!r}])[0].text)")


def _list_doubtful(wrong: list[tuple[Part, Entry, Outcome]]) -> None:
    """Name the images that were trained on and are surely read as something else: their labels may be wrong."""
    sure = [(entry, outcome) for part, entry, outcome in wrong if part != "test" and outcome.confidence >= SURE]
    for entry, outcome in sure[:MOST_LISTED]:
        click.echo(
            f"  {entry.names[0]}: the label says {entry.text}, read is {outcome.got} ({outcome.confidence:.4f})",
            err=True,
        )
    if sure:
        more = f", of which {MOST_LISTED} are named here" if len(sure) > MOST_LISTED else ""
        click.echo(f"labels to look at: {len(sure)}{more}", err=True)
