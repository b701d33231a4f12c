"""Find the images of a folder that a model was trained on, by its card: those must not measure it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ocr.bundle import BundleConfig
from ocr.data.dataset import Folder, read_folder
from ocr.errors import OcrError
from suanshi.messages import complain
from suanshi.training.labelled.images import MEASURED_BY
from suanshi.training.labelled.task import of_length, within


def held_out_images(data: Path, config: BundleConfig, pattern: str | None = None) -> list[tuple[Path, str]]:
    """Return the images of a folder, and their texts, that were held out when the model of that config was trained."""
    trained = _trained_on(config)
    if trained is not None and "fold" not in trained:
        raise OcrError(
            "--held-out: the model was trained on all images of its folder, which are few; its card says how many it "
            "read of those that were held out at first"
        )
    if trained is None:
        raise OcrError("--held-out: the model was not trained with --data, its card names no held-out tenth")
    folder = _usable(data, config, pattern)
    if folder.fingerprint != trained.get("sha256"):
        complain(f"{data}: is not quite the folder that the model was trained on")
    if folder.left_out:
        complain(f"{data}: {len(folder.left_out)} files are left out, suanshi inspect says why")
    return [(entry.path, entry.text) for entry in folder.part("test", trained["fold"])]


def tell_of_trained(data: Path, config: BundleConfig, pattern: str | None = None) -> None:
    """Say so when the model of that config was trained on a folder that is to be read as a whole."""
    trained = _trained_on(config)
    if trained is None:
        return
    try:
        folder = _usable(data, config, pattern)
    except OcrError:  # nothing in it could have been trained on
        return
    if folder.fingerprint == trained.get("sha256"):
        if "fold" not in trained:
            complain(f"{data}: the model was trained on it, and knows all of these {len(folder.entries)} images")
            return
        known = len(folder.entries) - len(folder.part("test", trained["fold"]))
        complain(
            f"{data}: the model was trained on it, and knows {known} of these {len(folder.entries)} images; "
            "--held-out measures it on the others, as its card does"
        )


def _trained_on(config: BundleConfig) -> Mapping[str, Any] | None:
    """Return the card's description of the folder that its model was trained on, None for one trained on drawings."""
    told = config.card.get("data")
    if not isinstance(told, Mapping):
        return None
    return told if isinstance(told.get("fold"), int) or MEASURED_BY in told else None


def _usable(data: Path, config: BundleConfig, pattern: str | None) -> Folder:
    """Return of a folder what a model of that config could be trained on."""
    from suanshi.training.command_options import HEADS

    folder = read_folder(data, pattern)
    if config.card.get("network") == HEADS:  # it has two columns for each character
        folder = of_length(folder, config.max_width // (2 * config.stride))
    return within(folder, config, config.stride)
