"""The benchmark of own data: its split, its sizes, and a run with a training that stands in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from benchmarks.captchas import own_data
from ocr.errors import LabelsError
from tests.benchmarks.captchas.conftest import Fake, WriteKind

Call = Callable[..., Result]


def pairs(count: int) -> list[tuple[Path, str]]:
    return [(Path(f"{number}.png"), f"text{number}") for number in range(count)]


def test_the_split_is_by_name_alone() -> None:
    trained, tested = own_data.split(pairs(30), 300)
    assert (len(trained), len(tested)) == (20, 10)
    assert not {file for file, _ in trained} & {file for file, _ in tested}
    assert own_data.split(pairs(30)[::-1], 300) == (trained, tested)
    assert len(own_data.split(pairs(30), 5)[1]) == 5


@pytest.mark.parametrize("count", [0, 2, 4])
def test_too_few_images_are_refused(count: int) -> None:
    with pytest.raises(LabelsError, match=f"{count} labelled images are too few"):
        own_data.split(pairs(count), 300)


@pytest.mark.parametrize(
    ("available", "sizes"),
    [(500, [10, 30, 60, 200]), (20, [10, 20]), (60, [10, 30, 60]), (6, [6]), (199, [10, 30, 60, 199])],
)
def test_sizes_are_those_that_there_are_images_for(available: int, sizes: list[int]) -> None:
    assert own_data.trainings([10, 30, 60, 200], available) == sizes


def test_own_data(
    write_kind: WriteKind, call: Call, by_heart: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[list[str]] = []

    def train(chosen: Sequence[tuple[Path, str]], folder: Path, passed: Sequence[str]) -> float:
        trained.append([file.name for file, _ in chosen])
        if len(chosen) == 1:
            raise own_data.TrainingError("1 image is too few")
        return 90.0

    monkeypatch.setattr(own_data, "recognizer", by_heart)
    monkeypatch.setattr(own_data, "train", train)
    monkeypatch.setattr(own_data, "load_config", lambda folder: SimpleNamespace(card={"images": 6400}))
    data = write_kind("mine", [(f"ab{number:02}", Fake(f"AB{number:02}")) for number in range(18)]) / "mine"
    out = tmp_path / "captcha_own_data.json"
    options = ["--sizes", "1,4,8", "--runs", tmp_path / "runs", "--docs", tmp_path, "--out", out]
    other = write_kind("other", [(f"cd{number:02}", Fake(f"cd{number:02}")) for number in range(9)]) / "other"
    result = call(own_data.command, "--data", data, "--data", other, *options)
    record, second = json.loads(out.read_text(encoding="utf-8"))["kinds"]
    assert [(each["images"], each["count"], each["exact"]) for each in second["sizes"]] == [
        (0, 3, 3),
        (4, 3, 3),
        (6, 3, 3),
    ]
    assert [(each["images"], each["count"], each["right"], each["exact"]) for each in record["sizes"]] == [
        (0, 6, 6, 0), (4, 6, 6, 0), (8, 6, 6, 0)
    ]  # fmt: skip
    assert [each["minutes"] for each in record["sizes"]] == [None, 1.5, 1.5]
    assert [each["images seen"] for each in record["sizes"]] == [0, 6400, 6400]
    assert trained[2][:4] == trained[1]
    assert record["failed"] == [{"images": 1, "problem": "1 image is too few"}]
    assert "Trained on 1: 1 image is too few" in result.output
    assert "6 of 6" in result.output
    written = (tmp_path / "captcha-kinds.md").read_text(encoding="utf-8")
    for line in ("`mine`, 6 images for the test", "`other`, 3 images for the test"):
        assert line in written


def test_a_training_gets_its_images_and_labels_and_nothing_else(
    write_kind: WriteKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    class Done:
        returncode, stderr = 0, ""

    def run(command: list[str], **_: object) -> Done:
        calls.append(command)
        return Done()

    monkeypatch.setattr(own_data.subprocess, "run", run)
    data = write_kind("mine", [(f"ab{number}", Fake("")) for number in range(5)]) / "mine"
    chosen = [(data / f"{number}.png", f"ab{number}") for number in (3, 1)]
    seconds = own_data.train(chosen, tmp_path / "run", ["--steps=2"])
    assert sorted(file.name for file in (tmp_path / "run" / "images").iterdir()) == ["1.png", "3.png", "labels.txt"]
    assert (tmp_path / "run" / "images" / "labels.txt").read_text(encoding="utf-8") == "3.png ab3\n1.png ab1\n"
    assert calls[0][3:5] == ["train", "captcha"]
    assert calls[0][-1] == "--steps=2"
    assert own_data.train(chosen, tmp_path / "run", []) == pytest.approx(seconds, abs=0.1)
    assert len(calls) == 1  # it was finished


def test_a_training_that_fails_says_why_and_is_tried_again(
    write_kind: WriteKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Done:
        returncode, stderr = 2, "split  none\nsuanshi: too few\n"

    monkeypatch.setattr(own_data.subprocess, "run", lambda command, **_: Done())
    data = write_kind("mine", [("ab", Fake(""))]) / "mine"
    for _ in range(2):
        with pytest.raises(own_data.TrainingError, match=r"^suanshi: too few$"):
            own_data.train([(data / "0.png", "ab")], tmp_path / "run", [])


def test_sizes_that_are_no_numbers(tmp_path: Path) -> None:
    result = CliRunner().invoke(own_data.command, ["--data", str(tmp_path), "--sizes", "ten"])
    assert result.exit_code == 1
    assert "expected whole numbers" in result.output
