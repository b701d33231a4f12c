"""A closer look at the number under a bar speaks for or against whole texts."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.closer import closer, digits_under, replaced, witness
from ocr.explain_page import closer_look
from ocr.preparation import Part, Prepared
from ocr.recognizer import Recognition
from ocr.text.decoding import Character, best_of_looks, log_softmax
from ocr.text.vocabulary import Vocabulary

VOCABULARY = Vocabulary("0123456789/*流")


def columns(*likely: dict[str, float]) -> np.ndarray:
    """Log probabilities (T, C) of columns in which some characters are likely, "" being the blank."""
    scores = np.full((len(likely), VOCABULARY.size), 1e-4, np.float32)
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
    scores = witness(["流/7", "流/1*2", "2*2"], seen, VOCABULARY)
    assert scores.shape == (3,)
    np.testing.assert_allclose(np.exp(scores[:2]), [0.8, 0.2], atol=0.01)
    assert scores[2] < scores[1]


def test_the_whole_and_the_closer_look_decide_together() -> None:
    whole = columns({"流": 1.0}, {"/": 1.0}, {"7": 0.4, "1": 0.6})
    texts = ["流/7", "流/1"]
    alone = best_of_looks(texts, [whole], VOCABULARY)
    assert alone is not None
    assert alone.text == "流/1"
    seen = columns({"7": 0.9, "1": 0.1})
    both = best_of_looks(texts, [whole], VOCABULARY, witness(texts, seen, VOCABULARY))
    assert both is not None
    assert both.text == "流/7"
    np.testing.assert_allclose(np.exp(both.log_probability), 0.4 * 0.9, atol=0.01)
    assert [each.start for each in both.characters] == [0, 1, 2]  # as the look at the whole has them


def test_what_is_looked_at_is_the_number() -> None:
    pixels = np.full((64, 120, 2), 255, np.uint8)
    pixels[30:33, 10:60, 0] = 0
    pixels[36:52, 20:30, 0] = 0
    pixels[8:56, 80:90, 0] = 0
    spans = [(0.0, 10.0), (10.0, 20.0), (20.0, 30.0), (60.0, 75.0), (78.0, 92.0)]
    seen = closer(pixels, "流/7*2", spans)
    assert seen is not None
    assert seen.shape[1] < 60
    assert (seen[..., 0] < 128).any()
    assert closer(pixels, "7*2", spans) is None
    assert closer(pixels, "流/7*2", spans[:2]) is None


def test_the_explanation_shows_it_where_it_was_on_the_page() -> None:
    pixels = np.full((64, 120, 2), 255, np.uint8)
    pixels[30:33, 60:100, 0] = 0
    pixels[36:52, 70:80, 0] = 0
    first = [Character(symbol, 1.0, 300 + 10 * number, 310 + 10 * number) for number, symbol in enumerate("流=7;")]
    second = [Character("流", 1.0, 300, 310), Character("/", 1.0, 310, 315), Character("7", 1.0, 320, 340)]
    answer = Recognition("流=7;流/7", None, 1.0, (*first, *second), None, "formula")
    parts = (Part(0, 50, 300, 400), Part(52, 120, 284, 420))  # twice as large on the page
    seen = closer_look(Prepared(pixels, 800, parts), answer)
    assert seen is not None
    assert seen.shape[0] == 64
    assert (seen[:, : seen.shape[1] // 2] < 128).any()
    assert (
        closer_look(Prepared(pixels, 800, parts), Recognition("", None, 0.0, (), "no formula found", "formula")) is None
    )
