"""Simulated sensors: each does to a picture of ridges what it says, and changes none in place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autoencoders import sensors
from autoencoders.sensors import SENSORS, cropped, dry_skin, low_contrast, low_resolution, wet_skin
from ocr.errors import OcrError


def ridges() -> Any:
    """Vertical ridges, 9 pixels apart and 4 wide, (90, 108)."""
    return np.tile(np.where(np.arange(108) % 9 < 4, 0.1, 0.95).astype(np.float32), (90, 1))


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.mark.parametrize("name", list(SENSORS))
def test_pictures_keep_size_range_and_original(name: str) -> None:
    picture = ridges()
    seen = SENSORS[name](picture, rng())
    np.testing.assert_array_equal(picture, ridges())
    assert seen.shape == picture.shape
    assert seen.dtype == np.float32
    assert -1e-6 <= seen.min() <= seen.max() <= 1 + 1e-6
    np.testing.assert_array_equal(seen, SENSORS[name](picture, rng()))
    assert name == "as it is" or np.abs(seen - picture).mean() > 0.01


def test_dry_skin_is_lighter_and_breaks_ridges() -> None:
    whole, broken = dry_skin(ridges(), rng(), broken=0), dry_skin(ridges(), rng())
    assert (whole >= ridges()).all()
    assert (whole[:, 9:] < 0.5).any(axis=0).sum() == 11 * 2  # of four columns each, two are left
    column = broken[:, 10]
    assert column.min() < 0.2
    assert column.max() > 0.7


def test_wet_skin_is_darker_and_joins_ridges() -> None:
    whole, joined = wet_skin(ridges(), rng(), joined=0), wet_skin(ridges(), rng())
    assert (whole <= ridges()).all()
    assert (joined <= whole + 1e-6).all()
    valley = joined[:, 6]
    assert valley.min() < 0.4
    assert valley.max() > 0.9


def test_low_contrast_low_resolution_and_crop() -> None:
    seen = low_contrast(np.array([[0.0, 1.0]], np.float32), share=0.3, ground=0.6)
    np.testing.assert_allclose(seen, [[0.3, 0.6]], atol=1e-6)
    assert low_resolution(ridges(), 60).std() < 0.5 * ridges().std()
    np.testing.assert_allclose(low_resolution(ridges(), 500), ridges(), atol=1e-6)
    np.testing.assert_allclose(cropped(ridges(), 1), ridges(), atol=1e-6)
    assert np.diff(cropped(ridges(), 0.5)[40] < 0.5).sum() < 0.6 * np.diff(ridges()[40] < 0.5).sum()


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (sensors.low_resolution, {"dpi": 0}),
        (sensors.low_contrast, {"share": 0.9, "ground": 0.5}),
        (sensors.cropped, {"share": 0}),
        (sensors.dry_skin, {"rng": rng(), "thinner": 2}),
        (sensors.wet_skin, {"rng": rng(), "joined": 1.5}),
    ],
)
def test_nonsense_is_refused(function: Any, options: dict[str, Any]) -> None:
    with pytest.raises(OcrError, match="expected"):
        function(ridges(), **options)
