"""A Dask cluster on this machine: the order of the work, workers that are killed, and the same bytes as without it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.errors import OcrError
from ocr.submission import run as submission
from ocr.submission.pages import find_pages
from ocr.submission.run import Submission
from preprocessing.workers import on_cluster
from suanshi.cluster import connected
from suanshi.main import suanshi

distributed = pytest.importorskip("distributed")

Save = Callable[..., Path]
Write = Callable[..., Any]
COUNT = 80


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def die(number: int) -> int:
    os._exit(9)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of two workers, a process each, that are started again when they die."""
    options = {"host": "127.0.0.1", "dashboard_address": None, "processes": True}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def folder(tmp_path: Path, write_grey: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages that make ten blocks, two of them without a file or of something else."""
    monkeypatch.setattr(submission, "BLOCK", 8)
    rng = np.random.default_rng(0)
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(COUNT):
        text = f"{rng.integers(10)}+{rng.integers(10)}*{rng.integers(10)}"
        Image.fromarray(write_grey(text)).save(pages / f"{number}.png")
    (pages / "5.png").unlink()
    (pages / "6.png").write_bytes(b"hello")
    return pages


def test_results_come_in_order_and_few_are_taken_ahead(address: str) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    with connected(address) as client, closing(on_cluster(abs, items(), client=client)) as results:
        assert [next(results) for _ in range(20)] == list(range(20))
        assert len(taken) < 50


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of Unix")
def test_a_worker_that_is_killed_changes_no_byte(address: str, folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    bundle = grey_bundle()
    assert call("submit", folder, tmp_path / "here.txt", "--model", bundle, "--jobs", 1).exit_code == 1
    with connected(address, folder) as client:
        workers = partial(on_cluster, client=client)
        with Submission(find_pages(folder), [bundle], tmp_path / "there.txt", workers=workers) as run:
            done = run.run()
            assert next(done) == 8
            before = set(client.run(os.getpid).values())
            os.kill(min(before), signal.SIGKILL)
            assert list(done)[-1] == COUNT
            run.finish()
        client.wait_for_workers(2, timeout=60)
        after = set(client.run(os.getpid).values())
    assert (tmp_path / "there.txt").read_bytes() == (tmp_path / "here.txt").read_bytes()
    assert len(after) == 2
    assert min(before) not in after


def test_a_run_that_was_cut_off_goes_on_on_a_cluster(
    address: str, folder: Path, grey_bundle: Save, tmp_path: Path
) -> None:
    bundle, result = grey_bundle(), tmp_path / "r.txt"
    assert call("submit", folder, tmp_path / "whole.txt", "--model", bundle, "--jobs", 1).exit_code == 1
    with Submission(find_pages(folder), [bundle], result) as run:
        next(run.run())
    outcome = call("submit", folder, result, "--model", bundle, "--scheduler", address)
    assert outcome.exit_code == 1
    gap, bad, summary = outcome.stderr.splitlines()
    assert gap.endswith("missing 5.png")
    assert bad.startswith(f"suanshi: {folder}/6.png: is not an image")
    assert "80 pages, 8 of them before: 78 answered" in summary
    assert result.read_bytes() == (tmp_path / "whole.txt").read_bytes()


def test_drawings_on_a_cluster_are_the_same_files(address: str, tmp_path: Path) -> None:
    options = ("--count", 5, "--seed", 3)
    assert call("generate", "arithmetic", tmp_path / "here", *options).exit_code == 0
    outcome = call("generate", "arithmetic", tmp_path / "there", *options, "--scheduler", address)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    contents = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("here", "there")]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 6


@pytest.mark.slow
def test_work_that_kills_its_workers_is_an_error(address: str) -> None:
    with (
        pytest.raises(OcrError, match="workers died again and again"),
        connected(address) as client,
        closing(on_cluster(die, [0], client=client)) as results,
    ):
        next(results)


def test_a_model_that_another_machine_lacks_is_an_error(
    address: str, folder: Path, grey_bundle: Save, tmp_path: Path
) -> None:
    bundle = grey_bundle()
    with connected(address, folder) as client:
        workers = partial(on_cluster, client=client)
        with Submission(find_pages(folder), [bundle], tmp_path / "r.txt", workers=workers) as run:
            (bundle / "model.onnx").write_bytes(grey_bundle(network={"late": 1}).joinpath("model.onnx").read_bytes())
            with pytest.raises(OcrError, match="is not the model that the run began with"):
                next(run.run())


def test_workers_that_see_no_pages_are_an_error(address: str, grey_bundle: Save, tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="does not see this folder"), connected(address, tmp_path / "elsewhere"):
        pass
