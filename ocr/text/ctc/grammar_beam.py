"""A quick prefix beam search for the texts of a grammar, with bounded work whatever the columns hold."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from ocr.text.grammar import Automaton
from ocr.text.vocabulary import Vocabulary

Chances = NDArray[np.float64]

WIDTH = 16
"""Prefixes that are kept after each column."""

LIKELY = 8
"""Characters that are tried in each column, the most probable ones."""

FAINTEST = 1e-4
"""Characters less probable than this in a column are not tried there."""

STEPS = 30_000
"""Characters that a whole search tries at most: noise over 200 columns stays below, wider noise is given up."""

_HOPELESS = 1e-7  # prefixes so much less probable than the best one are dropped


def grammar_beam(
    chances: Chances, vocabulary: Vocabulary, grammar: Automaton, *, width: int = WIDTH, steps: int = STEPS
) -> list[str]:
    """Search the most probable texts of a grammar for probabilities (T, C), likeliest first as far as the search tells.

    A CTC prefix beam search (Graves 2012, "Supervised sequence labelling with recurrent neural networks", 7.5.3) of
    `width` prefixes that each carry their state of the grammar. Empty when none was found or `steps` were not enough.
    """
    states: dict[str, Hashable | None] = {"": grammar.start()}
    ids = {char: index for index, char in enumerate(vocabulary.characters, start=1)}
    # Each prefix with the masses of its paths that end in a blank and in its last character.
    kept: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    rows: list[list[float]] = chances.tolist()
    for row, likely in zip(rows, _likely(chances, vocabulary), strict=True):
        following = {
            prefix: ((blank + end) * row[0], end * row[ids[prefix[-1]]] if prefix else 0.0)
            for prefix, (blank, end) in kept.items()
        }
        steps -= len(likely) * len(kept)
        if steps < 0:
            return []
        for char, chance in likely:
            for prefix, (blank, end) in kept.items():
                longer = prefix + char
                if longer in states:
                    state = states[longer]
                else:
                    before = states[prefix]
                    state = states[longer] = None if before is None else grammar.step(before, char)
                if state is None:
                    continue
                mass = (blank if prefix[-1:] == char else blank + end) * chance
                if mass:
                    known = following.get(longer)
                    following[longer] = (0.0, mass) if known is None else (known[0], known[1] + mass)
        kept = _best(following, width)
        if not kept:
            return []
    return [prefix for prefix in kept if grammar.accepts(states[prefix])]


def _likely(chances: Chances, vocabulary: Vocabulary) -> list[list[tuple[str, float]]]:
    """Return the characters to try in each column, with their probabilities."""
    likely: list[list[tuple[str, float]]] = [[] for _ in chances]
    columns, places = np.nonzero(chances[:, 1:] >= FAINTEST)
    found = chances[columns, places + 1].tolist()
    for column, place, chance in zip(columns.tolist(), places.tolist(), found, strict=True):
        likely[column].append((vocabulary.characters[place], chance))
    return [
        tried if len(tried) <= LIKELY else sorted(tried, key=lambda one: one[1], reverse=True)[:LIKELY]
        for tried in likely
    ]


def _best(prefixes: dict[str, tuple[float, float]], width: int) -> dict[str, tuple[float, float]]:
    """Return the `width` most probable prefixes, the best first and scaled to 1, without hopeless ones."""
    ranked = sorted(((blank + end, prefix) for prefix, (blank, end) in prefixes.items()), reverse=True)[:width]
    highest = ranked[0][0]
    if not highest:
        return {}
    return {
        prefix: (prefixes[prefix][0] / highest, prefixes[prefix][1] / highest)
        for mass, prefix in ranked
        if mass > _HOPELESS * highest
    }
