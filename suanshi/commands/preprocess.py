"""suanshi preprocess: find and join the lines of final pages in a folder, here or on a cluster."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from preprocessing.batch import KNOWN_CHANNELS
from suanshi.cluster import joblib_on, scheduler_option
from suanshi.messages import complain
from suanshi.names import Choice
from suanshi.progress import progress


@click.command()
@click.argument("in_dir", type=click.Path(path_type=Path))
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), help="Threads that work.  [default: one for each processor core]")
@click.option(
    "--channel",
    type=Choice(KNOWN_CHANNELS),
    default="ink",
    show_default=True,
    help="What the pictures show of a line.",
)
@scheduler_option
def command(in_dir: Path, out_dir: Path, jobs: int | None, channel: str, scheduler: str | None) -> None:
    """Find the lines on each page IN_DIR/NAME.png and write them, joined from left to right, to OUT_DIR/NAME.png.

    OUT_DIR/lines.jsonl tells where on each page the lines were: file, boxes [[left, top, right, lower], ...], problem.
    When a run was stopped, the same call goes on where it was: a page is left alone when its picture is newer and was
    made with the same settings.

    Pages that cannot be read, or that have no line, are named on stderr and have no picture; the exit code is 1 when
    one could not be read. The workers of a cluster must see both folders under the same absolute paths.
    """
    import warnings

    import joblib

    from preprocessing.batch import find_pages, preprocess_folder

    warnings.filterwarnings("ignore", category=UserWarning, module="joblib")  # of work that nobody waits for any more
    count = len(find_pages(in_dir))
    failed = 0
    try:
        with joblib_on(scheduler, in_dir) if scheduler is not None else joblib.parallel_config():
            if scheduler is None and jobs is None:
                jobs = joblib.cpu_count()
            pages = preprocess_folder(in_dir, out_dir, jobs=jobs, channel=channel)
            with closing(pages), progress(total=count, unit="page") as bar:
                for page in pages:
                    bar.update()
                    failed += page.error is not None
                    if problem := page.error or page.problem:
                        bar.clear()
                        complain(f"{in_dir / page.file}: {problem}")
    except OSError as error:
        raise click.ClickException(f"{out_dir}: {error.strerror or error}") from error
    if failed:
        raise click.exceptions.Exit(1)
