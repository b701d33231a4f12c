"""`suanshi train`: a bundle comes out, wrong calls and missing packages are told without a traceback."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from generators.pages.page_samples import CutLines
from ocr.bundle import load_bundle
from ocr.inference.runtime import onnxruntime
from ocr.tasks import TASKS
from ocr.training import locator as locate
from ocr.training.network import ARCHITECTURES
from suanshi.main import suanshi
from suanshi.training import run_folder as training_run
from suanshi.training import synthetic as train_drawn
from suanshi.training.command_options import NETWORKS
from suanshi.training.run_folder import COMMANDS
from suanshi.training.synthetic import Options
from suanshi.training.synthetic_task import SYNTHETIC

QUICK = ["--batch-size", "2", "--held-out", "2", "--judged", "3", "--jobs", "1", "--steps-per-epoch", "2"]


def test_the_networks_of_the_command_are_those_there_are() -> None:
    assert set(NETWORKS) == set(ARCHITECTURES)


def outputs(folder: Path) -> list[str]:
    return [entry.name for entry in onnxruntime.InferenceSession(load_bundle(folder).model).get_outputs()]


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_training_leaves_a_bundle_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "算式"
    with monkeypatch.context() as patched:  # Ctrl-C after the last step, while the locator is fitted
        patched.setattr(locate, "fit_locator", interrupted)
        assert (
            CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", str(out), "--steps", "2", *QUICK]).exit_code
            == 130
        )
    assert outputs(out) == ["logits"]
    first = load_bundle(out).config.card["command"]
    for changes in (["--steps", "2", "--judged", "2"], ["--steps", "3", "--learning-rate", "0.001"]):
        # A run that is complete gets its locator, and its card goes on naming the call that trained; then it goes on.
        result = CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", str(out), *QUICK, *changes])
        assert result.exit_code == 0, result.output
        assert f"{out}: the bundle\n" in result.output
        assert outputs(out) == ["logits", "places"]
        if changes[1] == "2":
            assert load_bundle(out).config.card["command"] == first
            assert "earlier commands" not in load_bundle(out).config.card
    bundle = load_bundle(out)
    card = bundle.config.card
    assert (card["steps"], card["images"]) in ((2, 4), (3, 6))  # the best of two epochs
    assert set(card["accuracy"]) == {"contest", "library", "wide", "typefaces"}
    assert card["command"].startswith("suanshi train arithmetic --out DIR --steps 3 ")
    assert "--learning-rate 0.001 " in card["command"]
    assert card["earlier commands"] == [first]
    assert (out / "training" / COMMANDS).read_text(encoding="utf-8") == f"{first}\n{card['command']}\n"
    assert card["judged"]["images"] == 3
    assert card["judged"]["threshold"] == bundle.config.threshold
    assert (card["judged"]["kept"], card["judged"]["wrong of these"]) == (0, 0)  # after so few steps nothing is right
    width = bundle.config.padded_width(bundle.config.max_width)
    images = np.zeros((1, bundle.config.height, width, len(bundle.config.channels)), np.uint8)
    for output in onnxruntime.InferenceSession(bundle.model).run(None, {"images": images}):
        assert output.shape == (1, width // bundle.config.stride, len(bundle.config.vocabulary) + 1)


def test_only_calls_that_differ_from_the_last_are_noted(tmp_path: Path) -> None:
    options = Options("captcha", tmp_path, 9, 3, 2, "compact", 1e-3, 0, 1, False, 2, 2)
    (tmp_path / "training").mkdir()
    assert training_run.commands(tmp_path) == []  # of a run from before they were kept
    longer = dataclasses.replace(options, steps=12, bfloat16=True)
    for each in (options, options, longer, longer, options):
        training_run.note(tmp_path, each.command)
    assert training_run.commands(tmp_path) == [options.command, longer.command, options.command]


def test_held_out_typefaces_do_not_choose_the_network(tmp_path: Path) -> None:
    options = Options("arithmetic", tmp_path, 9, 3, 2, "compact", 1e-3, 0, 1, False, 2, 2)
    sets = train_drawn.validation_sets(options)
    assert {each.name: each.decides for each in sets} == {
        "contest": True, "library": True, "wide": True, "typefaces": False
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        ["poetry", "--out", "x"],
        ["arithmetic"],
        ["arithmetic", "--out", "x", "--steps", "0"],
        ["arithmetic", "--out", "x", "--network", "huge"],
        ["captcha", "--out", "x", "--length", "4"],
        ["captcha", "--out", "x", "--length", "4", "--from", "arithmetic"],
        ["captcha", "--out", "x", "--network", "heads", "--length", "0"],
    ],
)
def test_wrong_calls_end_with_2(wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(suanshi, ["train", *wrong])
    assert result.exit_code == 2
    assert "Error" in result.output
    assert not list(tmp_path.iterdir())


def test_errors_look_like_those_of_the_other_commands(tmp_path: Path) -> None:
    result = CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", str(tmp_path / "x"), "--seed", "1000000"])
    assert result.exit_code == 2
    assert result.output.startswith("suanshi: seed 1000000 is kept for test data")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "out"
    result = CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", str(out), "--steps", "2", *QUICK])
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == f"suanshi: {out / 'training'}: Not a directory"


def test_missing_packages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("ocr.training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("ocr.extras.find_spec", lambda name: None if name == "onnx" else object())
    result = CliRunner().invoke(suanshi, ["train", "arithmetic", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert result.output == (
        f"suanshi: train needs onnx, which is not installed; install with: {sys.executable} -m pip install onnx\n"
    )
    assert not (tmp_path / "out").exists()


def test_what_begins_with_known_weights_reads_long_texts_at_once() -> None:
    new, begun = (SYNTHETIC["formula"].training(0, warm) for warm in (False, True))
    assert isinstance(new, CutLines)
    assert isinstance(begun, CutLines)
    assert new.whole == 0 < begun.whole


@pytest.mark.slow
@pytest.mark.parametrize("task", ["captcha", "formula"])
def test_the_other_tasks_train_too(tmp_path: Path, task: str) -> None:
    result = CliRunner().invoke(suanshi, ["train", task, "--out", str(tmp_path), "--steps", "1", *QUICK])
    assert result.exit_code == 0, result.output
    config = load_bundle(tmp_path).config
    assert (config.task, config.grammar) == (task, TASKS[task].grammar)
    assert outputs(tmp_path) == ["logits", "places"]


def test_heads_train_on_the_courses_captchas(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["captcha", "--network", "heads", "--steps", "1", *QUICK, "--batch-size", "1"]
    result = CliRunner().invoke(suanshi, ["train", *arguments, "--out", str(out)])
    assert result.exit_code == 0, result.output
    config = load_bundle(out).config
    assert (config.max_width, config.width_step, config.stride, config.height) == (176, 176, 22, 80)
    assert config.card["command"].endswith(" --length 4")
    assert (set(config.card["accuracy"]), config.card["judged"]["images"]) == ({"library"}, 3)
    assert outputs(out) == ["logits"]


@pytest.mark.parametrize(("task", "length"), [("captcha", "5"), ("arithmetic", "4"), ("arithmetic", "5")])
def test_heads_refuse_drawings_of_other_lengths(task: str, length: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(suanshi, ["train", task, "--network", "heads", "--length", length, "--out", str(out)])
    assert result.exit_code == 2
    assert result.output.startswith(f"suanshi: texts of {length} characters only: drawn are such of 4,")
    assert not out.exists()
