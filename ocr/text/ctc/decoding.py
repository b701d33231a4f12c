"""From a model's columns to a text: greedy, or the most probable text of a grammar, with where and how sure.

All functions take natural-log probabilities (T, C) over a vocabulary of size C, normalised per column as by
`log_softmax`; columns run along the line of text.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ocr.errors import OcrError
from ocr.text.ctc.prefix_search import best_first
from ocr.text.ctc.probability import (
    Floats,
    align,
    log_softmax,
    text_log_probability,
    text_log_probability_batch,
)
from ocr.text.ctc.state_merged_beam import merged
from ocr.text.grammar import FreeText, Grammar
from ocr.text.vocabulary import Vocabulary

__all__ = [
    "Character",
    "Decoded",
    "beam",
    "best_of_looks",
    "greedy",
    "greedy_batch",
    "log_softmax",
    "text_log_probability",
    "text_log_probability_batch",
]

_FAINTEST = 1e-6  # what the second search leaves out; most texts of which that is a part are no answer anyway


@dataclass(frozen=True, slots=True)
class Character:
    """A character of an answer, its highest posterior in its columns, and those: `start` to before `end`."""

    symbol: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its characters in order, and its exact natural-log probability (of all alignments together)."""

    text: str
    characters: tuple[Character, ...]
    log_probability: float


def greedy(log_probs: Floats, vocabulary: Vocabulary) -> Decoded:
    """The text of the best id in each column of (T, C), repeats merged and blanks dropped.

    Two equal characters stay two when a blank is between them.
    """
    _check(log_probs, 2, vocabulary)
    return greedy_batch(log_probs[None], vocabulary)[0]


def greedy_batch(log_probs: Floats, vocabulary: Vocabulary) -> list[Decoded]:
    """`greedy` for each of (N, T, C), much faster than one by one."""
    _check(log_probs, 3, vocabulary)
    count, columns, _ = log_probs.shape
    if not count or not columns:
        return [Decoded("", (), 0.0)] * count
    best = log_probs.argmax(axis=2)
    begins = np.ones((count, columns), dtype=bool)
    begins[:, 1:] = best[:, 1:] != best[:, :-1]
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], count * columns)
    peaks = np.exp(np.maximum.reduceat(log_probs.max(axis=2).ravel(), starts))
    found = best.ravel()[starts]
    kept = found != vocabulary.blank
    rows, firsts = np.divmod(starts[kept], columns)
    lengths = (ends - starts)[kept]
    ids = found[kept]
    splits = np.searchsorted(rows, np.arange(count + 1)).tolist()
    id_lists = [ids[start:end].tolist() for start, end in pairwise(splits)]
    scores = text_log_probability_batch(log_probs, id_lists).tolist()
    symbols = [vocabulary.characters[index - 1] for index in ids.tolist()]
    characters = list(map(Character, symbols, peaks[kept].tolist(), firsts.tolist(), (firsts + lengths).tolist()))
    return [
        Decoded("".join(symbols[start:end]), tuple(characters[start:end]), score)
        for (start, end), score in zip(pairwise(splits), scores, strict=True)
    ]


def beam(
    log_probs: Floats, vocabulary: Vocabulary, grammar: Grammar, *, width: int = 16, faintest: float = 1e-5
) -> Decoded | None:
    """The most probable text of `grammar` for log_probs (T, C); None when none of its texts is found.

    A CTC prefix beam search (Graves 2012, "Supervised sequence labelling with recurrent neural networks",
    7.5.3) of `width` prefixes that each carry their grammar state. Ids less probable than `faintest` in a
    column are left out there. The probability of these ids and of the prefixes that fell out of the beam bounds
    that of every text lost: an answer above that bound is the best one. Otherwise a wider search that keeps only
    the best prefixes of each grammar state (see `merged`) competes with it; a better text may still be missed, as
    may be every text in noise that a large grammar hardly fits.

    Raises:
        OcrError: when the shape does not fit the vocabulary, or the width is below 1.
    """
    _check(log_probs, 2, vocabulary)
    if width < 1:
        raise OcrError(f"the beam's width is {width}; expected at least 1")
    scores = log_probs.astype(np.float64)
    first: list[str] = []
    if isinstance(grammar, FreeText) and (grammar.alphabet or grammar.longest is not None):
        found_first = best_first(scores, vocabulary, grammar)
        first = [] if found_first.text is None else [found_first.text]
        if found_first.proven:
            return _best(first, scores, vocabulary)
    faint = scores < math.log(faintest) if faintest > 0 else np.zeros(scores.shape, dtype=bool)
    found, lost = _prefixes(np.where(faint, -np.inf, scores), vocabulary, grammar, width)
    lost += float(np.exp(scores[faint]).sum())
    answer = _best([*found, *first], scores, vocabulary)
    if answer is None or math.exp(answer.log_probability) < lost:
        least = min(faintest, _FAINTEST)
        candidates = merged(scores, vocabulary, grammar, faintest=least) or merged(scores, vocabulary, grammar)
        answer = _best(candidates if answer is None else [*candidates, answer.text], scores, vocabulary)
    return answer


def _check(log_probs: Floats, dimensions: int, vocabulary: Vocabulary) -> None:
    if log_probs.ndim != dimensions or log_probs.shape[-1] != vocabulary.size:
        axes = "(N, T, C)" if dimensions == 3 else "(T, C)"
        raise OcrError(
            f"log probabilities are {log_probs.shape}, expected {axes} with C = {vocabulary.size}, "
            "the characters of the vocabulary and the blank"
        )


def _best(texts: Sequence[str], log_probs: Floats, vocabulary: Vocabulary) -> Decoded | None:
    """The most probable of some texts, placed in the columns of its best alignment."""
    if not texts:
        return None
    ids = [vocabulary.encode(text) for text in texts]
    scores = text_log_probability_batch(np.broadcast_to(log_probs, (len(texts), *log_probs.shape)), ids)
    winner = int(scores.argmax())
    spans = align(log_probs, ids[winner])
    if spans is None:
        return None
    characters = tuple(
        Character(symbol, math.exp(log_probs[start:end, index].max()), start, end)
        for symbol, index, (start, end) in zip(texts[winner], ids[winner], spans, strict=True)
    )
    return Decoded(texts[winner], characters, float(scores[winner]))


def best_of_looks(
    texts: Sequence[str], looks: Sequence[Floats], vocabulary: Vocabulary, odds: Floats | None = None
) -> Decoded | None:
    """The text with the highest mean log probability in several looks (T, C) at one image, or None of none.

    That mean is its log probability; its characters are placed in the columns of the first look. None, too, where the
    best cannot occur there. `odds` (N,) is what someone else's word adds to the texts' logarithms: it moves probability
    among them, and leaves their sum as it is.
    """
    if not texts:
        return None
    ids = [vocabulary.encode(text) for text in texts]
    scores = np.mean(
        [text_log_probability_batch(np.broadcast_to(look, (len(texts), *look.shape)), ids) for look in looks], axis=0
    )
    if odds is not None and np.isfinite(scores).any():
        scores = scores + odds + np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores + odds)
    winner = int(scores.argmax())
    placed = _best([texts[winner]], looks[0].astype(np.float64), vocabulary)
    return None if placed is None else replace(placed, log_probability=float(scores[winner]))


def _prefixes(log_probs: Floats, vocabulary: Vocabulary, grammar: Grammar, width: int) -> tuple[list[str], float]:
    """The at most `width` texts left in the beam after the last column, and the probability that fell out of it."""
    # A prefix has two masses: of the paths that end in a blank, and of those that end in its last character.
    # Only the former can be followed by that same character again as a new one.
    nothing = (-math.inf, -math.inf)
    lost = 0.0
    ids = {char: index for index, char in enumerate(vocabulary.characters, start=1)}
    states: dict[str, Hashable] = {"": grammar.start()}
    dead: set[str] = set()
    kept: dict[str, tuple[float, float]] = {"": (0.0, -math.inf)}
    for column in log_probs.tolist():
        likely = _likely(column, vocabulary)
        following: dict[str, tuple[float, float]] = {}
        for prefix, (blank, nonblank) in kept.items():
            total = _add(blank, nonblank)
            extended = following.get(prefix, nothing)[1]  # by its last character, from a shorter prefix
            staying = nonblank + column[ids[prefix[-1]]] if prefix else -math.inf
            following[prefix] = (total + column[0], _add(extended, staying))
            for char, score in likely:
                longer = prefix + char
                if longer in dead:
                    continue
                if longer not in states:
                    state = grammar.step(states[prefix], char)
                    if state is None:
                        dead.add(longer)
                        continue
                    states[longer] = state
                mass = (blank if prefix.endswith(char) else total) + score
                before = following.get(longer)
                following[longer] = (-math.inf, mass) if before is None else (before[0], _add(before[1], mass))
        ranked = sorted(following.items(), key=_mass, reverse=True)
        lost += sum([math.exp(_mass(entry)) for entry in ranked[width:]])
        kept = {prefix: masses for prefix, masses in ranked[:width] if max(masses) > -math.inf}
    return [prefix for prefix in kept if grammar.accepts(states[prefix])], lost


def _likely(column: list[float], vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """The characters that are possible in a column of log probabilities (C,), with theirs."""
    scored = zip(vocabulary.characters, column[1:], strict=True)
    return [(char, score) for char, score in scored if score > -math.inf]


def _mass(entry: tuple[str, tuple[float, float]]) -> float:
    return _add(*entry[1])


def _add(one: float, other: float) -> float:
    """log(exp(one) + exp(other))"""
    if one < other:
        one, other = other, one
    return one if other == -math.inf else one + math.log1p(math.exp(other - one))
