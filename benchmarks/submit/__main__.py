"""Time `suanshi submit`, measure its memory, and check that killing a run changes no bytes.

python -m benchmarks.submit --model DIR --pages N --killed 5
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np

from benchmarks.measuring import options
from benchmarks.measuring.pages import draw_pages
from benchmarks.measuring.record import about_model, cores, provenance, table, write_json
from benchmarks.measuring.timing import spread
from ocr.bundle import bundle_folder, load_bundle

BLOCK = 32
"""Pages a block here: with submission.BLOCK a run of few hundred pages would be killed in its first block."""

PROGRAM = f"import ocr.submission.run as s, suanshi.main as m; s.BLOCK = {BLOCK}; m.main()"
# Linux hands ru_maxrss of whoever starts a program on to it, so its own peak is read where the system tells it.
MEASURED = """
import json, pathlib, re, resource, sys, suanshi.main
try:
    suanshi.main.main()
finally:
    status = pathlib.Path("/proc/self/status")
    own = re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text()) if status.exists() else None
    us, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    scale = 1024 if sys.platform == "darwin" else 1
    print(json.dumps({
        "own": int(own[1]) if own else us.ru_maxrss / scale,
        "worker": workers.ru_maxrss / scale,
        "seconds": sum(each.ru_utime + each.ru_stime for each in (us, workers)),
    }))
"""
"""Runs the command and prints the most memory that its process, and the largest of its workers, had in KiB, and the
seconds that processors worked for all of them."""


@click.command()
@options.model("formula")
@options.seed
@options.number("--pages", 300)
@options.number("--rounds", 3, "Repeats; medians are reported.")
@click.option("--jobs", type=click.IntRange(1), multiple=True, default=(1, 2), show_default=True)
@options.number("--killed", 5, "How often one run is killed.", least=0)
@options.out("submit")
@options.errors_as_messages()
def command(model: str, seed: int, pages: int, rounds: int, jobs: tuple[int, ...], killed: int, out: Path) -> None:
    """Draw PAGES pages, read them with different numbers of processes, and kill more runs at random moments: one here,
    and one on a Dask cluster of two workers, of which one is killed each time as well."""
    bundle = load_bundle(bundle_folder(model))
    record: dict[str, Any] = provenance("submit", seed=seed) | {"model": about_model(bundle), "pages": pages}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "pages"
        record["megapixels"] = draw_pages(folder, pages, seed)
        call = ["submit", str(folder), str(Path(temporary) / "result.txt"), "--model", str(bundle.folder)]
        print(f"# suanshi submit, {record['processor']}, {cores()} cores\n")
        print(f"{pages} pages of {record['megapixels']:.2f} megapixels on average; {rounds} interleaved repeats.\n")
        record["jobs"] = _timed(call, jobs, rounds, pages)
        if killed:
            expected = _undisturbed(call)
            record["killed"] = _killed(call, killed, seed, expected)
            record["killed_on_a_cluster"] = _killed_on_a_cluster(call, killed, seed, expected)
    write_json(record, out)


def _timed(call: Sequence[str], jobs: Sequence[int], rounds: int, pages: int) -> dict[str, Any]:
    """Run the command with each number of jobs in turns."""
    times: dict[int, list[float]] = {each: [] for each in jobs}
    work: dict[int, list[float]] = {each: [] for each in jobs}
    memory: dict[int, list[float]] = {each: [] for each in jobs}
    results = set()
    for _ in range(rounds):
        for each in jobs:
            start = time.perf_counter()
            ran = subprocess.run(
                [sys.executable, "-c", MEASURED, *call, "--jobs", str(each)], check=True, capture_output=True, text=True
            )
            times[each].append(time.perf_counter() - start)
            used = json.loads(ran.stdout)
            work[each].append(used["seconds"])
            memory[each].append((used["own"] + each * used["worker"]) / 1024)
            results.add(Path(call[2]).read_bytes())
    rows = [
        (
            each,
            f"{pages / median(times[each]):.1f}",
            f"{1000 * median(work[each]) / pages:.1f}",
            f"{median(work[each]) / each / median(times[each]):.2f}",
            f"{max(memory[each]):.0f}",
        )
        for each in jobs
    ]
    print(table(("jobs", "pages/s, start included", "processor ms a page", "share of the time at work", "MiB"), rows))
    print(f"\nThe results are {'the same bytes' if len(results) == 1 else 'NOT the same bytes'} whatever the jobs.\n")
    return {
        "same_bytes": len(results) == 1,
        **{
            str(each): {
                "seconds": spread(times[each]),
                "pages_per_second": pages / median(times[each]),
                "processor_seconds_a_page": median(work[each]) / pages,
                "peak_mib": max(memory[each]),
            }
            for each in jobs
        },
    }


def _undisturbed(call: Sequence[str]) -> bytes:
    """Return the result of a run in small blocks that nobody kills."""
    result = Path(call[2])
    subprocess.run([sys.executable, "-c", PROGRAM, *call], check=True, stderr=subprocess.DEVNULL)
    expected = result.read_bytes()
    result.unlink()
    return expected


def _killed(
    call: Sequence[str], times: int, seed: int, expected: bytes, also: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """Kill a run at random moments, as `also` kills something, and compare its result with the expected one."""
    result = Path(call[2])
    program = [sys.executable, "-c", PROGRAM, *call]
    kept: list[int] = []
    rng = np.random.default_rng(seed)
    for pages in sorted(rng.integers(0, expected.count(b"\n"), times).tolist()):
        with subprocess.Popen(program, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and _journalled(result) < pages - BLOCK:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 1))  # seconds; about what a block takes
            also()
            process.send_signal(signal.SIGKILL)
        kept.append(_journalled(result))
    subprocess.run(program, check=True, stderr=subprocess.DEVNULL)
    same = result.read_bytes() == expected
    result.unlink()
    print(
        f"Killed {times} times, with {', '.join(map(str, kept))} pages done: {'the same' if same else 'OTHER'} bytes."
    )
    return {"times": times, "block": BLOCK, "pages_done": kept, "same_bytes": same}


def _killed_on_a_cluster(call: Sequence[str], times: int, seed: int, expected: bytes) -> dict[str, Any]:
    """`_killed` on a Dask cluster of two workers here, of which one is killed each time, too."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        print("Not measured: distributed is not installed; pip install -e '.[distributed]'.")
        return {"missing": ["distributed"]}
    options = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster, Client(cluster) as client:

        def kill_a_worker() -> None:
            os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)

        print("On a Dask cluster of two workers, one of them killed each time:")
        return _killed([*call, "--scheduler", cluster.scheduler_address], times, seed, expected, kill_a_worker)


def _journalled(result: Path) -> int:
    """How many pages the journal of a run holds; all of them where the run had ended before it could be killed."""
    journal = result.with_name(f"{result.name}.part")
    if journal.exists():
        return max(0, journal.read_bytes().count(b"\n") - 1)  # without its header
    return result.read_bytes().count(b"\n") if result.exists() else 0


if __name__ == "__main__":
    command()
