"""recognize_formula: one image to its formula, with no model to load first."""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from pathlib import Path

from ocr.bundle import MODEL_FILE, bundle_folder, load_bundle
from ocr.errors import BundleError
from ocr.recognizer import Recognition, Recognizer
from preprocessing.read import ImageSource

DEFAULT_MODEL = "arithmetic"

_LOADING = threading.Lock()  # two threads that come first at once load one model, not two


def recognize_formula(image: ImageSource, *, model: str | os.PathLike[str] | Recognizer | None = None) -> Recognition:
    """Read the formula in `image`, any of what preprocessing.read_image takes.

    `model` is the name of a shipped model, the folder of a bundle, or a Recognizer; by default the shipped model for
    arithmetic. A model is loaded once and kept. Raises UnreadableImageError and BundleError.
    """
    reader = model if isinstance(model, Recognizer) else _kept(DEFAULT_MODEL if model is None else model)
    return reader.recognize([image])[0]


def _kept(model: str | os.PathLike[str]) -> Recognizer:
    folder = bundle_folder(model).resolve()
    try:
        stamp = (folder / MODEL_FILE).stat().st_mtime_ns  # a bundle that was trained anew is loaded anew
    except OSError as error:
        raise BundleError(f"{folder / MODEL_FILE}: {error.strerror}") from error
    with _LOADING:
        return _load(folder, stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, stamp: int) -> Recognizer:
    return Recognizer(load_bundle(folder))
