"""Trained networks in folders: network.keras and card.json, which says what it is, where it comes from and how good."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras

from ocr.atomic_write import atomic_write, atomic_write_text
from ocr.errors import BundleError

SHIPPED = Path(__file__).parent / "models"
NETWORK, CARD = "network.keras", "card.json"
FORMAT = 1
KINDS = ("denoiser", "fingerprints")


@dataclass(frozen=True)
class Model:
    """A network, what it is for (one of KINDS), and its card: command, seed, data, epochs, figures, versions."""

    network: keras.Model
    kind: str
    card: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BundleError(f"kind {self.kind!r}: expected {' or '.join(KINDS)}")

    @property
    def channels(self) -> int:
        """Channels of the pictures that it takes: 1 for grey, 3 for RGB."""
        return int(self.network.input_shape[-1])


def shipped() -> list[str]:
    """Return the names of the models that come along."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{CARD}"))


def save_model(folder: Path, model: Model) -> None:
    """Write a model to `folder`, its network without the state of its training."""
    bare = keras.Model(model.network.input, model.network.output, name=model.network.name)  # not compiled
    atomic_write(folder / NETWORK, bare.save)
    card = {"format": FORMAT, "kind": model.kind, **model.card, "versions": versions()}
    atomic_write_text(folder / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def load_model(name_or_folder: str | os.PathLike[str], kind: str) -> Model:
    """Load a model of a kind: a shipped one, by name, or that of a folder.

    A name that has no separator is a shipped model's, if there is one. Raises BundleError, which says what is wrong.
    """
    name = os.fspath(name_or_folder)
    folder = SHIPPED / name if name in shipped() else Path(name)
    if not (folder / CARD).is_file():
        known = ", ".join(shipped()) or "none"
        raise BundleError(f"{name}: neither a shipped model ({known}) nor a folder with {CARD} and {NETWORK}")
    card = _read_card(folder / CARD)
    if card.get("format") != FORMAT:
        raise BundleError(f"{folder / CARD}: is of format {card.get('format')!r}, this program reads {FORMAT}")
    if card.get("kind") != kind:
        raise BundleError(f"{folder}: is a model of kind {card.get('kind')!r}, expected {kind!r}")
    try:
        network = keras.models.load_model(folder / NETWORK, compile=False, safe_mode=True)
        shapes = network.input_shape, network.output_shape
    except Exception as error:  # a damaged archive or a foreign layer ends in any kind of error
        raise BundleError(f"{folder / NETWORK}: cannot be loaded ({_first_line(error)})") from error
    if len(shapes[0]) != 4 or shapes[0] != shapes[1] or shapes[0][-1] not in (1, 3):
        raise BundleError(f"{folder / NETWORK}: turns {shapes[0]} into {shapes[1]}; expected pictures into their like")
    return Model(network, kind, card)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that a network depends on."""
    found = {"python": platform.python_version()}
    for package in ("numpy", "keras", "tensorflow"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _read_card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{path}: cannot be read ({error})") from error
    if not isinstance(card, dict):
        raise BundleError(f"{path}: holds {type(card).__name__}, expected an object")
    return card


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
