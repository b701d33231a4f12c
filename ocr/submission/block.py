"""Read a block of pages, wherever: in this process, in another one, or on another machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ocr.bundle import MODELS, Bundle, bundle_folder, load_bundle
from ocr.errors import BundleError, OcrError, UnreadableImageError
from ocr.inference.recognizer import Recognition, Recognizer
from ocr.inputs import ModelInput
from ocr.submission.journal import Entry
from ocr.submission.voting import vote
from ocr.text.expression import rounded
from ocr.versions import installed_versions
from preprocessing.read import read_image

PACKAGES = ("suanshi", "onnxruntime", "numpy", "opencv-python-headless", "pillow")
"""Packages whose versions may change an answer."""

_MISSING = "missing"
_Ready: TypeAlias = "dict[object, ModelInput] | str"


@dataclass(frozen=True)
class ModelFiles:
    """A model by what another process, or machine, finds it by."""

    source: str
    """The name of a shipped model, or the absolute path of a bundle's folder."""
    digest: str
    """Fingerprint of its network and settings: a worker refuses other files."""


@dataclass(frozen=True)
class Reading:
    """How the pages of a run are read. Picklable and small: workers load the models by themselves."""

    folder: Path
    """The folder of the pages, an absolute path."""
    models: tuple[ModelFiles, ...]
    """The models that vote."""
    batch_size: int
    """Pages that a network sees at once."""
    versions: tuple[tuple[str, str], ...]
    """Packages and their versions where the run began; with others the answers could differ."""


@dataclass(frozen=True)
class Block:
    """Some pages that are read together."""

    numbers: range
    missing: frozenset[int] = frozenset()
    """Those of them that have no file."""


def reading_of(folder: Path, models: Sequence[str | os.PathLike[str]], batch_size: int) -> Reading:
    """Describe how pages are to be read by models, shipped ones by name or bundles in folders. Raises BundleError."""
    files = []
    for name in models:
        bundle = load_bundle(bundle_folder(name))
        shipped = bundle.folder.parent == MODELS
        files.append(ModelFiles(bundle.name if shipped else str(bundle.folder.absolute()), digest(bundle)))
    return Reading(folder.absolute(), tuple(files), batch_size, versions())


def versions() -> tuple[tuple[str, str], ...]:
    """Return `PACKAGES` and Python with their versions here."""
    return tuple(installed_versions(*PACKAGES).items())


def digest(bundle: Bundle) -> str:
    """Return a fingerprint of a bundle's network and settings."""
    return hashlib.sha256(bundle.config.to_json().encode() + bundle.model).hexdigest()


@lru_cache(maxsize=8)
def reader_of(model: ModelFiles) -> Recognizer:
    """Return the recognizer of a model, loaded once in a process; it uses one core. Raises BundleError."""
    bundle = load_bundle(bundle_folder(model.source))
    if digest(bundle) != model.digest:
        raise BundleError(f"{bundle.folder}: is not the model that the run began with; make it the same everywhere")
    return Recognizer(bundle, threads=1)


def read_block(reading: Reading, block: Block) -> list[Entry]:
    """Read a block of pages with every model and have these vote: an entry for each page, in order.

    Raises OcrError where the folder, a model or a package differs from what the run began with: answers would, too.
    """
    if versions() != reading.versions:
        here, begun = (", ".join(map(" ".join, each)) for each in (versions(), reading.versions))
        raise OcrError(f"a worker has {here}; the run began with {begun}. Install the same everywhere")
    readers = [reader_of(model) for model in reading.models]
    if not reading.folder.is_dir():
        raise OcrError(f"{reading.folder}: a worker does not see this folder; all workers must")
    of_kind: dict[object, Recognizer] = {reader.config.preparation: reader for reader in readers}
    ready = {number: _prepare(reading.folder, number, block.missing, of_kind) for number in block.numbers}
    there = {number: each for number, each in ready.items() if not isinstance(each, str)}
    votes: list[list[Recognition]] = []
    for reader in readers:
        seen = [each[reader.config.preparation] for each in there.values()]
        votes.append(reader.recognize_prepared(seen, batch_size=reading.batch_size))
    answers = dict(zip(there, map(vote, zip(*votes, strict=True)), strict=True))
    return [_entry(answers[number] if number in answers else str(ready[number])) for number in ready]


def _prepare(folder: Path, number: int, missing: frozenset[int], of_kind: dict[object, Recognizer]) -> _Ready:
    """Prepare a page for each kind of reader, or return why it can't be read. The page itself is not kept."""
    if number in missing:
        return _MISSING
    try:
        path = folder / f"{number}.png"
        if path.exists() and not (path.is_file() or path.is_dir()):
            return f"{path}: is a pipe or a device, not a file"
        pixels = read_image(path)
        return {kind: reader.prepare_pixels(pixels, str(path)) for kind, reader in of_kind.items()}
    except UnreadableImageError as error:
        return str(error)


def _entry(answer: Recognition | str) -> Entry:
    if isinstance(answer, str):
        return Entry("", None, 0.0, answer, readable=answer == _MISSING)
    return Entry(answer.text, written_value(answer), answer.confidence, answer.problem)


def written_value(answer: Recognition) -> str | None:
    """The value of an answer as the contest writes it, or None.

    Whole, "-17", for round one's texts, which have neither assignments nor divisions; "-17.00" for the final's.
    """
    if answer.value is None:
        return None
    return rounded(answer.value, 2 if set(answer.text) & set("=/") else 0)
