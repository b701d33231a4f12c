import re
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import ExpressionError
from ocr.text.expression import (
    DEEPEST,
    LONGEST,
    Evaluation,
    Formula,
    Negation,
    Number,
    Operation,
    Variable,
    evaluate,
    parse,
    rounded,
)
from ocr.text.grammar import ARITHMETIC

LABELS = Path(__file__).parents[4] / "shared" / "data" / "contest" / "round1" / "labels_100k.txt"
LETTERS = "xyz流圳不"


def in_python(text: str) -> Fraction | None:
    """The value by Python's own parser and Fraction arithmetic; None for a division by zero."""
    *assignments, expression = text.split(";")
    names: dict[str, object] = {"Fraction": Fraction}

    def run(part: str) -> Fraction:
        exact = re.sub(r"\d+", lambda digits: f"Fraction({int(digits[0])})", part)
        result = eval(exact, names)
        assert isinstance(result, Fraction)
        return result

    try:
        for assignment in assignments:
            name, _, part = assignment.partition("=")
            names[name] = run(part)
        return run(expression)
    except ZeroDivisionError:
        return None


def expressions(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map("".join),
            inner.map("({})".format),
            inner.map("-{}".format),
        ),
        max_leaves=12,
    )


NUMBERS = st.integers(0, 100_000).map(str)


@st.composite
def formulas(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(LETTERS), unique=True, max_size=3))
    parts = [f"{name}={draw(expressions(NUMBERS))};" for name in names]
    atoms = st.one_of(NUMBERS, st.sampled_from(names)) if names else NUMBERS
    return "".join(parts) + draw(expressions(atoms))


@given(formulas())
def test_the_value_is_that_of_python(text: str) -> None:
    expected = in_python(text)
    assert evaluate(text) == Evaluation(expected, "division by zero" if expected is None else None)


@given(st.integers(0, 2**32 - 1))
def test_sampled_arithmetic_has_its_integer_value(seed: int) -> None:
    text = ARITHMETIC.sample(np.random.default_rng(seed))
    assert evaluate(text).value == eval(text)


def test_the_contest_labels_are_in_the_grammar_and_have_their_values() -> None:
    if not LABELS.exists():
        pytest.skip(f"the contest's 100,000 labels are not at {LABELS.name} beside this checkout")
    lines = LABELS.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 100_000
    for text, value in {tuple(line.split()) for line in lines}:
        assert ARITHMETIC.contains(text), text
        assert evaluate(text) == Evaluation(Fraction(value), None), text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(3-7)+5", Fraction(1)),
        ("2-3-4", Fraction(-5)),
        ("8/4/2", Fraction(1)),
        ("2--3", Fraction(5)),
        ("-2*-3", Fraction(6)),
        ("-(1-4)", Fraction(3)),
        ("007", Fraction(7)),
        (" 1 +\t2 ", Fraction(3)),
        ("x=1/3;y=x*x;y+x", Fraction(4, 9)),
        ("流=42072;圳=86;(圳-(97510*45921))*流/35864", (86 - Fraction(97510 * 45921)) * 42072 / 35864),
    ],
)
def test_values(text: str, value: Fraction) -> None:
    assert evaluate(text) == Evaluation(value, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("1/0", "division by zero"),
        ("x=3-3;7/x", "division by zero"),
        ("(1", "unbalanced parenthesis"),
        ("1)", "unbalanced parenthesis"),
        (")", "unbalanced parenthesis"),
        ("(1+2))*3", "unbalanced parenthesis"),
        ("x=(1;2)", "unbalanced parenthesis"),
        ("1+", "number expected at the end"),
        ("()", "number expected at character 2"),
        ("1+*2", "number expected at character 3"),
        ("+1", "number expected at character 1"),
        ("x=;1", "number expected at character 3"),
        ("1 2", "operator expected at character 3"),
        ("2x", "operator expected at character 2"),
        ("2(3)", "operator expected at character 2"),
        ("1+流", "unknown variable 流"),
        ("x=y;y=1;x", "unknown variable y"),
        ("x=1;x=2;x", "variable x assigned twice"),
        ("x=1", "no expression after the assignments"),
        ("x=1;", "no expression after the assignments"),
        ("1;2", "assignment expected at character 1"),
        ("x=1;;2", "assignment expected at character 5"),
        ("ab=1;2", "assignment expected at character 1"),
        ("1=1", "unexpected '=' at character 2"),
        ("3+5=?", "unexpected '=' at character 4"),
        ("1²", "unexpected '²' at character 2"),
        ("٣+1", "unexpected '٣' at character 1"),
        ("1\x00", "unexpected '\\x00' at character 2"),
        ("__import__('os')", "unexpected '_' at character 1"),
        ("(" * (DEEPEST + 1), "nested too deeply"),
        ("-" * (DEEPEST + 1) + "1", "nested too deeply"),
        ("1" * (LONGEST + 1), "too long"),
        ("a=" + "9" * 300 + ";b=a*a;c=b*b;d=c*c;e=d*d;f=e*e;f", "value too large"),
    ],
)
def test_problems(text: str, problem: str) -> None:
    assert evaluate(text) == Evaluation(None, problem)


@given(st.text("0123456789+-*/()=;x流 ?²", max_size=30))
def test_no_text_raises_and_each_has_a_value_or_a_problem(text: str) -> None:
    evaluation = evaluate(text)
    assert (evaluation.value is None) != (evaluation.problem is None)


def test_the_limits_are_reached_without_exhausting_the_stack() -> None:
    deepest = "(" * DEEPEST + "1" + ")" * DEEPEST
    longest = "+".join("1" * (LONGEST // 2))
    frames, frame = 0, sys._getframe()
    while frame.f_back is not None:
        frame, frames = frame.f_back, frames + 1
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(frames + 60)
    try:
        assert evaluate(deepest).value == 1
        assert evaluate(longest).value == LONGEST // 2
        assert evaluate("-" * DEEPEST + "1").value == (-1) ** DEEPEST
    finally:
        sys.setrecursionlimit(limit)
    nines = "*".join(["9" * 82] * 6)
    assert evaluate(nines).value == (10**82 - 1) ** 6
    str(evaluate(nines).value)


def test_trees() -> None:
    assert parse("x=2;1-x*-3") == Formula(
        (("x", Number(2)),),
        Operation("-", Number(1), Operation("*", Variable("x"), Negation(Number(3)))),
    )
    with pytest.raises(ExpressionError, match="unbalanced"):
        parse("(1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0.00"),
        ("1", "1.00"),
        ("-17", "-17.00"),
        ("1/3", "0.33"),
        ("2/3", "0.67"),
        ("-2/3", "-0.67"),
        ("1/200", "0.00"),  # ties go to the even neighbour
        ("3/200", "0.02"),
        ("5/200", "0.02"),
        ("-3/200", "-0.02"),
        ("999/1000", "1.00"),
        ("-1/200", "0.00"),
        ("-1/1000", "0.00"),
        ("1/100", "0.01"),
        ("1000000000000000000000000000001/100", "10000000000000000000000000000.01"),
    ],
)
def test_rounded(value: str, text: str) -> None:
    assert rounded(Fraction(value)) == text


@given(st.fractions(), st.integers(0, 5))
def test_rounding_is_that_of_decimals(value: Fraction, digits: int) -> None:
    text = rounded(value, digits)
    assert Fraction(text) == round(value, digits)
    assert len(text.partition(".")[2]) == digits
    assert not (text.startswith("-") and Fraction(text) == 0)


def test_the_largest_value_can_be_rounded() -> None:
    assert rounded(Fraction(-(2**10_000))) == f"-{2**10_000}.00"
