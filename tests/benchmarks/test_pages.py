"""The benchmarks of final pages, on a few pages and a reader that needs no training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks.pages import __main__ as pages
from benchmarks.pages import accuracy, course, lines, speed
from benchmarks.pages.chunks import in_chunks
from ocr.inputs import ModelInput
from ocr.text.formula_grammar import VARIABLES
from preprocessing.read import read_image

CHARACTERS = f"0123456789+-*/=();{VARIABLES}"

Save = Callable[..., Path]
Call = Callable[..., Result]


@pytest.fixture
def bundle(grey_bundle: Save) -> Path:
    """A reader of pages that answers without looking for the likeliest text of a grammar."""
    network = {"classes": len(CHARACTERS) + 1, "height": 64, "channels": 2}
    settings = {"task": "formula", "vocabulary": CHARACTERS, "height": 64, "max_width": 1024, "width_step": 64}
    return grey_bundle(network=network, channels=("ink", "foreign"), **settings)


def test_accuracy(call: Call, bundle: Path, page_data: Path, tmp_path: Path) -> None:
    out, errors = tmp_path / "pages.json", tmp_path / "errors"
    options = ["--part", "accuracy", "--count", 2, "--data", page_data, "--errors", errors]
    result = call(pages.command, "--model", bundle, "--out", out, *options)
    sets = json.loads(out.read_text(encoding="utf-8"))["accuracy"]["sets"]
    titles = ["drawn pages, typefaces of the training", "drawn pages, held-out typefaces", "real lines", "real pages"]
    assert list(sets) == titles
    assert [entry["as it is read"]["count"] for entry in sets.values()] == [
        2,
        2,
        len(list((page_data / "lines").iterdir())) - 1,
        2,
    ]
    for entry in sets.values():
        assert list(entry) == [way.title for way in accuracy.WAYS]
    assert "lengths" in sets["real pages"]["as it is read"]
    assert "| real pages " in result.output
    assert read_image(errors / "real pages" / "0.png").shape[0] == 128


def test_data_that_is_not_there_is_told(call: Call, bundle: Path, tmp_path: Path) -> None:
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
    with_arcs = accuracy.with_arcs(ModelInput(pixels, 8)).pixels
    assert (with_arcs[..., 1] == 255).all()
    assert with_arcs[10, 2, 0] == with_arcs[20, 3, 0] == 0
    assert np.count_nonzero(with_arcs[..., 0] == 0) == 2


@pytest.mark.parametrize("count", [0, 1, 16, 37])
def test_chunks_come_in_order(count: int) -> None:
    def some(first: int, last: int) -> list[int]:
        return list(range(first, last))

    assert list(in_chunks(some, count, 1, "pages")) == list(range(count))


def test_lines(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "pages.json"
    result = call(pages.command, "--part", "lines", "--count", 3, "--course", 1, "--out", out)
    lines = json.loads(out.read_text(encoding="utf-8"))["lines"]
    assert [entry["count"] for entry in lines.values()] == [3, 1, 3, 1]
    assert all(entry["whole"] + len(entry["failed"]) == entry["count"] for entry in lines.values())
    assert "| ours, held-out typefaces" in result.output


def test_arcs(call: Call, tmp_path: Path) -> None:
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
def test_boxes_are_judged(boxes: list[lines.Box], expected: tuple[bool, bool, int]) -> None:
    assert lines.judge([(10, 10, 100, 40), (10, 110, 100, 140)], boxes) == lines.Found(*expected)


def test_the_courses_way_finds_plain_lines_and_joins_them_on_black() -> None:
    page = np.full((400, 800, 3), 250, np.uint8)
    for top, right in ((100, 300), (220, 600)):
        for left in range(200, right, 12):
            page[top : top + 40, left : left + 7] = (90, 40, 120)
    boxes = course.find_lines(page)
    assert lines.judge([(200, 100, 295, 140), (200, 220, 595, 260)], boxes).close
    joined = course.read_page(page)
    (a, b), gap = boxes, course.CourseOptions().gap
    assert joined.shape == (max(a[3] - a[1], b[3] - b[1]), a[2] - a[0] + gap + b[2] - b[0])
    assert (joined[:, a[2] - a[0] : a[2] - a[0] + gap] == 0).all()
    blank = np.full((400, 800, 3), 250, np.uint8)
    assert course.read_page(blank).shape == (1, 1)


def test_timing(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "PAGE_SIZE", (800, 400))
    out = tmp_path / "pages.json"
    call(pages.command, "--part", "timing", "--timed", 1, "--rounds", 3, "--out", out)
    record = json.loads(out.read_text(encoding="utf-8"))["timing"]
    assert record["decoding its PNG"]["of_decoding"] == 1
    assert record["our preprocessing"]["times_as_fast_as_the_course"] > 0
    assert record["our preprocessing"]["runs"] == 3


def test_networks_are_skipped_without_the_extra(
    call: Call, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.measuring.timing.find_spec", lambda name: None)
    out = tmp_path / "pages.json"
    result = call(pages.command, "--model", bundle, "--part", "networks", "--out", out)
    assert "pip install -e '.[train]'" in result.output
    assert json.loads(out.read_text(encoding="utf-8"))["networks"]["missing"]
