"""The pages about image folders and activation maps, from a few small pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from click.testing import Result

from benchmarks.activation_maps import __main__ as activation_maps
from benchmarks.image_folders import __main__ as image_folders
from benchmarks.image_folders import speed as image_folders_speed

Call = Callable[..., Result]
Run = Callable[..., dict[str, Any]]
Noise = Callable[..., Any]


@pytest.mark.slow
@pytest.mark.usefixtures("eagerly")
def test_image_folders_and_activation_maps(
    tmp_path: Path, noise: Noise, call: Call, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classifiers.images import experiment
    from classifiers.images.networks import NetworkConfig

    small = functools.partial(experiment.configure, width=4, batch_size=4, size=64)
    monkeypatch.setattr(experiment, "configure", small)
    monkeypatch.setattr(experiment, "NetworkConfig", functools.partial(NetworkConfig, depth=1))
    monkeypatch.setattr(image_folders, "SIDE", 72)
    monkeypatch.setattr(image_folders_speed, "WARM", 1)
    monkeypatch.setattr(image_folders_speed, "BATCHES", 1)
    data, runs = tmp_path / "pets", tmp_path / "runs"
    for place, name in enumerate(("cats", "dogs")):
        (data / name).mkdir(parents=True)
        for number in range(16):
            cv2.imwrite(str(data / name / f"{number}.png"), noise(100 * place + number, 30, 40, 3))
    given = ("--data", data, "--cifar", data, "--seeds", 1, "--runs", runs)
    epochs = ("--epochs", 1, "--course-epochs", 1, "--cifar-epochs", 1)
    for name in ("compact-0", "cifar-0"):
        assert not (runs / name).exists()
        call(image_folders.command, *given, *epochs, "--only", name, "--docs", tmp_path, "--out", tmp_path / "no.json")
        assert (runs / name / "card.json").exists()
    assert sorted(path.name for path in runs.iterdir()) == ["cifar-0", "compact-0"]
    assert not (tmp_path / "no.json").exists()
    record = run(image_folders.command, "image-folders", *given, *epochs)
    assert record["cards"].keys() == {"course-0", "compact-0", "cifar-0"}
    assert record["cards"]["course-0"]["command"] == record["command"]
    models = ("--model", runs / "compact-0", "--model", runs / "course-0")
    found = run(activation_maps.command, "activation-maps", *models, "--data", data)
    assert [each["network"] for each in found["models"]] == ["compact", "course"]
    assert all(each["litert"]["differs by"] < 1e-3 for each in found["models"])
