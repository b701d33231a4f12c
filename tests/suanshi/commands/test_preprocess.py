"""suanshi preprocess: what is written and said, how calls end, and the same on a cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from suanshi import cluster as place
from suanshi.main import suanshi

ROOT = Path(__file__).parents[3]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, ["preprocess", *map(str, arguments)])


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in (0, 1, 2, 10):
        image = np.full((400, 800, 3), 250, np.uint8)
        cv2.putText(image, f"{number}+67890*(1-2)", (100, 230), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (120, 40, 60), 4)
        Image.fromarray(image).save(folder / f"{number}.png")
        os.utime(folder / f"{number}.png", (1e9, 1e9))
    return folder


def test_a_folder_becomes_a_folder(pages: Path, tmp_path: Path) -> None:
    result = call(pages, tmp_path / "out")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    files = contents(tmp_path / "out")
    assert sorted(files) == sorted(["0.png", "1.png", "2.png", "10.png", "lines.jsonl"])
    entries = [json.loads(line) for line in files["lines.jsonl"].splitlines()]
    assert [entry["file"] for entry in entries] == ["0.png", "1.png", "2.png", "10.png"]
    assert call(pages, tmp_path / "one", "--jobs", 1).exit_code == 0
    assert contents(tmp_path / "one") == files


def test_bad_pages_are_named_and_the_rest_is_done(pages: Path, tmp_path: Path) -> None:
    (pages / "1.png").write_text("hello")
    Image.new("RGB", (800, 400), "white").save(pages / "2.png")
    result = call(pages, tmp_path / "out", "--channel", "grey")
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith(f"suanshi: {pages}/1.png: is not an image")
    assert second == f"suanshi: {pages}/2.png: no line found"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0.png", "10.png", "lines.jsonl"]
    (pages / "1.png").unlink()
    assert call(pages, tmp_path / "out").exit_code == 0  # a page without a line is an answer


def test_wrong_calls_end_with_2(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments, why in (
        ([pages], "Missing argument"),
        ([tmp_path / "empty", tmp_path / "out"], "has no page"),
        ([tmp_path / "none", tmp_path / "out"], "No such file"),
        ([pages, pages], "is the folder of the pages"),
        ([pages, pages / "0.png"], "is a file"),
        ([pages, tmp_path / "out", "--channel", "red"], "'red' is unknown; known are ink"),
        ([pages, tmp_path / "out", "--jobs", 0], "0 is not in the range"),
    ):
        result = call(*arguments)
        assert result.exit_code == 2, arguments
        assert why in result.stderr
    result = call(pages, pages / "0.png" / "out")
    assert result.exit_code == 1
    assert "Not a directory" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of Unix")
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_stops_a_run_leaves_whole_files(pages: Path, tmp_path: Path, sign: signal.Signals, code: int) -> None:
    for number in range(100, 350):
        os.link(pages / "0.png", pages / f"{number}.png")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "suanshi.main", "preprocess", str(pages), str(out), "--jobs", "2"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    while process.poll() is None and not (out / "1.png").exists():
        time.sleep(0.01)
    process.send_signal(sign)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == code
    made = sorted(out.glob("*.png"))
    assert 0 < len(made) < 254
    assert sign == signal.SIGKILL or not list(out.glob(".*"))
    for path in made:
        with Image.open(path) as picture:
            picture.load()
    assert not (out / "lines.jsonl").exists()
    stamps = {path: path.stat().st_mtime_ns for path in made}
    assert call(pages, out).exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in made} == stamps
    assert len(list(out.iterdir())) == 255
    assert len((out / "lines.jsonl").read_text().splitlines()) == 254


def test_a_cluster_writes_the_same_bytes(pages: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    (pages / "3.png").write_bytes(b"")
    call(pages, tmp_path / "here", "--jobs", 1)
    options = {"processes": False, "protocol": "tcp://", "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
        result = call(pages, tmp_path / "there", "--scheduler", cluster.scheduler_address)
        assert result.exit_code == 1
        assert result.stderr == f"suanshi: {pages}/3.png: is empty (0 bytes)\n"
        assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_scheduler_that_is_not_there(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(place, "PATIENCE", 0.3)
    for address in ("tcp://127.0.0.1:9", "nonsense", "foo://x"):
        result = call(pages, tmp_path / "out", "--scheduler", address)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"suanshi: {address}: no Dask scheduler answers there")
    options = {"processes": False, "protocol": "tcp://", "host": "127.0.0.1", "dashboard_address": None}
    monkeypatch.setattr(place, "PATIENCE", 2.0)
    with distributed.LocalCluster(n_workers=0, **options) as cluster:
        result = call(pages, tmp_path / "out", "--scheduler", cluster.scheduler_address)
        assert result.exit_code == 2
        assert "the scheduler has no workers" in result.stderr
    assert not (tmp_path / "out").exists()


def test_without_dask_the_install_line_is_named(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = call(pages, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:8786")
    assert result.exit_code == 2
    assert "-m pip install dask distributed" in result.stderr
