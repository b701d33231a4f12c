"""Reader: the one way from images of any source to answers, for Python functions, the command line and services."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ocr.bundle import CONFIG_FILE, MODEL_FILE, bundle_folder, load_bundle
from ocr.errors import BundleError, UnreadableImageError
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput
from ocr.text.grammar import Grammar
from preprocessing.page.prepare import PageOptions
from preprocessing.read import ImageSource, LoadedImage, Pixels, load_image, source_name

ARITHMETIC, FORMULA = "arithmetic", "formula"
"""The shipped models for images of round one and for final pages."""

NARROWEST_PAGE = 400
"""Pixels; half of the narrowest page of the contest."""

BATCH = 64
"""Images that are taken in at once; final pages are decoded one by one."""

_LOADING = threading.Lock()
"""Two threads that come first at once load one model, not two."""

Model = str | os.PathLike[str] | Recognizer
"""The name of a shipped model, the folder of a bundle, or what was loaded of it."""


@dataclass(frozen=True)
class Reading:
    """What became of one image: an answer, or the error that says why it could not be read."""

    name: str
    """What messages call the image."""
    answer: Recognition | None = None
    input: ModelInput | None = field(default=None, repr=False)
    """The image as the network that answered saw it."""
    image: LoadedImage | None = None
    """The image as it was taken in; `image.pixels()` decodes it."""
    error: UnreadableImageError | None = None


class Reader:
    """Reads images, each with the shipped model for what it looks like, or all with one `model`.

    Models are resolved once, when they are first needed; threads may share a reader. Raises BundleError.
    """

    def __init__(self, model: Model | None = None) -> None:
        self._only = model if model is None or isinstance(model, Recognizer) else _cached(model)
        self._shipped: dict[str, Recognizer] = {}

    def recognizer(self, task: str) -> Recognizer:
        """Return the recognizer of images of a task: the one model, or the shipped one of that name."""
        if self._only is not None:
            return self._only
        if task not in self._shipped:
            self._shipped[task] = _cached(task)
        return self._shipped[task]

    def recognize(self, image: ImageSource, *, grammar: Grammar | None = None) -> Recognition:
        """Read one image; see `read`. Raises UnreadableImageError."""
        (reading,) = self.read([image], grammar=grammar)
        if reading.error is not None:
            raise reading.error
        assert reading.answer is not None
        return reading.answer

    def read(self, images: Iterable[ImageSource], *, grammar: Grammar | None = None) -> Iterator[Reading]:
        """Read images, any of what preprocessing.read_image takes, and yield what became of each, in their order.

        Each is taken in once, a pipe too. Without one `model`, the other shipped model reads again what is below the
        threshold, and its answer counts if that one is not. `grammar` replaces those of the models.
        """
        waiting = iter(images)
        while batch := list(islice(waiting, BATCH)):
            yield from self._read_batch(batch, grammar)

    def is_unsure(self, answer: Recognition) -> bool:
        """Whether an answer's confidence is below the threshold of the model that gave it."""
        return answer.confidence < self.threshold(answer)

    def threshold(self, answer: Recognition) -> float:
        """Return the confidence from which on an answer of the same model can be trusted."""
        return self.recognizer(answer.task).config.threshold

    def _read_batch(self, batch: Sequence[ImageSource], grammar: Grammar | None) -> list[Reading]:
        readings = [self._prepared(image) for image in batch]
        readings = self._answered(readings, grammar)
        if self._only is None:
            readings = self._reconsidered(readings)
        return readings

    def _prepared(self, source: ImageSource) -> Reading:
        """Take in one image and prepare it for the model of what it looks like."""
        try:
            image = load_image(source)
            pixels = image.pixels()
            recognizer = self.recognizer(looks_like(pixels))
            return Reading(image.name, input=recognizer.prepare_pixels(pixels, image.name), image=image)
        except UnreadableImageError as error:
            return Reading(source_name(source), error=error)

    def _answered(self, readings: Sequence[Reading], grammar: Grammar | None) -> list[Reading]:
        """Read what was prepared, the images of one model together."""
        found = list(readings)
        by_task: dict[str, list[int]] = {}
        for index, each in enumerate(readings):
            if each.input is not None:
                by_task.setdefault(each.input.task, []).append(index)
        for task, indices in by_task.items():
            inputs = [each.input for each in (readings[index] for index in indices) if each.input is not None]
            answers = self.recognizer(task).recognize_prepared(inputs, grammar=grammar)
            for index, answer in zip(indices, answers, strict=True):
                each = readings[index]
                found[index] = Reading(each.name, answer, each.input, each.image)
        return found

    def _reconsidered(self, readings: Sequence[Reading]) -> list[Reading]:
        """Have the other shipped model read what is unsure."""
        found = list(readings)
        for index, each in enumerate(readings):
            if each.answer is None or each.image is None or not self.is_unsure(each.answer):
                continue
            other = self.recognizer(FORMULA if each.answer.task == ARITHMETIC else ARITHMETIC)
            prepared = other.prepare_pixels(each.image.pixels(), each.name)
            (answer,) = other.recognize_prepared([prepared])
            if not self.is_unsure(answer):
                found[index] = Reading(each.name, answer, prepared, each.image)
        return found


def recognize_formula(image: ImageSource, *, model: Model | None = None) -> Recognition:
    """Read the formula in `image`, any of what preprocessing.read_image takes.

    By default a high and wide image is read as a final page and any other as one of round one; where the shipped model
    for it is not sure and the other one is, that one's answer counts. The answer's `task` says what the image was taken
    for. `model`, the name of a shipped model, the folder of a bundle, or a Recognizer, reads every image instead.
    Raises UnreadableImageError and BundleError.
    """
    return (_shipped_reader() if model is None else Reader(model)).recognize(image)


def looks_like(pixels: Pixels) -> str:
    """Return the task, ARITHMETIC or FORMULA, that an image (H, W, 3) belongs to by its size."""
    height, width = pixels.shape[:2]
    return FORMULA if height >= PageOptions().lowest and width >= NARROWEST_PAGE else ARITHMETIC


@lru_cache(maxsize=1)
def _shipped_reader() -> Reader:
    return Reader()


def _cached(model: str | os.PathLike[str]) -> Recognizer:
    """Load a model, or return what was loaded of it unless its files have changed."""
    folder = bundle_folder(model).resolve()
    stamp = []
    for path in (folder / MODEL_FILE, folder / CONFIG_FILE):
        try:
            stamp.append(path.stat().st_mtime_ns)
        except OSError as error:
            raise BundleError(f"{path}: {error.strerror}") from error
    with _LOADING:
        return _load(folder, *stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, of_model: int, of_config: int) -> Recognizer:
    return Recognizer(load_bundle(folder))
