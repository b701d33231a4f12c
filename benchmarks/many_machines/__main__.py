"""Measure what a page costs wherever it goes on a cluster, in bytes and seconds of a processor, and add it up.

python -m benchmarks.many_machines
"""

from __future__ import annotations

import logging
import pickle
import tempfile
import time
import tracemalloc
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.many_machines.answer import measured
from benchmarks.measuring import options
from benchmarks.measuring.pages import draw_pages
from benchmarks.measuring.record import provenance, table, write_json
from ocr.submission.block import Block, read_block, reading_of
from ocr.submission.journal import Journal
from ocr.submission.pages import find_pages
from ocr.submission.run import BLOCK
from preprocessing.workers import in_processes, on_cluster

LISTED, TASKS = 20_000, 2_000
"""Files that are listed, and tasks that do nothing, to see what one costs."""


@dataclass(frozen=True)
class Size:
    """A job and the machines that do it."""

    pages: int
    machines: int
    cores: int


@click.command()
@options.model("formula")
@options.seed
@options.number("--drawn", 256, "Pages that are drawn and read.", least=BLOCK)
@options.number("--pages", 100_000_000, "Pages of the job that it is added up for.")
@options.number("--machines", 100)
@options.number("--cores", 16, "Cores of each machine.")
@options.out("many_machines")
@options.errors_as_messages()
def command(model: str, seed: int, drawn: int, pages: int, machines: int, cores: int, out: Path) -> None:
    """Measure reading, passing round, writing and listing, and tell what a large job needs of each."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        found = _reading(place, model, drawn, seed) | _listing(place) | _passing()
    size = Size(pages, machines, cores)
    needed = add_up(found, size)
    write_json(provenance("many_machines", seed=seed) | {"measured": found, "needed": needed}, out)
    print(table(("a page, or what is named", "measured"), ((name, f"{each:.3g}") for name, each in found.items())))
    print(f"\n{pages:,} pages on {machines} machines of {cores} cores:\n")
    print(table(("needed", "amount"), ((name, f"{each:,.3g}") for name, each in needed.items())))


def _reading(place: Path, model: str, count: int, seed: int) -> dict[str, float]:
    """Read drawn pages block by block as a worker does, and write their entries as the client does."""
    folder = place / "pages"
    megapixels = draw_pages(folder, count, seed)
    work = partial(read_block, reading_of(folder, [model], 32))
    blocks = [Block(range(start, min(start + BLOCK, count))) for start in range(0, count, BLOCK)]
    _, *answers = in_processes(partial(measured, work), [blocks[0], *blocks], jobs=1)  # the first loads the model
    entries = [answer.entries for answer in answers]
    begun = time.process_time()
    with Journal(place / "journal", "a", total=count, block=BLOCK) as journal:
        for each in entries:
            journal.append(pickle.loads(pickle.dumps(each)))
    writing = time.process_time() - begun
    return {
        "megapixels": megapixels,
        "bytes of a PNG": sum(path.stat().st_size for path in folder.iterdir()) / count,
        "seconds of a worker": sum(answer.seconds for answer in answers) / count,
        "MiB of a worker": max(answer.mebibytes for answer in answers),
        "bytes of a task": len(pickle.dumps((work, blocks[0]))) / BLOCK,
        "bytes of an answer": len(pickle.dumps(entries)) / count,
        "bytes in the journal": (place / "journal").stat().st_size / count,
        "seconds of the client, writing": writing / count,
    }


def _listing(place: Path) -> dict[str, float]:
    """List a folder of empty files."""
    folder = place / "listed"
    folder.mkdir()
    for number in range(LISTED):
        (folder / f"{number}.png").touch()
    begun = time.process_time()
    find_pages(folder)
    seconds = time.process_time() - begun
    tracemalloc.start()
    find_pages(folder)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"seconds of the client, listing": seconds / LISTED, "bytes of the client, listing": most / LISTED}


def _passing() -> dict[str, float]:
    """Have a worker do tasks that are nothing: what is left is the scheduler's work, and the client's beside it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        print("Not measured: distributed is not installed; pip install 'suanshi[distributed]'.\n")
        return {}
    settings = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, **settings) as cluster,
        Client(cluster) as client,
        closing(on_cluster(abs, range(TASKS), client=client)) as done,
    ):
        next(done)
        begun = time.process_time()
        for _ in done:
            pass
        seconds = time.process_time() - begun
    return {"seconds of scheduler and client, a task": seconds / TASKS}


def add_up(measured: dict[str, float], size: Size) -> dict[str, Any]:
    """Return what a job of this size needs of processors, network, memory and disk."""
    workers = size.machines * size.cores
    hours = size.pages * measured["seconds of a worker"] / workers / 3600
    rate = size.pages / hours / 3600
    needed = {
        "core hours": hours * workers,
        "hours": hours,
        "pages a second": rate,
        "TB of PNG files read": size.pages * measured["bytes of a PNG"] / 1e12,
        "Gbit/s from the store, all machines": rate * measured["bytes of a PNG"] * 8 / 1e9,
        "MB/s of a machine from the store": rate * measured["bytes of a PNG"] / 1e6 / size.machines,
        "GiB of a machine for its workers": size.cores * measured["MiB of a worker"] / 1024,
        "kB/s to the scheduler, tasks": rate * measured["bytes of a task"] / 1e3,
        "kB/s to the client, answers": rate * measured["bytes of an answer"] / 1e3,
        "GB of the journal": size.pages * measured["bytes in the journal"] / 1e9,
        "share of the client's core, writing": rate * measured["seconds of the client, writing"],
        "GB of the client, listing all in one folder": size.pages * measured["bytes of the client, listing"] / 1e9,
        "minutes of the client, listing": size.pages * measured["seconds of the client, listing"] / 60,
    }
    if (task := measured.get("seconds of scheduler and client, a task")) is not None:
        needed["tasks a second"] = rate / BLOCK
        needed["share of a core, scheduler and client"] = rate / BLOCK * task
        needed["machines at which one scheduler's core is full"] = size.machines / (rate / BLOCK * task)
    return needed


if __name__ == "__main__":
    command()
