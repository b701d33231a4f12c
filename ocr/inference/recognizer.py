"""Reading: pictures in, texts with values and confidences out, by the network of one bundle."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import cv2
import numpy as np

from ocr.bundle import Bundle, BundleConfig, bundle_folder, load_bundle
from ocr.errors import BundleError, OcrError, UnreadableImageError
from ocr.inference.decoder import Decoder, Stage
from ocr.inference.denominator import RescoreDenominators
from ocr.inference.session import Session
from ocr.inference.test_time_augmentation import TRANSFORM_STAGES
from ocr.inputs import ModelInput
from ocr.text.decoding import Character, Decoded
from ocr.text.expression import evaluate
from ocr.text.grammar import Grammar, grammar
from ocr.text.vocabulary import Vocabulary
from preprocessing.read import ImageSource, Pixels, is_pillow_image, read_image, source_name

NOTHING_READ = 0.01
"""Below this confidence an image is said to hold nothing: right texts of less are a handful in a million, but for long
ones, see `nothing_below`."""

_LEAST_EACH = 0.6
"""Mean confidence of each character in long texts that may still be right: pictures without any text get short texts
of less each, pages with a bar or an arc across a character long texts of more."""

_BATCHES_AT_ONCE = 16  # images prepared ahead, so that images of one width come together; bounds the memory


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
    may use, None for all. `stages` improve unsure answers one after the other; None for those that the bundle's input
    has. Raises BundleError for a bundle that does not fit together.
    """

    def __init__(self, bundle: Bundle, *, threads: int | None = None, stages: Sequence[Stage] | None = None) -> None:
        config = bundle.config
        self.bundle = bundle
        self.vocabulary = Vocabulary(config.vocabulary)
        try:
            self.grammar = grammar(config.grammar)
            kind = config.input_kind
        except OcrError as error:
            raise BundleError(f"{bundle.folder}: {error}") from error
        self.session = Session(bundle, self.vocabulary.size, threads=threads)
        usual: list[Stage] = [RescoreDenominators()] if config.closer else []
        self.stages = stages if stages is not None else (*usual, *(TRANSFORM_STAGES if kind.page else ()))

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
            return self.bundle.config.prepare(pixels)
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

    def _read(self, inputs: Sequence[ModelInput], width: int, allowed: Grammar) -> list[Recognition]:
        """Read one batch, padded to `width`: as it is, then stage by stage."""
        decoder = Decoder(self.session, self.vocabulary, self.grammar, allowed)
        candidates = decoder.first(inputs, width)
        for stage in self.stages:
            candidates = stage(candidates, decoder)
        boxes = decoder.boxes(candidates)
        return [self._recognition(each.answer, box, each.input) for each, box in zip(candidates, boxes, strict=True)]

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
