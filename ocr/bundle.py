"""Bundles: a folder with all that a model needs to be used, the network as ONNX and its settings as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from ocr.did_you_mean import did_you_mean
from ocr.errors import BundleError
from ocr.onnx_file import OnnxError, check_self_contained
from ocr.tasks import LARGEST_SIDE, TaskSpec
from preprocessing.atomic_write import atomic_write, atomic_write_text
from preprocessing.user_files import read_user_file

FORMAT_VERSION = 1
LARGEST_MODEL, LARGEST_CONFIG = 500_000_000, 10_000_000
"""Bytes of a bundle's files that are read; the shipped networks have 3 million, their settings 3000."""
MODEL_FILE = "model.onnx"
CONFIG_FILE = "bundle.json"
MODELS = Path(__file__).parent / "models"
"""The folder of the shipped bundles."""


@dataclass(frozen=True, kw_only=True)
class BundleConfig(TaskSpec):
    """Settings of a trained network: its task, its stride and its card.

    Raises BundleError for values that cannot be.
    """

    stride: int
    """Input pixels per column of logits."""
    card: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Origin and accuracy of the model, for people."""
    format_version: int = FORMAT_VERSION

    def __post_init__(self) -> None:
        if self.format_version != FORMAT_VERSION:
            hint = "; a newer suanshi is needed" if self.format_version > FORMAT_VERSION else ""
            raise BundleError(f"format_version is {self.format_version}, this program reads {FORMAT_VERSION}{hint}")
        super().__post_init__()
        if not 1 <= self.stride <= LARGEST_SIDE:
            raise BundleError(f"stride is {self.stride}, expected 1 to {LARGEST_SIDE}")
        if self.width_step % self.stride:
            raise BundleError(f"width_step {self.width_step} is no multiple of stride {self.stride}")

    @classmethod
    def of(cls, spec: TaskSpec, *, stride: int, card: Mapping[str, Any]) -> BundleConfig:
        """Return the config of a network that was trained for a task."""
        return cls(**{entry.name: getattr(spec, entry.name) for entry in fields(TaskSpec)}, stride=stride, card=card)

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
        values = {**_OPTIONAL, **values}
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
        card = dict(values.pop("card"))
        values = {"format_version": values.pop("format_version"), **values, "card": card}
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


_OPTIONAL = {"unscaled_from": 0, "closer": False, "input": ""}
"""Keys that older bundles lack, and what these mean without them."""

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
    "input": str,
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

    @cached_property
    def name(self) -> str:
        """The name of the bundle's folder."""
        return self.folder.resolve().name


def shipped_bundles() -> dict[str, Path]:
    """Return the folders of the bundles that come with this package, by name."""
    return {path.parent.name: path.parent for path in sorted(MODELS.glob(f"*/{CONFIG_FILE}"))}


def bundle_folder(name_or_folder: str | os.PathLike[str]) -> Path:
    """Return the folder of a shipped bundle by its name, or else `name_or_folder` itself if there is such a folder.

    A shipped name comes first: write ./arithmetic for a folder of that name. Raises BundleError.
    """
    given = os.fspath(name_or_folder) if isinstance(name_or_folder, (str, os.PathLike)) else None
    if not isinstance(given, str):
        raise BundleError(f"model is {name_or_folder!r:.60}, expected the name of a shipped model or a bundle's folder")
    folder = Path(given)
    if folder.name == given and (MODELS / given / CONFIG_FILE).is_file():
        return MODELS / given
    if folder.is_dir():
        return folder
    shipped = shipped_bundles()
    what = "is a file, not a bundle's folder" if folder.exists() else "is neither a shipped model nor a folder"
    raise BundleError(f"{given}: {what}{did_you_mean(given, shipped)}; shipped models: {', '.join(shipped) or 'none'}")


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
    path = Path(folder) / MODEL_FILE
    model = _read(path, LARGEST_MODEL)
    if not model:
        raise BundleError(f"{path}: is empty")
    try:
        check_self_contained(model)
    except OnnxError as error:
        raise BundleError(f"{path} cannot be loaded: it {error}") from None
    return Bundle(Path(folder), config, model)


def save_bundle(folder: str | os.PathLike[str], config: BundleConfig, model: bytes) -> Bundle:
    """Write a bundle to `folder`, made if need be, and return it. `model` is the network in ONNX's own format.

    Raises UnwritableFileError; a reader that opens it meanwhile sees whole files only.
    """
    folder = Path(folder)
    atomic_write(folder / MODEL_FILE, lambda part: part.write_bytes(model))
    atomic_write_text(folder / CONFIG_FILE, config.to_json())
    return Bundle(folder, config, model)


def _read(path: Path, limit: int = LARGEST_CONFIG) -> bytes:
    try:
        return read_user_file(path, limit)
    except OSError as error:
        raise BundleError(f"{path}: {error.strerror or error}") from error
