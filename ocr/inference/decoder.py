"""From a network's outputs to texts and boxes: one image's state of reading, and the steps that all stages share.

A reader's recurrent layers may hold back a character until long after its column, so its logits say what was read but
not where. The second output of its network, "places", is computed from the columns before those layers: it sees little
more than a character's own surroundings and can only answer there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.bundle import BundleConfig
from ocr.inference.nothing import is_illegible, shows_nothing
from ocr.inference.session import Session
from ocr.inputs import ModelInput
from ocr.text.budget import Budget, Budgeted
from ocr.text.ctc.decoding import Decoded, beam, best_over_transforms, greedy_batch, log_softmax
from ocr.text.ctc.probability import align_batch
from ocr.text.grammar import Grammar
from ocr.text.vocabulary import Vocabulary

Floats = NDArray[np.float32]

LONE_BOX = 0.5
"""Width of the box of a character without neighbours, as a share of the height of the input."""
WIDEST_HALF = 0.6
"""Half the width of the widest box, in median distances between the middles of characters."""


@dataclass(frozen=True)
class Candidate:
    """The state of reading one image; a stage returns another with more in it."""

    input: ModelInput
    log_probs: tuple[Floats, ...]
    """(T, C) of the input, then of each transform of it."""
    texts: tuple[str, ...]
    """The most probable text of each of these, if any is allowed."""
    answer: Decoded | None
    """The best text so far, None without any."""
    places: Floats | None
    """The network's output for character positions (T, C), None if it has none."""
    log_odds: Scores | None = None
    """Other evidence for or against texts: see ocr.inference.denominator."""
    budget: Budget = field(default_factory=Budget)
    """What is left for the searches for its text, in all looks together."""
    nothing: bool = False
    """Whether the first look found that the image shows nothing, so that another is no use."""

    def is_below(self, log_probability: float) -> bool:
        """Whether there may be a better answer than one that has not this natural-log probability, or than none."""
        return not self.nothing and (self.answer is None or self.answer.log_probability < log_probability)


class Scores(Protocol):
    """Evidence beside the network's view of the whole input."""

    def more_texts(self, texts: Sequence[str]) -> Sequence[str]:
        """Return texts to consider beside these."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return what it adds to the log probabilities of texts (N,)."""


class Stage(Protocol):
    """A step that may improve the answers of some images."""

    def __call__(self, candidates: Sequence[Candidate], decoder: Decoder) -> list[Candidate]:
        """Return the candidates in their order, those that it is for improved."""


@dataclass(frozen=True)
class Decoder:
    """Runs a bundle's network and decodes what it says, for one call with one grammar."""

    session: Session
    vocabulary: Vocabulary
    own: Grammar
    """The grammar of the bundle."""
    allowed: Grammar
    """The grammar of this call."""

    @property
    def config(self) -> BundleConfig:
        """The settings of the bundle."""
        return self.session.bundle.config

    def first(self, inputs: Sequence[ModelInput], width: int) -> list[Candidate]:
        """Read inputs, padded to `width`, as they are."""
        logits, *places = self.session.run([each.pixels for each in inputs], width)
        log_probs = self.log_probs(logits)
        budgets = [Budget() for _ in inputs]
        answers = self.decode(log_probs, budgets)
        return [
            Candidate(
                each,
                (log_probs[row],),
                () if answers[row] is None else (answers[row].text,),  # type: ignore[union-attr]
                answers[row],
                places[0][row] if places else None,
                budget=budgets[row],
                nothing=shows_nothing(answers[row]),
            )
            for row, each in enumerate(inputs)
        ]

    def log_probs(self, logits: Floats, only: str | None = None) -> Floats:
        """Return log probabilities (..., T, C) among the characters of the call's grammar, and among `only` if given.

        The bundle's own grammar rules no character out: what it forbids still tells how sure the network is.
        """
        known = list(enumerate(self.vocabulary.characters, start=1))
        if self.allowed.alphabet and self.allowed is not self.own:
            logits[..., [index for index, char in known if char not in self.allowed.alphabet]] = -np.inf
        if only is not None:
            logits[..., [index for index, char in known if char not in only]] = -np.inf
        return log_softmax(logits)

    def decode(self, log_probs: Floats, budgets: Sequence[Budget]) -> list[Decoded | None]:
        """Return the most probable allowed text of each image, from log_probs (N, T, C) and N budgets for searching.

        In the bundle's own grammar, the text of greedy decoding is the answer wherever it is allowed. Where that is no
        page's by far, none is searched: pages are looked at again and again, and what shows nothing would cost most.
        """
        page = self.config.input_kind.page
        answers: list[Decoded | None] = []
        for row, decoded in enumerate(greedy_batch(log_probs, self.vocabulary)):
            if self.allowed is self.own and decoded.text and self.allowed.contains(decoded.text):
                answers.append(decoded)
            elif page and is_illegible(decoded):
                answers.append(None)
            else:
                answers.append(beam(log_probs[row], self.vocabulary, Budgeted(self.allowed, budgets[row])))
        return answers

    def best(self, candidate: Candidate) -> Decoded | None:
        """Return the text on which all that is known of an image agrees best; its answer so far without any."""
        texts, odds = candidate.texts, candidate.log_odds
        if odds is not None:
            texts = (*texts, *(text for text in odds.more_texts(texts) if self.allowed.contains(text)))
        every = sorted({*texts})
        scores = None if odds is None else odds(every)
        return best_over_transforms(every, candidate.log_probs, self.vocabulary, scores) or candidate.answer

    def boxes(self, candidates: Sequence[Candidate]) -> list[list[tuple[float, float]]]:
        """Return the start and end of each answer's characters in columns.

        By the network's places or, if it has none, by the columns that decided for them.
        """
        answers = [each.answer for each in candidates]
        places = [each.places for each in candidates if each.places is not None]
        if len(places) < len(candidates) or not places:
            return [[(each.start, each.end) for each in answer.characters] if answer else [] for answer in answers]
        ids = [self.vocabulary.encode(answer.text) if answer else () for answer in answers]
        config = self.session.bundle.config
        lone = LONE_BOX * config.height / config.stride
        return character_boxes(np.stack(places), ids, lone=lone).tolist()


def character_boxes(scores: Floats, ids: Sequence[Sequence[int]], *, lone: float) -> NDArray[np.float64]:
    """Return the box of each character of one text per image, in columns: (N, L, 2), start and end.

    `scores` are the network's "places" (N, T, C). The best alignment of a text gives each character a few columns near
    its middle. Its box reaches half-way to the middles next to it, but no further than WIDEST_HALF median distances of
    the text's middles; the outer sides of the first and the last box are half a median distance away. `lone` is the
    width of the box of a character that is alone. Boxes may end a little outside the image. L is the longest text's
    length; what stands for no character, or for one of a text that does not fit, is (0, 0).
    """
    spans, _ = align_batch(scores, ids)
    found = spans[:, :, 1] > 0
    middles = spans.sum(axis=2) / 2
    between = np.where(found[:, 1:], np.diff(middles, axis=1), np.inf)
    typical = _median(between, lone)
    gaps = np.repeat(typical[:, None], found.shape[1] + 1, axis=1)  # also what is assumed beyond both ends
    gaps[:, 1:-1] = np.where(found[:, 1:], between, gaps[:, 1:-1])
    sides = np.minimum(gaps / 2, WIDEST_HALF * typical[:, None])
    placed = np.stack([middles - sides[:, :-1], middles + sides[:, 1:]], axis=2)
    return np.where(found[:, :, None], placed, 0.0)


def _median(values: NDArray[np.float64], otherwise: float) -> NDArray[np.float64]:
    """Return the median of the finite values of each row (N, K), `otherwise` where there are none."""
    counts = np.isfinite(values).sum(axis=1)
    ordered = np.sort(np.pad(values, ((0, 0), (0, 1)), constant_values=np.inf), axis=1)  # never without a value
    rows = np.arange(len(values))
    medians = (ordered[rows, np.maximum(counts - 1, 0) // 2] + ordered[rows, counts // 2]) / 2
    return np.where(counts > 0, medians, otherwise)
