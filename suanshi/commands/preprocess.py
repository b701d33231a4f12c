"""suanshi preprocess: find and join the lines of final pages in a folder, here or on a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from preprocessing.batch import KNOWN_CHANNELS
from suanshi.messages import complain

PATIENCE = 8.0
"""Seconds to wait for a scheduler to answer, and then as long for one worker."""


@click.command()
@click.argument("in_dir", type=click.Path(path_type=Path))
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), help="Threads that work.  [default: one for each processor core]")
@click.option(
    "--channel",
    type=click.Choice(KNOWN_CHANNELS),
    default="ink",
    show_default=True,
    help="What the pictures show of a line.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Work on the Dask cluster of the scheduler at ADDRESS, tcp://HOST:8786; all its workers take part.",
)
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
    from tqdm import tqdm

    from preprocessing.batch import find_pages, preprocess_folder

    warnings.filterwarnings("ignore", category=UserWarning, module="joblib")  # of work that nobody waits for any more
    count = len(find_pages(in_dir))
    failed = 0
    try:
        with _workers(scheduler, in_dir) if scheduler is not None else joblib.parallel_config():
            if scheduler is None and jobs is None:
                jobs = joblib.cpu_count()
            pages = preprocess_folder(in_dir, out_dir, jobs=jobs, channel=channel)
            progress = tqdm(total=count, unit="page", disable=not sys.stderr.isatty())
            with closing(pages), progress as bar:
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


@contextmanager
def _workers(address: str, folder: Path) -> Iterator[None]:
    """Send what joblib does to the workers of a Dask cluster, which must see `folder`."""
    import asyncio

    import joblib

    from ocr.errors import MissingExtraError, OcrError

    try:
        from distributed import Client
        from distributed.core import connect
    except ImportError as error:
        raise MissingExtraError(
            "--scheduler needs more packages: pip install 'suanshi[distributed]' "
            "(from a checkout: pip install -e '.[distributed]')"
        ) from error

    async def knock() -> None:
        comm = await asyncio.wait_for(connect(address, timeout=PATIENCE), PATIENCE + 1)
        await comm.close()

    try:
        asyncio.run(knock())  # first, because a Client that finds nobody takes long to give up, and complains at exit
    except (OSError, asyncio.TimeoutError, ValueError, TypeError, MemoryError) as error:  # whatever a stranger answers
        raise OcrError(
            f"{address}: no Dask scheduler answers there; expected an address such as tcp://127.0.0.1:8786"
        ) from error
    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise OcrError(f"{address}: the scheduler has no workers; start some and try again") from error
        seen = client.run(os.path.isdir, os.fspath(folder.absolute()))
        if blind := [worker for worker, sees in seen.items() if not sees]:
            raise OcrError(f"{folder.absolute()}: worker {blind[0]} does not see this folder; all workers must")
        with joblib.parallel_config(backend="dask", client=client):
            yield
