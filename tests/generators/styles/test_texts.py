"""What captchas say."""

from __future__ import annotations

import numpy as np
import pytest

from generators.styles.texts import CHARACTERS, arithmetic, captcha_text, chinese, letters
from ocr.text.any_captcha import LETTERS
from ocr.text.equation import EQUATION, canonical, evaluate_equation


def rng(number: int) -> np.random.Generator:
    return np.random.default_rng((8, number))


@pytest.mark.parametrize("make", [arithmetic, chinese])
def test_equations_are_of_the_language(make: object) -> None:
    for number in range(400):
        text = make(rng(number))  # type: ignore[operator]
        assert EQUATION.contains(text.answer), text
        assert canonical(text.drawn) == text.answer


def test_most_equations_have_a_value() -> None:
    values = [evaluate_equation(arithmetic(rng(number)).answer).value for number in range(300)]
    assert sum(value is not None for value in values) > 270


def test_letters_are_one_to_ten() -> None:
    assert all(LETTERS.contains(letters(rng(number)).answer) for number in range(200))


def test_no_text_has_other_characters() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)
    assert all(set(captcha_text(rng(number)).answer) <= set(CHARACTERS) for number in range(400))
