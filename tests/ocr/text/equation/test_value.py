import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.text.equation import EQUATION, canonical, evaluate_equation
from ocr.text.equation.chinese_numbers import NUMERALS, chinese_number, chinese_value
from ocr.text.expression import Evaluation

OPERATORS = "+-*/×÷"
WORDS = dict(zip(["加上", "减去", "乘以", "除以", *"加减乘除×÷"], "+-*/+-*/*/", strict=True))


def in_python(text: str) -> Fraction | None:
    """The value by Python's own parser and Fraction arithmetic; None for a division by zero."""
    for word, sign in WORDS.items():
        text = text.replace(word, sign)
    text = re.sub(f"[{NUMERALS}]+", lambda number: str(chinese_value(number[0])), text)
    exact = re.sub(r"\d+", lambda number: f"Fraction({int(number[0])})", text)
    try:
        result = eval(exact, {"Fraction": Fraction})
    except ZeroDivisionError:
        return None
    assert isinstance(result, Fraction)
    return result


def expected(text: str) -> Evaluation:
    value = in_python(text)
    return Evaluation(value, "division by zero" if value is None else None)


NUMBERS = st.integers(0, 999).map(str) | st.integers(0, 999).map(chinese_number)
SIGNS = st.sampled_from([*OPERATORS, *WORDS])


@st.composite
def expressions(draw: st.DrawFn) -> str:
    pattern = draw(st.sampled_from(["1o1", "1o1o1", "1o1o1o1", "(1o1)o1", "1o(1o1)", "(1o1)o(1o1)", "1o(1o(1o1))"]))
    filled = []
    for token in pattern:
        if token == "1":
            filled.append(draw(st.sampled_from(["", "", "", "-"])) + draw(NUMBERS))
        else:
            filled.append(draw(SIGNS) if token == "o" else token)
    return "".join(filled)


@given(expressions(), st.sampled_from(["", "=", "=?", "等于", "等于几", "是多少?"]))
def test_the_value_is_that_of_python(text: str, ending: str) -> None:
    assert EQUATION.contains(text)
    assert evaluate_equation(text + ending) == expected(text)


@given(st.integers(0, 2**32 - 1))
def test_samples_have_the_value_of_python(seed: int) -> None:
    text = EQUATION.sample(np.random.default_rng(seed))
    left, _, right = re.sub("等于|是", "=", text).partition("=")
    value = evaluate_equation(text).value
    assert value is not None
    if "?" in left:
        fraction = f"({value.numerator}/{value.denominator})"
        assert in_python(left.replace("?", fraction)) == Fraction(right)
    else:
        assert value == in_python(left)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8x8=?", 64),
        ("８ － ９ ＝ ？", -1),
        ("8/3=?", Fraction(8, 3)),
        ("8÷3×3", 8),
        ("2-3×4=", -10),
        ("-3+5", 2),
        ("3--5", 8),
        ("3×-5", -15),
        ("-(3+5)×2", -16),
        ("3+?=8", 5),
        ("?-2=5", 7),
        ("2×?=7", Fraction(7, 2)),
        ("6/?=3", 2),
        ("(3+?)×2=-10", -8),
        ("1/(2-?)=1", 1),
        ("3加几等于8", 5),
        ("3+5=8", 8),
        ("三加五等于八", 8),
        ("壹加贰等于?", 3),
        ("二十三加上3等于多少?", 26),
        ("九除三=", 3),
    ],
)
def test_values(text: str, value: Fraction | int) -> None:
    assert evaluate_equation(text) == Evaluation(Fraction(value), None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("8/0=?", "division by zero"),
        ("8/(3-3)", "division by zero"),
        ("?/0=5", "division by zero"),
        ("3+5=9", "the two sides differ"),
        ("0×?=0", "more than one number fits"),
        ("0/?=0", "more than one number fits"),
        ("0×?=5", "no number fits"),
        ("6/?=0", "no number fits"),
        ("0/?=5", "no number fits"),
        ("6/(6/?)=0", "no number fits"),
        ("kX9fP", "not an equation"),
        ("3+A=?", "not an equation"),
        ("12", "not an equation"),
        ("12=?", "unexpected '=' at character 3"),
        ("3+", "number expected at the end"),
        ("3+5=-", "number expected at the end"),
        ("(3+5", "unbalanced parenthesis"),
        ("3+?", "right side expected at the end"),
        ("3+?=?", "unexpected '?' at character 5"),
        ("1+2+3+4+5", "unexpected '+' at character 8"),
    ],
)
def test_problems(text: str, problem: str) -> None:
    assert evaluate_equation(text) == Evaluation(None, problem)


@given(
    st.sampled_from(["?o1", "1o?", "1o?o1", "1o(1o?)", "(?o1)o1", "1o(1o(1o?))", "1o(?o1)"]),
    st.lists(st.sampled_from("+-*/"), min_size=3, max_size=3),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.integers(-6, 6),
)
def test_a_missing_operand_is_the_only_one_that_fits(
    pattern: str, signs: list[str], numbers: list[int], right: int
) -> None:
    operators, operands = iter(signs), iter(numbers)
    left = "".join(
        next(operators) if token == "o" else str(next(operands)) if token == "1" else token for token in pattern
    )
    tried = {Fraction(top, below) for top in range(-60, 61) for below in (1, 2, 3, 4)}
    fitting = {number for number in tried if in_python(left.replace("?", f"({number})")) == right}
    evaluation = evaluate_equation(f"{left}={right}")
    if evaluation.value is not None:
        assert fitting <= {evaluation.value}
        assert in_python(left.replace("?", f"({evaluation.value})")) == right
    elif evaluation.problem == "more than one number fits":
        assert len(fitting) > 100
    else:
        assert evaluation.problem in ("no number fits", "division by zero")
        assert not fitting


@given(st.text() | st.text("0123+-×/()=?三十加等于", max_size=10))
def test_no_text_raises_and_a_value_means_an_equation(text: str) -> None:
    evaluation = evaluate_equation(text)
    assert (evaluation.value is None) != (evaluation.problem is None)
    if evaluation.value is not None:
        assert EQUATION.contains(canonical(text))
