"""Batches for training: what no change leaves alone, what belongs to what, and that all follows from the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from classifiers.images.augmentation import Augmentation, Batches
from classifiers.images.folder import Pictures
from ocr.errors import OcrError

STRONG = Augmentation(0.4, 4 / 3, turn=20, shear=0.1, brightness=0.3, contrast=0.3, saturation=0.3, mix=1.0)
NONE = Augmentation(mirror=False)


def pictures(count: int = 24, side: int = 16) -> Pictures:
    pixels = np.random.default_rng(1).integers(0, 256, (count, side, side, 3), np.uint8)
    labels = np.arange(count) % 3
    return Pictures(pixels, np.full(count, 1.5, np.float32), labels, tuple(map(str, range(count))), ("a", "b", "c"))


def epoch(batches: Batches, number: int) -> list[Any]:
    drawn = (batches.draw(number, step) for step in range(batches.steps))
    return [(images.numpy(), labels.numpy()) for images, labels in drawn]


def test_without_changes_every_picture_comes_once_as_it_is() -> None:
    given = pictures()
    found = epoch(Batches(given, NONE, lambda _: 16, batch_size=8, seed=0), 0)
    images, labels = (np.concatenate(each) for each in zip(*found, strict=True))
    assert labels.argmax(axis=1).tolist() != given.labels.tolist()  # they are shuffled
    for image, label in zip(images, labels, strict=True):
        (place,) = np.flatnonzero(np.abs(given.pixels - image).max(axis=(1, 2, 3)) < 0.6)
        assert label.argmax() == given.labels[place]


def test_a_mirrored_picture_is_its_mirror_image() -> None:
    given = pictures(8)
    ((images, _),) = epoch(Batches(given, Augmentation(), lambda _: 16, batch_size=8, seed=3), 0)
    mirrored = 0
    for image in images:
        plain, turned = (
            np.abs(each - image).max(axis=(1, 2, 3)).min() for each in (given.pixels, given.pixels[:, :, ::-1])
        )
        assert min(plain, turned) < 0.6
        mirrored += turned < plain
    assert 0 < mirrored < 8


def test_a_batch_follows_from_seed_and_epoch() -> None:
    def first(seed: int, number: int, after: int | None = None) -> Any:
        batches = Batches(pictures(), STRONG, lambda _: 16, batch_size=8, seed=seed)
        if after is not None:
            epoch(batches, after)
        return epoch(batches, number)[0][0]

    np.testing.assert_array_equal(first(0, 1), first(0, 1, after=0))
    assert not np.allclose(first(0, 1), first(0, 0))
    assert not np.allclose(first(0, 1), first(1, 1))


def test_changed_pictures_stay_pictures() -> None:
    batches = Batches(pictures(), STRONG, lambda number: 16 + 8 * number, batch_size=8, seed=0)
    for number in (0, 1):
        for images, labels in epoch(batches, number):
            assert images.shape == (8, 16 + 8 * number, 16 + 8 * number, 3)
            assert images.dtype == labels.dtype == np.float32
            assert images.min() >= 0
            assert images.max() <= 255
            np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-6)


def test_labels_are_mixed_as_the_pictures_are() -> None:
    given = pictures(6)
    given = Pictures(
        np.repeat(np.repeat(np.eye(3, dtype=np.uint8)[given.labels][:, None, None] * 255, 64, 1), 64, 2),
        given.ratios, given.labels, given.names, given.classes,
    )  # fmt: skip
    batches = Batches(given, Augmentation(mix=1.0), lambda _: 64, batch_size=6, seed=0)
    kinds = set()
    for number in range(8):
        for images, labels in epoch(batches, number):
            np.testing.assert_allclose(images.mean(axis=(1, 2)) / 255, labels, atol=0.02)
            kinds.add(bool(((images > 1) & (images < 254)).any()))
    assert kinds == {True, False}  # mixup, CutMix


def test_a_cut_keeps_the_shape_that_things_had() -> None:
    """A square in a picture twice as wide as high, squeezed: turned by 90 degrees it is still as high as wide."""
    pixels = np.zeros((200, 64, 64, 3), np.uint8)
    pixels[:, 24:40, 28:36] = 255
    given = Pictures(pixels, np.full(200, 2.0, np.float32), np.arange(200) % 2, ("x",) * 200, ("a", "b"))
    ((images, _),) = epoch(Batches(given, Augmentation(turn=90), lambda _: 64, batch_size=200, seed=0), 0)
    bright = images[..., 0] > 128
    areas = bright[:, :, 12:52].sum(axis=(1, 2))  # at the sides it is there again, reflected
    assert np.abs(areas - 128).max() < 16


def test_nonsense_is_refused() -> None:
    for wrong in ({"least_area": 0}, {"stretch": 0.5}, {"mix": 2}, {"turn": -1}, {"brightness": float("nan")}):
        with pytest.raises(OcrError):
            Augmentation(**wrong)
    with pytest.raises(OcrError, match="no batch of 32"):
        Batches(pictures(), NONE, lambda _: 16, batch_size=32, seed=0)
