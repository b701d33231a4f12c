"""A Dask cluster as a place to work: connect to its scheduler, and choose who works."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ocr.errors import MissingExtraError, OcrError

if TYPE_CHECKING:
    from distributed import Client

    from preprocessing.workers import OrderedMap

PATIENCE = 8.0
"""Seconds to wait for a scheduler to answer, and then as long for one worker."""

scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Work on the Dask cluster of the scheduler at ADDRESS, tcp://HOST:8786; all its workers take part.",
)


@contextmanager
def connected(address: str, *folders: Path) -> Iterator[Client]:
    """Connect to the scheduler at `address`, whose workers must see all `folders`, and yield the client.

    Raises OcrError where nobody answers, where there are no workers or one does not see a folder, and when the cluster
    is lost or its workers die again and again at the same work.
    """
    try:
        from distributed import Client
        from distributed.client import FutureCancelledError
        from distributed.core import CommClosedError, connect
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise MissingExtraError("--scheduler", ["dask", "distributed"]) from error

    async def knock() -> None:
        comm = await asyncio.wait_for(connect(address, timeout=PATIENCE), PATIENCE + 1)
        await comm.close()

    try:
        asyncio.run(knock())  # first, because a Client that finds nobody takes long to give up, and complains at exit
    except (OSError, asyncio.TimeoutError, ValueError, TypeError, MemoryError) as error:  # whatever a stranger answers
        raise OcrError(
            f"{address}: no Dask scheduler answers there; expected an address such as tcp://127.0.0.1:8786"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it tells in many lines what one says below
    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (TimeoutError, asyncio.TimeoutError) as error:
            raise OcrError(f"{address}: the scheduler has no workers; start some and try again") from error
        for folder in map(Path.absolute, folders):
            seen = client.run(os.path.isdir, os.fspath(folder))
            if blind := [worker for worker, sees in seen.items() if not sees]:
                raise OcrError(f"{folder}: worker {blind[0]} does not see this folder; all workers must")
        try:
            yield client
        except KilledWorker as error:
            raise OcrError(
                f"{address}: workers died again and again at the same work; is there enough memory for each?"
            ) from error
        except (CommClosedError, FutureCancelledError, asyncio.CancelledError) as error:
            raise OcrError(f"{address}: the scheduler is gone; the same call goes on once it is back") from error


@contextmanager
def joblib_on(address: str, *folders: Path) -> Iterator[None]:
    """Send what joblib does to the workers of a cluster; raises as `connected` does."""
    import joblib

    with connected(address, *folders) as client, joblib.parallel_config(backend="dask", client=client):
        yield


@contextmanager
def chosen_workers(scheduler: str | None, folder: Path, jobs: int) -> Iterator[OrderedMap]:
    """Yield who works: the cluster of a scheduler, whose workers must see `folder`, or processes, or this one alone."""
    from preprocessing.workers import in_processes, in_this_process, on_cluster

    if scheduler is not None:
        with connected(scheduler, folder) as client:
            yield partial(on_cluster, client=client)
    elif jobs > 1:
        yield partial(in_processes, jobs=jobs)
    else:
        yield in_this_process
