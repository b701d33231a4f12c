"""Models in folders: saved, loaded, and refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from autoencoders.denoising import denoise_image
from autoencoders.models import CARD, NETWORK, SHIPPED, Model, load_model, save_model
from autoencoders.networks import denoiser
from autoencoders.pairs import PairSampler
from generators.contest.sampler import captcha_sampler
from generators.stream import HELD_OUT_SEEDS
from ocr.errors import BundleError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", Model(denoiser(3, (2, 4, 4)), "denoiser", {"command": "made for tests", "seed": 0}))
    return tmp_path / "model"


def test_a_model_comes_back(folder: Path) -> None:
    model = load_model(folder, "denoiser")
    assert model.channels == 3
    assert model.card["command"] == "made for tests"
    assert model.card["versions"]["keras"] == keras.__version__
    assert not model.network.compiled
    assert sorted(path.name for path in folder.iterdir()) == [CARD, NETWORK]


def test_the_state_of_the_training_is_not_kept(tmp_path: Path) -> None:
    network = denoiser(1, (2, 4, 4))
    network.compile("adam", "mean_squared_error")
    network.optimizer.build(network.trainable_variables)
    picture = np.random.default_rng(0).random((1, 8, 8, 1), dtype=np.float32)
    network.save(tmp_path / "whole.keras")
    save_model(tmp_path, Model(network, "denoiser", {}))
    assert (tmp_path / NETWORK).stat().st_size < (tmp_path / "whole.keras").stat().st_size
    np.testing.assert_allclose(load_model(tmp_path, "denoiser").network(picture), network(picture), atol=1e-6)


def test_what_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="neither a shipped model"):
        load_model(tmp_path / "none", "denoiser")
    with pytest.raises(BundleError, match="kind 'denoiser', expected 'fingerprints'"):
        load_model(folder, "fingerprints")
    with pytest.raises(BundleError, match="kind 'other'"):
        Model(denoiser(1, (2, 4, 4)), "other", {})
    (folder / NETWORK).write_bytes(b"no network")
    with pytest.raises(BundleError, match="cannot be loaded"):
        load_model(folder, "denoiser")
    (folder / NETWORK).unlink()
    with pytest.raises(BundleError, match="cannot be loaded"):
        load_model(folder, "denoiser")


def test_a_network_that_makes_no_pictures_is_refused(folder: Path) -> None:
    picture = keras.Input((8, 8, 1))
    keras.Model(picture, keras.layers.Dense(1)(keras.layers.Flatten()(picture))).save(folder / NETWORK)
    with pytest.raises(BundleError, match="expected pictures into their like"):
        load_model(folder, "denoiser")


def test_code_in_a_network_is_refused(folder: Path) -> None:
    picture = keras.Input((8, 8, 1))
    keras.Model(picture, keras.layers.Lambda(lambda x: x)(picture)).save(folder / NETWORK)
    with pytest.raises(BundleError, match="cannot be loaded"):
        load_model(folder, "denoiser")


@pytest.mark.parametrize("name", ["captcha", "mnist"])
def test_shipped_models_load_and_are_small(name: str) -> None:
    model = load_model(name, "denoiser")
    assert model.channels == (1 if name == "mnist" else 3)
    assert sum(path.stat().st_size for path in (SHIPPED / name).iterdir()) < 3_000_000
    assert json.loads((SHIPPED / name / CARD).read_text(encoding="utf-8"))["command"]


def psnr(picture: NDArray[Any], clean: NDArray[Any]) -> float:
    return float(-10 * np.log10(np.mean(np.square((picture.astype(float) - clean) / 255))))


def test_shipped_models_take_noise_away() -> None:
    """Dots and arcs of captchas from held-out seeds; grain of a digit that is none of MNIST's."""
    pairs = PairSampler(captcha_sampler(), {"dots": (60, 60), "curve": True})
    for number in range(3):
        (noisy, clean), _ = pairs(np.random.default_rng((HELD_OUT_SEEDS[9], number)))
        assert psnr(denoise_image(load_model("captcha", "denoiser"), noisy), clean) > psnr(noisy, clean) + 8
    digit = cv2.GaussianBlur(cv2.putText(np.zeros((28, 28), np.uint8), "3", (7, 22), 0, 0.8, 255, 3), (3, 3), 0)
    noisy = np.clip(digit + 102 * np.random.default_rng(0).normal(size=digit.shape), 0, 255).astype(np.uint8)
    answer = denoise_image(load_model("mnist", "denoiser"), np.stack([noisy] * 3, axis=-1))
    assert psnr(answer, digit) > psnr(noisy, digit) + 5
