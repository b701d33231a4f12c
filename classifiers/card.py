"""A trained model's folder: its network, and `card.json` with its kind, settings, data, figures and versions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from ocr.did_you_mean import did_you_mean
from ocr.errors import BundleError
from ocr.versions import installed_versions
from preprocessing.archive import check_unpacked
from preprocessing.atomic_write import atomic_write, atomic_write_text
from preprocessing.user_files import read_user_file

CARD = "card.json"
FORMAT = 1
LARGEST_CARD = 10_000_000
"""Bytes of a card that is read."""
LARGEST_NETWORK = 500_000_000
"""Bytes of a network's file, unpacked."""
PACKAGES = ("suanshi", "numpy", "opencv-python-headless", "pillow", "keras", "tensorflow")


def save_model(path: Path, save: Callable[[Path], object], card: Mapping[str, Any]) -> None:
    """Write the file of a network and the card beside it, last; both replace what stands there as a whole."""
    atomic_write(path, save)
    card = {"format": FORMAT, **card, "versions": installed_versions(*PACKAGES)}
    atomic_write_text(path.with_name(CARD), json.dumps(card, ensure_ascii=False, indent=1) + "\n")


def shipped_models(models: Path) -> list[str]:
    """Return the names of the models in a package's folder."""
    return sorted(path.parent.name for path in models.glob(f"*/{CARD}"))


def model_folder(name_or_folder: str | os.PathLike[str], models: Path) -> Path:
    """Return the folder of a shipped model, by its name, or else the folder given; it has a card.

    Raises BundleError for one without.
    """
    name = os.fspath(name_or_folder)
    shipped = shipped_models(models)
    folder = models / name if name in shipped else Path(name)
    if not (folder / CARD).is_file():
        if not shipped:
            raise BundleError(
                f"{name}: is no folder of a model (it has no {CARD}), and trained models for this are not part of an "
                f"installed package; a clone of Suanshi's repository has them in {models.parent.name}/{models.name}"
            )
        known = ", ".join(shipped)
        raise BundleError(
            f"{name}: neither a shipped model ({known}) nor the folder of one (it has no {CARD})"
            f"{did_you_mean(name, shipped)}"
        )
    return folder


def read_card(folder: Path, kind: str | None = None) -> dict[str, Any]:
    """Return the card in a folder; raises BundleError unless it is one of this format, and of that kind if given."""
    path = folder / CARD
    try:
        card = json.loads(read_user_file(path, LARGEST_CARD).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"{path}: cannot be read ({first_line(error)})") from error
    if not isinstance(card, dict):
        raise BundleError(f"{path}: holds {type(card).__name__}, expected an object")
    if card.get("format") != FORMAT:
        raise BundleError(f"{path}: is of format {card.get('format')!r}, this program reads {FORMAT}")
    if kind is not None and card.get("kind") != kind:
        raise BundleError(f"{path}: is of kind {card.get('kind')!r}, expected {kind!r}")
    return card


def load_network(path: Path) -> keras.Model:
    """Return the network in a `.keras` file, not compiled; no code that may be in it is run. Raises BundleError."""
    try:
        check_unpacked(path, LARGEST_NETWORK)
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # a damaged archive or a foreign layer ends in any kind of error
        raise BundleError(f"{path}: cannot be loaded ({first_line(error)})") from error


def first_line(error: Exception) -> str:
    """Return the first line of an error's message, or its name if it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
