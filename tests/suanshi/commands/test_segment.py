"""`suanshi segment`: from pictures with masks to a model, and masks from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

pytest.importorskip("tensorflow")

from suanshi.main import Commands


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """The same network with two narrow levels."""
    from classifiers.segmentation.fcn import FcnConfig
    from classifiers.segmentation.training import SegmentationConfig

    small = partial(SegmentationConfig, network=FcnConfig((4, 8)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("suanshi.main.COMMANDS", {"segment": "segmentation"})
        patched.setattr("classifiers.segmentation.training.SegmentationConfig", small)
        yield


def segment(*arguments: object) -> Result:
    return CliRunner().invoke(Commands(), ["segment", *map(str, arguments)])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dark squares on light noise with masks, one mask of another size, and a file that is no picture."""
    folder, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for name in ("a1", "a2", "a3", "a4", "t1", "t2"):
        image, mask = rng.integers(150, 250, (60, 80, 3)).astype(np.uint8), np.zeros((60, 80), np.uint8)
        mask[10:40, 8:34], mask[20:55, 44:70] = 1, 2
        image[mask > 0] -= 120
        Image.fromarray(image).save(folder / f"{name}.png")
        Image.fromarray(mask).save(folder / f"{name}_anno.png")
    Image.fromarray(mask[:9]).save(folder / "b_anno.png")
    (folder / "text.png").write_text("text")
    return folder


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "model"
    given = ("--side", 32, "--batch-size", 2, "--epochs", 2, "--steps", 2, "--held-out-names", "t")
    result = segment("train", data, "--out", out, *given)
    assert result.exit_code == 0, result.output
    assert "left out: b_anno.png: has no pictures of its name" in result.output
    assert "object-level F1" in result.stdout
    again = segment("train", data, "--out", out, *given)
    assert again.exit_code == 0
    assert "has been trained so already" in again.stderr
    other = segment("train", data, "--out", out, *given, "--seed", 1)
    assert other.exit_code == 2
    assert "other settings (seed)" in other.output
    return out


def test_training_leaves_all_that_is_promised(model: Path) -> None:
    assert {path.name for path in model.iterdir()} == {"network.weights.h5", "card.json", "curves.png", "training"}
    assert {path.name for path in (model / "training").iterdir()} == {"log.csv", "settings.json"}
    assert (model / "network.weights.h5").stat().st_size < 3_000_000
    card = json.loads((model / "card.json").read_text())
    assert card["data"]["held_out"] == ["t1", "t2"]
    assert len(card["data"]["training"]) == 3
    assert card["data"]["left_out"][0]["name"] == "b_anno.png"
    assert card["figures"]["held_out"]["pictures"] == 2
    assert card["figures"]["cuts"] == 8


def test_masks_and_outlines_of_images(model: Path, data: Path, tmp_path: Path) -> None:
    files = [data / "a1.png", data / "text.png", tmp_path / "gone.png", data / "t1.png"]
    given = ("--model", model, "--tile", 64, "--turns")
    result = segment(*files, *given, "-o", tmp_path / "masks", "--overlay", tmp_path / "drawn")
    assert result.exit_code == 1
    assert "text.png: is not an image" in result.stderr
    assert "gone.png: no such file" in result.stderr
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [Path(line[0]).name for line in lines] == ["a1.png", "t1.png"]
    for folder, mode in (("masks", "L"), ("drawn", "RGB")):
        assert {path.name for path in (tmp_path / folder).iterdir()} == {"a1.png", "t1.png"}
        with Image.open(tmp_path / folder / "t1.png") as drawn:
            assert (drawn.size, drawn.mode) == ((80, 60), mode)
    mask = np.asarray(Image.open(tmp_path / "masks" / "t1.png"))
    assert mask.max() == int(lines[1][1])
    assert float(lines[1][2]) == pytest.approx((mask > 0).mean(), abs=1e-4)


def test_wrong_calls_are_refused(model: Path, data: Path, tmp_path: Path) -> None:
    image, out = data / "a1.png", ("--out", tmp_path / "out")
    for arguments, message in (
        ((image, "--model", tmp_path, *out), "neither a shipped model"),
        ((image, "--model", model), "Missing option"),
        (("--model", model, *out), "expected images"),
        ((image, "--model", model, "--out", data), "is one of the images"),
        ((image, image, "--model", model, *out), "several images"),
        ((image, "--model", model, *out, "--overlay", tmp_path / "out"), "is the folder of the masks"),
        ((image, "--model", model, *out, "--tile", 102), "multiples of 4"),
        (("train", data, *out, "--side", 102), "multiple of 4"),
        (("train", data, *out, "--held-out-names", "z"), "begin with 'z'"),
        (("train", tmp_path, *out), "no picture with a mask"),
    ):
        result = segment(*arguments)
        assert result.exit_code == 2, result.output
        assert message in result.output
    assert not list(tmp_path.iterdir())
    assert segment("--help").exit_code == segment("images", "--help").exit_code == 0
