"""Reading: pictures in, texts with values and confidences out, by the network of one bundle."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.bundle import Bundle, BundleConfig, bundle_folder, load_bundle
from ocr.errors import BundleError, OcrError, UnreadableImageError
from ocr.inference.character_boxes import cells
from ocr.inference.denominator import UNSURE, number_enlarged, witness
from ocr.inference.session import Network
from ocr.inference.test_time_augmentation import ROUNDS, Round
from ocr.inputs import ModelInput
from ocr.text.decoding import Character, Decoded, beam, best_of_looks, greedy, greedy_batch, log_softmax
from ocr.text.expression import evaluate
from ocr.text.formula_grammar import DIGITS, replaced
from ocr.text.grammar import Grammar, grammar
from ocr.text.vocabulary import Vocabulary
from preprocessing.page.join import shrink
from preprocessing.read import ImageSource, Pixels, is_pillow_image, read_image, source_name

NOTHING_READ = 0.01
"""Below this confidence an image is said to hold nothing: right texts of less are a handful in a million, but for long
ones, see `nothing_below`."""

_LEAST_EACH = 0.6
"""Mean confidence of each character in long texts that may still be right: pictures without any text get short texts
of less each, pages with a bar or an arc across a character long texts of more."""

_BATCHES_AT_ONCE = 16  # images prepared ahead, so that images of one width come together; bounds the memory
_LONE_CELL = 0.5  # of the height of the input: how wide the cell of a character is that has no neighbours


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read in one image.

    text: the answer, "" when nothing was found. value: its exact value; None for captchas and with a problem.
    confidence: probability, by the network, that the image shows exactly this text; for an empty answer that of the
    likeliest text, which is below `nothing_below` it, or 0 when there was none.
    characters: symbol, confidence, start and end of each character, in pixel columns of the image as it was given. A
    character is confident by its highest probability in the network's columns. It reaches half-way to the middles of
    its neighbours, but at most 0.6 median distances of middles to either side; at the ends of the text half of one.
    By a network without an output for places, it is the columns that decided for it, which need not be its own.
    problem: None, or why there is no value. task: what the image was taken for, "arithmetic" (an image of round one),
    "formula" (a final page, or a line of one) or "captcha".
    """

    text: str
    value: Fraction | None
    confidence: float
    characters: tuple[Character, ...]
    problem: str | None
    task: str


class Recognizer:
    """Reads images with the network of a bundle; made by load_recognizer.

    Nothing in it changes once it is made, so threads may share one. `threads` is the number of cores that the network
    may use, None for all. `rounds` are the looks at doubtful formulas; with none there is one look at everything, and
    no closer one. Raises BundleError for a bundle that does not fit together.
    """

    def __init__(self, bundle: Bundle, *, threads: int | None = None, rounds: Sequence[Round] = ROUNDS) -> None:
        config = bundle.config
        self.bundle = bundle
        self.rounds = rounds
        self.vocabulary = Vocabulary(config.vocabulary)
        try:
            self.grammar = grammar(config.grammar)
            self._page = config.input_kind.page
        except OcrError as error:
            raise BundleError(f"{bundle.folder}: {error}") from error
        self.network = Network(bundle, self.vocabulary.size, threads=threads)

    @property
    def config(self) -> BundleConfig:
        """The settings of the bundle."""
        return self.bundle.config

    def recognize(
        self, images: Iterable[ImageSource], *, batch_size: int = 64, grammar: Grammar | None = None
    ) -> list[Recognition]:
        """Read `images`, any of what preprocessing.read_image takes, in their order.

        The network sees `batch_size` images at once. `grammar` replaces the bundle's own for this call; confidences are
        then probabilities given that there are no characters but those of its alphabet. An image in which nothing is
        found gets an answer with a problem. Raises UnreadableImageError for the first that is none.
        """
        if _is_one_image(images):
            raise TypeError(f"recognize takes a list of images, not one {type(images).__name__}; write [image]")
        if batch_size < 1:
            raise OcrError(f"batch_size is {batch_size}, expected at least 1")
        waiting = iter(images)
        results: list[Recognition] = []
        while prepared := [self.prepare(image) for image in islice(waiting, batch_size * _BATCHES_AT_ONCE)]:
            results += self.recognize_prepared(prepared, batch_size=batch_size, grammar=grammar)
        return results

    def prepare(self, image: ImageSource) -> ModelInput:
        """Read one image and turn it into what the network sees. Raises UnreadableImageError."""
        return self.prepare_pixels(read_image(image), source_name(image))

    def prepare_pixels(self, pixels: Pixels, name: str) -> ModelInput:
        """`prepare` for an image (H, W, 3), uint8, that was read already; errors call it by its name."""
        try:
            return self.config.prepare(pixels)
        except (MemoryError, cv2.error) as error:
            raise UnreadableImageError(f"{name}: cannot be prepared ({str(error) or 'out of memory'})") from error

    def recognize_prepared(
        self, prepared: Sequence[ModelInput], *, batch_size: int = 64, grammar: Grammar | None = None
    ) -> list[Recognition]:
        """`recognize` for images that went through `prepare`: whoever reads files one by one keeps the good ones."""
        allowed = grammar or self.grammar
        by_width: dict[int, list[int]] = {}
        results: dict[int, Recognition] = {}
        for index, image in enumerate(prepared):
            if image.problem is not None:
                results[index] = self._recognition(None, (), image)
                continue
            by_width.setdefault(self.config.padded_width(image.pixels.shape[1]), []).append(index)
        for width, indices in by_width.items():
            for start in range(0, len(indices), batch_size):
                chosen = indices[start : start + batch_size]
                batch = [prepared[index] for index in chosen]
                for index, answer in zip(chosen, self._read(batch, width, allowed), strict=True):
                    results[index] = answer
        return [results[index] for index in range(len(prepared))]

    def _read(self, images: Sequence[ModelInput], width: int, allowed: Grammar) -> list[Recognition]:
        """Read one batch, padded to `width`."""
        logits, *places = self.network.run([image.pixels for image in images], width)
        log_probs = self._log_probs(logits, allowed)
        answers = self._decode(log_probs, allowed)
        if self._page and self.rounds:
            numbers = self._look_closer(images, answers, places, allowed)
            self._look_again(images, log_probs, answers, allowed, numbers)
        return list(map(self._recognition, answers, self._boxes(answers, places), images))

    def _log_probs(self, logits: NDArray[np.float32], allowed: Grammar, only: str | None = None) -> NDArray[np.float32]:
        """Return log probabilities (..., T, C) given that there are no characters but those of another grammar than the
        bundle's own, and no others than `only`."""
        known = list(enumerate(self.vocabulary.characters, start=1))
        if allowed.alphabet and allowed is not self.grammar:
            logits[..., [index for index, char in known if char not in allowed.alphabet]] = -np.inf
        if only is not None:
            logits[..., [index for index, char in known if char not in only]] = -np.inf
        return log_softmax(logits)

    def _boxes(
        self, answers: Sequence[Decoded | None], places: Sequence[NDArray[np.float32]]
    ) -> list[list[tuple[float, float]]]:
        """Return where the characters of each answer stand, start and end in columns, by the network's places or, if it
        has none, by the columns that decided for them."""
        if not places:
            return [[(each.start, each.end) for each in answer.characters] if answer else [] for answer in answers]
        config = self.bundle.config
        ids = [self.vocabulary.encode(answer.text) if answer else () for answer in answers]
        return cells(places[0], ids, lone=_LONE_CELL * config.height / config.stride).tolist()

    def _decode(self, log_probs: NDArray[np.float32], allowed: Grammar) -> list[Decoded | None]:
        """Return the likeliest allowed text of each image, from log_probs (N, T, C).

        Of the bundle's own language a text that the likeliest column after column spells is the answer.
        """
        answers: list[Decoded | None] = []
        for row, decoded in enumerate(greedy_batch(log_probs, self.vocabulary)):
            fits = allowed is self.grammar and decoded.text and allowed.contains(decoded.text)
            answers.append(decoded if fits else beam(log_probs[row], self.vocabulary, allowed))
        return answers

    def _look_closer(
        self,
        images: Sequence[ModelInput],
        answers: Sequence[Decoded | None],
        places: Sequence[NDArray[np.float32]],
        allowed: Grammar,
    ) -> dict[int, NDArray[np.float32]]:
        """Read the number under the bar of each answer that is not sure, enlarged: log probabilities (T, C) by row.

        None for a network that was not trained on such, or that doesn't tell where its characters stand.
        """
        if not (self.config.closer and places):
            return {}
        stride, pieces = self.config.stride, dict[int, NDArray[np.uint8]]()
        unsure = [answer if answer and answer.log_probability < math.log(UNSURE) else None for answer in answers]
        for row, (image, answer, spans) in enumerate(zip(images, unsure, self._boxes(unsure, places), strict=True)):
            if answer is None:
                continue
            piece = number_enlarged(image, answer.text, [(start * stride, end * stride) for start, end in spans])
            if piece is not None:
                pieces[row] = shrink(piece, self.config.max_width)[0]
        logits = self.network.run_each(list(pieces.values()))
        return {row: self._log_probs(each, allowed, DIGITS) for row, each in zip(pieces, logits, strict=True)}

    def _look_again(
        self,
        images: Sequence[ModelInput],
        log_probs: NDArray[np.float32],
        answers: list[Decoded | None],
        allowed: Grammar,
        numbers: Mapping[int, NDArray[np.float32]],
    ) -> None:
        """Read again what was not read for sure, shifted and stretched a little, and replace those answers by the text
        that all looks agree on best, and the closer look at its number, out of `numbers`, where there was one."""
        seen = {row: [log_probs[row]] for row in range(len(images))}
        texts = {row: [answer.text] if answer else [] for row, answer in enumerate(answers)}
        for row, number in numbers.items():
            answers[row] = self._agreed(texts[row], seen[row], allowed, number) or answers[row]
        for each in self.rounds:
            sure = math.log(each.below)
            rows = [row for row, answer in enumerate(answers) if answer is None or answer.log_probability < sure]
            if not rows:
                return
            for look in each.looks:
                inputs = [look(images[row].pixels) for row in rows]
                for row, logits in zip(rows, self.network.run_each(inputs), strict=True):
                    again = self._log_probs(logits, allowed)
                    seen[row].append(again)
                    texts[row] += [other.text for other in self._decode(again[None], allowed) if other]
            for row in rows:
                answers[row] = self._agreed(texts[row], seen[row], allowed, numbers.get(row)) or answers[row]

    def _agreed(
        self,
        texts: Sequence[str],
        seen: Sequence[NDArray[np.float32]],
        allowed: Grammar,
        number: NDArray[np.float32] | None,
    ) -> Decoded | None:
        """Return the text that all looks agree on best, among `texts` and those with the number of the closer look."""
        if number is None:
            return best_of_looks(sorted({*texts}), seen, self.vocabulary)
        read = greedy(number, self.vocabulary).text
        more = (replaced(text, read) for text in texts)
        every = sorted({*texts, *(text for text in more if allowed.contains(text))})
        return best_of_looks(every, seen, self.vocabulary, witness(every, number, self.vocabulary))

    def _recognition(self, decoded: Decoded | None, boxes: Sequence[Sequence[float]], image: ModelInput) -> Recognition:
        """Turn a text whose characters stand in `boxes`, start and end in columns, into an answer about an image."""
        task, stride = self.bundle.config.task, self.bundle.config.stride
        nothing = image.problem or self.config.kind.nothing
        if decoded is None or not decoded.text:
            return Recognition("", None, 0.0, (), nothing, task)
        confidence = min(1.0, math.exp(decoded.log_probability))
        if confidence < nothing_below(decoded.text):
            return Recognition("", None, confidence, (), nothing, task)
        characters = tuple(
            [
                Character(each.symbol, min(1.0, each.confidence), *image.columns(box[0] * stride, box[1] * stride))
                for each, box in zip(decoded.characters, boxes, strict=False)  # boxes may be padded
            ]
        )
        value, problem = None, None
        if self.config.kind.has_value:
            evaluation = evaluate(decoded.text)
            value, problem = evaluation.value, evaluation.problem
        return Recognition(decoded.text, value, confidence, characters, problem, task)


def nothing_below(text: str) -> float:
    """Return the confidence below which an image that reads `text` at best is said to hold nothing."""
    return min(NOTHING_READ, _LEAST_EACH ** len(text))


def load_recognizer(name_or_folder: str | os.PathLike[str], *, threads: int | None = None) -> Recognizer:
    """Return a Recognizer for a shipped model, by name, or for the bundle in a folder. Raises BundleError."""
    return Recognizer(load_bundle(bundle_folder(name_or_folder)), threads=threads)


def _is_one_image(images: object) -> bool:
    """Whether someone gave an image in place of a list; most kinds of image could be iterated over, to no purpose."""
    if isinstance(images, np.ndarray):
        return images.ndim < 4
    if is_pillow_image(images) or hasattr(images, "read"):
        return True
    return isinstance(images, (str, bytes, bytearray, memoryview, os.PathLike))
