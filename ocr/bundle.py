"""Bundles: a folder with all that a model needs to be used, the network as ONNX and its settings as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ocr.atomic_write import atomic_write, atomic_write_text
from ocr.errors import BundleError

FORMAT_VERSION = 1
MODEL_FILE = "model.onnx"
CONFIG_FILE = "bundle.json"
MOST_SIDE = 16_384
"""Pixels; more, of a damaged file, would only fill the memory."""
TASK_NAMES = ("arithmetic", "formula", "captcha")


@dataclass(frozen=True)
class BundleConfig:
    """What a reader must know about a network. Raises BundleError for values that cannot be.

    task: one of TASK_NAMES. vocabulary: the characters of logits 1, 2, ...; logit 0 is the blank. height, max_width:
    size of an input in pixels, before it is padded on the right, with 255, to a multiple of width_step. unscaled_from:
    images of at least so many rows and at most `height` keep their size and stand in the middle; 0 for none, as where
    the key is absent. closer: whether it was trained to read the numbers under bars enlarged, too; false
    where the key is absent. channels: names out of preprocessing.clean.CHANNELS. grammar: name of the language that
    answers belong to, "any" for all texts. stride: input pixels per column of logits. threshold: from this confidence
    on an answer can be trusted. card: where the model comes from and how good it is, for people.
    """

    task: str
    vocabulary: str
    height: int
    max_width: int
    width_step: int
    channels: tuple[str, ...]
    grammar: str
    stride: int
    threshold: float
    card: Mapping[str, Any] = field(default_factory=dict, hash=False)
    format_version: int = FORMAT_VERSION
    unscaled_from: int = 0
    closer: bool = False

    def __post_init__(self) -> None:
        if self.format_version != FORMAT_VERSION:
            hint = "; a newer suanshi is needed" if self.format_version > FORMAT_VERSION else ""
            raise BundleError(f"format_version is {self.format_version}, this program reads {FORMAT_VERSION}{hint}")
        if self.task not in TASK_NAMES:
            raise BundleError(f"task is {self.task!r}, expected one of {', '.join(TASK_NAMES)}")
        if not self.vocabulary or len(set(self.vocabulary)) != len(self.vocabulary):
            raise BundleError(f"vocabulary {self.vocabulary!r} is empty or names a character twice")
        if not self.vocabulary.isprintable() or " " in self.vocabulary:
            raise BundleError(f"vocabulary {self.vocabulary!r} holds characters that cannot be shown")
        for name in ("height", "max_width", "width_step", "stride"):
            if not 1 <= getattr(self, name) <= MOST_SIDE:
                raise BundleError(f"{name} is {getattr(self, name)}, expected 1 to {MOST_SIDE}")
        if not 0 <= self.unscaled_from <= self.height:
            raise BundleError(f"unscaled_from is {self.unscaled_from}, expected 0 to the height {self.height}")
        if self.width_step % self.stride:
            raise BundleError(f"width_step {self.width_step} is no multiple of stride {self.stride}")
        if not self.channels:
            raise BundleError("channels is empty")
        if not 0 <= self.threshold <= 1:
            raise BundleError(f"threshold is {self.threshold}, expected a number from 0 to 1")

    def padded_width(self, width: int) -> int:
        """Return the width in pixels that an input of `width` pixels is padded to."""
        return -(-width // self.width_step) * self.width_step

    @classmethod
    def from_json(cls, text: str) -> BundleConfig:
        """Read a config from the text of bundle.json. Raises BundleError for unknown, missing or mistyped keys."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # the former also for numbers of thousands of digits
            raise BundleError(f"not valid JSON ({error})") from error
        if not isinstance(values, dict):
            raise BundleError(f"expected a JSON object, got {type(values).__name__}")
        # The version comes first: a newer format may well have keys that are unknown here.
        version = values.get("format_version", FORMAT_VERSION)
        if _is_kind(version, int) and version > FORMAT_VERSION:
            raise BundleError(
                f"format_version is {version}, this program reads {FORMAT_VERSION}; a newer suanshi is needed"
            )
        values = {"unscaled_from": 0, "closer": False, **values}
        if unknown := values.keys() - _KINDS.keys():
            raise BundleError(f"unknown key {', '.join(sorted(unknown))}")
        if missing := _KINDS.keys() - values.keys():
            raise BundleError(f"missing key {', '.join(sorted(missing))}")
        for name, kind in _KINDS.items():
            if not _is_kind(values[name], kind):
                raise BundleError(f"{name} is {values[name]!r}, expected {_KIND_NAMES[kind]}")
        if not all(isinstance(channel, str) for channel in values["channels"]):
            raise BundleError(f"channels is {values['channels']!r}, expected a list of strings")
        try:
            threshold = float(values["threshold"])
        except OverflowError as error:
            raise BundleError("threshold is no number from 0 to 1") from error
        return cls(**{**values, "channels": tuple(values["channels"]), "threshold": threshold})

    def to_json(self) -> str:
        """Return the text of bundle.json, which from_json reads back to an equal config."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        values = {"format_version": values.pop("format_version"), **values, "card": dict(self.card)}
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


# Type hints are strings here and say nothing about JSON, where a float may be written without a point.
_KINDS: dict[str, type] = {
    "format_version": int,
    "task": str,
    "vocabulary": str,
    "height": int,
    "max_width": int,
    "width_step": int,
    "unscaled_from": int,
    "closer": bool,
    "channels": list,
    "grammar": str,
    "stride": int,
    "threshold": float,
    "card": dict,
}
_KIND_NAMES = {
    int: "a whole number",
    str: "a string",
    list: "a list of strings",
    float: "a number",
    dict: "an object",
    bool: "true or false",
}


def _is_kind(value: object, kind: type) -> bool:
    if isinstance(value, bool):  # bool is an int to isinstance
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


@dataclass(frozen=True)
class Bundle:
    """A loaded bundle: its folder, its config and the bytes of its ONNX network.

    The network maps "images", uint8 (N, height, W, channels), to "logits", float32 (N, W // stride, characters + 1).
    It may have a second output of that shape, "places", whose columns say where characters stand.
    """

    folder: Path
    config: BundleConfig
    model: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the bundle's folder."""
        return self.folder.resolve().name


def shipped_bundles() -> dict[str, Path]:
    """Return the folders of the bundles that come with this package, by name."""
    models = Path(__file__).parent / "models"
    return {path.parent.name: path.parent for path in sorted(models.glob(f"*/{CONFIG_FILE}"))}


def bundle_folder(name_or_folder: str | os.PathLike[str]) -> Path:
    """Return the folder of a shipped bundle by its name, or else `name_or_folder` itself if there is such a folder.

    A shipped name comes first: write ./arithmetic for a folder of that name. Raises BundleError.
    """
    given = os.fspath(name_or_folder)
    shipped = shipped_bundles()
    if given in shipped:
        return shipped[given]
    folder = Path(given)
    if folder.is_dir():
        return folder
    names = ", ".join(shipped) or "none"
    what = "is a file, not a bundle's folder" if folder.exists() else "is neither a shipped model nor a folder"
    raise BundleError(f"{given}: {what} (shipped models: {names})")


def load_config(folder: str | os.PathLike[str]) -> BundleConfig:
    """Read bundle.json in `folder`. Raises BundleError, which names the file and the reason."""
    path = Path(folder) / CONFIG_FILE
    try:
        return BundleConfig.from_json(_read(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BundleError(f"{path}: not valid UTF-8") from error
    except BundleError as error:
        if str(error).startswith(str(path)):
            raise
        raise BundleError(f"{path}: {error}") from error


def load_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """Read the bundle in `folder`. Raises BundleError, which names the file and the reason."""
    config = load_config(folder)
    model = _read(Path(folder) / MODEL_FILE)
    if not model:
        raise BundleError(f"{Path(folder) / MODEL_FILE}: is empty")
    return Bundle(Path(folder), config, model)


def save_bundle(folder: str | os.PathLike[str], config: BundleConfig, model: bytes) -> Bundle:
    """Write a bundle to `folder`, made if need be, and return it. `model` is the network in ONNX's own format.

    Raises UnwritableFileError; a reader that opens it meanwhile sees whole files only.
    """
    folder = Path(folder)
    atomic_write(folder / MODEL_FILE, lambda part: part.write_bytes(model))
    atomic_write_text(folder / CONFIG_FILE, config.to_json())
    return Bundle(folder, config, model)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error
