"""Captchas drawn twice: the noisy one is the sampler's, and noise is all that differs."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from autoencoders.pairs import CaptchaPatches, PairSampler, check_seed, training_pairs
from generators.contest.sampler import Sampler, captcha_mixture, captcha_sampler, sampler
from generators.stream import HELD_OUT_SEEDS
from ocr.errors import OcrError


@pytest.mark.parametrize("chosen", [sampler("contest"), sampler("library"), captcha_sampler(), captcha_mixture()])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_noisy_one_is_what_the_sampler_draws(chosen: Sampler, seed: int) -> None:
    picture, text = chosen(np.random.default_rng(seed))
    (noisy, clean), told = PairSampler(chosen)(np.random.default_rng(seed))
    assert told == text
    np.testing.assert_array_equal(noisy, picture)
    assert clean.shape == noisy.shape
    different = (noisy != clean).any(axis=-1).mean()
    assert 0 < different < 0.3


def test_a_clean_one_has_paper_of_one_colour_in_its_corners() -> None:
    for seed in range(5):
        (_, clean), _ = PairSampler(captcha_sampler())(np.random.default_rng(seed))
        assert len(np.unique(clean[:2].reshape(-1, 3), axis=0)) == 1


def test_more_noise_changes_nothing_but_the_noisy_one() -> None:
    some = PairSampler(sampler("contest"))(np.random.default_rng(1))[0]
    more = PairSampler(sampler("contest"), noise={"dots": (60, 60), "curve": True})(np.random.default_rng(1))[0]
    np.testing.assert_array_equal(some[1], more[1])
    assert (more[0] != more[1]).sum() > 2 * (some[0] != some[1]).sum()


def test_more_noise_upon_the_librarys_own_images_too() -> None:
    some = PairSampler(captcha_sampler())(np.random.default_rng(1))[0]
    more = PairSampler(captcha_sampler(), noise={"dots": (60, 60)})(np.random.default_rng(1))[0]
    np.testing.assert_array_equal(some[1], more[1])
    assert (more[0] != more[1]).sum() > 1.3 * (some[0] != some[1]).sum()


def test_patches_are_in_range_and_come_from_their_numbers() -> None:
    draw = CaptchaPatches(training_pairs(), 4, seed=2, size=(16, 32))
    noisy, clean = draw(1, 0)
    assert noisy.shape == clean.shape == (4, 16, 32, 3)
    assert noisy.dtype == np.float32
    assert 0 <= noisy.min() <= noisy.max() <= 1
    np.testing.assert_array_equal(noisy, CaptchaPatches(training_pairs(), 4, seed=2, size=(16, 32))(1, 0)[0])
    assert (noisy != draw(1, 1)[0]).any()


def test_pairs_travel_to_other_processes() -> None:
    pairs = PairSampler(sampler("contest"), noise={"curve": True})
    assert pickle.loads(pickle.dumps(pairs)) == pairs


def test_seeds_of_test_data_are_refused() -> None:
    check_seed(0)
    with pytest.raises(OcrError, match="kept for test data"):
        check_seed(HELD_OUT_SEEDS.start)
    with pytest.raises(OcrError, match="at least one"):
        CaptchaPatches((), 4, 0)
