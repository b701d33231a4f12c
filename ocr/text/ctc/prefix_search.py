"""The most probable of all texts of some characters and lengths, with a proof: a best-first search with exact bounds.

A prefix is worth the probability of all allowed texts that begin with it, which is never less than that of any of them
(prefix search, Graves 2012, "Supervised sequence labelling with recurrent neural networks", 7.5.2, with the lengths
allowed built into the bound). The search is over once a whole text is at least as probable as every open prefix.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.text.ctc.probability import Floats
from ocr.text.grammar import FreeText
from ocr.text.vocabulary import Vocabulary

Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """The most probable text met, None without any, and whether no allowed text is more probable."""

    text: str | None
    proven: bool


def best_first(
    log_probs: Floats, vocabulary: Vocabulary, grammar: FreeText, *, most: int = 1000, unproven: float = 1e-9
) -> Found:
    """Search the most probable text of `grammar` for log_probs (T, C).

    It gives up after `most` prefixes, as in noise, where all texts are alike; what it has found then may not be the
    best. Texts that are within a share of `unproven` of each other count as equal.
    """
    columns = len(log_probs)
    allowed = [index for index, char in enumerate(vocabulary.characters, start=1) if _allows(grammar, char)]
    longest = columns if grammar.longest is None else min(grammar.longest, columns)
    if longest < grammar.shortest:
        return Found(None, True)
    # What is common to all in a column changes no order, and would only make small numbers smaller.
    scores = log_probs[:, [0, *allowed]].astype(np.float64)
    highest = scores.max(axis=1, keepdims=True)
    chances = np.exp(scores - np.where(np.isfinite(highest), highest, 0))
    blank, signs = chances[:, 0], chances[:, 1:]
    onward = _completions(blank, signs, grammar.shortest, longest)
    blanks: list[float] = blank.tolist()
    before_blank = np.concatenate([[1.0], np.cumprod(blank)])
    best = 0.0
    text: tuple[int, ...] | None = None
    if grammar.shortest == 0:
        best, text = float(before_blank[-1]), ()
    open_prefixes: list[tuple[float, tuple[int, ...], Chances]] = []

    def extend(prefix: tuple[int, ...], in_blank: Chances, in_sign: Chances) -> None:
        """Open the prefixes one character longer, given the masses of the paths so far after 0..T columns."""
        if len(prefix) == longest:
            return
        begun = signs * (in_blank + in_sign)[:-1, None]  # at each column: the new character's first
        if prefix:
            begun[:, prefix[-1]] = signs[:, prefix[-1]] * in_blank[:-1]
        bounds = (begun * onward[len(prefix) + 1][1:]).sum(axis=0)
        for index in np.flatnonzero(bounds > best * (1 + unproven)).tolist():
            heapq.heappush(open_prefixes, (-float(bounds[index]), (*prefix, index), begun[:, index]))

    extend((), before_blank, np.zeros(columns + 1))
    for _ in range(most):
        if not open_prefixes or -open_prefixes[0][0] <= best * (1 + unproven):
            return Found(None if text is None else _spelled(text, allowed, vocabulary), True)
        _, prefix, begun = heapq.heappop(open_prefixes)
        in_blank, in_sign = _masses(begun.tolist(), blanks, signs[:, prefix[-1]].tolist())
        whole = float(in_blank[-1] + in_sign[-1])
        if len(prefix) >= grammar.shortest and whole > best:
            best, text = whole, prefix
        extend(prefix, in_blank, in_sign)
    return Found(None if text is None else _spelled(text, allowed, vocabulary), False)


def _allows(grammar: FreeText, char: str) -> bool:
    return not grammar.alphabet or char in grammar.alphabet


def _spelled(places: tuple[int, ...], allowed: list[int], vocabulary: Vocabulary) -> str:
    return vocabulary.decode([allowed[place] for place in places])


def _masses(begun: list[float], blank: list[float], sign: list[float]) -> tuple[Chances, Chances]:
    """The masses of a prefix's paths after 0..T columns, those that end in a blank and in its last character."""
    in_blank, in_sign = [0.0], [0.0]
    for new, empty, same in zip(begun, blank, sign, strict=True):
        total = in_blank[-1] + in_sign[-1]
        in_sign.append(new + same * in_sign[-1])
        in_blank.append(empty * total)
    return np.array(in_blank), np.array(in_sign)


def _completions(blank: Chances, signs: Chances, shortest: int, longest: int) -> Chances:
    """The mass of what may follow a prefix: (longest + 1, T + 1, A) by its length, its columns and last character."""
    columns, size = signs.shape
    # By the number of characters to come, after a blank and after each character.
    after_blank = np.zeros(longest + 1)
    after_sign = np.zeros((longest + 1, size))
    after_blank[0] = 1
    after_sign[0] = 1
    onward = np.zeros((longest + 1, columns + 1, size))
    lengths = [(length, slice(max(0, shortest - length), longest - length + 1)) for length in range(longest + 1)]
    for column in range(columns, -1, -1):
        if column < columns:
            new = signs[column] * after_sign[:-1]  # (longest, A)
            others = np.zeros_like(new)  # all new characters but each itself, without subtracting
            others[:, 1:] = np.cumsum(new, axis=1)[:, :-1]
            others[:, :-1] += np.cumsum(new[:, ::-1], axis=1)[:, ::-1][:, 1:]
            silent = blank[column] * after_blank
            after_sign = silent[:, None] + signs[column] * after_sign
            after_sign[1:] += others
            after_blank = silent
            after_blank[1:] += new.sum(axis=1)
        for length, more in lengths:
            onward[length, column] = after_sign[more].sum(axis=0)
    return onward
