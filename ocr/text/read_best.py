"""Choose the text that a small image shows, an equation or a text captcha: the probabilities decide.

No text is bent into a language by inventing, dropping or swapping characters: an answer of a language has to be about
as probable as what the columns read without one, or else that plain reading is the answer, with a `problem`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from string import ascii_lowercase, ascii_uppercase, digits

from ocr.errors import OcrError
from ocr.text.any_captcha import LETTERS
from ocr.text.ctc.columns import Columns, Merges, columns_of
from ocr.text.ctc.decoding import Character
from ocr.text.ctc.grammar_beam import grammar_beam
from ocr.text.ctc.probability import Floats
from ocr.text.equation import EQUATION
from ocr.text.equation.spelling import TIMES
from ocr.text.equation.value import SIDES_DIFFER, evaluate_canonical
from ocr.text.expression import Evaluation
from ocr.text.grammar import Automaton, FreeText
from ocr.text.vocabulary import Vocabulary

MARGIN = 0.5
"""A text of a language is the answer when it is at least so probable as a share of the plain reading, or if that is
nothing and so improbable that there must be something."""

SWAP, GAP = 1e-4, 1e-2
"""Where the alphabet or the length is told, the share may be lower by these for each character that differs from the
plain reading, and for each that is more or fewer (this only where the length is told)."""

NOTHING = "no text found"
NEITHER = "neither an equation nor a text of letters and digits"
NO_EQUATION = "not an equation"
NO_TEXT = "not a text of letters and digits"
NOT_AS_TOLD = "no text of the alphabet and length told"

OUTSIDE = frozenset({NEITHER, NO_EQUATION, NO_TEXT, NOT_AS_TOLD})
"""Problems of texts that are in no language, or not in the one that was told."""

_RESCORED = 4  # texts of each search whose exact probabilities compete
_LOWER: Merges = tuple(zip(ascii_uppercase, ascii_lowercase, strict=True))
_TO_TIMES: Merges = tuple((char, "×") for char in TIMES if char != "×")
_TO_LETTER: Merges = (("×", "x"),)
_CROSSED = frozenset(digits + TIMES)


@dataclass(frozen=True, slots=True)
class Reading:
    """The text that an image shows."""

    text: str
    """In canonical spelling where it is an equation."""

    kind: str
    """"arithmetic" or "text"; of what is neither, the kind told or else "text"."""

    log_probability: float
    """Natural and exact, of all paths of the text; with an alphabet told, given that no other character occurs."""

    characters: tuple[Character, ...]
    """The characters of the text in order, with their columns."""

    value: Fraction | None = None
    """The exact value of an equation."""

    problem: str | None = None
    """Why there is no value of an equation, or no text of a language; None otherwise."""

    @property
    def confidence(self) -> float:
        """The probability of the text, in [0, 1]."""
        return min(1.0, math.exp(self.log_probability))


def read_best(
    log_probs: Floats,
    vocabulary: Vocabulary,
    *,
    kind: str | None = None,
    alphabet: str | None = None,
    length: int | tuple[int, int] | None = None,
    case: str | None = None,
) -> Reading:
    """Return what natural-log probabilities (T, C) over a vocabulary of size C show: an equation, a text, or neither.

    The most probable of all equations and of all texts of 1 to 10 digits and letters is the answer, in canonical
    spelling (`×` for every times sign but `*`), when it has at least `MARGIN` of the plain reading's probability; an
    equation whose two sides differ only when nothing else has. Otherwise the plain (greedy) reading is the answer.
    Digits with nothing but crosses between them, `6x42`, are an equation where the crosses are more probably ×, and a
    text where they are more probably x.

    kind: "arithmetic" or "text" looks for this alone. alphabet: no other character can occur; any of ×, x and X stands
    for the times sign, and characters beyond 0-9A-Za-z widen what a text may be (the signs of equations only with kind
    "text"). length: of the text in characters, or the lowest and the highest. case: "ignore" puts `A` and `a`
    together and answers in lower case.

    Raises:
        OcrError: when the shape does not fit the vocabulary, or something told is not as above.
    """
    if log_probs.ndim != 2 or log_probs.shape[1] != vocabulary.size:
        raise OcrError(f"log probabilities are {log_probs.shape}, expected (T, C) with C = {vocabulary.size}")
    told = _told(kind, alphabet, length, case)
    drawn = columns_of(log_probs, vocabulary)
    if told.case == "ignore":
        drawn = drawn.merged(_LOWER)
    languages = _languages(drawn, told)
    candidates = []
    for language in languages:
        text = language.columns.greedy_text
        if language.grammar.contains(text):
            candidate = _candidate(language, text, told)
            if candidate.score >= math.log(0.5) and not candidate.untrue:  # no other text can be more probable
                return candidate.reading()
            candidates.append(candidate)
    for language in languages:
        candidates += [_candidate(language, text, told) for text in _search(language.columns, language.grammar)]
    plain = drawn.greedy_text
    score = drawn.log_probability(plain)
    if not plain and score < math.log(MARGIN):
        score = -math.inf  # each column alone is more probably blank, all together are not
    fitting = [one for one in candidates if told.allows(one, plain, score)]
    if not fitting and (told.alphabet is not None or told.length is not None) and told.allows_length(len(plain)):
        for language in languages:
            swapped = _search(language.columns, _OfLength(language.grammar, len(plain), len(plain)))
            candidates = [_candidate(language, text, told) for text in swapped]
            fitting += [one for one in candidates if told.allows(one, plain, score)]
    if fitting:
        return max(fitting, key=lambda one: (not one.untrue, one.score)).reading()
    return Reading(
        plain, kind or "text", drawn.log_probability(plain), drawn.characters(plain), None, told.problem(plain)
    )


@dataclass(frozen=True)
class _Told:
    """What the caller knows of the text; None for what he does not."""

    kind: str | None
    alphabet: str | None
    length: tuple[int, int] | None
    case: str | None

    def allows_length(self, length: int) -> bool:
        return self.length is None or self.length[0] <= length <= self.length[1]

    def allows(self, candidate: _Candidate, plain: str, plain_score: float) -> bool:
        """Tell whether the columns say so, next to the log probability of the plain reading."""
        least = math.log(MARGIN)
        swaps_only = len(candidate.text) == len(plain)
        if self.length is not None or (self.alphabet is not None and swaps_only):
            least += _distance(candidate.text, plain)
        return candidate.score > -math.inf and candidate.score >= plain_score + least

    def problem(self, plain: str) -> str:
        if not plain:
            return NOTHING
        if self.alphabet is not None or self.length is not None:
            return NOT_AS_TOLD
        return {None: NEITHER, "arithmetic": NO_EQUATION, "text": NO_TEXT}[self.kind]


@dataclass(frozen=True)
class _Language:
    """A language to look for, in the columns as it sees them; `literal` has × and x apart."""

    kind: str
    grammar: Automaton
    columns: Columns
    literal: Columns


@dataclass(frozen=True)
class _Candidate:
    """A text of a language, with its log probability before any alphabet is told."""

    text: str
    kind: str
    columns: Columns
    log_probability: float

    @property
    def score(self) -> float:
        return self.log_probability + self.columns.log_share

    @property
    def untrue(self) -> bool:
        """Whether it is an equation whose two sides differ, as no captcha shows one."""
        return self.kind == "arithmetic" and self.evaluation.problem == SIDES_DIFFER

    @cached_property
    def evaluation(self) -> Evaluation:
        """The value of an equation."""
        return evaluate_canonical(self.text)

    def reading(self) -> Reading:
        characters = self.columns.characters(self.text)
        if self.kind == "text":
            return Reading(self.text, self.kind, self.log_probability, characters)
        found = self.evaluation
        return Reading(self.text, self.kind, self.log_probability, characters, found.value, found.problem)


@dataclass(frozen=True)
class _OfLength:
    """The texts of a grammar that have some length; a state is the number of characters and the grammar's state."""

    grammar: Automaton
    shortest: int
    longest: int

    def start(self) -> tuple[int, Hashable]:
        return 0, self.grammar.start()

    def step(self, state: Hashable, char: str) -> tuple[int, Hashable] | None:
        assert isinstance(state, tuple)  # states come from start() and step() alone
        length, inner = state
        after = self.grammar.step(inner, char) if length < self.longest else None
        return None if after is None else (length + 1, after)

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, tuple)
        return state[0] >= self.shortest and self.grammar.accepts(state[1])

    def contains(self, text: str) -> bool:
        return self.shortest <= len(text) <= self.longest and self.grammar.contains(text)


def _told(kind: str | None, alphabet: str | None, length: int | tuple[int, int] | None, case: str | None) -> _Told:
    if kind not in (None, "arithmetic", "text"):
        raise OcrError(f"the kind is {kind!r}, expected 'arithmetic', 'text' or None")
    if case not in (None, "ignore"):
        raise OcrError(f"the case is {case!r}, expected 'ignore' or None")
    if alphabet == "":
        raise OcrError("the alphabet is empty, expected characters or None")
    lengths = (length, length) if isinstance(length, int) else length
    if lengths is not None and not 1 <= lengths[0] <= lengths[1]:
        raise OcrError(f"the length is {length!r}, expected at least 1, or the lowest and the highest")
    if alphabet is not None and case == "ignore":
        alphabet = alphabet.lower()
    return _Told(kind, alphabet, lengths, case)


def _languages(drawn: Columns, told: _Told) -> list[_Language]:
    """Return the languages to look for, equations first."""
    languages = []
    literal = drawn if told.alphabet is None else drawn.only(told.alphabet)
    if told.kind != "text":
        columns = drawn.merged(_TO_TIMES)
        if told.alphabet is not None:
            columns = columns.only(told.alphabet + ("×" if set(told.alphabet) & set(TIMES) else ""))
        grammar: Automaton = EQUATION if told.length is None else _OfLength(EQUATION, *told.length)
        languages.append(_Language("arithmetic", grammar, columns, literal))
    letters = LETTERS.alphabet if told.alphabet is None else "".join(dict.fromkeys(told.alphabet))
    if told.kind is None:
        letters = "".join([char for char in letters if char in digits or char not in EQUATION.alphabet])
    if told.kind != "arithmetic" and letters:
        columns = drawn.merged(_TO_LETTER) if "x" in drawn.vocabulary.characters else drawn
        if told.alphabet is not None:
            columns = columns.only(told.alphabet)
        shortest, longest = told.length or (1, 10)
        languages.append(_Language("text", FreeText("text", letters, shortest, longest), columns, literal))
    return languages


def _candidate(language: _Language, text: str, told: _Told) -> _Candidate:
    # `6×42` and `6x42` are the same strokes: there, as nowhere else, the model's word on × and x is all there is.
    either = told.kind is None and set(text) <= _CROSSED and EQUATION.contains(text.translate(_AS_TIMES))
    columns = language.literal if either else language.columns
    return _Candidate(text, language.kind, columns, columns.log_probability(text))


def _search(columns: Columns, grammar: Automaton) -> list[str]:
    return grammar_beam(columns.chances, columns.vocabulary, grammar)[:_RESCORED]


_AS_TIMES = str.maketrans(dict(_TO_TIMES))


def _distance(text: str, other: str) -> float:
    """Return the log of the smallest product of `SWAP` and `GAP` that turns one text into the other (edit distance)."""
    swap, gap = -math.log(SWAP), -math.log(GAP)
    costs = [gap * place for place in range(len(other) + 1)]
    for row, char in enumerate(text, start=1):
        diagonal, costs[0] = costs[0], gap * row
        for place, another in enumerate(other, start=1):
            swapped = diagonal + (0 if char == another else swap)
            diagonal = costs[place]
            costs[place] = min(swapped, costs[place] + gap, costs[place - 1] + gap)
    return -costs[-1]
