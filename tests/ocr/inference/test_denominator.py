"""A closer look at the number under a bar speaks for or against whole texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import ocr
from ocr.evaluation.explain_page import denominator_crop
from ocr.inference.denominator import CAP, DenominatorScores, enlarged_denominator
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput, Part
from ocr.text.ctc.decoding import Character, best_over_transforms, log_softmax
from ocr.text.formula_grammar import digits_under, replaced
from ocr.text.grammar import ANY, FreeText, Grammar
from ocr.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary("0123456789/*流")
TEXT = "流/17"
NARROW = 100
Save = Callable[..., Path]
Script = Callable[..., Recognizer]


def columns(*likely: dict[str, float]) -> np.ndarray:
    """Log probabilities (T, C) of columns in which some characters are likely, "" being the blank."""
    scores = np.full((len(likely), VOCABULARY.size), 1e-7, np.float32)
    for row, each in zip(scores, likely, strict=True):
        for char, share in each.items():
            row[0 if not char else VOCABULARY.encode(char)[0]] = share
    return log_softmax(np.log(scores))


@pytest.mark.parametrize(
    ("text", "span"),
    [("流=7;流/35864", (6, 11)), ("流/1*2", (2, 3)), ("1*2", None), ("流/1*流/2", None), ("流/", None), ("", None)],
)
def test_where_the_number_under_the_bar_is(text: str, span: tuple[int, int] | None) -> None:
    assert digits_under(text) == span


def test_another_number_takes_its_place() -> None:
    assert replaced("流/35864*2", "17") == "流/17*2"
    assert replaced("流/35864*2", "") == "流/35864*2"
    assert replaced("3*2", "17") == "3*2"


def test_a_text_is_as_likely_as_its_number() -> None:
    seen = columns({"7": 0.8, "1": 0.2}, {"": 1.0})
    scores = DenominatorScores(seen, VOCABULARY)(["流/7", "流/1*2", "2*2"])
    assert scores.shape == (3,)
    np.testing.assert_allclose(np.exp(scores[:2]), [1, 0.25], atol=0.01)
    assert -CAP <= scores[2] < scores[1]


def test_a_look_that_fits_no_text_says_nothing() -> None:
    texts = ["流/12345", "流/54321"]
    assert DenominatorScores(columns({"7": 1.0}), VOCABULARY)(texts).tolist() == [0, 0]
    assert DenominatorScores(columns(*[{"7": 1.0}] * 9), VOCABULARY)(texts[:1]).tolist() == [0]
    assert DenominatorScores(columns({"7": 1.0}), VOCABULARY)([]).tolist() == []


def test_the_whole_and_the_closer_look_decide_together() -> None:
    whole = columns({"流": 1.0}, {"/": 1.0}, {"7": 0.4, "1": 0.6})
    texts = ["流/7", "流/1"]
    alone = best_over_transforms(texts, [whole], VOCABULARY)
    assert alone is not None
    assert alone.text == "流/1"
    seen = columns({"7": 0.9, "1": 0.1})
    both = best_over_transforms(texts, [whole], VOCABULARY, DenominatorScores(seen, VOCABULARY)(texts))
    assert both is not None
    assert both.text == "流/7"
    np.testing.assert_allclose(np.exp(both.log_probability), 0.36 / (0.36 + 0.06), atol=0.01)
    assert [each.start for each in both.characters] == [0, 1, 2]  # as the look at the whole has them


def test_what_is_looked_at_is_the_number() -> None:
    pixels = np.full((64, 120, 2), 255, np.uint8)
    pixels[30:33, 10:60, 0] = 0
    pixels[36:52, 20:30, 0] = 0
    pixels[8:56, 80:90, 0] = 0
    spans = [(0.0, 10.0), (10.0, 20.0), (20.0, 30.0), (60.0, 75.0), (78.0, 92.0)]
    prepared = ModelInput(pixels, 120, (Part(0, 120, 0, 120),), lines=(pixels,))
    seen = enlarged_denominator(prepared, "流/7*2", spans)
    assert seen is not None
    assert seen.shape[1] < 60
    assert (seen[..., 0] < 128).any()
    assert enlarged_denominator(prepared, "7*2", spans) is None
    assert enlarged_denominator(prepared, "流/7*2", spans[:2]) is None
    assert enlarged_denominator(ModelInput(pixels, 120), "流/7*2", spans) is None  # of no page


def test_it_is_looked_at_as_large_as_it_stands_on_the_page() -> None:
    line = np.full((128, 240, 2), 255, np.uint8)
    line[60:66, 20:120, 0] = 0
    line[72:104, 40:60:2, 0] = 0  # strokes that half the size would blur
    pixels = cv2.resize(line, (120, 64), interpolation=cv2.INTER_AREA)
    prepared = ModelInput(pixels, 900, (Part(0, 40, 100, 200), Part(42, 162, 300, 540)), lines=(line[:, :100], line))
    spans = [(42.0, 52.0), (52.0, 62.0), (62.0, 72.0)]
    seen = enlarged_denominator(prepared, "流/7", spans)
    assert seen is not None
    assert seen[20:40, :, 0].min() < 40
    assert np.count_nonzero(np.diff((seen[30, :, 0] < 128).astype(int)) > 0) == 10


def test_the_explanation_shows_it_where_it_was_on_the_page() -> None:
    pixels = np.full((64, 120, 2), 255, np.uint8)
    pixels[30:33, 60:100, 0] = 0
    pixels[36:52, 70:80, 0] = 0
    first = [Character(symbol, 1.0, 300 + 10 * number, 310 + 10 * number) for number, symbol in enumerate("流=7;")]
    second = [Character("流", 1.0, 300, 310), Character("/", 1.0, 310, 315), Character("7", 1.0, 320, 340)]
    answer = Recognition("流=7;流/7", None, 1.0, (*first, *second), None, "formula")
    parts = (Part(0, 50, 300, 400), Part(52, 120, 284, 420))  # twice as large on the page
    prepared = ModelInput(pixels, 800, parts, lines=tuple(enlarge(pixels[:, part.start : part.end]) for part in parts))
    seen = denominator_crop(prepared, answer)
    assert seen is not None
    assert seen.shape[0] == 64
    assert (seen[:, : seen.shape[1] // 2] < 128).any()
    assert denominator_crop(prepared, Recognition("", None, 0.0, (), "no text found", "formula")) is None


def enlarge(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A line twice as large."""
    return pixels.repeat(2, axis=0).repeat(2, axis=1)


@pytest.fixture
def scripted(grey_bundle: Save, monkeypatch: pytest.MonkeyPatch) -> Script:
    """A function that makes a reader whose network says certain things: columns (T, C) about a look at the whole, and
    others about a narrow one, as the closer look is."""

    def make(
        whole: NDArray[np.float32], number: NDArray[np.float32], *, places: bool = True, **changes: Any
    ) -> Recognizer:
        settings = {"task": "formula", "channels": ("ink", "foreign"), "height": 64, "width_step": 4, "closer": True}
        network = {"classes": VOCABULARY.size, "height": 64, "channels": 2, "late": 0 if places else None}
        reader = ocr.load_recognizer(
            grey_bundle(vocabulary=VOCABULARY.characters, network=network, **{**settings, **changes})
        )

        def run(images: list[NDArray[np.uint8]], width: int) -> list[NDArray[np.float32]]:
            told = np.stack([whole if image.shape[1] > NARROW else number for image in images])
            return [told.copy(), told.copy()] if places else [told.copy()]

        monkeypatch.setattr(reader.session, "run", run)
        return reader

    return make


def page() -> ModelInput:
    """An input in which a 1 and a 7 stand under a bar."""
    pixels = np.full((64, 160, 2), 255, np.uint8)
    pixels[30:33, 0:60, 0] = 0
    pixels[36:52, 20:30, 0] = pixels[36:52, 36:44, 0] = 0
    return ModelInput(pixels, 160, (Part(0, 160, 0, 160),), ((0, 0, 160, 64),), task="formula", lines=(pixels,))


def told(last: dict[str, float]) -> NDArray[np.float32]:
    """What a network says of the whole: the text, but for its last digit."""
    sure: list[dict[str, float]] = [{symbol: 1.0} for symbol in TEXT[:-1]]
    return columns(*sure[:2], {"": 1.0}, {"": 1.0}, {"": 1.0}, {"": 1.0}, sure[2], {"": 1.0}, {"": 1.0}, last)


def answer(reader: Recognizer, grammar: Grammar = ANY) -> tuple[str, float]:
    (found,) = reader.recognize_prepared([page()], grammar=grammar)
    return found.text, round(found.confidence, 2)


UNSURE = told({"7": 0.45, "1": 0.55})
SEEN = columns({"1": 1.0}, {"7": 0.95, "1": 0.05})


def test_the_reader_looks_closer(scripted: Script) -> None:
    text, confidence = answer(scripted(UNSURE, SEEN))
    assert text == TEXT
    assert confidence > 0.9


def test_a_network_that_never_saw_such_is_not_asked(scripted: Script) -> None:
    assert answer(scripted(UNSURE, SEEN, closer=False)) == ("流/11", 0.55)
    assert answer(scripted(UNSURE, SEEN, places=False)) == ("流/11", 0.55)


def test_nor_is_any_where_one_look_is_asked_for(scripted: Script) -> None:
    reader = scripted(UNSURE, SEEN)
    reader.stages = ()
    assert answer(reader) == ("流/11", 0.55)


@pytest.mark.parametrize("number", [columns(*[dict.fromkeys("0123456789", 0.05)] * 9), columns({"": 1.0})])
def test_a_closer_look_that_sees_nothing_changes_nothing(scripted: Script, number: NDArray[np.float32]) -> None:
    assert answer(scripted(told({"7": 0.9, "1": 0.1}), number)) == (TEXT, 0.9)


def test_what_is_sure_is_not_looked_at(scripted: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(prepared: ModelInput, text: str, spans: Any) -> NDArray[np.uint8] | None:
        looked.append(text)
        return enlarged_denominator(prepared, text, spans)

    monkeypatch.setattr("ocr.inference.denominator.enlarged_denominator", look)
    assert answer(scripted(UNSURE, SEEN))[0] == TEXT
    assert looked == ["流/11"]
    assert answer(scripted(told({"7": 1.0}), columns({"1": 1.0}, {"1": 1.0})))[0] == TEXT
    assert looked == ["流/11"]


def test_characters_that_a_call_rules_out_stay_out(scripted: Script) -> None:
    whole = told({"7": 0.5, "1": 0.3, "*": 0.2})
    grammar = FreeText(alphabet="流/1*")
    assert answer(scripted(whole, columns({"7": 1.0}, {"7": 1.0})), grammar) == ("流/11", 0.6)  # in all looks


def test_an_answer_is_the_same_among_others(scripted: Script) -> None:
    reader = scripted(UNSURE, SEEN)
    (alone,) = reader.recognize_prepared([page()], grammar=ANY)
    assert reader.recognize_prepared([page()] * 5, grammar=ANY) == [alone] * 5


def test_other_channels_are_refused(grey_bundle: Save) -> None:
    network = {"classes": VOCABULARY.size}
    with pytest.raises(ocr.OcrError, match="closer is for formulas"):
        ocr.load_recognizer(grey_bundle(task="formula", vocabulary=VOCABULARY.characters, closer=True, network=network))


def test_without_the_lines_there_is_nothing_closer_to_see() -> None:
    """As bundles from before the closer look prepare a page."""
    prepared = ModelInput(np.zeros((64, 100, 2), np.uint8), 100, (Part(0, 100, 0, 100),))
    assert enlarged_denominator(prepared, TEXT, [(9 * place, 9 * place + 9) for place in range(4)]) is None
