"""The page about segmentation, from a few small pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks.segmentation import __main__ as segmentation

Run = Callable[..., dict[str, Any]]
Noise = Callable[..., Any]


@pytest.mark.usefixtures("eagerly")
def test_segmentation(tmp_path: Path, noise: Noise, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifiers.segmentation import training as room
    from classifiers.segmentation.fcn import FcnConfig
    from classifiers.segmentation.segmenter import load_segmenter

    narrow = functools.partial(room.SegmentationConfig, network=FcnConfig((4,) * 5), side=32, batch_size=2)
    monkeypatch.setattr(room, "SegmentationConfig", narrow)
    monkeypatch.setattr(segmentation, "LARGE", (160, 200))
    data = tmp_path / "glas"
    data.mkdir()
    for number, name in enumerate([*(f"train_{place}" for place in range(1, 8)), "testA_1", "testA_2"]):
        mask = np.zeros((80, 100), np.uint8)
        cv2.circle(mask, (30 + 4 * number, 40), 20, 1, -1)
        image = noise(number, 80, 100, 3) // 2 + 100 * mask[..., None]
        cv2.imwrite(str(data / f"{name}.bmp"), image)
        cv2.imwrite(str(data / f"{name}_anno.bmp"), mask)
    models = tmp_path / "models"
    call = (
        "segmentation",
        "--data",
        data,
        "--epochs",
        1,
        "--steps",
        2,
        "--runs",
        tmp_path / "runs",
        "--models",
        models,
    )
    record = run(segmentation.command, *call)
    assert record["ways"]["whole"]["pictures"] == 2
    card = load_segmenter(models / "glas").card
    assert (
        card["command"] == "suanshi segment train glas --out DIR --held-out-names testA --epochs 1 --steps 2 --seed 0"
    )
    assert sorted(path.name for path in (models / "glas").iterdir()) == ["card.json", "network.weights.h5"]
