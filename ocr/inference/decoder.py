"""From a network's outputs to texts: one image's state of reading, and the steps that all stages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.bundle import BundleConfig
from ocr.inference.character_boxes import character_boxes
from ocr.inference.nothing import is_illegible, shows_nothing
from ocr.inference.session import Session
from ocr.inputs import ModelInput
from ocr.text.budget import Budget, Budgeted
from ocr.text.ctc.decoding import Decoded, beam, best_of_looks, greedy_batch, log_softmax
from ocr.text.grammar import Grammar
from ocr.text.vocabulary import Vocabulary

Floats = NDArray[np.float32]

LONE_BOX = 0.5
"""Width of the box of a character without neighbours, as a share of the height of the input."""


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
        return best_of_looks(every, candidate.log_probs, self.vocabulary, scores) or candidate.answer

    def boxes(self, candidates: Sequence[Candidate]) -> list[list[tuple[float, float]]]:
        """Return the start and end of each answer's characters in columns.

        By the network's places or, if it has none, by the columns that decided for them.
        """
        answers = [each.answer for each in candidates]
        places = [each.places for each in candidates if each.places is not None]
        if len(places) < len(candidates) or not places:
            return [[(each.start, each.end) for each in answer.characters] if answer else [] for answer in answers]
        ids = [self.vocabulary.encode(answer.text) if answer else () for answer in answers]
        lone = LONE_BOX * self.config.height / self.config.stride
        return character_boxes(np.stack(places), ids, lone=lone).tolist()
