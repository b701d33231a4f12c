"""suanshi submit: what it says, how it ends, and that no way of killing it changes the answers."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.submission import run as submission
from ocr.submission.pages import find_pages
from suanshi.drawing import draw
from suanshi.main import suanshi

ROOT = Path(__file__).parents[3]
Save = Callable[..., Path]
Write = Callable[..., Any]

IN_SMALL_BLOCKS = "import ocr.submission.run as s, suanshi.main as m; s.BLOCK = 8; m.main()"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [str(argument) for argument in arguments])


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", IN_SMALL_BLOCKS, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def folder(tmp_path: Path, write_grey: Write) -> Path:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, text in enumerate(("1+2*3", "7/2", "1/(2-2)")):
        Image.fromarray(write_grey(text)).save(pages / f"{number}.png")
    return pages


def test_the_answers_and_the_summary(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    (folder / "labels.txt").write_text("")
    result = call("submit", folder, tmp_path / "r.txt", "--model", grey_bundle(), "--jobs", 2)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (tmp_path / "r.txt").read_text() == "1+2*3 7\n7/2 3.50\n1/(2-2)\n"
    others, summary = result.stderr.splitlines()
    assert others.endswith("pages: labels.txt is ignored")
    assert summary.startswith("suanshi: 3 pages: 2 answered, 1 not computable, 0 empty; mean confidence 1.0000;")
    assert summary.endswith(" pages/s")


def test_bad_pages_and_gaps_are_named(folder: Path, grey_bundle: Save, tmp_path: Path) -> None:
    (folder / "1.png").unlink()
    (folder / "2.png").write_bytes(b"hello")
    Image.new("RGB", (180, 60), "white").save(folder / "3.png")
    result = call("submit", folder, tmp_path / "r.txt", "--model", grey_bundle())
    assert result.exit_code == 1
    assert (tmp_path / "r.txt").read_text() == "1+2*3 7\n\n\n\n"
    gaps, bad, summary = result.stderr.splitlines()
    assert gaps == f"suanshi: {folder}: missing 1.png"
    assert bad.startswith(f"suanshi: {folder / '2.png'}: is not an image")
    assert "1 answered, 0 not computable, 3 empty (1 missing, 1 unreadable)" in summary


@pytest.mark.parametrize(
    ("folder_name", "result", "options", "why"),
    [
        ("empty", "r.txt", [], "has no 0.png"),
        ("gone", "r.txt", [], "no such folder"),
        ("pages", "gone/r.txt", [], "no such folder"),
        ("pages", "pages", [], "is a directory"),
        ("pages", "pages/0.png", [], "in the place of a page"),
        ("pages", "r.txt", ["--model", "poetry"], "neither a shipped model nor a folder"),
        ("pages", "r.txt", ["--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_calls_end_with_2(
    folder: Path, grey_bundle: Save, folder_name: str, result: str, options: list[str], why: str
) -> None:
    (folder.parent / "empty").mkdir()
    before = (folder / "0.png").read_bytes()
    outcome = call(
        "submit", folder.parent / folder_name, folder.parent / result, *(options or ["--model", grey_bundle()])
    )
    assert outcome.exit_code == 2
    assert why in outcome.stderr
    assert isinstance(outcome.exception, SystemExit)
    assert (folder / "0.png").read_bytes() == before
    assert not list(folder.parent.glob("**/*.part"))


def test_a_second_call_with_other_models_begins_anew(
    folder: Path, grey_bundle: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "BLOCK", 1)
    result, bundle = tmp_path / "r.txt", grey_bundle()
    for model, said in ((bundle, "3 pages, 1 of them before:"), (grey_bundle(threshold=0.1), "beginning anew")):
        with submission.Submission(find_pages(folder), [bundle], result, batch_size=32) as run:
            next(run.run())
        outcome = call("submit", folder, result, "--model", model)
        assert outcome.exit_code == 0
        assert said in outcome.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of Unix")
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_ends_with_the_same_bytes(
    kill: signal.Signals, grey_bundle: Save, write_grey: Write, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(300):
        text = f"{rng.integers(10)}+{rng.integers(10)}*{rng.integers(10)}"
        Image.fromarray(write_grey(text, width=60 * int(rng.integers(1, 4)))).save(pages / f"{number}.png")
    bundle = grey_bundle()
    options = ("--model", bundle, "--jobs", 2)
    assert call("submit", pages, tmp_path / "whole.txt", *options).exit_code == 0
    result = tmp_path / "r.txt"
    journal = tmp_path / "r.txt.part"
    for moment in np.sort(rng.integers(1, 9000, 3)):  # bytes of the journal; it has about 20,000 in the end
        process = start("submit", pages, result, *options)
        while process.poll() is None and not (journal.exists() and journal.stat().st_size >= moment):
            time.sleep(0.002)
        process.send_signal(kill)
        _, err = process.communicate()
        assert process.returncode == (-signal.SIGKILL if kill == signal.SIGKILL else 130)
        assert err == b""
        assert not result.exists()
        with journal.open("ab") as file:
            file.write(b'{"text": "1')
    process = start("submit", pages, result, *options)
    _, err = process.communicate()
    assert process.returncode == 0
    assert b" of them before" in err
    assert result.read_bytes() == (tmp_path / "whole.txt").read_bytes()
    assert not journal.exists()


def test_the_images_choose_the_model(tmp_path: Path) -> None:
    """Round one and final pages, in folders of their own, beginning with a page that is no image."""
    for kind, count in (("arithmetic", 3), ("formula", 2)):
        pages = tmp_path / kind
        pages.mkdir()
        (pages / "0.png").write_bytes(b"none")
        drawn = list(draw(kind, count, seed=1))
        for number, each in enumerate(drawn, start=1):
            (pages / f"{number}.png").write_bytes(each.png())
        result = call("submit", pages, tmp_path / f"{kind}.txt", "--jobs", 1)
        assert result.exit_code == 1
        lines = (tmp_path / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
        assert [line.partition(" ")[0] for line in lines] == ["", *(each.text for each in drawn)]
