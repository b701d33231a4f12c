"""The locator says where characters stand, and the network that it belongs to stays as it was."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.inference.decoder import character_boxes
from ocr.training.batches import Batch
from ocr.training.fit import FitResult
from ocr.training.locator import column_features, fit_locator, load_locator, save_locator

from .conftest import NETWORK, VOCABULARY, draw_batch


def placed_batch(seed: int) -> tuple[Batch, np.ndarray]:
    """Return 32 images (20, 96, 1) of three digits at random places, with the middles of their ink (32, 3)."""
    rng = np.random.default_rng(seed)
    images = np.full((32, 20, 96, 1), 255, np.uint8)
    texts, middles = [], np.zeros((32, 3))
    for row, image in enumerate(images):
        digits = rng.integers(0, 10, 3)
        texts.append("".join(map(str, digits)))
        for place, (digit, left) in enumerate(zip(digits, (2, 32, 62), strict=True)):
            alone = np.full_like(image, 255)
            cv2.putText(alone, str(digit), (left + int(rng.integers(0, 18)), 16), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
            inked = np.flatnonzero(alone.min(axis=(0, 2)) < 255)
            middles[row, place] = (inked[0] + inked[-1] + 1) / 2
            np.minimum(image, alone, out=image)
    return (images, texts), middles


def test_characters_are_found_where_they_stand(trained: tuple[FitResult, Path]) -> None:
    network = trained[0].network
    before = [np.array(weight) for weight in network.weights]
    drawn = [placed_batch(seed) for seed in range(6)]
    locator = fit_locator(network, VOCABULARY, [batch for batch, _ in drawn[:5]], steps=150)
    for weight, was in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(weight, was)
    (images, texts), middles = drawn[5]  # not fitted to
    scores = column_features(network)(images) @ locator.kernel + locator.bias
    placed = character_boxes(scores, [VOCABULARY.encode(text) for text in texts], lone=5)
    apart = np.abs(placed.mean(axis=2) * NETWORK.stride - middles)
    assert apart.mean() < 4
    again = fit_locator(network, VOCABULARY, (batch for batch, _ in drawn[:5]), steps=150)
    np.testing.assert_array_equal(locator.kernel, again.kernel)
    np.testing.assert_array_equal(locator.bias, again.bias)


def test_a_locator_is_kept_for_its_network(trained: tuple[FitResult, Path], tmp_path: Path) -> None:
    path = tmp_path / "locator.npz"
    assert load_locator(path, "these weights") is None
    locator = fit_locator(trained[0].network, VOCABULARY, [draw_batch(0)], steps=1)
    save_locator(path, locator, "these weights")
    kept = load_locator(path, "these weights")
    assert kept is not None
    np.testing.assert_array_equal(kept.kernel, locator.kernel)
    np.testing.assert_array_equal(kept.bias, locator.bias)
    assert load_locator(path, "other weights") is None


def test_nothing_to_fit_to_is_refused(trained: tuple[FitResult, Path]) -> None:
    with pytest.raises(OcrError, match="no batches"):
        fit_locator(trained[0].network, VOCABULARY, [])
