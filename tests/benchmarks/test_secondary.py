"""The pages on the secondary systems are made from end to end, on a few small pictures."""

from __future__ import annotations

import functools
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import (
    activation_maps,
    denoising,
    denoising_captcha,
    denoising_mnist,
    fingerprints,
    image_folders,
    image_folders_speed,
    segmentation,
)

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A function that runs a benchmark, which must write its page and its record, and returns the latter."""

    def start(command: Any, page: str, *arguments: object) -> dict[str, Any]:
        out, docs = tmp_path / "record.json", tmp_path / "docs"
        call = [*map(str, arguments), "--docs", str(docs), "--out", str(out)]
        result = CliRunner().invoke(command, call, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        text = (docs / f"{page}.md").read_text(encoding="utf-8")
        for name in (part.partition(")")[0] for part in text.split("](pictures/")[1:]):
            assert (docs / "pictures" / name).exists()
        return dict(json.loads(out.read_text(encoding="utf-8")))

    return start


def noise(seed: int, *shape: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def test_fingerprints(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_segmentation(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_image_folders_and_activation_maps(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from classifiers.images import experiment

    small = functools.partial(experiment.configure, width=4, batch_size=4, size=64)
    monkeypatch.setattr(experiment, "configure", small)
    monkeypatch.setattr(image_folders, "SIDE", 72)
    monkeypatch.setattr(image_folders_speed, "WARM", 1)
    monkeypatch.setattr(image_folders_speed, "BATCHES", 1)
    data, runs = tmp_path / "pets", tmp_path / "runs"
    for place, name in enumerate(("cats", "dogs")):
        (data / name).mkdir(parents=True)
        for number in range(16):
            cv2.imwrite(str(data / name / f"{number}.png"), noise(100 * place + number, 30, 40, 3))
    call = ("image-folders", "--data", data, "--seeds", 1, "--epochs", 1, "--course-epochs", 1, "--runs", runs)
    record = run(image_folders.command, *call)
    assert record["cards"].keys() == {"course-0", "compact-0"}
    assert {card["command"] for card in record["cards"].values()} == {record["command"]}
    for name in record["cards"]:
        (runs / name / "card.json").unlink()  # as if stopped before the very end
    run(image_folders.command, *call, "--only", "compact-0")
    assert (runs / "compact-0" / "card.json").exists()
    assert not (runs / "course-0" / "card.json").exists()
    small_pictures = ("--cifar", data, "--cifar-epochs", 1)
    run(image_folders.command, *call, *small_pictures, "--only", "cifar-0")
    assert (runs / "cifar-0" / "card.json").exists()
    assert not (runs / "course-0" / "card.json").exists()
    assert run(image_folders.command, *call, *small_pictures)["cards"].keys() == {*record["cards"], "cifar-0"}
    models = ("--model", runs / "compact-0", "--model", runs / "course-0")
    found = run(activation_maps.command, "activation-maps", *models, "--data", data)
    assert [each["network"] for each in found["models"]] == ["compact", "course"]
    assert all(each["litert"]["differs by"] < 1e-3 for each in found["models"])


def test_denoising(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from autoencoders.training import Training

    trainings = {
        denoising_mnist.COURSE: Training(1, 1, 4, 3e-3, 0, loss="binary_crossentropy"),
        denoising_mnist.OURS: Training(1, 1, 4, 2e-3, 0),
    }
    monkeypatch.setattr(denoising_mnist.Plan, "trainings", trainings)
    for name, value in (("VALIDATION", 4), ("TUNING", 2)):
        monkeypatch.setattr(denoising_mnist, name, value)
    for name, value in (("STEPS", 1), ("BATCH", 2), ("VALIDATION", 2), ("MORE", (60,))):
        monkeypatch.setattr(denoising_captcha, name, value)
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
    assert [each["set"] for each in record["captchas"]] == [images.title for images in denoising_captcha.sets()]
    assert record["digits"]["images"] == 12
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["captcha", "mnist"]
