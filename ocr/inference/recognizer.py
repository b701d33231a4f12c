"""Reading: pictures in, texts with values and confidences out, by the network of one bundle."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from typing import Any

import cv2
import numpy as np

from ocr.bundle import Bundle, bundle_folder, load_bundle
from ocr.errors import BundleError, OcrError, UnreadableImageError
from ocr.inference.decoder import LONE_BOX, Decoder, Stage, character_boxes
from ocr.inference.denominator import RescoreDenominators
from ocr.inference.nothing import nothing_below, shows_nothing
from ocr.inference.parallel import available_cores, map_in_threads, split
from ocr.inference.session import Session
from ocr.inference.test_time_augmentation import TRANSFORM_STAGES
from ocr.inputs import ModelInput
from ocr.text.any_captcha import AnyCaptcha, Told
from ocr.text.budget import GIVEN_UP
from ocr.text.ctc.decoding import Character, Decoded, log_softmax
from ocr.text.expression import evaluate
from ocr.text.grammar import Grammar, grammar
from ocr.text.read_best import OUTSIDE, Reading, read_best
from ocr.text.vocabulary import Vocabulary
from preprocessing.read import ImageSource, Pixels, is_pillow_image, read_image, source_name

_BATCHES_AT_ONCE = 16  # images prepared ahead, so that images of one width come together; bounds the memory
_TOGETHER = 8  # images that a thread prepares before it takes the next


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read in one image."""

    text: str
    """The answer as drawn, without blanks; "" where nothing was found."""
    value: Fraction | None
    """Its exact value; None for text captchas and with a problem."""
    confidence: float
    """Probability, by the network, that the image shows exactly this text; for an empty answer that of the likeliest
    text, which is below `nothing_below` it, or 0 where there was none."""
    characters: tuple[Character, ...]
    """Symbol, confidence, start and end of each, in pixel columns of the image as it was given.

    A character is confident by its highest probability in the network's columns. It reaches half-way to the middles of
    its neighbours, but at most 0.6 median distances of middles to either side; at the ends of the text half of one. By
    a network without an output for places, it is the columns that decided for it, which need not be its own.
    """
    problem: str | None
    """None, or why there is no value or no text."""
    task: str
    """The task of the model that read it (ocr.tasks)."""
    kind: str = "text"
    """What the image shows: "arithmetic", "text", or "page" (a final page, or a line of one)."""
    model: str = ""
    """Name of the model that read it."""
    threshold: float = 1.0
    """The model's confidence from which on an answer can be trusted; 1 of a model that trusts nothing."""

    @property
    def trusted(self) -> bool:
        """Whether there is an answer of at least the model's threshold, and of a language that it knows."""
        sure = self.threshold < 1 and self.confidence >= self.threshold
        return bool(self.text) and self.problem not in OUTSIDE and sure

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON; the value is text, "-17" or "42072/86"."""
        return {
            "text": self.text,
            "value": None if self.value is None else str(self.value),
            "confidence": self.confidence,
            "trusted": self.trusted,
            "threshold": self.threshold,
            "kind": self.kind,
            "model": self.model,
            "problem": self.problem,
            "characters": [
                {"symbol": each.symbol, "confidence": each.confidence, "start": each.start, "end": each.end}
                for each in self.characters
            ],
        }


class Recognizer:
    """Reads images with the network of a bundle; made by load_recognizer.

    Nothing in it changes once it is made, so threads may share one. `threads` is how many read at once where there are
    several images or batches, None for one on each core; each runs the network by itself. `stages` improve unsure
    answers one after the other; None for those that the bundle's input has. Raises BundleError for a bundle that does
    not fit together.
    """

    def __init__(self, bundle: Bundle, *, threads: int | None = None, stages: Sequence[Stage] | None = None) -> None:
        self.bundle = bundle
        self.config = config = bundle.config
        self.vocabulary = Vocabulary(config.vocabulary)
        self._signature = {"task": config.task, "model": bundle.name, "threshold": config.threshold}
        try:
            self.grammar = grammar(config.grammar)
            self._open = isinstance(self.grammar, AnyCaptcha)
            kind = config.input_kind
        except OcrError as error:
            raise BundleError(f"{bundle.folder}: {error}") from error
        self.session = Session(bundle, self.vocabulary.size)
        self.threads = threads or available_cores()
        usual: list[Stage] = [RescoreDenominators()] if config.closer else []
        self.stages = stages if stages is not None else (*usual, *(TRANSFORM_STAGES if kind.page else ()))

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
        while some := list(islice(waiting, batch_size * _BATCHES_AT_ONCE)):
            threads = self.threads if all(map(_is_for_any_thread, some)) else 1
            prepared = list(chain.from_iterable(map_in_threads(self._prepare, split(some, _TOGETHER), threads)))
            results += self.recognize_prepared(prepared, batch_size=batch_size, grammar=grammar)
        return results

    def prepare(self, image: ImageSource) -> ModelInput:
        """Read one image and turn it into what the network sees. Raises UnreadableImageError."""
        return self.prepare_pixels(read_image(image), source_name(image))

    def _prepare(self, images: Sequence[ImageSource]) -> list[ModelInput]:
        return [self.prepare(image) for image in images]

    def prepare_pixels(self, pixels: Pixels, name: str) -> ModelInput:
        """`prepare` for an image (H, W, 3), uint8, that was read already; errors call it by its name."""
        try:
            return self.config.prepare(pixels)
        except (MemoryError, cv2.error) as error:
            raise UnreadableImageError(f"{name}: cannot be prepared ({str(error) or 'out of memory'})") from error

    def recognize_prepared(
        self,
        prepared: Sequence[ModelInput],
        *,
        batch_size: int = 64,
        grammar: Grammar | None = None,
        told: Told | None = None,
    ) -> list[Recognition]:
        """`recognize` for images that went through `prepare`: whoever reads files one by one keeps the good ones.

        `told` is what the caller knows of the texts, for models of captchas of any kind.
        """
        allowed = grammar or self.grammar
        by_width: dict[int, list[int]] = {}
        results: dict[int, Recognition] = {}
        for index, image in enumerate(prepared):
            if image.problem is not None:
                results[index] = self._recognition(None, (), image)
                continue
            by_width.setdefault(self.config.padded_width(image.pixels.shape[1]), []).append(index)
        batches = [(width, chosen) for width, indices in by_width.items() for chosen in split(indices, batch_size)]

        def read(batch: tuple[int, Sequence[int]]) -> list[Recognition]:
            width, chosen = batch
            inputs = [prepared[index] for index in chosen]
            if self._open and grammar is None:
                return self._read_open(inputs, width, told or Told())
            return self._read(inputs, width, allowed)

        for (_, chosen), answers in zip(batches, map_in_threads(read, batches, self.threads), strict=True):
            results.update(zip(chosen, answers, strict=True))
        return [results[index] for index in range(len(prepared))]

    def _read(self, inputs: Sequence[ModelInput], width: int, allowed: Grammar) -> list[Recognition]:
        """Read one batch, padded to `width`: as it is, then stage by stage."""
        decoder = Decoder(self.session, self.vocabulary, self.grammar, allowed)
        candidates = decoder.first(inputs, width)
        for stage in self.stages:
            candidates = stage(candidates, decoder)
        boxes = decoder.boxes(candidates)
        return [
            self._recognition(each.answer, box, each.input, given_up=each.budget.spent)
            for each, box in zip(candidates, boxes, strict=True)
        ]

    def _read_open(self, inputs: Sequence[ModelInput], width: int, told: Told) -> list[Recognition]:
        """Read one batch, padded to `width`: what each shows, an equation or a text, is told by the probabilities."""
        logits, *places = self.session.run([each.pixels for each in inputs], width)
        known: dict[str, Any] = {"kind": told.kind, "alphabet": told.alphabet, "length": told.length, "case": told.case}
        readings = [read_best(columns, self.vocabulary, **known) for columns in log_softmax(logits)]
        boxes = [[(each.start, each.end) for each in reading.characters] for reading in readings]
        if places:
            ids = [self.vocabulary.encode(reading.text) for reading in readings]
            boxes = character_boxes(places[0], ids, lone=LONE_BOX * self.config.height / self.config.stride).tolist()
        return [self._captcha(reading, box, image) for reading, box, image in zip(readings, boxes, inputs, strict=True)]

    def _captcha(self, reading: Reading, boxes: Sequence[Sequence[float]], image: ModelInput) -> Recognition:
        """Turn what an image shows, its characters in `boxes` of columns, into an answer."""
        known: dict[str, Any] = {"kind": reading.kind, **self._signature}
        confidence = reading.confidence
        if not reading.text or confidence < nothing_below(reading.text):
            nothing = 0.0 if not reading.text else confidence
            return Recognition("", None, nothing, (), self.config.kind.nothing, **known)
        characters = self._placed(reading.characters, boxes, image)
        return Recognition(reading.text, reading.value, confidence, characters, reading.problem, **known)

    def _placed(
        self, characters: Sequence[Character], boxes: Sequence[Sequence[float]], image: ModelInput
    ) -> tuple[Character, ...]:
        """Return characters with the columns of the image that their boxes, in columns of the network, stand for."""
        stride = self.config.stride
        return tuple(
            [
                Character(each.symbol, min(1.0, each.confidence), *image.columns(box[0] * stride, box[1] * stride))
                for each, box in zip(characters, boxes, strict=False)  # boxes may be padded
            ]
        )

    def _recognition(
        self,
        decoded: Decoded | None,
        boxes: Sequence[Sequence[float]],
        image: ModelInput,
        *,
        given_up: bool = False,
    ) -> Recognition:
        """Turn a text whose characters stand in `boxes`, start and end in columns, into an answer about an image.

        `given_up` tells that there may be another text, for which the search did not go on.
        """
        kind = self.config.kind
        known: dict[str, Any] = {"kind": kind.answers, **self._signature}
        nothing = image.problem or (GIVEN_UP if given_up else kind.nothing)
        if decoded is None or not decoded.text:
            return Recognition("", None, 0.0, (), nothing, **known)
        confidence = min(1.0, math.exp(decoded.log_probability))
        if shows_nothing(decoded):
            return Recognition("", None, confidence, (), nothing, **known)
        characters = self._placed(decoded.characters, boxes, image)
        value, problem = None, None
        if kind.has_value:
            evaluation = evaluate(decoded.text)
            value, problem = evaluation.value, evaluation.problem
        return Recognition(decoded.text, value, confidence, characters, problem, **known)


def load_recognizer(name_or_folder: str | os.PathLike[str], *, threads: int | None = None) -> Recognizer:
    """Return a Recognizer for a shipped model, by name, or for the bundle in a folder. Raises BundleError."""
    return Recognizer(load_bundle(bundle_folder(name_or_folder)), threads=threads)


def _is_for_any_thread(image: ImageSource) -> bool:
    """Whether an image may be taken in by any thread: files may be read on from another image, PIL's decoded twice."""
    return not is_pillow_image(image) and not hasattr(image, "read")


def _is_one_image(images: object) -> bool:
    """Whether someone gave an image in place of a list; most kinds of image could be iterated over, to no purpose."""
    if isinstance(images, np.ndarray):
        return images.ndim < 4
    if is_pillow_image(images) or hasattr(images, "read"):
        return True
    return isinstance(images, (str, bytes, bytearray, memoryview, os.PathLike))
