"""From a model's columns to a text: greedy, or the most probable text of a grammar, with where and how sure.

All functions take natural-log probabilities (T, C) over a vocabulary of size C, normalised per column as by
`log_softmax`; columns run along the line of text.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ocr.errors import OcrError
from ocr.text.ctc.grammar_beam import grammar_beam
from ocr.text.ctc.probability import (
    Floats,
    align,
    log_softmax,
    text_log_probability,
    text_log_probability_batch,
)
from ocr.text.ctc.state_merged_beam import state_merged_beam
from ocr.text.grammar import Automaton
from ocr.text.vocabulary import Vocabulary

__all__ = [
    "Character",
    "Decoded",
    "beam",
    "best_over_transforms",
    "greedy",
    "greedy_batch",
    "log_softmax",
    "text_log_probability",
    "text_log_probability_batch",
]

WIDTH = 64
"""Prefixes that a search keeps; with 16 it finds fewer of the texts of pages that are hard to read."""

FAINTEST = 1e-6
"""Ids less probable than this in a column are left out of the state-merged search, unless nothing is found without."""


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
    """Return the text of the best id in each column of (T, C), repeats merged and blanks dropped.

    Two equal characters stay two when a blank is between them.
    """
    _check(log_probs, 2, vocabulary)
    return greedy_batch(log_probs[None], vocabulary)[0]


def greedy_batch(log_probs: Floats, vocabulary: Vocabulary) -> list[Decoded]:
    """Decode each of (N, T, C) as `greedy` does, much faster than one by one."""
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


def beam(log_probs: Floats, vocabulary: Vocabulary, grammar: Automaton, *, width: int = WIDTH) -> Decoded | None:
    """Search the most probable text of a grammar for log_probs (T, C); None when none of its texts is found.

    Of what `grammar_beam`, with `width` prefixes, and `state_merged_beam` find the text with the highest exact
    probability. A better one may be missed, as may be every text in noise that a large grammar hardly fits. Raises
    OcrError when the shape does not fit the vocabulary, or the width is below 1.
    """
    _check(log_probs, 2, vocabulary)
    if width < 1:
        raise OcrError(f"the beam's width is {width}; expected at least 1")
    scores = log_probs.astype(np.float64)
    texts = grammar_beam(np.exp(scores), vocabulary, grammar, width=width)
    # Where digits are unclear they crowd out all but one variable; this search keeps a prefix of each.
    texts += state_merged_beam(scores, vocabulary, grammar, faintest=FAINTEST)
    return _best(texts or state_merged_beam(scores, vocabulary, grammar), scores, vocabulary)


def _check(log_probs: Floats, dimensions: int, vocabulary: Vocabulary) -> None:
    if log_probs.ndim != dimensions or log_probs.shape[-1] != vocabulary.size:
        axes = "(N, T, C)" if dimensions == 3 else "(T, C)"
        raise OcrError(
            f"log probabilities are {log_probs.shape}, expected {axes} with C = {vocabulary.size}, "
            "the characters of the vocabulary and the blank"
        )


def _best(texts: Sequence[str], log_probs: Floats, vocabulary: Vocabulary) -> Decoded | None:
    """Return the most probable of some texts, placed in the columns of its best alignment."""
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


def best_over_transforms(
    texts: Sequence[str], transforms: Sequence[Floats], vocabulary: Vocabulary, log_odds: Floats | None = None
) -> Decoded | None:
    """Return the text with the highest mean log probability over several transforms of one image.

    transforms: log probabilities (T, C) each. The mean is the text's log probability; its characters are placed in the
    columns of the first transform. None without texts, and where the best cannot occur there. log_odds (N,): other
    evidence, added to the logarithms of the texts; it moves probability among them and leaves their sum as it is.
    """
    if not texts:
        return None
    ids = [vocabulary.encode(text) for text in texts]
    scores = np.mean(
        [text_log_probability_batch(np.broadcast_to(each, (len(texts), *each.shape)), ids) for each in transforms],
        axis=0,
    )
    if log_odds is not None and np.isfinite(scores).any():
        scores = scores + log_odds + np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores + log_odds)
    winner = int(scores.argmax())
    placed = _best([texts[winner]], transforms[0].astype(np.float64), vocabulary)
    return None if placed is None else replace(placed, log_probability=float(scores[winner]))
