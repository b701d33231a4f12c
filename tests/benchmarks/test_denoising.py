"""The page about denoising, from a few small pictures."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks.denoising import __main__ as denoising
from benchmarks.denoising import captcha, mnist

Run = Callable[..., dict[str, Any]]


@pytest.mark.usefixtures("eagerly")
def test_denoising(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from autoencoders.training import Training

    trainings = {
        mnist.COURSE: Training(1, 1, 4, 3e-3, 0, loss="binary_crossentropy"),
        mnist.OURS: Training(1, 1, 4, 2e-3, 0),
    }
    monkeypatch.setattr(mnist.Plan, "trainings", trainings)
    for name, value in (("VALIDATION", 4), ("TUNING", 2)):
        monkeypatch.setattr(mnist, name, value)
    for name, value in (("STEPS", 1), ("BATCH", 2), ("VALIDATION", 2), ("MORE", (60,))):
        monkeypatch.setattr(captcha, name, value)
    data = tmp_path / "mnist"
    data.mkdir()
    for name, count in (("train", 24), ("t10k", 12)):
        digits = np.stack(
            [cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), 4 + seed % 6, 255, 3) for seed in range(count)]
        )
        header = struct.pack(">HBB3I", 0, 8, 3, *digits.shape)
        (data / f"{name}-images-idx3-ubyte").write_bytes(header + digits.tobytes())
    short = ("--epochs", 1, "--course-epochs", 1, "--captcha-epochs", 1, "--test", 12, "--count", 2)
    places = ("--runs", tmp_path / "runs", "--models", tmp_path / "models")
    record = run(denoising.command, "denoising", "--data", data, *short, *places)
    assert [each["set"] for each in record["captchas"]] == [images.title for images in captcha.sets()]
    assert record["digits"]["images"] == 12
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["captcha", "mnist"]
