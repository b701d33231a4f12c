"""suanshi submit: read a folder of pages into the contest's answer file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.cluster import chosen_workers, scheduler_option
from suanshi.messages import complain
from suanshi.progress import progress

if TYPE_CHECKING:
    from ocr.submission.pages import Pages
    from ocr.submission.run import Submission, Summary

BATCH = 32
MOST_NAMED = 20
"""Numbers of missing pages that are named."""


@click.command()
@click.argument("in_dir", type=click.Path(path_type=Path))
@click.argument("result", metavar="RESULT.txt", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--model", "models", multiple=True, metavar="NAME|DIR",
    help="A shipped model, or a bundle's folder. Repeat it for several that vote.  [default: by the images' size, "
    "formula or arithmetic]",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read.  [default: one for each processor core]")
@scheduler_option
@click.option("--batch-size", type=click.IntRange(min=1), default=BATCH, show_default=True, help="Pages read at once.")
def command(
    in_dir: Path, result: Path, models: tuple[str, ...], jobs: int | None, scheduler: str | None, batch_size: int
) -> None:
    """Read the pages 0.png, 1.png, ... in IN_DIR and write RESULT.txt: line i, from 0, is about i.png.

    A line has the text, a space and its value, rounded to hundredths; for round one's images, whose texts have no
    division, the whole number. It has the text alone where that has no value, and is empty for a page that is missing,
    is no image, or shows no text.

    Several models vote: the text of most of them counts; where there are as many for one as for another, the one with
    the most confident answer.

    What is read so far stands in RESULT.txt.part. After Ctrl-C, or worse, the same call goes on there and ends with
    the same bytes, also with other --jobs or on a cluster; one with other models, pages or batches begins anew.
    RESULT.txt, also one that is there already, is written in one step at the end. The exit code is 1 when some pages
    are no images.

    The workers of a cluster must see IN_DIR, and models that are folders, under the same absolute paths, and have the
    same packages.
    """
    start = time.perf_counter()
    if not result.absolute().parent.is_dir():
        raise click.BadParameter(f"{result.parent}: no such folder", param_hint="RESULT.txt")
    from ocr.submission.pages import find_pages
    from ocr.submission.shipped_model import choose_model

    pages = find_pages(in_dir)
    models = models or (choose_model(pages),)
    import cv2
    import joblib

    from ocr.submission.run import BLOCK, Submission

    cv2.setNumThreads(1)  # a core each for this process and others
    processes = min(jobs or joblib.cpu_count(), -(-pages.count // BLOCK))
    _tell_of(pages, {result.name, f"{result.name}.part"})
    try:
        with (
            chosen_workers(scheduler, in_dir, processes) as workers,
            Submission(pages, models, result, workers=workers, batch_size=batch_size) as submission,
        ):
            done_before = submission.done
            _run(submission)
            summary = submission.finish()
    except OSError as error:
        raise click.ClickException(f"{error.filename or result}: {error.strerror or error}") from error
    _tell(summary, done_before, time.perf_counter() - start)
    if summary.unreadable:
        raise click.exceptions.Exit(1)


def _run(submission: Submission) -> None:
    if submission.restarted:
        complain(f"{submission.result.name}.part is of other pages, models or settings: beginning anew")
    count = submission.pages.count
    with progress(total=count, initial=submission.done, unit="page") as bar:
        for done in submission.run():
            bar.update(done - bar.n)


def _tell_of(pages: Pages, ours: set[str]) -> None:
    """Name the gaps in the numbers of the pages, and how many files are none."""
    if pages.missing:
        named = ", ".join(f"{number}.png" for number in pages.missing[:MOST_NAMED])
        more = f" and {len(pages.missing) - MOST_NAMED} more" if len(pages.missing) > MOST_NAMED else ""
        complain(f"{pages.folder}: missing {named}{more}")
    if others := [name for name in pages.others if name not in ours]:
        more = f" and {len(others) - 1} other files are" if others[1:] else " is"
        complain(f"{pages.folder}: {others[0]}{more} ignored")


def _tell(summary: Summary, done_before: int, seconds: float) -> None:
    for problem in summary.problems:
        complain(problem)
    if summary.unreadable > len(summary.problems):
        complain(f"and {summary.unreadable - len(summary.problems)} more that are no images")
    why = [f"{summary.missing} missing", f"{summary.unreadable} unreadable"]
    empty = f"{summary.empty} empty" + (f" ({', '.join(why)})" if summary.missing or summary.unreadable else "")
    before = f", {done_before} of them before" if done_before else ""
    counts = f"{summary.answered} answered, {summary.not_computable} not computable, {empty}"
    complain(
        f"{summary.pages} pages{before}: {counts}; "
        f"mean confidence {summary.confidence:.4f}; {seconds:.1f} s, "
        f"{(summary.pages - done_before) / seconds:.1f} pages/s"
    )
