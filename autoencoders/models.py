"""A trained autoencoder in its folder: `network.keras`, and `card.json` with its origin and figures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from classifiers import card as cards
from classifiers.card import CARD, load_network, model_folder, read_card
from ocr.errors import BundleError

__all__ = ["CARD", "NETWORK", "SHIPPED", "Model", "load_model", "save_model"]

SHIPPED = Path(__file__).parent / "models"
NETWORK = "network.keras"
KINDS = ("denoiser", "fingerprints")


@dataclass(frozen=True)
class Model:
    """A network, its kind (one of KINDS), and its card: command, seed, data, epochs, figures, versions."""

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


def save_model(folder: Path, model: Model) -> None:
    """Write a model to `folder`, its network without the state of its training."""
    bare = keras.Model(model.network.input, model.network.output, name=model.network.name)  # not compiled
    cards.save_model(folder / NETWORK, bare.save, {"kind": model.kind, **model.card})


def load_model(name_or_folder: str | os.PathLike[str], kind: str) -> Model:
    """Load a model of a kind: a shipped one, by its name, or the one in a folder. Raises BundleError."""
    folder = model_folder(name_or_folder, SHIPPED)
    card = read_card(folder, kind)
    network = load_network(folder / NETWORK)
    shapes = network.input_shape, network.output_shape
    if len(shapes[0]) != 4 or shapes[0] != shapes[1] or shapes[0][-1] not in (1, 3):
        raise BundleError(f"{folder / NETWORK}: turns {shapes[0]} into {shapes[1]}; expected pictures into their like")
    return Model(network, kind, card)
