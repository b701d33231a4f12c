"""Every look draws every text, wholly and the same for a seed."""

from __future__ import annotations

import numpy as np
import pytest

from generators.styles.sampler import FAMILIES, faces, looks

TRAIN, HELD_OUT = faces("train"), faces("held_out")
TEXTS = ("7", "8x8=?", "kiaKC", "(12+34)×5 = ?", "MWmw0oOQ12", "3 ÷ ? = 1", "贰拾减七等于?")


@pytest.mark.parametrize("name", looks())
def test_a_look_draws_any_text(name: str) -> None:
    draw = looks()[name]
    for number, text in enumerate(TEXTS):
        for chosen in (TRAIN, HELD_OUT):
            picture = draw(text, chosen, np.random.default_rng(number))
            assert picture.dtype == np.uint8
            assert picture.ndim == 3
            assert picture.shape[2] == 3
            assert 12 <= picture.shape[0] <= 400
            assert picture.shape[1] <= 2000
            assert np.ptp(picture) > 20, f"{text!r} does not show"


@pytest.mark.parametrize("name", looks())
def test_a_seed_gives_the_same_picture(name: str) -> None:
    first, second = (looks()[name]("4Tx9", TRAIN, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_every_family_has_looks() -> None:
    assert {name.rpartition(".")[0] for name in looks()} == set(FAMILIES)
