import itertools
import pickle
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.text.equation import EQUATION, canonical, evaluate_equation
from ocr.text.equation.automaton import ALPHABET, START, step


@pytest.mark.parametrize(
    "text",
    [
        *("3+5", "3+5=", "3+5=?", "8×8=?", "17*2=", "6÷2", "0/4=?", "999-1=?", "80-13="),
        *("2-5×7=?", "1+2+3+4=", "(3-7)+5", "3-(7+5)", "(1+2)*(3-4)=?", "((1+2)*3)-4", "1-(2*(3+4))", "(3+5)=?"),
        *("-3+5", "(-3)+5=?", "3+(-5)", "3--5", "3×-5=", "-(3+5)", "07+3"),
        *("3+?=8", "?-2=5", "2×?=144", "3-?=-5", "(3+?)×2=10", "3+5=8", "3+5=9", "3加几等于8", "几加三等于五"),
        *(
            "一加二",
            "壹加贰等于?",
            "十二减二十三=?",
            "二三乘以二",
            "一百零五除以五等于几",
            "两加上两等于多少",
            "3加5等于?",
            "3+5?",
        ),
        *("3加五=?", "三+五=?", "九减去三是多少?", "九减三是几", "1加1等于多少?", "1加1=几?"),
    ],
)
def test_equations(text: str) -> None:
    assert EQUATION.contains(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "3",
            "3=",
            "-3",
            "-3=?",
            "?",
            "?=3",
            "3+",
            "3+=",
            "+3",
            "3++5",
            "3+5=??",
            "3+5==",
            "3+5??",
            "3+?5?",
            "=?",
            "3+5=?8",
        ),
        *("3x5=?", "3X5", "3 + 5", "3−5", "３+5", "1234+5", "1+2+3+4+5", "3---5", "--3+5", "3+5=1234567"),
        *("(3)+5", "(3+5", "3+5)", "((3+5))", "(((1+2)+3)+4)", "()", "3(4+5)", "(1+2)3", "(3+5)(2+1)"),
        *("3+?", "3+?=", "3+?=?", "?+?=8", "3?5=8", "3+?5=8", "1?+5=9", "-?+3=5", "3+?等于几", "3+?是5"),
        *(
            "3加",
            "加3",
            "3加去5",
            "3上5",
            "3加上上5",
            "一十加",
            "十十加一",
            "3十加5",
            "十3加5",
            "三加五是",
            "三加五等",
            "三加五多少",
        ),
        *("kX9fP", "7869", "3+A=?"),
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    assert not EQUATION.contains(text)


def bracket(inner: str) -> str:
    """The pattern of a bracket around operands of the pattern `inner`: with an operator in it, or a minus."""
    return rf"\((?:-{inner}|(?:-?{inner}|\?)(?:[-+*/×÷](?:-?{inner}|\?))+)\)"


NUMBER = "[0-9]{1,3}"
SHALLOW = rf"(?:{NUMBER}|{bracket(NUMBER)})"
DEEP = rf"(?:-?(?:{NUMBER}|{bracket(SHALLOW)})|\?)"
PATTERN = re.compile(rf"({DEEP}(?:[-+*/×÷]{DEEP})*)(?:=(\?|-?[0-9]{{1,6}})?|(?<=[0-9)])\?)?")


def reference(text: str) -> bool:
    """Whether a text without Chinese is an equation, by a regular expression."""
    match = PATTERN.fullmatch(text)
    if match is None or not 1 <= len(re.findall(r"(?<=[0-9)?])[-+*/×÷]", match[1])) <= 3:
        return False
    answered = match[2] is not None and match[2] != "?"
    return match[1].count("?") == 0 or (match[1].count("?") == 1 and answered)


def test_the_automaton_accepts_what_the_pattern_accepts() -> None:
    for size in range(7):
        for chars in itertools.product("1+-()?=", repeat=size):
            text = "".join(chars)
            assert EQUATION.contains(text) == reference(text), text


@settings(max_examples=500)
@given(
    st.sampled_from(["((1-2)+3)×4=?", "(-3)+(4-5)", "-(1/2)*3=", "12-(3+(4÷567))", "(1+?)-2=34", "?×9=-81", "7+8=15"]),
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 2), st.sampled_from("0123456789+-*/×÷()=?")), max_size=3),
)
def test_edited_equations_are_accepted_as_by_the_pattern(text: str, edits: list[tuple[int, int, str]]) -> None:
    for place, removed, char in edits:
        text = text[:place] + char[: 2 - removed] + text[place + removed :]
    assert EQUATION.contains(text) == reference(text)


@given(st.integers(0, 2**32 - 1))
def test_sampled_texts_are_canonical_equations_with_a_value(seed: int) -> None:
    text = EQUATION.sample(np.random.default_rng(seed))
    assert EQUATION.contains(text)
    assert canonical(text) == text
    assert evaluate_equation(text).problem is None
    assert text == EQUATION.sample(np.random.default_rng(seed))


def test_samples_are_mixed_as_captchas_are() -> None:
    rng = np.random.default_rng(24)
    forms = Counter(form(EQUATION.sample(rng)) for _ in range(4000))
    shares = {name: count / 4000 for name, count in forms.items()}
    expected = {"two": 0.70, "more": 0.12, "brackets": 0.08, "chinese": 0.06, "missing": 0.04}
    assert shares == pytest.approx(expected, abs=0.02)


def form(text: str) -> str:
    if any(char > "\u3000" for char in text):
        return "chinese"
    if "?" in text[:-1]:
        return "missing"
    if "(" in text:
        return "brackets"
    return "two" if re.fullmatch(r"-?\d+[-+*/×÷]\d+(=\??)?", text) else "more"


@given(st.text(ALPHABET + "xk", max_size=9))
def test_steps_and_contains_agree(text: str) -> None:
    state = EQUATION.start()
    for char in text:
        following = EQUATION.step(state, char)
        if following is None:
            assert not EQUATION.contains(text)
            return
        state = following
    assert EQUATION.contains(text) == EQUATION.accepts(state)


def test_the_states_are_few_and_all_lead_to_an_equation() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    onward = {}
    waiting = [START]
    while waiting:
        place = waiting.pop()
        if place not in onward:
            onward[place] = [after for char in ALPHABET if (after := step(place, char)) is not None]
            waiting += onward[place]
    assert len(onward) < 1000
    alive = {place for place in onward if EQUATION.accepts(place)}
    while more := {place for place in onward if place not in alive and alive & set(onward[place])}:
        alive |= more
    assert alive == set(onward)


def test_it_travels_to_other_processes() -> None:
    copy = pickle.loads(pickle.dumps(EQUATION))
    assert copy == EQUATION
    assert copy.contains("3+5=?")
