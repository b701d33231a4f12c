"""`suanshi average`: the bundle that it leaves, its card, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import numpy_helper

from ocr.bundle import BundleConfig, load_bundle, save_bundle
from ocr.tasks import TASKS
from suanshi.main import suanshi


def average(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, ["average", *map(str, arguments), "--judged", "8"])


def bundle(folder: Path, seed: int, architecture: str = "compact", **changes: Any) -> Path:
    """Save a bundle of an untrained network that looks at images like those of round one."""
    from ocr.training.exporting.to_onnx import export
    from ocr.training.network import NetworkConfig, build_network

    task = TASKS["arithmetic"]
    network = NetworkConfig(len(task.vocabulary) + 1, architecture, task.height, len(task.channels))
    card = {"command": f"suanshi train, seed {seed}", "steps": seed}
    config = BundleConfig.of(replace(task, threshold=0.5, **changes), stride=4, card=card)
    save_bundle(folder, config, export(build_network(network, seed=seed), network))
    return folder


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("bundles")
    return bundle(folder / "one", 1), bundle(folder / "two", 2)


def weights(folder: Path) -> dict[str, np.ndarray]:
    graph = onnx.load_model_from_string(load_bundle(folder).model).graph
    return {each.name: numpy_helper.to_array(each) for each in graph.initializer}


def test_the_bundle_has_the_mean_and_a_card_that_tells_of_it(pair: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "mean"
    result = average(*pair, "--out", out)
    assert result.exit_code == 0, result.output
    one, two, mean = (weights(folder)["conv_1_kernel"] for folder in (*pair, out))
    np.testing.assert_allclose(mean, (one + two) / 2, atol=1e-7)
    card = json.loads((out / "bundle.json").read_text(encoding="utf-8"))["card"]
    assert card["command"] == "suanshi average one two --out DIR --judged 8"
    assert [(each["model"], each["steps"]) for each in card["average of"]] == [("one", 1), ("two", 2)]
    assert card["judged"]["images"] == 8
    again = average(*pair, "--out", out)  # the same call may be repeated, another is refused
    assert again.exit_code == 0, again.output
    other = average(*pair, pair[0], "--out", out)
    assert other.exit_code == 2
    assert "is another model" in other.output
    assert "average of" in CliRunner().invoke(suanshi, ["info", str(out)]).output


def test_models_that_have_no_mean_are_refused(pair: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "mean"
    lone = average(pair[0], "--out", out)
    assert (lone.exit_code, "name two or more" in lone.output) == (2, True)
    narrow = average(pair[0], bundle(tmp_path / "narrow", 1, max_width=120, width_step=60), "--out", out)
    assert (narrow.exit_code, "differs from" in narrow.output) == (2, True)
    assert "max_width, width_step" in narrow.output
    fine = average(pair[0], bundle(tmp_path / "fine", 1, "fine"), "--out", out)
    assert fine.exit_code == 2
    assert "of another kind than the first" in fine.output
    missing = average(pair[0], tmp_path / "nothing", "--out", out)
    assert missing.exit_code == 2
    assert "neither a shipped model nor a folder" in missing.output
    assert not out.exists()
