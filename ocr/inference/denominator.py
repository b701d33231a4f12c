"""Rescore fractions by their denominators: the small digits below the bar, enlarged, where most errors of pages are.

The network reads the number a second time, as large as other digits. The result adds log odds for or against the texts
that the whole input allows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.inference.decoder import Candidate, Decoder
from ocr.inputs import ModelInput
from ocr.text.ctc.decoding import greedy
from ocr.text.ctc.probability import Floats, text_log_probability_batch
from ocr.text.formula_grammar import DIGITS, digits_under, replaced
from ocr.text.vocabulary import Vocabulary
from preprocessing.arrays import Pixels
from preprocessing.page.denominator_crop import digits_below, enlarged
from preprocessing.page.join import shrink

UNSURE = 0.995
"""Denominators are read of answers with less than this confidence."""
MARGIN = 4
"""Columns of the line beside the digits that are cut out, too."""
CAP = 7.0
"""Largest difference, in natural-log odds, that a denominator makes between two texts: it may be misread, too."""


@dataclass(frozen=True)
class RescoreDenominators:
    """The stage that reads the denominators of unsure answers enlarged."""

    below: float = UNSURE

    def __call__(self, candidates: Sequence[Candidate], decoder: Decoder) -> list[Candidate]:
        found = list(candidates)
        unsure = [row for row, each in enumerate(found) if _is_unsure(each, math.log(self.below))]
        if not unsure:
            return found
        stride, pieces = decoder.config.stride, dict[int, Pixels]()
        boxes = decoder.boxes([found[row] for row in unsure])
        for row, spans in zip(unsure, boxes, strict=True):
            text = found[row].answer.text  # type: ignore[union-attr]
            piece = enlarged_denominator(
                found[row].input, text, [(start * stride, end * stride) for start, end in spans]
            )
            if piece is not None:
                pieces[row] = shrink(piece, decoder.config.max_width)[0]
        for row, logits in zip(pieces, decoder.session.run_each(list(pieces.values())), strict=True):
            log_odds = DenominatorScores(decoder.log_probs(logits, DIGITS), decoder.vocabulary)
            found[row] = replace(found[row], log_odds=log_odds)
            found[row] = replace(found[row], answer=decoder.best(found[row]))
        return found


def _is_unsure(candidate: Candidate, log_probability: float) -> bool:
    """Tell whether there is an answer, not a sure one, whose characters have places."""
    return candidate.answer is not None and candidate.places is not None and candidate.is_below(log_probability)


@dataclass(frozen=True, eq=False)
class DenominatorScores:
    """The evidence of an enlarged denominator: the network's log probabilities (T, C) of it."""

    log_probs: Floats
    vocabulary: Vocabulary

    def more_texts(self, texts: Sequence[str]) -> list[str]:
        """Return the texts with the denominator as it was read."""
        number = greedy(self.log_probs, self.vocabulary).text
        return [replaced(text, number) for text in texts]

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the log odds (N,) of texts: 0 for the likeliest, others less, to -CAP.

        A text without exactly one denominator is as likely as an empty one. All are 0 where none of them fits.
        """
        spans = [digits_under(text) or (0, 0) for text in texts]
        ids = [self.vocabulary.encode(text[start:end]) for text, (start, end) in zip(texts, spans, strict=True)]
        scores = text_log_probability_batch(np.broadcast_to(self.log_probs, (len(texts), *self.log_probs.shape)), ids)
        best = scores.max(initial=-np.inf)
        return np.maximum(scores - best, -CAP) if np.isfinite(best) else np.zeros(len(texts))


def enlarged_denominator(prepared: ModelInput, text: str, spans: Sequence[Sequence[float]]) -> Pixels | None:
    """Return the number below the bar of a text's fraction, enlarged, from the line that it stands in.

    `spans` are start and end of each character of `text` in the network's input, in pixels. None without such a number.
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
