"""A folder of pages: what is written, in which order, and what is done again."""

from __future__ import annotations

import json
import os
import threading
import zlib
from pathlib import Path

import cv2
import joblib
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from preprocessing import batch as folder_module
from preprocessing.batch import FolderPage, find_pages, preprocess_folder
from preprocessing.errors import OcrError
from preprocessing.page.prepare import NO_LINE, PageOptions, read_page
from preprocessing.read import read_image

NAMES = [f"{number}.png" for number in (0, 1, 2, 10, 11)]


def page(number: int) -> np.ndarray:
    image = np.full((400, 800, 3), 250, np.uint8)
    for row, text in ((120, f"x=1234{number}"), (230, "67890+x*(1-2)")):
        cv2.putText(image, text, (100, row), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (120, 40, 60), 4)
    return image


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "deeper").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        Image.fromarray(page(number)).save(folder / name)
        os.utime(folder / name, (1e9, 1e9))  # older than what is made of it
    (folder / "labels.txt").write_text("none")
    (folder / "._0.png").write_text("none")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "new" / "out"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_page_gives_its_joined_lines(pages: Path, out: Path) -> None:
    done = list(preprocess_folder(pages, out, jobs=2, chunk=2))
    assert [each.file for each in done] == NAMES == find_pages(pages)
    assert sorted(contents(out)) == sorted([*NAMES, "lines.jsonl"])
    lines = [json.loads(line) for line in (out / "lines.jsonl").read_text().splitlines()]
    for number, (each, line) in enumerate(zip(done, lines, strict=True)):
        prepared = read_page(page(number))
        assert each == FolderPage(NAMES[number], prepared.boxes)
        assert len(each.boxes) == 2
        assert line == {"file": each.file, "boxes": [list(box) for box in each.boxes], "problem": None}
        with Image.open(out / each.file) as picture:
            assert picture.mode == "L"
            np.testing.assert_array_equal(np.asarray(picture), prepared.joined[..., 0])
        assert read_image(out / each.file).shape[0] == 64


def test_channel_and_options_are_chosen(pages: Path, out: Path) -> None:
    list(preprocess_folder(pages, out, channel="stretched", options=PageOptions(height=32)))
    expected = read_page(page(0), PageOptions(height=32, channels=("stretched",))).joined[..., 0]
    np.testing.assert_array_equal(read_image(out / "0.png")[..., 0], expected)
    again = list(preprocess_folder(pages, out, channel="stretched", options=PageOptions(height=32)))
    assert all(each.kept for each in again)
    assert not any(each.kept for each in preprocess_folder(pages, out, channel="grey"))


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_second_run_does_what_is_missing(pages: Path, out: Path, jobs: int) -> None:
    list(preprocess_folder(pages, out))
    before = contents(out)
    (out / "1.png").unlink()
    (out / "2.png").write_bytes(before["2.png"][:50])  # not ours, or no whole picture
    (out / "lines.jsonl").unlink()
    (out / ".part-0").mkdir()
    (out / ".part-0" / "0.png").write_bytes(b"left by a run that was killed")
    Image.fromarray(page(3)).save(pages / "10.png")
    os.utime(pages / "10.png", (4e9, 4e9))
    done = list(preprocess_folder(pages, out, jobs=jobs, chunk=1))
    assert [each.file for each in done if not each.kept] == ["1.png", "2.png", "10.png"]
    assert contents(out) == before


def forge(out: Path, boxes: str) -> None:
    """Put other boxes into the picture of an earlier run."""
    with Image.open(out / "1.png") as picture:
        about = PngInfo()
        said = picture.info["suanshi-lines"]
        about.add_text("suanshi-lines", said[: said.index('"boxes"')] + f'"boxes": {boxes}}}')
        picture.save(out / "1.png", pnginfo=about)


@pytest.mark.parametrize(
    "boxes",
    [
        "[[Infinity, 0, 1, 1]]", "[[0.5, 0, 1, 1]]", "[[true, 0, 1, 1]]", '[["0", 0, 1, 1]]', "[[0, 0, 1]]", "[]", "{}",
        "[[0, 0, 1, 1, 1]]", "[[-1, 0, 1, 1]]", "[[5, 0, 5, 1]]", "[[0, 0, 1e999, 1]]", "[" * 100_000, "null", '"1234"',
    ],
)  # fmt: skip
def test_a_forged_picture_of_an_earlier_run_is_made_anew(pages: Path, out: Path, boxes: str) -> None:
    list(preprocess_folder(pages, out))
    before = contents(out)
    forge(out, boxes)
    assert [each.file for each in preprocess_folder(pages, out) if not each.kept] == ["1.png"]
    assert contents(out) == before


def test_one_run_at_a_time_writes_into_a_folder(pages: Path, out: Path) -> None:
    pytest.importorskip("fcntl")
    running = preprocess_folder(pages, out, chunk=1)
    next(running)
    with pytest.raises(OcrError, match=r"\.preprocess\.lock: another run is writing it"):
        preprocess_folder(pages, out)
    assert len(list(running)) == len(NAMES) - 1
    assert not (out / ".preprocess.lock").exists()
    assert all(each.kept for each in preprocess_folder(pages, out))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_picture_is_not_waited_for(pages: Path, out: Path) -> None:
    out.mkdir(parents=True)
    os.mkfifo(out / "1.png")
    made = list(preprocess_folder(pages, out))
    assert not any(each.kept for each in made)
    assert [each.file for each in made if "is a pipe" in str(each.error)] == ["1.png"]
    assert not (out / "1.png").exists()


def test_bad_files_stop_nothing(pages: Path, out: Path) -> None:
    whole = (pages / "0.png").read_bytes()
    header = whole[:16] + (30000).to_bytes(4, "big") * 2 + whole[24:29]
    too_large = header + zlib.crc32(header[12:]).to_bytes(4, "big") + whole[33:]
    bad = {"a.png": (b"", "is empty"), "b.png": (b"hello", "not an image"), "c.png": (whole[:900], "truncated")}
    bad["d.png"] = (too_large, "30000x30000 pixels are too many")
    for name, (data, _) in bad.items():
        (pages / name).write_bytes(data)
    (pages / "e.png").mkdir()
    (pages / "f.png").symlink_to("nowhere")
    reasons = [why for _, why in bad.values()] + ["is a directory", "No such file"]
    out.mkdir(parents=True)
    (out / "a.png").write_bytes(b"of an earlier state")
    os.utime(out / "a.png", (1e9, 1e9))
    done = list(preprocess_folder(pages, out, jobs=2, chunk=3))
    assert [each.error for each in done[:5]] == [None] * 5
    assert [each.file for each in done[5:]] == ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png"]
    for each, why in zip(done[5:], reasons, strict=True):
        assert why in (each.error or "")
        assert str(pages) not in (each.error or "")
    assert sorted(contents(out)) == sorted([*NAMES, "lines.jsonl"])
    last = json.loads((out / "lines.jsonl").read_text().splitlines()[5])
    assert last == {"file": "a.png", "boxes": [], "problem": done[5].error}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_page_without_permission_is_named(pages: Path, out: Path) -> None:
    (pages / "1.png").chmod(0)
    done = list(preprocess_folder(pages, out))
    assert [each.file for each in done if each.error] == ["1.png"]


def test_a_picture_that_cannot_be_written_is_named(pages: Path, out: Path) -> None:
    (out / "1.png").mkdir(parents=True)
    done = list(preprocess_folder(pages, out))
    assert [each.file for each in done if each.error] == ["1.png"]
    assert not list(out.glob(".*"))


def test_a_page_without_a_line_has_a_problem_and_no_picture(pages: Path, out: Path) -> None:
    list(preprocess_folder(pages, out))
    Image.new("RGB", (800, 400), "white").save(pages / "1.png")
    os.utime(pages / "1.png", (4e9, 4e9))
    assert list(preprocess_folder(pages, out))[1] == FolderPage("1.png", problem=NO_LINE)
    assert not (out / "1.png").exists()
    assert json.loads((out / "lines.jsonl").read_text().splitlines()[1])["problem"] == NO_LINE


def test_the_caller_chooses_the_backend(pages: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    real = folder_module.prepare_file

    def watched(task: object, name: str) -> FolderPage:
        seen.append(threading.current_thread() is threading.main_thread())
        return real(task, name)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_module, "prepare_file", watched)
    list(preprocess_folder(pages, out))
    assert seen == [True] * 5
    seen.clear()
    with joblib.parallel_config(n_jobs=2):
        list(preprocess_folder(pages, out, chunk=1))
    assert seen == [False] * 5
    seen.clear()
    with joblib.parallel_config(backend="sequential"):
        list(preprocess_folder(pages, out, jobs=2))
    assert seen == [True] * 5
    seen.clear()
    with joblib.parallel_config(backend="loky", n_jobs=2):
        done = list(preprocess_folder(pages, out))
    assert seen == []  # other processes
    assert all(each.kept for each in done)


@pytest.mark.filterwarnings("ignore:.*tasks:UserWarning")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_left_early_has_no_lines(pages: Path, out: Path, jobs: int) -> None:
    threads = cv2.getNumThreads()
    run = preprocess_folder(pages, out, chunk=1, jobs=jobs)
    assert next(run).file == "0.png"
    run.close()
    assert cv2.getNumThreads() == threads
    assert not (out / "lines.jsonl").exists()
    assert not list(out.glob(".*"))
    assert next(preprocess_folder(pages, out)).kept


def test_wrong_calls_are_refused_at_once(pages: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="is the folder of the pages"):
        preprocess_folder(pages, pages / "deeper" / "..")
    with pytest.raises(OcrError, match="channel 'red' is unknown"):
        preprocess_folder(pages, out, channel="red")
    with pytest.raises(OcrError, match="has no page"):
        preprocess_folder(pages / "deeper", out)
    with pytest.raises(OcrError, match="No such file"):
        preprocess_folder(tmp_path / "none", out)
    with pytest.raises(OcrError, match="Not a directory"):
        preprocess_folder(pages / "0.png", out)
    assert not out.exists()
