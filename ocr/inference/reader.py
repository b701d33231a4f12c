"""Reader: the one way from images of any source to answers, for Python functions, the command line and services."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ocr.bundle import CONFIG_FILE, MODEL_FILE, bundle_folder, load_bundle
from ocr.errors import BundleError, UnreadableImageError
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput
from ocr.tasks import TaskSpec
from ocr.text.any_captcha import Told
from ocr.text.grammar import Grammar
from preprocessing.read import ImageSource, LoadedImage, Pixels, load_image, source_name

ARITHMETIC, CAPTCHA, FORMULA = "arithmetic", "captcha", "formula"
"""The shipped models: for round one of the contest, for captchas of any kind, and for final pages."""

ROUND_ONE_SIGNS = frozenset("0123456789+-*×()")
"""What the captcha model reads in images of round one, the contest's faint ones too."""

NARROWEST_PAGE, LOWEST_PAGE = 600, 300
"""Pixels; three quarters of the smallest page of the contest."""

BATCH = 64
"""Images that are taken in at once; final pages are decoded one by one."""

BATCHES = 4
"""Batches that they make at least, for so many cores: in batches of 16 an image takes as long as in those of 64."""

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
    size: tuple[int, int] | None = None
    """Width and height of the image, in pixels."""
    error: UnreadableImageError | None = None
    spec: TaskSpec | None = field(default=None, repr=False)
    """What the network that answered looks at."""

    def recognition(self) -> Recognition:
        """Return the answer, or raise the UnreadableImageError that became of the image."""
        if self.error is not None:
            raise self.error
        assert self.answer is not None
        return self.answer


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

    def recognize(self, image: ImageSource, *, grammar: Grammar | None = None, told: Told | None = None) -> Recognition:
        """Read one image; see `read`. Raises UnreadableImageError."""
        (reading,) = self.read([image], grammar=grammar, told=told)
        return reading.recognition()

    def read(
        self, images: Iterable[ImageSource], *, grammar: Grammar | None = None, told: Told | None = None
    ) -> Iterator[Reading]:
        """Read images, any of what preprocessing.read_image takes, and yield what became of each, in their order.

        Each is taken in once, a pipe too. Without one `model`, another shipped model reads again what is below the
        threshold, and its answer counts if that one is not: the captcha model what seemed to be a page, and the model
        of round one what looks like its expressions. `grammar` replaces those of the models; `told` is what the caller
        knows of the texts of captchas.
        """
        waiting = iter(images)
        while batch := list(islice(waiting, BATCH)):
            yield from self._read_batch(batch, grammar, told)

    def is_unsure(self, answer: Recognition) -> bool:
        """Tell whether an answer's confidence is below the threshold of the model that gave it."""
        return answer.confidence < self.threshold(answer)

    def threshold(self, answer: Recognition) -> float:
        """Return the confidence from which on an answer of the same model can be trusted."""
        return self.recognizer(answer.task).config.threshold

    def _read_batch(self, batch: Sequence[ImageSource], grammar: Grammar | None, told: Told | None) -> list[Reading]:
        readings = [self._prepared(image, told) for image in batch]
        readings = self._answered(readings, grammar, told)
        if self._only is None and grammar is None:
            readings = self._reconsidered(readings, told)
        return readings

    def _prepared(self, source: ImageSource, told: Told | None) -> Reading:
        """Take in one image and prepare it for the model of what it looks like, or is told to be."""
        try:
            image = load_image(source)
            pixels = image.pixels()
            recognizer = self.recognizer(looks_like(pixels) if told is None or told.pages else CAPTCHA)
            return Reading(
                image.name,
                input=recognizer.prepare_pixels(pixels, image.name),
                image=image,
                size=(pixels.shape[1], pixels.shape[0]),
                spec=recognizer.config.spec,
            )
        except UnreadableImageError as error:
            return Reading(source_name(source), error=error)

    def _answered(self, readings: Sequence[Reading], grammar: Grammar | None, told: Told | None) -> list[Reading]:
        """Read what was prepared, the images of one model together."""
        found = list(readings)
        by_task: dict[str, list[int]] = {}
        for index, each in enumerate(readings):
            if each.input is not None:
                by_task.setdefault(each.input.task, []).append(index)
        for task, indices in by_task.items():
            inputs = [each.input for each in (readings[index] for index in indices) if each.input is not None]
            recognizer = self.recognizer(task)
            answers = recognizer.recognize_prepared(inputs, batch_size=BATCH // BATCHES, grammar=grammar, told=told)
            for index, answer in zip(indices, answers, strict=True):
                each = readings[index]
                found[index] = replace(each, answer=answer)
        return found

    def _reconsidered(self, readings: Sequence[Reading], told: Told | None) -> list[Reading]:
        """Have another shipped model read what is unsure, if it may know better."""
        found = list(readings)
        for index, each in enumerate(readings):
            if each.answer is None or each.image is None or not self.is_unsure(each.answer):
                continue
            if each.answer.task == CAPTCHA and not may_be_round_one(each.answer, told):
                continue
            other = self.recognizer(CAPTCHA if each.answer.task == FORMULA else ARITHMETIC)
            prepared = other.prepare_pixels(each.image.pixels(), each.name)
            (answer,) = other.recognize_prepared([prepared], told=told)
            better = not self.is_unsure(answer) or not each.answer.text
            if better and (each.answer.task == FORMULA or differ_by_one(each.answer, answer)):
                found[index] = replace(each, answer=answer, input=prepared, spec=other.config.spec)
        return found


def may_be_round_one(answer: Recognition, told: Told | None) -> bool:
    """Tell whether an unsure answer of the captcha model may be an expression of round one, of five or seven signs."""
    return (
        (told is None or replace(told, pages=True) in (Told(), Told("arithmetic")))
        and 4 <= len(answer.text) <= 8
        and set(answer.text) <= ROUND_ONE_SIGNS
    )


def differ_by_one(first: Recognition, second: Recognition) -> bool:
    """Tell whether two answers differ in one character at most, replaced, left out or added.

    The model of round one knows no other texts and finds one in every image: it may correct an answer, not replace it.
    """
    one, other = sorted((first.text.replace("×", "*"), second.text), key=len)
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        return one[start + 1 :] == other[start + 1 :]
    return len(other) == len(one) + 1 and one[start:] == other[start + 1 :]


def looks_like(pixels: Pixels) -> str:
    """Return the shipped model for an image (H, W, 3) by its size: FORMULA for pages, CAPTCHA for all else."""
    height, width = pixels.shape[:2]
    return FORMULA if height >= LOWEST_PAGE and width >= NARROWEST_PAGE else CAPTCHA


@lru_cache(maxsize=1)
def shipped_reader() -> Reader:
    """Return the reader with the shipped models that all callers share."""
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
