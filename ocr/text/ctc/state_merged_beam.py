"""Search texts whose parts depend on each other over a distance, as a variable's two places do (state-merged beam).

What a grammar remembers of a text is its state. Of prefixes in the same state that end in the same character every
continuation fits all or none, so the most probable decides: unclear digits of a number are settled as soon as it is
complete, and do not crowd out the other candidates for a variable far ahead of the place that tells them apart.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from ocr.text.ctc.probability import Floats
from ocr.text.grammar import Automaton
from ocr.text.vocabulary import Vocabulary

ANSWERS = 8
"""Texts that come out of a search at most."""

_UNKNOWN, _DEAD = -2, -1  # instead of a state's number: not asked yet, no text goes on like that


class _States:
    """The states of a grammar met in a search, numbered from 0, and what is known of the steps between them."""

    def __init__(self, grammar: Automaton, vocabulary: Vocabulary, steps: int) -> None:
        self._grammar = grammar
        self._vocabulary = vocabulary
        self._numbers: dict[Hashable, int] = {}
        self._states: list[Hashable] = []
        self.steps_left = steps
        self.onward = np.empty((64, vocabulary.size), dtype=np.int32)
        self.onward[:, 0] = _DEAD
        self._number(grammar.start())

    def _number(self, state: Hashable) -> int:
        number = self._numbers.setdefault(state, len(self._states))
        if number == len(self._states):
            self._states.append(state)
            if number >= len(self.onward):
                self.onward = np.concatenate([self.onward, np.empty_like(self.onward)])
            self.onward[number, 1:] = _UNKNOWN
            self.onward[number, 0] = _DEAD  # the blank leads nowhere
        return number

    def step(self, number: int, index: int) -> int:
        """Return the number of the state after the character of that id, or _DEAD."""
        known = int(self.onward[number, index])
        if known == _UNKNOWN:
            self.steps_left -= 1
            after = self._grammar.step(self._states[number], self._vocabulary.characters[index - 1])
            known = _DEAD if after is None else self._number(after)
            self.onward[number, index] = known
        return known

    def accepts(self, number: int) -> bool:
        return self._grammar.accepts(self._states[number])


def state_merged_beam(
    log_probs: Floats,
    vocabulary: Vocabulary,
    grammar: Automaton,
    *,
    width: int = 256,
    faintest: float = 0.0,
    steps: int = 12_000,
) -> list[str]:
    """Search up to `ANSWERS` probable texts of `grammar` for log_probs (T, C), likeliest first as far as it tells.

    A prefix beam search as `grammar_beam`; of the prefixes in one state of the
    grammar with one last character only those stay that are likeliest in all, or to end in a blank, or not to, and
    of these `width`. Ids less probable than `faintest` in a column are left out there, and prefixes so much less
    probable than the best. It gives up, without an answer, once it has asked the grammar for `steps` different steps.
    """
    states = _States(grammar, vocabulary, steps)
    size = vocabulary.size
    parents, symbols = [-1], [0]  # of each prefix: what it continues, and its last id; the empty one is number 0
    children: dict[int, int] = {}
    # The beam: numbers of prefixes, their states and last ids, the masses of the paths that end in a blank and not.
    prefix = np.zeros(1, np.intp)
    state, last = prefix.copy(), prefix.copy()
    blank, other = np.ones(1), np.zeros(1)
    for chances in np.exp(log_probs.astype(np.float64)):
        total = blank + other
        longer = total[:, None] * chances
        rows = np.arange(len(total))
        longer[rows, last] = blank * chances[last]
        longer[states.onward[state] == _DEAD] = 0
        blank, other = total * chances[0], other * chances[last]
        other[last == 0] = 0
        staying = blank + other
        longer[:, chances < faintest] = 0
        least = faintest * float(staying.max())
        if len(staying) >= width:
            least = max(least, float(np.partition(staying, -width)[-width]))
        rows, ids = np.nonzero(longer > least)
        mass = longer[rows, ids]
        if len(mass) > 2 * width:
            first = np.argpartition(-mass, 2 * width)[: 2 * width]
            rows, ids, mass = rows[first], ids[first], mass[first]
        if len(mass):
            places = {number: place for place, number in enumerate(prefix.tolist())}
            fresh: list[tuple[int, int, int, float]] = []
            known = zip(prefix[rows].tolist(), state[rows].tolist(), ids.tolist(), mass.tolist(), strict=True)
            for number, before, index, more in known:
                child = children.get(number * size + index)
                if child is not None and child in places:
                    other[places[child]] += more
                    continue
                after = states.step(before, index)
                if after == _DEAD:
                    continue
                if child is None:
                    child = children[number * size + index] = len(parents)
                    parents.append(number)
                    symbols.append(index)
                fresh.append((child, after, index, more))
            if states.steps_left < 0:
                return []
            if fresh:
                columns = list(zip(*fresh, strict=True))
                prefix, state, last = (
                    np.append(old, new) for old, new in zip((prefix, state, last), columns[:3], strict=True)
                )
                blank, other = np.append(blank, np.zeros(len(fresh))), np.append(other, columns[3])
        kept = _kept(state * size + last, blank, other, width, faintest)
        prefix, state, last = prefix[kept], state[kept], last[kept]
        blank, other = blank[kept], other[kept]
        highest = float((blank + other).max(initial=0))
        if highest == 0:
            return []
        blank, other = blank / highest, other / highest
    texts: list[str] = []
    for place in np.argsort(-(blank + other), kind="stable").tolist():
        if len(texts) < ANSWERS and states.accepts(int(state[place])):
            texts.append(_spelled(int(prefix[place]), parents, symbols, vocabulary))
    return texts


def _kept(
    group: NDArray[np.intp], blank: NDArray[np.float64], other: NDArray[np.float64], width: int, faintest: float
) -> NDArray[np.intp]:
    """Choose the prefixes that stay: the best of each group by all, by either mass, and of these `width`."""
    total = blank + other
    _, label = np.unique(group, return_inverse=True)
    best = np.empty(int(label.max()) + 1, np.intp)
    chosen = np.zeros(len(group), bool)
    for mass in (total, blank, other):
        order = np.argsort(-mass, kind="stable")[::-1]
        best[label[order]] = order  # the last to be written of each group is its likeliest
        chosen[best] = True
    kept = np.flatnonzero(chosen)
    kept = kept[total[kept] > faintest * total.max()]
    if len(kept) > width:
        kept = kept[np.sort(np.argpartition(-total[kept], width - 1)[:width])]
    return kept


def _spelled(number: int, parents: list[int], symbols: list[int], vocabulary: Vocabulary) -> str:
    ids: list[int] = []
    while number > 0:
        ids.append(symbols[number])
        number = parents[number]
    return vocabulary.decode(reversed(ids))
