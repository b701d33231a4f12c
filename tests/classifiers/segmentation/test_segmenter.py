"""From probabilities to objects, thresholds, and a segmenter in its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from classifiers.card import shipped_models
from classifiers.segmentation.fcn import FcnConfig, build_network
from classifiers.segmentation.pairs import Pair
from classifiers.segmentation.segmenter import (
    SHIPPED,
    WEIGHTS,
    Segmenter,
    Thresholds,
    least_area,
    load_segmenter,
    objects,
    save_segmenter,
    tune_thresholds,
    upscale_objects,
)
from ocr.errors import OcrError

CONFIG = FcnConfig((4, 6, 8))


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    keras.utils.set_random_seed(0)
    return Segmenter(build_network(CONFIG), CONFIG, 0.5, Thresholds(0.45, 0.4, 3), {"seed": 0})


def test_cores_tell_objects_that_touch_apart_and_holes_are_filled() -> None:
    probabilities = np.zeros((20, 40, 2), np.float32)
    probabilities[2:18, 2:38, 0] = 0.9  # two objects side by side, of which the second has a hole
    probabilities[5:15, 5:17, 1] = probabilities[5:15, 24:35, 1] = 0.9
    probabilities[8:11, 28:31] = 0.1
    probabilities[19, 0] = 1.0  # smaller than the least area
    found = objects(probabilities, Thresholds(0.5, 0.5, 20))
    assert found.max() == 2
    assert len(set(found[5:15, 5:17].ravel())) == len(set(found[5:15, 24:35].ravel())) == 1
    assert (found[2:18, 2:38] > 0).all()
    assert (found > 0).sum() == 16 * 36
    assert not objects(np.zeros((9, 9, 2), np.float32), Thresholds()).any()
    assert (objects(np.ones((9, 9, 2), np.float32), Thresholds()) == 1).all()


def test_enlarged_keeps_numbers_and_areas() -> None:
    found = np.zeros((20, 30), np.int32)
    found[4:10, 4:12], found[4:10, 12:20] = 1, 2
    large = upscale_objects(found, (41, 61))
    assert large.shape == (41, 61)
    assert set(np.unique(large)) == {0, 1, 2}
    assert abs((large == 1).sum() / 4.16 - 48) < 5
    assert upscale_objects(found, (20, 30)) is found


def test_pictures_of_any_size(segmenter: Segmenter) -> None:
    for shape in ((1, 1), (3, 90), (45, 38)):
        image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
        found = segmenter.segment(image)
        assert found.shape == shape
        assert found.dtype == np.int32
        assert ((p := segmenter.probabilities(image, turns=True)) >= 0).all()
        assert (p <= 1).all()


def test_it_is_the_same_after_loading(segmenter: Segmenter, tmp_path: Path) -> None:
    save_segmenter(tmp_path / "m", segmenter)
    loaded = load_segmenter(tmp_path / "m")
    image = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    np.testing.assert_allclose(loaded.probabilities(image), segmenter.probabilities(image), atol=2e-3)
    assert (loaded.thresholds, loaded.scale, loaded.config) == (segmenter.thresholds, 0.5, CONFIG)
    assert {path.name for path in (tmp_path / "m").iterdir()} == {WEIGHTS, "card.json"}
    assert {layer.compute_dtype for layer in loaded.network.layers} == {"float32"}


@pytest.mark.parametrize("name", shipped_models(SHIPPED))
def test_shipped_models_load_and_are_small(name: str) -> None:
    segmenter = load_segmenter(name)
    assert segmenter.card["command"].startswith("suanshi segment train ")
    assert sum(path.stat().st_size for path in (SHIPPED / name).iterdir()) < 3_000_000
    plain = np.full((120, 160, 3), 240, np.uint8)  # bare glass: no tissue, so no glands
    assert segmenter.segment(plain).max() == 0


def test_what_is_no_segmentation_is_refused(segmenter: Segmenter, tmp_path: Path) -> None:
    with pytest.raises(OcrError, match="neither a shipped model"):
        load_segmenter(tmp_path)
    save_segmenter(tmp_path / "m", segmenter)
    card = json.loads((tmp_path / "m" / "card.json").read_text())
    for number, (change, message) in enumerate(
        (
            ({"kind": "denoiser"}, "of kind 'denoiser'"),
            ({"network": {"widths": [4, 6, 9]}}, "cannot be loaded"),
            ({"network": {"depth": 3}}, "is damaged"),
            ({"thresholds": {"object": 2}}, "is damaged"),
        )
    ):
        folder = shutil.copytree(tmp_path / "m", tmp_path / str(number))
        (folder / "card.json").write_text(json.dumps({**card, **change}))
        with pytest.raises(OcrError, match=message):
            load_segmenter(folder)
    (tmp_path / "m" / WEIGHTS).write_bytes(b"nothing")
    with pytest.raises(OcrError, match="cannot be loaded"):
        load_segmenter(tmp_path / "m")


def test_validation_chooses_thresholds(segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    truth = np.zeros((40, 40), np.int32)
    truth[10:30, 10:30] = 1

    def probabilities(self: Segmenter, image: np.ndarray) -> np.ndarray:
        seen = np.full((20, 20, 2), 0.5, np.float32)  # a threshold below makes all one object
        seen[5:15, 5:15] = 0.6
        return seen

    monkeypatch.setattr(Segmenter, "probabilities", probabilities)
    pair = Pair("a", np.zeros((40, 40, 3), np.uint8), truth)
    chosen, figures = tune_thresholds(segmenter, [pair], 5)
    assert 0.5 < chosen.thresholds.object < 0.6
    assert chosen.thresholds.least_area == 5
    assert figures["f1"] == 1
    assert figures["dice"] > 0.97
    assert least_area([pair], 0.5) == 50
