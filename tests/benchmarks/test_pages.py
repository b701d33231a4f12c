"""The benchmarks of final pages, on a few pages and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from benchmarks import course, look_pages, page_accuracy, page_lines, page_pictures, page_speed, pages
from benchmarks.chunks import in_chunks
from generators.final import page_sampler
from generators.page import draw
from ocr.preparation import Prepared
from ocr.text.formula import VARIABLES
from preprocessing.read import read_image

Save = Callable[..., Path]

CHARACTERS = f"0123456789+-*/=();{VARIABLES}"


def call(command: click.Command, *arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def bundle(grey_bundle: Save) -> Path:
    """A reader of pages that answers without looking for the likeliest text of a grammar."""
    network = {"classes": len(CHARACTERS) + 1, "height": 64, "channels": 2}
    settings = {"task": "formula", "vocabulary": CHARACTERS, "height": 64, "max_width": 1024, "width_step": 64}
    return grey_bundle(network=network, channels=("ink", "foreign"), **settings)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two pages, and the lines of one, cut out; with labels."""
    plans = [page_sampler()(np.random.default_rng((5, number))) for number in range(2)]
    lines = [(look_pages.cut_out(page, line), line.text) for page in plans for line in page.lines]
    for name, pairs in (("lines", lines), ("pages", [(draw(page), page.text) for page in plans])):
        folder = tmp_path / "real" / name
        folder.mkdir(parents=True)
        for number, (pixels, _) in enumerate(pairs):
            Image.fromarray(pixels).save(folder / f"{number}.png")
        labels = "".join(f"{number}.png {text}\n" for number, (_, text) in enumerate(pairs))
        (folder / "labels.txt").write_text(labels, encoding="utf-8")
    return tmp_path / "real"


def test_accuracy(bundle: Path, data: Path, tmp_path: Path) -> None:
    out, errors = tmp_path / "pages.json", tmp_path / "errors"
    options = ["--part", "accuracy", "--count", 2, "--data", data, "--errors", errors]
    result = call(pages.command, "--model", bundle, "--out", out, *options)
    sets = json.loads(out.read_text(encoding="utf-8"))["accuracy"]["sets"]
    titles = ["drawn pages, typefaces of the training", "drawn pages, held-out typefaces", "real lines", "real pages"]
    assert list(sets) == titles
    assert [entry["as it is read"]["count"] for entry in sets.values()] == [
        2,
        2,
        len(list((data / "lines").iterdir())) - 1,
        2,
    ]
    for entry in sets.values():
        assert list(entry) == [way.title for way in page_accuracy.WAYS]
    assert "lengths" in sets["real pages"]["as it is read"]
    assert "| real pages " in result.output
    assert read_image(errors / "real pages" / "0.png").shape[0] == 128


def test_data_that_is_not_there_is_told(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages.json"
    options = ["--part", "accuracy", "--count", 1, "--data", tmp_path / "gone"]
    result = call(pages.command, "--model", bundle, "--out", out, *options)
    assert "Not measured: real lines: not there." in result.output
    assert len(json.loads(out.read_text(encoding="utf-8"))["accuracy"]["sets"]) == 2


def test_a_model_that_is_not_there_is_a_message() -> None:
    result = CliRunner().invoke(pages.command, ["--model", "poetry", "--part", "accuracy"])
    assert result.exit_code == 1
    assert "poetry" in result.output


def test_arcs_go_back_into_the_ink() -> None:
    pixels = np.full((64, 8, 2), 255, np.uint8)
    pixels[10, 2], pixels[20, 3] = (0, 255), (255, 0)
    with_arcs = page_accuracy.with_arcs(Prepared(pixels, 8)).pixels
    assert (with_arcs[..., 1] == 255).all()
    assert with_arcs[10, 2, 0] == with_arcs[20, 3, 0] == 0
    assert np.count_nonzero(with_arcs[..., 0] == 0) == 2


@pytest.mark.parametrize("count", [0, 1, 16, 37])
def test_chunks_come_in_order(count: int) -> None:
    def some(first: int, last: int) -> list[int]:
        return list(range(first, last))

    assert list(in_chunks(some, count, 1, "pages")) == list(range(count))


def test_lines(tmp_path: Path) -> None:
    out = tmp_path / "pages.json"
    result = call(pages.command, "--part", "lines", "--count", 3, "--course", 1, "--out", out)
    lines = json.loads(out.read_text(encoding="utf-8"))["lines"]
    assert [entry["count"] for entry in lines.values()] == [3, 1, 3, 1]
    assert all(entry["whole"] + len(entry["failed"]) == entry["count"] for entry in lines.values())
    assert "| ours, held-out typefaces" in result.output


def test_arcs(tmp_path: Path) -> None:
    out = tmp_path / "pages.json"
    result = call(pages.command, "--part", "arcs", "--count", 4, "--out", out)
    arcs = json.loads(out.read_text(encoding="utf-8"))["arcs"]
    for entry in arcs.values():
        assert entry["count"] == 4
        assert 0 <= entry["missing"] <= entry["hidden"] < 0.1 * entry["ink"]
    assert "| held-out typefaces" in result.output


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([(5, 5, 105, 45), (4, 105, 105, 150)], (True, True, 0)),
        ([(11, 11, 99, 39), (10, 110, 100, 140)], (True, True, 0)),
        ([(12, 10, 100, 40), (10, 110, 100, 140)], (False, False, 0)),
        ([(10, 10, 100, 40), (10, 110, 125, 140)], (True, False, 0)),
        ([(10, 110, 100, 140), (10, 10, 100, 40)], (False, False, 0)),
        ([(10, 10, 100, 40)], (False, False, -1)),
        ([(10, 10, 100, 40)] * 4, (False, False, 2)),
    ],
)
def test_boxes_are_judged(boxes: list[page_lines.Box], expected: tuple[bool, bool, int]) -> None:
    assert page_lines.judge([(10, 10, 100, 40), (10, 110, 100, 140)], boxes) == page_lines.Found(*expected)


def test_the_courses_way_finds_plain_lines_and_joins_them_on_black() -> None:
    page = np.full((400, 800, 3), 250, np.uint8)
    for top, right in ((100, 300), (220, 600)):
        for left in range(200, right, 12):
            page[top : top + 40, left : left + 7] = (90, 40, 120)
    boxes = course.find_lines(page)
    assert page_lines.judge([(200, 100, 295, 140), (200, 220, 595, 260)], boxes).close
    joined = course.read_page(page)
    (a, b), gap = boxes, course.CourseOptions().gap
    assert joined.shape == (max(a[3] - a[1], b[3] - b[1]), a[2] - a[0] + gap + b[2] - b[0])
    assert (joined[:, a[2] - a[0] : a[2] - a[0] + gap] == 0).all()
    blank = np.full((400, 800, 3), 250, np.uint8)
    assert course.read_page(blank).shape == (1, 1)


def test_timing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_speed, "PAGE_SIZE", (800, 400))
    out = tmp_path / "pages.json"
    call(pages.command, "--part", "timing", "--timed", 1, "--rounds", 3, "--out", out)
    record = json.loads(out.read_text(encoding="utf-8"))["timing"]
    assert record["decoding its PNG"]["of_decoding"] == 1
    assert record["our preprocessing"]["times_as_fast_as_the_course"] > 0
    assert record["our preprocessing"]["runs"] == 3


def test_networks_are_skipped_without_the_extra(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_speed, "find_spec", lambda name: None)
    out = tmp_path / "pages.json"
    result = call(pages.command, "--model", bundle, "--part", "networks", "--out", out)
    assert "pip install 'suanshi[train]'" in result.output
    assert json.loads(out.read_text(encoding="utf-8"))["networks"]["missing"]


def test_look(data: Path, tmp_path: Path) -> None:
    out, picture = tmp_path / "look.json", tmp_path / "mine" / "look.png"
    options = ["--data", data / "lines", "--count", 3, "--tries", 2, "--picture", picture]
    result = call(look_pages.command, "--out", out, *options)
    lines = json.loads(out.read_text(encoding="utf-8"))["lines"]
    assert lines["drawn"]["expression"]["count"] == 3
    assert "| stroke width, assignment" in result.output
    assert "67 to 214" in result.output
    assert read_image(picture).shape[1] > 600


def test_measures_of_a_known_line() -> None:
    crop = np.full((50, 200, 3), (250, 248, 240), np.uint8)
    crop[5:45, 20:28] = crop[5:45, 60:68] = (40, 60, 120)
    crop[20, :] = (200, 30, 30)  # an arc, across both strokes
    crop[40:43, 100:103] = crop[10:13, 150:153] = (20, 160, 40)
    found = look_pages.measure(crop)
    assert found is not None
    assert (found.width, found.height, found.glyph_height) == (200, 50, 40)
    assert found.stroke_width == pytest.approx(8, abs=1.5)
    assert found.arcs == 1
    assert found.dots == 2
    assert found.contrast == pytest.approx(306, abs=2)
    assert look_pages.measure(np.full((50, 200, 3), 250, np.uint8)) is None


def test_pictures_of_all_stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pictures, "SIZE", (800, 400))
    call(page_pictures.command, "--out", tmp_path / "pictures", "--lines", 3)
    names = {path.stem for path in (tmp_path / "pictures").iterdir()}
    assert {"final-page", "final-lines", "final-joined-ink", "final-joined-foreign", "final-look"} <= names


def test_pictures_are_laid_out_in_two_columns() -> None:
    sheet: Any = page_pictures.below([np.zeros((20, width, 3), np.uint8) for width in (30, 40, 50)])
    assert sheet.shape == (2 * 30, 40 + 10 + 50 + 10, 3)
