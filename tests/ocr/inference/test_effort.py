"""What shows nothing costs little: counted in looks at it, searches and steps of the grammar, never by the clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.errors import OcrError
from ocr.inference.recognizer import Recognizer, load_recognizer
from ocr.inference.session import Session
from ocr.text.budget import max_steps
from ocr.text.formula_grammar import FormulaGrammar
from preprocessing.read import read_image

PAGE = Path(__file__).parents[3] / "examples" / "page.png"
TEXT = "复=58464;深=14178;55330-((59556-复/79164)*深)"

Pixels = NDArray[np.uint8]


class Work:
    """Runs of networks, and steps that grammars of pages were asked for."""

    def __init__(self) -> None:
        self.looks = self.steps = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted, run, step = Work(), Session.run, FormulaGrammar.step

    def counted_run(self: Session, images: list[Pixels], width: int) -> object:
        counted.looks += len(images)
        return run(self, images, width)

    def counted_step(self: FormulaGrammar, state: object, char: str) -> object:
        counted.steps += 1
        return step(self, state, char)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "run", counted_run)
    monkeypatch.setattr(FormulaGrammar, "step", counted_step)
    return counted


@pytest.fixture(scope="module")
def pages() -> Recognizer:
    """The shipped model for pages."""
    return load_recognizer("formula", threads=1)


def noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def ripples(height: int, width: int) -> Pixels:
    down, along = np.mgrid[:height, :width]
    grey = 128 + 60 * np.sin(along / 3) + 60 * np.sin(down / 5 + along / 9)
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def clouds(height: int, width: int) -> Pixels:
    rough = np.random.default_rng(1).normal(size=(height, width, 3))
    smooth = sum(cv2.GaussianBlur(rough, (0, 0), sigma) * sigma for sigma in (1, 4, 16, 40))
    return np.uint8(255 * (smooth - np.min(smooth)) / np.ptp(smooth))


def checks(height: int, width: int) -> Pixels:
    dots = np.random.default_rng(2).integers(0, 2, (height, width, 1), dtype=np.uint8)
    return np.repeat(dots * 255, 3, axis=2)


@pytest.mark.parametrize("size", [(60, 180), (64, 1024), (200, 600), (20, 2000), (40, 40)])
@pytest.mark.parametrize("draw", [noise, ripples, clouds, checks])
def test_pages_of_nothing_are_looked_at_once(
    draw: Callable[[int, int], Pixels], size: tuple[int, int], pages: Recognizer, work: Work
) -> None:
    (answer,) = pages.recognize([draw(*size)])
    assert (answer.text, answer.characters) == ("", ())
    assert answer.problem in ("no text found", "no line found")
    assert work.looks <= 1


@pytest.mark.parametrize("draw", [noise, clouds])
def test_no_text_is_searched_in_what_no_network_could_read(
    draw: Callable[[int, int], Pixels], pages: Recognizer, work: Work
) -> None:
    pages.recognize([draw(64, 1024)])
    assert work.steps < 100  # those of the text of the best columns, which is no formula


def test_a_page_that_is_hard_to_read_is_looked_at_again(pages: Recognizer, work: Work) -> None:
    (answer,) = pages.recognize([cv2.GaussianBlur(read_image(PAGE), (0, 0), 1)])
    assert answer.text == TEXT
    assert not answer.trusted
    assert work.looks > 8


def test_a_page_that_is_easy_to_read_is_looked_at_once_and_not_searched(pages: Recognizer, work: Work) -> None:
    (answer,) = pages.recognize([read_image(PAGE)])
    assert answer.text == TEXT
    assert answer.trusted
    assert work.looks == 1
    assert work.steps < 100


def test_a_search_ends_with_its_budget_and_says_so(
    pages: Recognizer, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = cv2.putText(np.full((60, 500, 3), 250, np.uint8), "1+2+3+4+5+6+7+8", (8, 42), 0, 1.2, (30, 40, 90), 2)
    (answer,) = pages.recognize([lines])
    assert (answer.text, answer.problem) == ("", "no text found")
    searched, work.steps = work.steps, 0
    monkeypatch.setenv("SUANSHI_MAX_STEPS", "200")
    (answer,) = pages.recognize([lines])
    assert (answer.text, answer.problem) == ("", "given up: too many texts are about as likely")
    assert work.steps < 200 + 100 < searched  # and those of the text of the best columns


def test_what_was_read_before_the_budget_ended_is_the_answer(
    pages: Recognizer, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUANSHI_MAX_STEPS", "1")
    (answer,) = pages.recognize([read_image(PAGE)])
    assert (answer.text, answer.problem) == (TEXT, None)


@pytest.mark.parametrize("given", ["0", "-1", "many", "1e9", "99999999999"])
def test_a_budget_that_is_no_number_of_steps_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUANSHI_MAX_STEPS", given)
    with pytest.raises(OcrError, match=r"SUANSHI_MAX_STEPS is .*, expected a number of steps from 1"):
        max_steps()
