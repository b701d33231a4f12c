"""Reading formulas with no model to load first: round-one images and final pages alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ocr.bundle import CONFIG_FILE, MODEL_FILE, bundle_folder, load_bundle
from ocr.errors import BundleError
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput
from ocr.text.grammar import Grammar
from preprocessing.page.prepare import PageOptions
from preprocessing.read import ImageSource, Pixels, read_image, source_name

ARITHMETIC, FORMULA = "arithmetic", "formula"
"""The shipped models, for images of round one and for final pages."""

NARROWEST_PAGE = 400
"""Pixels; half of the narrowest page of the contest."""

_LOADING = threading.Lock()  # two threads that come first at once load one model, not two

Model = str | os.PathLike[str] | Recognizer


def recognize_formula(image: ImageSource, *, model: Model | None = None) -> Recognition:
    """Read the formula in `image`, any of what preprocessing.read_image takes.

    By default a high and wide image is read as a final page and any other as one of round one; where the shipped model
    for it is not sure and the other one is, that one's answer counts. The answer's `task` says what the image was taken
    for. `model`, the name of a shipped model, the folder of a bundle, or a Recognizer, reads every image instead.
    Raises UnreadableImageError and BundleError.
    """
    pixels = read_image(image)
    reader = FormulaReader(model)
    (answer,) = reader.recognize_prepared([reader.prepare(pixels)])
    return reader.reconsidered(pixels, answer)


def looks_like(pixels: Pixels) -> str:
    """Return the task, ARITHMETIC or FORMULA, that an image (H, W, 3) belongs to by its size."""
    height, width = pixels.shape[:2]
    return FORMULA if height >= PageOptions().lowest and width >= NARROWEST_PAGE else ARITHMETIC


class FormulaReader:
    """Reads many images, each with the shipped model for what it looks like, or all with one `model`.

    Models are loaded when they are first needed and kept; threads may share a reader. Raises BundleError.
    """

    def __init__(self, model: Model | None = None) -> None:
        self._only = model if model is None or isinstance(model, Recognizer) else _kept(model)

    def recognizer(self, task: str) -> Recognizer:
        """Return what reads images of a task, ARITHMETIC or FORMULA."""
        return self._only or _kept(task)

    def prepare(self, image: ImageSource) -> ModelInput:
        """Read one image and turn it into what the network for it sees. Raises UnreadableImageError."""
        pixels = read_image(image)
        return self.recognizer(looks_like(pixels)).prepare_pixels(pixels, source_name(image))

    def recognize_prepared(
        self, prepared: Sequence[ModelInput], *, batch_size: int = 64, grammar: Grammar | None = None
    ) -> list[Recognition]:
        """Read images that went through `prepare`, in their order; `grammar` replaces that of the models."""
        by_task: dict[str, list[int]] = {}
        for index, image in enumerate(prepared):
            by_task.setdefault(image.task, []).append(index)
        results: dict[int, Recognition] = {}
        for task, indices in by_task.items():
            batch = [prepared[index] for index in indices]
            answers = self.recognizer(task).recognize_prepared(batch, batch_size=batch_size, grammar=grammar)
            results.update(zip(indices, answers, strict=True))
        return [results[index] for index in range(len(prepared))]

    def reconsidered(self, image: ImageSource, answer: Recognition) -> Recognition:
        """Return `answer`, or what the other shipped model reads in its image if only that one can be trusted."""
        if self._only is not None or not self.doubts(answer):
            return answer
        (other,) = self.recognizer(FORMULA if answer.task == ARITHMETIC else ARITHMETIC).recognize([image])
        return answer if self.doubts(other) else other

    def threshold(self, answer: Recognition) -> float:
        """Return the confidence from which on an answer of the model that gave this one can be trusted."""
        return self.recognizer(answer.task).config.threshold

    def doubts(self, answer: Recognition) -> bool:
        """Whether an answer's confidence is below its model's threshold."""
        return answer.confidence < self.threshold(answer)


def _kept(model: str | os.PathLike[str]) -> Recognizer:
    folder = bundle_folder(model).resolve()
    stamp = []
    for path in (folder / MODEL_FILE, folder / CONFIG_FILE):
        try:
            stamp.append(path.stat().st_mtime_ns)  # a bundle that was trained anew is loaded anew
        except OSError as error:
            raise BundleError(f"{path}: {error.strerror}") from error
    with _LOADING:
        return _load(folder, *stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, of_model: int, of_config: int) -> Recognizer:
    return Recognizer(load_bundle(folder))
