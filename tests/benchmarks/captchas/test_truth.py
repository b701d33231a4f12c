"""What labels show, and what answers to them are worth."""

from __future__ import annotations

from fractions import Fraction

import pytest

from benchmarks.captchas.truth import ARITHMETIC, TEXT, ending, group, truths


@pytest.mark.parametrize(
    ("label", "value"),
    [("8x8=?", 64), ("8×8=", 64), ("3-7", -4), ("6/4=?", Fraction(3, 2)), ("3+?=8", 5), ("(3-7)+5", 1), ("7÷2=?", 3.5)],
)
def test_an_equation_has_a_value(label: str, value: float) -> None:
    (truth,) = truths([label])
    assert truth.value == value
    assert truth.is_right("anything", Fraction(value))
    assert not truth.is_right(label, None)


def test_letters_between_digits_are_an_equation_only_where_all_labels_are() -> None:
    assert [each.value for each in truths(["6x4", "3x2"])] == [24, 6]
    assert [each.value for each in truths(["6x42", "abcd"])] == [None, None]
    assert [each.value for each in truths(["6x42", "abcd", "4+5=?"])] == [None, None, 9]


def test_texts_are_right_in_any_case_and_exact_in_their_own() -> None:
    (truth,) = truths(["kiaKC"])
    assert truth.is_right("KIAKC", None)
    assert not truth.is_exact("KIAKC")
    assert truth.is_exact("kiaKC")
    (equation,) = truths(["8x8=?"])
    assert equation.is_exact("8×8=?")
    assert not equation.is_exact("8*8=?")


def test_a_kind_is_of_the_group_of_most_of_its_images() -> None:
    assert group(truths(["1+2=", "3+4="])) == ARITHMETIC
    assert group(truths(["abcd", "1234", "1+2="])) == TEXT


@pytest.mark.parametrize(
    ("labels", "end"), [(["1+2=?", "3-1=?"], "=?"), (["1+2=", "3-1="], "="), (["1+2=?", "3-1"], ""), (["abc"], "")]
)
def test_what_stands_behind_every_equation(labels: list[str], end: str) -> None:
    assert ending(truths(labels)) == end
