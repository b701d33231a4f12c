"""The reader: models are resolved once, files are read once, and errors name them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ocr
from ocr.inference import reader as reader_module
from ocr.inference.reader import Reader
from ocr.tasks import TaskSpec

Save = Callable[..., Path]
Write = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path, write_grey: Write) -> Path:
    path = tmp_path / "a.png"
    Image.fromarray(write_grey("1+2*3")).save(path)
    return path


def test_an_image_that_cannot_be_prepared_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepare(spec: TaskSpec, pixels: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(TaskSpec, "prepare", prepare)
    with pytest.raises(ocr.UnreadableImageError, match=r"a\.png: cannot be prepared \(out of memory\)"):
        ocr.recognize_formula(file)


def test_readings_come_in_order_with_what_was_seen(grey_bundle: Save, file: Path, write_grey: Write) -> None:
    sources = [file, "none.png", write_grey("7"), b"no image", file] * 30
    readings = list(Reader(grey_bundle()).read(sources))
    assert [each.name for each in readings[:5]] == [str(file), "none.png", "array", "image bytes", str(file)]
    texts = [each.answer.text if each.answer else None for each in readings]
    assert texts == ["1+2*3", None, "7", None, "1+2*3"] * 30
    for each in readings:
        assert (each.answer is None) == (each.error is not None) == (each.input is None)
    assert readings[0].image is not None
    np.testing.assert_array_equal(readings[0].image.pixels(), write_grey("1+2*3"))


def test_models_are_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    load = reader_module.bundle_folder
    monkeypatch.setattr(reader_module, "bundle_folder", lambda model: asked.append(model) or load(model))
    reader = Reader()
    blank = np.full((60, 180, 3), 255, np.uint8)
    for _ in range(3):
        reader.recognize(blank)
    assert asked == ["captcha"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_is_unsure_is_read_by_both_models(tmp_path: Path) -> None:
    pipe, blank = tmp_path / "pipe", tmp_path / "blank.png"
    Image.new("RGB", (180, 60), "white").save(blank)
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(blank.read_bytes()))
    writer.start()
    answer = ocr.recognize_formula(pipe)
    writer.join()
    assert (answer.text, answer.problem) == ("", "no text found")


@pytest.mark.parametrize("told", [{}, {"kind": "arithmetic"}])
def test_what_is_unsure_and_looks_like_round_one_is_read_again_by_its_model(told: dict[str, str]) -> None:
    answer = ocr.recognize(Path(__file__).parents[3] / "examples" / "0.png", **told)
    assert (answer.text, answer.value) == ("9*(3+2)", 45)
    assert answer.model == "arithmetic" or answer.trusted
