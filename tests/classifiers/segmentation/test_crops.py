"""Random crops of pictures and their targets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from classifiers.segmentation.crops import Crops, Distortion, random_crop, recolour
from classifiers.segmentation.pairs import (
    Sample,
)
from ocr.errors import OcrError

STILL = Distortion(turn=0, mirror=False, stretch=1, bend=0, stain=0, brightness=0, contrast=0)


@pytest.fixture
def disc() -> Sample:
    """A dark disc on white, off the middle, and its mask."""
    ys, xs = np.mgrid[:60, :80]
    inside = (ys - 25) ** 2 + (xs - 45) ** 2 < 15**2
    image = np.where(inside[..., None], np.uint8(40), np.uint8(240)).repeat(3, axis=2)
    return Sample(image, 255 * np.stack([inside, inside], axis=2).astype(np.uint8))


def test_a_cut_that_changes_nothing_is_of_the_picture(disc: Sample) -> None:
    image, targets = random_crop(disc, STILL, 60, np.random.default_rng(0))
    apart = [np.abs(image - disc.image[:, at : at + 60]).mean() for at in range(21)]  # it may lie between two pixels
    assert min(apart) < 4
    left = int(np.argmin(apart))
    assert np.abs(targets - disc.targets[:, left : left + 60] / 255).mean() < 0.02
    image, _ = random_crop(disc, STILL, 96, np.random.default_rng(0))  # larger than the picture: reflected
    assert image.shape == (96, 96, 3)


def test_picture_and_targets_change_together(disc: Sample) -> None:
    how = replace(Distortion(), stain=0, brightness=0, contrast=0)
    for seed in range(5):
        image, targets = random_crop(disc, how, 64, np.random.default_rng(seed))
        dark = image[..., 0] < 140
        assert (dark == (targets[..., 0] > 0.5)).mean() > 0.98
    one, other, same = (random_crop(disc, how, 64, np.random.default_rng(seed))[0] for seed in (1, 2, 1))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 50


def test_stains_change_colours_within_their_range(disc: Sample) -> None:
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    np.testing.assert_allclose(recolour(image, STILL, np.random.default_rng(0)), image, atol=0.5)
    stained = recolour(image, replace(STILL, stain=0.5), np.random.default_rng(0))
    assert 5 < np.abs(stained - image).mean() < 80
    assert stained.min() >= 0
    assert stained.max() <= 255


def test_batches_are_fixed_by_their_numbers(disc: Sample) -> None:
    cuts = Crops([disc], Distortion(), side=32, batch_size=2, seed=4)
    images, targets = cuts.draw(1, 0)
    assert (images.shape, targets.shape) == ((2, 32, 32, 3), (2, 32, 32, 2))
    assert images.dtype == targets.dtype == np.float32
    assert 0 <= targets.min() <= targets.max() <= 1
    np.testing.assert_array_equal(images, cuts.draw(1, 0)[0])
    for other in ((0, 0), (1, 1)):
        assert np.abs(cuts.draw(*other)[0] - images).max() > 10


def test_nonsense_is_refused() -> None:
    for wrong in ({"stain": 1.0}, {"stretch": 0.5}, {"bend": -1.0}, {"grid": 0}):
        with pytest.raises(OcrError):
            replace(STILL, **wrong)
    with pytest.raises(OcrError):
        Crops([], STILL, side=32, batch_size=2, seed=4)
