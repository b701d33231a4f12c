"""The page about fingerprints, from a few small pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from benchmarks.fingerprints import __main__ as fingerprints

Run = Callable[..., dict[str, Any]]
Noise = Callable[..., Any]


@pytest.mark.usefixtures("eagerly")
def test_fingerprints(tmp_path: Path, noise: Noise, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    from autoencoders import fingerprints as room

    def small() -> keras.Model:
        pixels = keras.Input((224, 224, 1))
        shrunk = keras.layers.MaxPooling2D(4)(keras.layers.Conv2D(2, 3, padding="same")(pixels))
        large = keras.layers.UpSampling2D(4)(shrunk)
        return keras.Model(pixels, keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(large))

    monkeypatch.setattr(room, "fingerprint_autoencoder", small)
    data = tmp_path / "prints"
    data.mkdir()
    for finger in range(5):
        for time in range(2):
            cv2.imwrite(str(data / f"{finger}_{time}.png"), noise(finger, 60, 50))
    call = "fingerprints", "--data", data, "--epochs", 1, "--runs", tmp_path / "runs"
    record = run(fingerprints.command, *call)
    assert record["splits"].keys() == {"finger", "image"}
    assert run(fingerprints.command, *call)["splits"] == record["splits"]
