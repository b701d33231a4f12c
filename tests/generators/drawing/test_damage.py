"""What befalls a finished captcha."""

from __future__ import annotations

import numpy as np
import pytest

from generators.drawing import damage

PICTURE = np.random.default_rng(2).integers(0, 256, (40, 120, 3), dtype=np.uint8)
CHANGES = [change for change, _ in damage.DAMAGES]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_gives_a_picture_and_leaves_its_own(change: object) -> None:
    before = PICTURE.copy()
    for number in range(20):
        changed = change(PICTURE, np.random.default_rng(number))  # type: ignore[operator]
        assert changed.dtype == np.uint8
        assert changed.ndim == 3
        assert changed.shape[2] == 3
        assert 12 <= changed.shape[0] <= 160
    np.testing.assert_array_equal(PICTURE, before)


def test_half_of_the_pictures_stay_as_they_are() -> None:
    same = sum(damage.damaged(PICTURE, np.random.default_rng(number)) is PICTURE for number in range(200))
    assert 40 < same < 160
