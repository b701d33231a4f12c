"""Reading: pictures in, texts with values and confidences out, by the network of one bundle."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ocr.bundle import Bundle, BundleConfig, bundle_folder, load_bundle
from ocr.errors import BundleError, OcrError
from ocr.text.decoding import Character, Decoded, beam, greedy_batch, log_softmax
from ocr.text.expression import evaluate
from ocr.text.grammar import Grammar, grammar
from ocr.text.vocabulary import Vocabulary
from preprocessing.clean import CHANNELS, PAPER, reader_input
from preprocessing.read import ImageSource, read_image

NOTHING_READ = 0.01
"""Below this confidence an image is said to hold nothing: right texts of less are a handful in a million."""

_BATCHES_AT_ONCE = 16  # images prepared ahead, so that images of one width come together; bounds the memory
_NO_TEXT = {"captcha": "no characters found"}
_FATAL = 4  # of ONNX Runtime's log levels; its errors come as exceptions, too


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read in one image.

    text: the answer, "" when nothing was found. value: its exact value; None for captchas and with a problem.
    confidence: probability, by the network, that the image shows exactly this text; 0 for an empty answer.
    characters: symbol, confidence, start and end of each character, in pixel columns of the image as it was given.
    problem: None, or why there is no value.
    """

    text: str
    value: Fraction | None
    confidence: float
    characters: tuple[Character, ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image as a network sees it, (height, W, C) uint8, and the width in pixels that it came with."""

    pixels: NDArray[np.uint8] = field(repr=False)
    width: int


class Recognizer:
    """Reads images with the network of a bundle; made by load_recognizer.

    Nothing in it changes once it is made, so threads may share one. `threads` is the number of cores that the network
    may use, None for all. Raises BundleError for a bundle that does not fit together.
    """

    def __init__(self, bundle: Bundle, *, threads: int | None = None) -> None:
        config = bundle.config
        self.bundle = bundle
        self.vocabulary = Vocabulary(config.vocabulary)
        try:
            self.grammar = grammar(config.grammar)
        except OcrError as error:
            raise BundleError(f"{bundle.folder}: {error}") from error
        if unknown := set(config.channels) - CHANNELS.keys():
            raise BundleError(
                f"{bundle.folder}: unknown channel {', '.join(sorted(unknown))}; known are {', '.join(CHANNELS)}"
            )
        self._session = _session(bundle, threads)
        _check_shapes(bundle, self._session, self.vocabulary.size)

    @property
    def config(self) -> BundleConfig:
        """The settings of the bundle."""
        return self.bundle.config

    def recognize(
        self, images: Iterable[ImageSource], *, batch_size: int = 64, grammar: Grammar | None = None
    ) -> list[Recognition]:
        """Read `images`, any of what preprocessing.read_image takes, in their order.

        The network sees `batch_size` images at once. `grammar` replaces the bundle's own for this call. An image in
        which nothing is found gets an answer with a problem. Raises UnreadableImageError for the first that is none.
        """
        if isinstance(images, (str, bytes, os.PathLike)):
            raise TypeError(f"recognize takes a list of images, not one {type(images).__name__}; write [image]")
        if batch_size < 1:
            raise OcrError(f"batch_size is {batch_size}, expected at least 1")
        waiting = iter(images)
        results: list[Recognition] = []
        while prepared := [self.prepare(image) for image in islice(waiting, batch_size * _BATCHES_AT_ONCE)]:
            results += self.recognize_prepared(prepared, batch_size=batch_size, grammar=grammar)
        return results

    def prepare(self, image: ImageSource) -> Prepared:
        """Read one image and turn it into what the network sees. Raises UnreadableImageError."""
        pixels = read_image(image)
        config = self.bundle.config
        ready = reader_input(pixels, height=config.height, max_width=config.max_width, channels=config.channels)
        return Prepared(ready, pixels.shape[1])

    def recognize_prepared(
        self, prepared: Sequence[Prepared], *, batch_size: int = 64, grammar: Grammar | None = None
    ) -> list[Recognition]:
        """`recognize` for images that went through `prepare`: whoever reads files one by one keeps the good ones."""
        allowed = grammar or self.grammar
        by_width: dict[int, list[int]] = {}
        for index, image in enumerate(prepared):
            by_width.setdefault(self.config.padded_width(image.pixels.shape[1]), []).append(index)
        results: dict[int, Recognition] = {}
        for width, indices in by_width.items():
            for start in range(0, len(indices), batch_size):
                chosen = indices[start : start + batch_size]
                log_probs = log_softmax(self._logits([prepared[index].pixels for index in chosen], width))
                for row, (index, decoded) in enumerate(
                    zip(chosen, greedy_batch(log_probs, self.vocabulary), strict=True)
                ):
                    fits = decoded.text and allowed.contains(decoded.text)
                    best = decoded if fits else beam(log_probs[row], self.vocabulary, allowed)
                    results[index] = self._recognition(best, prepared[index])
        return [results[index] for index in range(len(prepared))]

    def _logits(self, images: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.float32]:
        """Run the network on images (height, W <= width, C), padded to `width`: logits (N, T, C)."""
        config = self.bundle.config
        batch = np.full((len(images), config.height, width, len(config.channels)), PAPER, dtype=np.uint8)
        for row, image in zip(batch, images, strict=True):
            row[:, : image.shape[1]] = image
        try:
            (logits,) = self._session.run(["logits"], {"images": batch})
        except Exception as error:  # ONNX Runtime's own errors have no class in common
            raise BundleError(f"{self.bundle.folder}: the network fails on images {batch.shape}: {error}") from error
        expected = (len(images), width // config.stride, self.vocabulary.size)
        if logits.shape != expected:
            raise BundleError(f"{self.bundle.folder}: the network gives logits {logits.shape}, expected {expected}")
        return logits  # type: ignore[no-any-return]

    def _recognition(self, decoded: Decoded | None, image: Prepared) -> Recognition:
        task = self.bundle.config.task
        nothing = _NO_TEXT.get(task, "no formula found")
        if decoded is None or not decoded.text:
            return Recognition("", None, 0.0, (), nothing)
        confidence = min(1.0, math.exp(decoded.log_probability))
        scale = self.bundle.config.stride * image.width / image.pixels.shape[1]
        characters = tuple(
            [
                Character(
                    each.symbol,
                    min(1.0, each.confidence),
                    min(int(each.start * scale), image.width - 1),
                    min(math.ceil(each.end * scale), image.width),
                )
                for each in decoded.characters
            ]
        )
        value, problem = None, None
        if confidence < NOTHING_READ:
            problem = nothing
        elif task != "captcha":
            evaluation = evaluate(decoded.text)
            value, problem = evaluation.value, evaluation.problem
        return Recognition(decoded.text, value, confidence, characters, problem)


def load_recognizer(name_or_folder: str | os.PathLike[str], *, threads: int | None = None) -> Recognizer:
    """Return a Recognizer for a shipped model, by name, or for the bundle in a folder. Raises BundleError."""
    return Recognizer(load_bundle(bundle_folder(name_or_folder)), threads=threads)


def _session(bundle: Bundle, threads: int | None) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _FATAL
    try:
        return onnxruntime.InferenceSession(bundle.model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise BundleError(f"{bundle.folder}: model.onnx cannot be loaded ({error})") from error


def _check_shapes(bundle: Bundle, session: Any, classes: int) -> None:
    """Refuse a network whose input or output does not fit the bundle's config."""
    config = bundle.config
    put_in = {entry.name: entry for entry in session.get_inputs()}
    put_out = {entry.name: entry for entry in session.get_outputs()}
    if set(put_in) != {"images"} or "logits" not in put_out:
        raise BundleError(
            f"{bundle.folder}: model.onnx maps {', '.join(put_in)} to {', '.join(put_out)}, expected images to logits"
        )
    images, logits = put_in["images"], put_out["logits"]
    expected = (None, config.height, None, len(config.channels))
    if images.type != "tensor(uint8)" or not _fits(images.shape, expected):
        raise BundleError(
            f"{bundle.folder}: model.onnx takes {images.type} {images.shape}, expected uint8 "
            f"(N, {config.height}, W, {len(config.channels)})"
        )
    if not _fits(logits.shape, (None, None, classes)):
        raise BundleError(
            f"{bundle.folder}: model.onnx gives logits {logits.shape}, expected (N, T, {classes}) for the blank and "
            f"the {classes - 1} characters of the vocabulary"
        )


def _fits(shape: Sequence[int | str | None], expected: Sequence[int | None]) -> bool:
    """Whether two shapes agree where both are known; an ONNX shape has a name or None for what is not."""
    return len(shape) == len(expected) and all(
        wanted is None or not isinstance(size, int) or size == wanted
        for size, wanted in zip(shape, expected, strict=True)
    )
