"""Read batches of images and turn what became of each into the JSON object that a client gets."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any

from ocr.bundle import bundle_folder, load_bundle, shipped_bundles
from ocr.errors import BundleError, OcrError
from ocr.inference.reader import Reading
from ocr.inference.recognize import read_all
from ocr.inference.recognizer import Recognition, Recognizer
from suanshi.serving.batching import Job
from suanshi.serving.questions import SentImage, Told

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What became of one image."""

    content: dict[str, Any] = field(repr=False)
    """The object of JSON."""
    recognition: Recognition | None = None
    """The answer; None for an image that cannot be read."""
    problem: str | None = None
    """What is wrong with an image that cannot be read."""
    error: Exception | None = None
    """Why it was not read at all: an OcrError about what was told, or a fault."""


class Models:
    """The models that a service may use: the shipped ones, and the one it was started with. Raises BundleError."""

    def __init__(self, own: str | None = None) -> None:
        self.folders = dict(shipped_bundles())
        self.default: str | Recognizer | None = None
        if own is None or own in self.folders:
            self.default = own
            self._own = None
        else:
            self._own = Recognizer(load_bundle(bundle_folder(own)))
            self.default = self._own

    @property
    def names(self) -> list[str]:
        """The names that a request may ask for."""
        own = [] if self._own is None else [self._own.bundle.name]
        return list(dict.fromkeys([*own, *self.folders]))

    def find(self, name: str | None) -> str | Recognizer | None:
        """Return a model by its name, the default for None. Raises OcrError; no folder is ever looked into."""
        if name is None:
            return self.default
        if self._own is not None and name == self._own.bundle.name:
            return self._own
        if name not in self.folders:
            raise OcrError(f"model is {name[:60]!r}, expected one of {', '.join(self.names)}")
        return name

    def about(self) -> list[dict[str, Any]]:
        """Return what there is to know of each model."""
        bundles = [load_bundle(folder) for folder in self.folders.values()]
        if self._own is not None:
            bundles = [self._own.bundle, *(each for each in bundles if each.name != self._own.bundle.name)]
        default = self.default.bundle.name if isinstance(self.default, Recognizer) else self.default
        return [
            {
                "name": each.name,
                "task": each.config.task,
                "characters": each.config.vocabulary,
                "threshold": each.config.threshold,
                "bytes": len(each.model),
                "default": each.name == default,
            }
            for each in bundles
        ]


class ImageReader:
    """Reads batches; threads may share it."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def __call__(self, jobs: Sequence[Job]) -> list[Answer]:
        """Read jobs of equal `told`, and return what became of each. Raises nothing."""
        try:
            return self._read(jobs)
        except BundleError as error:
            return self._failed(jobs, error)
        except OcrError as error:  # what was told cannot be, of any of them
            return [Answer({}, error=error) for _ in jobs]
        except Exception as error:
            if len(jobs) == 1:
                return self._failed(jobs, error)
            return [answer for job in jobs for answer in self([job])]  # so that one image spoils no other's answer

    def warm_up(self) -> None:
        """Load the models, and run each once."""
        import numpy as np

        captcha, page = np.full((60, 180, 3), 255, np.uint8), np.full((300, 600, 3), 255, np.uint8)
        for told in (Told(), Told(model="arithmetic"), Told(model="formula")):
            model = self.models.find(None) if told.model is None else told.model
            list(read_all([page if told.model == "formula" else captcha], model=model))

    def _failed(self, jobs: Sequence[Job], error: Exception) -> list[Answer]:
        _log.error("reading failed", exc_info=error)
        return [Answer({}, error=error) for _ in jobs]

    def _read(self, jobs: Sequence[Job]) -> list[Answer]:
        told = jobs[0].told
        known = {**asdict(told), "model": self.models.find(told.model)}
        readings = read_all([_file(job.image) for job in jobs], **known)
        return [_answer(job, reading) for job, reading in zip(jobs, readings, strict=True)]


def _file(image: SentImage) -> BytesIO:
    """Return an image as a file with its name, by which messages call it."""
    file = BytesIO(image.content)
    file.name = image.name  # type: ignore[attr-defined]
    return file


def _answer(job: Job, reading: Reading) -> Answer:
    answer = reading.answer
    content: dict[str, Any] = {"file": job.image.name}
    if answer is None:
        told = str(reading.error)
        unread = {"text": None, "value": None, "confidence": 0.0, "trusted": False, "threshold": None, "kind": None}
        return Answer({**content, **unread, "model": None, "problem": told, "characters": []}, problem=told)
    assert reading.size is not None
    width, height = reading.size
    content |= {"width": width, "height": height, **answer.to_dict()}
    if job.explain:
        content["explain"] = _explanation(job, reading)
    return Answer(content, answer)


def _explanation(job: Job, reading: Reading) -> str:
    """Draw what was seen and read, as a data URL of a PNG."""
    from ocr.evaluation.explain import png
    from suanshi.explanation import tile

    return "data:image/png;base64," + base64.b64encode(png(tile(reading, job.image.name, 1))).decode()
