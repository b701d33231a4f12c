"""Blocks that are dense with ink, and what is around them."""

from __future__ import annotations

import numpy as np

from preprocessing.page.grouping import ink_in, reaching


def test_a_block_reaches_no_further_than_the_ink_around_it() -> None:
    page = np.full((400, 800, 3), 255, np.uint8)
    seen = (np.array([300, 340, 420, 700]), np.array([210, 230, 215, 220]))
    block, most, beyond = (304, 208, 352, 240), (50, 30, 100, 30), (20, 8, 20, 8)
    assert reaching(page, seen, block, most, beyond) == (280, 202, 441, 239)
    nothing = (np.zeros(0, np.intp), np.zeros(0, np.intp))
    assert reaching(page, nothing, block, most, beyond) == (254, 178, 452, 270)
    assert reaching(page, seen, (304, 208, 704, 240), (300, 300, 300, 300), (400,) * 4) == (4, 0, 800, 400)
    assert [ink_in(seen, box) for box in (block, (300, 210, 421, 231), (0, 0, 10, 10))] == [1, 3, 0]
