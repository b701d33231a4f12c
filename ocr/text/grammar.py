"""Grammars of the texts that can occur: small automata that a decoder walks and a generator samples from."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import ascii_letters, ascii_uppercase, digits, punctuation
from types import MappingProxyType
from typing import Protocol

import numpy as np

from ocr.errors import OcrError
from ocr.text.formula_grammar import FormulaGrammar


class Automaton(Protocol):
    """A set of texts, recognised one character at a time. States are opaque and hashable."""

    def start(self) -> Hashable:
        """Return the state before the first character."""

    def step(self, state: Hashable, char: str) -> Hashable | None:
        """Return the state after one more character, or None when no text goes on like that."""

    def accepts(self, state: Hashable) -> bool:
        """Return whether a text may end in this state."""

    def contains(self, text: str) -> bool:
        """Return whether `text` as a whole is one of the texts."""


class Grammar(Automaton, Protocol):
    """A set of texts with a name, from which texts can also be drawn."""

    @property
    def name(self) -> str:
        """The name that bundles carry."""

    @property
    def alphabet(self) -> str:
        """Every character that can occur, each once; empty when any character can."""

    def sample(self, rng: np.random.Generator) -> str:
        """Return one of the texts, at random; the same generator state gives the same text."""


def _walk(grammar: Grammar, text: str) -> bool:
    state: Hashable | None = grammar.start()
    for char in text:
        state = grammar.step(state, char)
        if state is None:
            return False
    return grammar.accepts(state)


_Fitting = tuple[int, tuple[int, ...]]  # characters so far, indices of the templates that still fit


@dataclass(frozen=True)
class TemplateGrammar:
    """The texts of a finite list of templates.

    A template is a string in which each name in `classes` (one character) stands for any character of that
    class and every other character for itself: with `{"d": "0123456789"}`, `(d)` means a digit in brackets.
    A state is the set of templates that still fit, with the place reached in them.

    Raises:
        OcrError: when there is no template, or a class is empty, repeats a character or has a longer name.
    """

    name: str
    templates: tuple[str, ...]
    classes: Mapping[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        if not self.templates:
            raise OcrError(f"grammar {self.name!r} needs at least one template")
        for key, chars in self.classes.items():
            if len(key) != 1 or not chars or len(set(chars)) != len(chars):
                raise OcrError(
                    f"class {key!r} of grammar {self.name!r} is {chars!r}: expected a name of one character "
                    "and a string of different characters"
                )
        object.__setattr__(self, "classes", dict(self.classes))

    @cached_property
    def alphabet(self) -> str:
        """Every character of some template: classes first, then literals, in order of mention."""
        used = dict.fromkeys("".join(self.templates))
        members = [chars for key, chars in self.classes.items() if key in used]
        literals = [char for char in used if char not in self.classes]
        return "".join(dict.fromkeys("".join(members + literals)))

    @cached_property
    def _transitions(self) -> dict[Hashable, dict[str, _Fitting]]:
        table: dict[Hashable, dict[str, _Fitting]] = {}
        waiting = [self.start()]
        while waiting:
            place, fitting = state = waiting.pop()
            if state in table:
                continue
            following: dict[str, list[int]] = {}
            for index in fitting:
                for key in self.templates[index][place : place + 1]:
                    for char in self.classes.get(key, key):
                        following.setdefault(char, []).append(index)
            reached = {char: (place + 1, tuple(still)) for char, still in following.items()}
            table[state] = reached
            waiting.extend(reached.values())
        return table

    @cached_property
    def _final(self) -> frozenset[Hashable]:
        reached = [state for following in self._transitions.values() for state in following.values()]
        return frozenset(
            (place, fitting)
            for place, fitting in [self.start(), *reached]
            if any(len(self.templates[index]) == place for index in fitting)
        )

    def start(self) -> _Fitting:
        return 0, tuple(range(len(self.templates)))

    def step(self, state: Hashable, char: str) -> _Fitting | None:
        return self._transitions[state].get(char)

    def accepts(self, state: Hashable) -> bool:
        return state in self._final

    def contains(self, text: str) -> bool:
        return _walk(self, text)

    def sample(self, rng: np.random.Generator) -> str:
        """Return a template, each as likely as the others, with each of its classes filled uniformly."""
        template = self.templates[rng.integers(len(self.templates))]
        filled = []
        for key in template:
            chars = self.classes.get(key, key)
            filled.append(chars if len(chars) == 1 else chars[rng.integers(len(chars))])
        return "".join(filled)


@dataclass(frozen=True)
class FreeText:
    """Any text, optionally only of some characters or of some lengths; the language of text captchas.

    `alphabet` empty means any character. Lengths are in characters, both ends included; `longest=None` is no
    limit. A state is the number of characters so far, as far as that matters.

    Raises:
        OcrError: when a character comes twice or no length fits.
    """

    name: str = "any"
    alphabet: str = ""
    shortest: int = 0
    longest: int | None = None

    def __post_init__(self) -> None:
        if len(set(self.alphabet)) != len(self.alphabet):
            raise OcrError(f"the alphabet {self.alphabet!r} holds a character twice")
        if self.shortest < 0 or (self.longest is not None and self.longest < self.shortest):
            raise OcrError(f"no text has between {self.shortest} and {self.longest} characters")

    def start(self) -> Hashable:
        return 0

    def step(self, state: Hashable, char: str) -> Hashable | None:
        assert isinstance(state, int)  # states come from start() and step() alone
        if self.alphabet and char not in self.alphabet:
            return None
        if self.longest is None:
            return min(state + 1, self.shortest)
        return state + 1 if state < self.longest else None

    def accepts(self, state: Hashable) -> bool:
        assert isinstance(state, int)
        return state >= self.shortest

    def contains(self, text: str) -> bool:
        return _walk(self, text)

    def sample(self, rng: np.random.Generator) -> str:
        """Return a text of uniform length (up to 8 more than the shortest when unlimited) and uniform characters.

        Without an alphabet the characters are ASCII without blanks.
        """
        chars = self.alphabet or digits + ascii_letters + punctuation
        longest = self.shortest + 8 if self.longest is None else self.longest
        length = int(rng.integers(self.shortest, longest + 1))
        return "".join([chars[index] for index in rng.integers(len(chars), size=length)])


ARITHMETIC = TemplateGrammar("arithmetic", ("dodod", "(dod)od", "do(dod)"), {"d": digits, "o": "+-*"})
"""Round one of the contest: three digits, two operators, zero or one pair of parentheses; 27,000 texts."""

CAPTCHA = FreeText("captcha", digits + ascii_uppercase, 4, 6)
"""Captchas of the `captcha` library as forms have them: four to six of the digits and capital letters."""

COURSE_CAPTCHA = FreeText("captcha", CAPTCHA.alphabet, 4, 4)
"""The course's text captchas: four of the same; 1,679,616 texts. Bundles do not carry it."""

FORMULA = FormulaGrammar("formula", lines=True)
"""The contest's final: assignments and an expression with a fraction, or one line of these alone."""

ANY = FreeText()
"""Every text."""

_KNOWN: tuple[Grammar, ...] = (ARITHMETIC, FORMULA, CAPTCHA, ANY)
_GRAMMARS: Mapping[str, Grammar] = MappingProxyType({known.name: known for known in _KNOWN})


def grammar(name: str) -> Grammar:
    """Return the grammar of that name, as bundles carry it.

    Raises:
        OcrError: when there is none of that name.
    """
    from ocr.text.any_captcha import ANY_CAPTCHA  # it is made of the grammars here

    known = {**_GRAMMARS, ANY_CAPTCHA.name: ANY_CAPTCHA}
    if name not in known:
        raise OcrError(f"there is no grammar {name!r}; known are {', '.join(known)}")
    return known[name]
