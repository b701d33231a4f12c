"""Compute what CTC says about a text: its exact probability and its best alignment.

Graves et al., "Connectionist temporal classification" (ICML 2006), section 4.1. A model gives for each
of T columns the log probabilities of C ids, id 0 being the blank. A path picks an id per column; its text is
what is left when repeats are merged and then blanks dropped. A text's probability is the sum over its paths.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.errors import OcrError

Floats = NDArray[np.floating]

_FAINT = 1e-200  # below it underflow could cost the forward pass digits, and logarithms take over


def log_softmax(logits: Floats) -> Floats:
    """Return the log probabilities of logits (..., C), float32 or float64: normalised over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def text_log_probability(log_probs: Floats, ids: Sequence[int]) -> float:
    """Return the exact natural-log probability of the text with these ids given log_probs (T, C).

    `-inf` when the text cannot occur, as when it needs more columns than there are.

    Raises:
        OcrError: when an id is the blank or not below C.
    """
    return float(text_log_probability_batch(log_probs[None], [ids])[0])


def text_log_probability_batch(log_probs: Floats, ids: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return the exact natural-log probability of one text per image: log_probs (N, T, C), N id sequences -> (N,).

    Raises:
        OcrError: when N differs, or an id is the blank or not below C.
    """
    if log_probs.ndim != 3 or len(log_probs) != len(ids):
        raise OcrError(f"got log probabilities {log_probs.shape} for {len(ids)} texts, expected (N, T, C) for N")
    count, columns, size = log_probs.shape
    lengths = np.array([len(one) for one in ids], dtype=np.intp)
    for one in ids:
        if len(one) and not 0 < min(one) <= max(one) < size:
            raise OcrError(f"label ids are 1 to {size - 1}, but a text has {list(one)}")
    if not count or not columns:
        return np.where(lengths == 0, 0.0, -np.inf)
    extended = _with_blanks(ids, int(lengths.max()))
    emitted = np.take_along_axis(log_probs, extended[:, None, :], axis=2)
    emitted = emitted.transpose(1, 0, 2).astype(np.float64, order="C")
    skips = _skips(extended)
    result = _forward(emitted, skips, lengths)
    faint = np.isneginf(result)
    if faint.any():
        result[faint] = _forward_in_logarithms(emitted[:, faint], skips[faint], lengths[faint])
    return result


def align(log_probs: Floats, ids: Sequence[int]) -> list[tuple[int, int]] | None:
    """Return the columns of each character on a text's most probable path: log_probs (T, C) -> (start, end) pairs.

    `end` is one past the last column. None when the text cannot occur.
    """
    spans, scores = align_batch(log_probs[None], [ids])
    return None if scores[0] == -np.inf else [(start, end) for start, end in spans[0].tolist()]


def align_batch(scores: Floats, ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the columns of each character on the best path of one text per image (Viterbi), and that path's score.

    scores: (N, T, C), log probabilities or just as well logits: what is added to a whole column changes no path.
    Returns (N, L, 2), the start and one past the end of the characters of N texts of at most L, and the sums of the
    scores along the paths (N,), `-inf` where a text cannot occur. Spans that stand for no character are (0, 0).
    """
    if scores.ndim != 3 or len(scores) != len(ids):
        raise OcrError(f"got scores {scores.shape} for {len(ids)} texts, expected (N, T, C) for N")
    count, columns, _ = scores.shape
    lengths = np.array([len(one) for one in ids], dtype=np.intp)
    longest = int(lengths.max(initial=0))
    if not count or not columns:
        return np.zeros((count, longest, 2), np.intp), np.where(lengths == 0, 0.0, -np.inf)
    extended = _with_blanks(ids, longest)
    emitted = np.take_along_axis(scores, extended[:, None, :], axis=2).transpose(1, 0, 2).astype(np.float64, order="C")
    no_skip = np.where(_skips(extended), 0.0, -np.inf)
    states = extended.shape[1]
    best = np.full((count, states + 2), -np.inf)  # two impossible states in front, so that all have two before them
    best[:, 2] = 0.0
    back = np.empty((columns, count, states), dtype=np.int8)  # how many states each came from before
    for column in range(columns):
        stay, step = best[:, 2:], best[:, 1:-1]
        skip = best[:, :-2] + no_skip
        stepped = step > stay
        highest = np.maximum(stay, step)
        skipped = skip > highest
        back[column] = np.where(skipped, 2, stepped)
        best[:, 2:] = np.maximum(highest, skip) + emitted[column]
    rows = np.arange(count)
    state = 2 * lengths
    state -= (lengths > 0) & (best[rows, state + 1] > best[rows, state + 2])
    reached = best[rows, state + 2]
    path = np.empty((columns, count), dtype=np.intp)
    for column in range(columns - 1, -1, -1):
        path[column] = state
        state = state - back[column, rows, state]
    own = 2 * np.arange(longest) + 1  # the state of each character; a path only ever moves on
    spans = np.stack([(path[:, :, None] < own).sum(axis=0), (path[:, :, None] <= own).sum(axis=0)], axis=2)
    spans[(np.arange(longest) >= lengths[:, None]) | np.isneginf(reached)[:, None]] = 0
    return spans, reached


def _with_blanks(ids: Sequence[Sequence[int]], longest: int) -> NDArray[np.intp]:
    """Ids with a blank before, between and after, padded with blanks: (N, 2 * longest + 1)."""
    extended = np.zeros((len(ids), 2 * longest + 1), dtype=np.intp)
    for row, one in enumerate(ids):
        extended[row, 1 : 2 * len(one) : 2] = one
    return extended


def _skips(extended: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell where a path may come from two states back, leaving out the blank between two different characters."""
    skips = np.zeros(extended.shape, dtype=bool)
    skips[:, 2:] = (extended[:, 2:] != 0) & (extended[:, 2:] != extended[:, :-2])
    return skips


def _forward(emitted: NDArray[np.float64], skips: NDArray[np.bool_], lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the forward pass in plain probabilities: emitted (T, N, S) -> (N,), with `-inf` where too faint.

    Underflow loses at most about 1e-308 per state and column, which is nothing next to `_FAINT`.
    """
    columns, count, states = emitted.shape
    chances = np.exp(emitted)
    may_skip = skips.astype(np.float64)
    padded = np.zeros((count, states + 2))  # two states in front that never are, so that all have two before them
    alpha = padded[:, 2:]
    alpha[:, 0] = 1.0  # before the first column: nothing but a blank has been passed
    reached, skipping = np.empty((2, count, states))
    for column in range(columns):
        np.add(alpha, padded[:, 1:-1], out=reached)
        np.multiply(padded[:, :-2], may_skip, out=skipping)
        reached += skipping
        np.multiply(reached, chances[column], out=alpha)
    rows = np.arange(count)
    ended = alpha[rows, 2 * lengths] + np.where(lengths > 0, alpha[rows, 2 * lengths - 1], 0.0)
    return np.where(ended > _FAINT, np.log(np.maximum(ended, _FAINT)), -np.inf)


def _forward_in_logarithms(
    emitted: NDArray[np.float64], skips: NDArray[np.bool_], lengths: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the same as `_forward`, slower and for any magnitude."""
    columns, count, states = emitted.shape
    alpha = np.full((count, states), -np.inf)
    alpha[:, 0] = 0.0
    for column in range(columns):
        following = alpha.copy()
        following[:, 1:] = np.logaddexp(following[:, 1:], alpha[:, :-1])
        following[:, 2:] = np.logaddexp(following[:, 2:], np.where(skips[:, 2:], alpha[:, :-2], -np.inf))
        alpha = following + emitted[column]
    rows = np.arange(count)
    before = np.where(lengths > 0, alpha[rows, 2 * lengths - 1], -np.inf)
    return np.logaddexp(alpha[rows, 2 * lengths], before)
