"""A closer look at a fraction: the small digits under its bar, enlarged, where most errors of final pages are.

The network reads them a second time, as large as other digits. What it says of them bears witness for or against the
texts that the looks at the whole allow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.inputs import ModelInput
from ocr.text.ctc import Floats, text_log_probability_batch
from ocr.text.formula_grammar import digits_under
from ocr.text.vocabulary import Vocabulary
from preprocessing.page.denominator_crop import digits_below, enlarged

Pixels = NDArray[np.uint8]

UNSURE = 0.995
"""What is read with less than this confidence is looked at closer."""
MARGIN = 4
"""Columns of the line beside the digits that are looked at, too."""
DOUBT = 7.0
"""How much less likely a closer look makes one text than another, at most, as a natural logarithm: it may err, too."""


def number_enlarged(prepared: ModelInput, text: str, spans: Sequence[Sequence[float]]) -> Pixels | None:
    """Return the number under the bar of a text's fraction, enlarged, from the line that it stands in.

    `spans` are where each character of `text` stands in the network's input, start and end in pixels. None without such
    a number.
    """
    under = digits_under(text)
    if under is None or len(spans) < under[1] or not prepared.lines:
        return None
    first, last = (sum(spans[index]) / 2 for index in (under[0], under[1] - 1))
    for part, line in zip(prepared.parts, prepared.lines, strict=True):
        if first < part.end:
            scale = (part.right - part.left) / (part.end - part.start)
            left, right = digits_below(line, *(int((middle - part.start) * scale) for middle in (first, last)))
            return enlarged(line, left - MARGIN, right + MARGIN)
    return None


def witness(texts: Sequence[str], log_probs: Floats, vocabulary: Vocabulary) -> NDArray[np.float64]:
    """Return how a closer look changes the log odds of texts (N,): 0 for the likeliest, others less, to -DOUBT.

    `log_probs` (T, C) are the network's about the enlarged digits. A text without one number under a bar is as likely
    as an empty one. A look that fits none of the texts says nothing.
    """
    spans = [digits_under(text) or (0, 0) for text in texts]
    ids = [vocabulary.encode(text[start:end]) for text, (start, end) in zip(texts, spans, strict=True)]
    scores = text_log_probability_batch(np.broadcast_to(log_probs, (len(texts), *log_probs.shape)), ids)
    best = scores.max(initial=-np.inf)
    return np.maximum(scores - best, -DOUBT) if np.isfinite(best) else np.zeros(len(texts))
