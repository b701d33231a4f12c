"""The library's own code, seeded: its very images, from a seed, and the library itself left as it is."""

from __future__ import annotations

import secrets

import captcha.image
import numpy as np
import pytest

from generators.contest.captcha_library import library_image
from generators.contest.sampler import captcha_mixture, captcha_sampler


def test_same_seed_same_pixels_and_another_seed_others() -> None:
    one, same, other = (library_image("0O0O", (170, 80), np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one.shape == (80, 170, 3)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_it_is_what_the_library_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    monkeypatch.setattr(secrets, "randbelow", lambda limit: int(rng.integers(limit)))
    monkeypatch.setattr(secrets, "randbits", lambda bits: int(rng.integers(1 << bits)))
    monkeypatch.setattr(secrets, "choice", lambda things: things[int(rng.integers(len(things)))])
    theirs = np.asarray(captcha.image.ImageCaptcha(160, 60).generate_image("A1B2C3"))
    assert np.array_equal(library_image("A1B2C3", (160, 60), np.random.default_rng(7)), theirs)


def test_the_library_keeps_its_own_chance() -> None:
    library_image("1", (60, 60), np.random.default_rng(0))
    assert captcha.image.secrets is secrets


def test_captchas_are_drawn_by_it() -> None:
    pixels, text = captcha_sampler()(np.random.default_rng(1))
    assert pixels.shape == (80, 170, 3)
    assert len(text) == 4
    assert {share.look for share in captcha_mixture().shares} == {"exact", "library"}
