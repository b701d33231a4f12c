"""Measure a bundle on the folder that it was trained on: its held-out part, and which labels may be wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ocr.data.dataset import Entry, Part
from suanshi.output_picture import write_picture
from suanshi.training.labelled.split import Split

if TYPE_CHECKING:
    from ocr.evaluation.metrics import Outcome

ERRORS = "errors.png"
MOST_LISTED = 20
MOST_WRONG = 0.01
LEAST_KEPT = 0.9
"""Shares of the answers from the threshold on that may be wrong, and that there must be."""
LEAST_RIGHT = 0.9
"""Share of the answers that must be right for a threshold that keeps nearly all of them."""
LEAST_READ = 0.5
"""Share of the answers that must be right for any to be trusted: which of them are, so few right ones do not tell."""
LEAST_THRESHOLD_OF_FEW = 0.9
"""A dozen images that are all read right do not tell that answers of less can be trusted."""
SURE = 0.9
"""Confidence from which on a label is suspected rather than the reader."""
PARTS: tuple[Part, ...] = ("test", "validation", "training")


def error_report(out: Path, parts: Split, measured: Sequence[Outcome] | None = None) -> None:
    """Measure the bundle in `out` on its folder, complete its card, and show what it reads wrong.

    The threshold comes from the images that chose the network. Where there are few images, `measured` are the outcomes
    of those that measure, before they were trained on: the figure and the threshold come from these. The errors of all
    parts go into a picture, and labels that the bundle contradicts are named; last comes a line of Python that reads an
    image with it.
    """
    from ocr.bundle import load_bundle, save_bundle
    from ocr.evaluation.metrics import outcomes
    from ocr.inference.recognizer import Recognizer

    bundle = load_bundle(out)
    reader = Recognizer(bundle)
    named = {"training": parts.everything} if parts.few else vars(parts)
    entries = {part: named[part] for part in PARTS if part in named}
    read = {
        part: list(outcomes(reader, [(entry.path, entry.text) for entry in chosen])) for part, chosen in entries.items()
    }
    figures = {"held out": list(measured or ())} if parts.few else {part: read[part] for part in ("validation", "test")}
    accuracy = {part: _accuracy(results) for part, results in figures.items()}
    threshold = _threshold(out, figures["held out" if parts.few else "validation"], few=parts.few)
    card = {**bundle.config.card, "accuracy": accuracy}
    save_bundle(out, dataclasses.replace(bundle.config, threshold=threshold, card=card), bundle.model)
    wrong = [
        (part, entries[part][each.index], each)
        for part, results in read.items()
        for each in sorted(results, key=lambda outcome: -outcome.confidence)
        if not each.right
    ]
    _list_doubtful(wrong)
    _draw(out / ERRORS, wrong)
    for part, results in figures.items():
        click.echo(_in_words(part, results), err=True)
    click.echo(f"{out}: the bundle", err=True)
    example = parts.test[0].path
    click.echo(f"import ocr; print(ocr.load_recognizer({str(out)!r}).recognize([{str(example)!r}])[0].text)")


def _accuracy(results: Sequence[Outcome]) -> dict[str, Any]:
    """Return what the card says of outcomes."""
    right, folded = _right(results)
    told: dict[str, Any] = {"exact": right / len(results), "images": len(results)}
    return told if folded == right else {**told, "case ignored": folded / len(results)}


def _right(results: Sequence[Outcome]) -> tuple[int, int]:
    """Count the right ones, and those that are right but for the case of letters."""
    return sum(each.right for each in results), sum(each.got.lower() == each.expected.lower() for each in results)


def _in_words(part: str, results: Sequence[Outcome]) -> str:
    """Write how many are right, and between which shares the truth lies, as far as so many images can tell."""
    from ocr.evaluation.metrics import wilson_interval

    (right, folded), count = _right(results), len(results)
    low, high = wilson_interval(right, count)
    case = "" if folded == right else f"; {folded} with the case of letters ignored"
    return f"{part:<12} {right / count:.4%}  ({right} of {count}{case}; surely between {low:.0%} and {high:.0%})"


def _threshold(out: Path, results: Sequence[Outcome], *, few: bool) -> float:
    """Return the confidence from which on answers can be trusted, and say so where that is too few of them."""
    from ocr.evaluation.calibration import choose_threshold

    answers = [each.confidence for each in results], [each.right for each in results]
    kept = choose_threshold(*answers, wrong=MOST_WRONG)
    share_right = sum(answers[1]) / len(results)
    if share_right < LEAST_READ:
        told = f"reads {share_right:.0%} of the {len(results)} images that it is judged by, so none of its answers"
        click.echo(f"{out}: {told} is trusted", err=True)
        return 1.0
    if kept.share < LEAST_KEPT and share_right >= LEAST_RIGHT:  # wrong labels among so few would have nothing kept
        kept = choose_threshold(*answers, wrong=answers[1].count(False) / len(results))
    elif kept.share < LEAST_KEPT:
        click.echo(
            f"{out}: reads {share_right:.0%} of the {len(results)} images that it is judged by, so that few of its "
            f"answers can be trusted: {kept.kept} of them, from the threshold {kept.threshold:g} on",
            err=True,
        )
    return max(kept.threshold, LEAST_THRESHOLD_OF_FEW) if few else kept.threshold


def _draw(picture: Path, wrong: Sequence[tuple[str, Entry, Outcome]]) -> None:
    """Draw the errors, the surest of each part first."""
    from fonts.captions import typeface_for
    from ocr.evaluation.contact_sheet import MOST_SHOWN, captioned
    from preprocessing.read import read_image

    if not wrong:
        picture.unlink(missing_ok=True)
        return
    shown = wrong[:MOST_SHOWN]
    captions = [
        (f"{part}: {entry.names[0]}", f"{entry.text} read {each.got or '(nothing)'}  {each.confidence:.4f}")
        for part, entry, each in shown
    ]
    font = typeface_for("".join(entry.text + each.got for _, entry, each in shown))
    pictures = [read_image(entry.path) for _, entry, _ in shown]
    write_picture(picture, captioned(pictures, captions, font=font))
    click.echo(f"{picture}: {len(shown)} of {len(wrong)} errors, the surest of each part first", err=True)


def _list_doubtful(wrong: Sequence[tuple[str, Entry, Outcome]]) -> None:
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
