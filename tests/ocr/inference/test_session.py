"""The network of a bundle answers for each image by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.bundle import load_bundle
from ocr.errors import BundleError
from ocr.inference.session import Session

Save = Callable[..., Path]
Write = Callable[..., Any]


@pytest.fixture
def network(grey_bundle: Save) -> Session:
    return Session(load_bundle(grey_bundle()), 17)


def grey(write_grey: Write, text: str, width: int) -> NDArray[np.uint8]:
    """A text of the grey reader as its network sees it: (height, width, 1)."""
    return np.asarray(write_grey(text, width=width))[..., :1]


def test_images_of_any_widths_keep_their_order(network: Session, write_grey: Write) -> None:
    images = [
        grey(write_grey, text, width) for text, width in [("1", 20), ("22", 130), ("3", 60), ("4+4", 61), ("5", 8)]
    ]
    found = network.run_each(images)
    assert [len(logits) for logits in found] == [15, 45, 15, 30, 15]
    for image, logits in zip(images, found, strict=True):
        (alone,) = network.run_each([image])
        np.testing.assert_array_equal(logits, alone)
        np.testing.assert_array_equal(network.run([image], 4 * len(logits))[0][0], logits)


def test_no_images_give_nothing(network: Session) -> None:
    assert network.run_each([]) == []


def test_a_network_of_other_classes_is_refused(grey_bundle: Save) -> None:
    with pytest.raises(BundleError, match="16 characters"):
        Session(load_bundle(grey_bundle(network={"classes": 9})), 17)


def test_answers_that_are_no_numbers_are_refused(network: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def run(self, names: list[str], given: dict[str, NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
            count, _, width, _ = given["images"].shape
            return [np.full((count, width // 4, 17), np.nan, np.float32) for _ in names]

    monkeypatch.setattr(network, "network", Broken())
    with pytest.raises(BundleError, match="that are no numbers"):
        network.run_each([np.zeros((60, 60, 1), np.uint8)])
