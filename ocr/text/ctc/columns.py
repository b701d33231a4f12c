"""The columns of one image as a decoder looks at them: classes that mean the same put together, others left out.

CTC (Graves et al. 2006) reads a path of ids, one per column. Where two classes are one for the reader, as `a` and `A`
when case does not matter, their probabilities add up in every column, and a path on which they alternate within one
glyph is one character.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ocr.text.ctc.decoding import Character
from ocr.text.ctc.grammar_beam import Chances
from ocr.text.ctc.probability import Floats, align, text_log_probability
from ocr.text.vocabulary import Vocabulary

Merges = tuple[tuple[str, str], ...]
"""Pairs of a character and the one that it counts as."""

_FAINT = 1e-200  # below it underflow could cost plain probabilities their digits, and logarithms take over


@dataclass(frozen=True)
class Columns:
    """Probabilities (T, C) over a vocabulary of size C, and the log of the share that was left in them.

    `log_share` is 0 but where characters were left out: the sum of the logarithms by which the columns were scaled to
    sum to 1 again. A text's log probability there plus `log_share` is its log probability without that knowledge.
    """

    chances: Chances
    vocabulary: Vocabulary
    log_share: float = 0.0

    def merged(self, merges: Merges) -> Columns:
        """Return the columns with classes put together, each pair's first character counting as its second."""
        folding = _folding(self.vocabulary, merges)
        if folding is None:
            return self
        chances = self.chances[:, folding.first]
        for source, target in folding.others:
            chances[:, target] += self.chances[:, source]
        return Columns(chances, folding.vocabulary, self.log_share)

    def only(self, characters: str) -> Columns:
        """Return the columns for a reader who knows that no other character can occur.

        Scaling what is left in each column to 1 is exact: every path over these characters reads as a text of them, so
        that the columns' sums multiply to the probability of all such texts together.
        """
        kept = np.array([True, *(char in characters for char in self.vocabulary.characters)])
        if kept.all():
            return self
        chances = np.where(kept, self.chances, 0.0)
        sums = chances.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore"):
            share = float(np.log(sums).sum())
        return Columns(chances / np.where(sums > 0, sums, 1.0), self.vocabulary, self.log_share + share)

    @cached_property
    def _runs(self) -> list[tuple[int, int, int]]:
        """The id, start and end of each run of one character among the best ids of the columns."""
        runs, start = [], 0
        for index, group in groupby(self.chances.argmax(axis=1).tolist()):
            end = start + sum(1 for _ in group)
            if index != self.vocabulary.blank:
                runs.append((index, start, end))
            start = end
        return runs

    @cached_property
    def greedy_text(self) -> str:
        """The text of the best id in each column, repeats merged and blanks dropped."""
        return "".join([self.vocabulary.characters[index - 1] for index, _, _ in self._runs])

    def log_probability(self, text: str) -> float:
        """Return the exact natural-log probability of a text (all its paths together); `-inf` when it cannot occur."""
        if not set(text) <= set(self.vocabulary.characters):
            return -math.inf
        ids = self.vocabulary.encode(text)
        rows: list[list[float]] = self.chances[:, [self.vocabulary.blank, *ids]].tolist()
        total = _forward(rows, ids)
        if total > _FAINT:
            return math.log(total)
        with np.errstate(divide="ignore"):
            return text_log_probability(np.log(self.chances), ids)

    def characters(self, text: str) -> tuple[Character, ...]:
        """Return a text's characters on its most probable path, each with its highest probability there.

        Empty when the text cannot occur.
        """
        spans: Sequence[tuple[int, int]] | None
        if text == self.greedy_text:  # then the best path of all is its best path
            spans = [(start, end) for _, start, end in self._runs]
        else:
            with np.errstate(divide="ignore"):
                spans = align(np.log(self.chances), self.vocabulary.encode(text))
        if spans is None:
            return ()
        ids = self.vocabulary.encode(text)
        return tuple(
            Character(symbol, float(self.chances[start:end, index].max()), start, end)
            for symbol, index, (start, end) in zip(text, ids, spans, strict=True)
        )


def columns_of(log_probs: Floats, vocabulary: Vocabulary) -> Columns:
    """Return the columns of a model's natural-log probabilities (T, C) over its vocabulary."""
    return Columns(np.exp(log_probs.astype(np.float64)), vocabulary)


@dataclass(frozen=True)
class _Folding:
    """A vocabulary with classes put together: the first old id of each new one, and (old, new) of the others."""

    vocabulary: Vocabulary
    first: NDArray[np.intp]
    others: tuple[tuple[int, int], ...]


@lru_cache(maxsize=64)
def _folding(vocabulary: Vocabulary, merges: Merges) -> _Folding | None:
    """Tell how the classes of a vocabulary are put together, or None where nothing changes."""
    counts_as = dict(merges)
    symbols = [counts_as.get(char, char) for char in vocabulary.characters]
    if "".join(symbols) == vocabulary.characters:
        return None
    new_ids: dict[str, int] = {}
    first, others = [vocabulary.blank], []
    for index, symbol in enumerate(symbols, start=1):
        if symbol in new_ids:
            others.append((index, new_ids[symbol]))
        else:
            first.append(index)
            new_ids[symbol] = len(new_ids) + 1
    return _Folding(Vocabulary("".join(new_ids)), np.array(first), tuple(others))


def _forward(rows: list[list[float]], ids: Sequence[int]) -> float:
    """Return the probability of a text from the blank's and its characters' columns, rows of 1 + L for T columns."""
    # After i characters: the paths that end in a blank, and those that end in character i.
    count = len(ids)
    blanks, ends = [1.0] + [0.0] * count, [0.0] * (count + 1)
    follows = [False, False] + [one != other for one, other in zip(ids[1:], ids, strict=False)]
    for row in rows:
        blank = row[0]
        for place in range(count, 0, -1):
            before = blanks[place - 1] + ends[place - 1] if follows[place] else blanks[place - 1]
            end = ends[place]
            blanks[place] = (blanks[place] + end) * blank
            ends[place] = (end + before) * row[place]
        blanks[0] *= blank
    return blanks[count] + ends[count]
