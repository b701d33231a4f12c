"""A step on two devices is a step on one with the whole batch."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.training.replicas import device_names

from .conftest import CONFIG

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_two_devices_train_as_one_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ocr.training.two_devices", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env={**os.environ})
    found = json.loads(ran.stdout)
    one, two = np.transpose(found["losses"])
    assert len(one) == 20
    assert one[-1] < one[0] - 1  # it learns
    np.testing.assert_allclose(two, one, rtol=1e-4)
    assert found["moved"] > 0.01
    assert found["weights"] < 1e-4
    assert found["loaded"] == 0
    assert np.isfinite(found["dropping"]).all()


def test_a_batch_is_not_smaller_than_the_devices() -> None:
    with pytest.raises(OcrError, match="a batch of 8 images is too small for 9 devices"):
        dataclasses.replace(CONFIG, devices=9)


def test_devices_that_are_not_there() -> None:
    import tensorflow as tf

    tf.constant(0)  # it runs, so that the processor can be parted no more
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("this machine has GPUs")
    with pytest.raises(OcrError, match="99 devices: this machine has no GPU"):
        device_names(99)
