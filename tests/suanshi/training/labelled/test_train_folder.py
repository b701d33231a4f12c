"""`suanshi train --data`: a folder with all kinds of faults trains, tells what it left out, and is measured again."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

import ocr
from generators import evaluation_images as held_out
from generators.contest.sampler import captcha_sampler
from ocr.bundle import bundle_folder, load_bundle, save_bundle
from ocr.data.dataset import FOLDS, Entry, read_folder
from ocr.inference.recognizer import load_recognizer
from ocr.inference.runtime import onnxruntime
from suanshi.main import suanshi
from suanshi.training.labelled.split import split

QUICK = ("--steps", "4", "--steps-per-epoch", "2", "--batch-size", "2")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(suanshi, [*map(str, arguments)])


def image(text: str, width: int = 60, seed: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    shown = np.full((24, width), 240, np.uint8) - np.random.default_rng(seed).integers(0, 9, (24, width), np.uint8)
    return cv2.putText(shown, text, (3, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 20, 2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 images of three digits in two sizes, four with wrong labels, three files empty, one label with a blank."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(7)
    lines = ["filename,label"]
    for number in range(80):
        text = "".join(map(str, rng.integers(0, 10, 3)))
        cv2.imwrite(str(folder / f"{number:03d}.png"), image(text, 60 if number % 3 else 66, number))
        if number in (10, 20, 30, 40):
            text = text[::-1]
        lines.append(f"{number:03d}.png,{'1 2' if number == 50 else text}")
    for number in (5, 15, 25):
        (folder / f"{number:03d}.png").write_bytes(b"")
    (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("made") / "读者"
    return out, call("train", "captcha", "--data", data, "--out", out, "--pretrain", 2, *QUICK)


@pytest.mark.slow
def test_a_folder_with_faults_trains_and_tells(made: tuple[Path, Result], data: Path) -> None:
    out, result = made
    assert result.exit_code == 0, result.output
    for line in (
        "images      76, labels from labels.csv, files from its column filename, texts from column label",
        "sizes       60x24 (50), 66x24 (26)",
        "lengths     3 (76)",
        "characters  10: 0123456789",
        "left out    4",
        "  005.png: is empty (0 bytes)",
        "  050.png: the label '1 2' holds a blank",
        f"{out}: the bundle",
    ):
        assert line in result.stderr.splitlines()
    assert result.stderr.index("left out") < result.stderr.index("the bundle")
    bundle = load_bundle(out)
    config, card = bundle.config, bundle.config.card
    assert (config.task, config.grammar, config.vocabulary) == ("captcha", "any", "0123456789")
    assert (config.height, config.max_width, config.width_step) == (40, 110, 112)
    folder = read_folder(data)
    assert card["data"] == {
        "labels from": folder.source,
        "images": 76,
        "left out": 4,
        **{part: len(folder.part(part)) for part in ("training", "validation", "test")},  # type: ignore[arg-type]
        "fold": 0,
        "sha256": folder.fingerprint,
    }
    assert card["accuracy"]["test"] == {"exact": 0.0, "images": len(folder.part("test"))}
    assert card["command"].startswith("suanshi train captcha --data DIR --out DIR --steps 4 ")
    assert "--pretrain 2" in card["command"]
    assert (out / "errors.png").exists()
    assert (out / "training" / "pretraining" / "checkpoint.npz").exists()
    names = [each.name for each in onnxruntime.InferenceSession(bundle.model).get_outputs()]
    assert names == ["logits", "places"]
    # The line that is printed is Python that runs.
    assert result.stdout.startswith("import ocr; print(ocr.load_recognizer('")
    assert isinstance(ocr.load_recognizer(str(out)).recognize([data / "000.png"])[0].text, str)


def test_evaluate_gives_the_number_of_the_card_again(made: tuple[Path, Result], data: Path) -> None:
    result = call("evaluate", "--model", made[0], "--data", data, "--held-out", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    told = load_bundle(made[0]).config.card["accuracy"]["test"]
    assert {"exact": found["exact"], "images": found["count"]} == told
    assert result.stderr == f"suanshi: {data}: 4 files are left out, suanshi inspect says why\n"
    whole = call("evaluate", "--model", made[0], "--data", data, "--json")
    everything = json.loads(whole.stdout)
    assert (everything["count"], len(everything["unreadable"])) == (77, 3)
    assert f"knows {76 - told['images']} of these 76 images; --held-out measures it on the others" in whole.stderr


@pytest.mark.slow
def test_few_images_measure_before_they_are_trained_on(tmp_path: Path) -> None:
    """The shipped reader, hardly trained on, and drawings of which every third has a wrong label."""
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    for number, (drawn, text) in enumerate(held_out.drawn(captcha_sampler(), count=45, seed=3)):
        label = text[1:] + text[0] if number % 3 == 0 else text
        cv2.imwrite(str(data / f"{label}_{number}.png"), drawn)
    named = ("--data", data, "--pattern", "{text}_{}")
    result = call("train", "captcha", *named, "--out", out, "--learning-rate", 1e-9, *QUICK)
    assert result.exit_code == 0, result.output
    config = load_bundle(out).config
    card, shipped = config.card, load_bundle(bundle_folder("captcha")).config
    assert (config.vocabulary, config.grammar, config.input) == (shipped.vocabulary, "any captcha", "colour")
    assert card["from"]["model"] == "captcha"
    assert "--from captcha" in card["command"]
    assert card["command"].endswith("--pattern '{text}_{}'")
    assert card["data"]["training"] == 45
    assert card["data"]["measured by"].startswith("9 images, which told when to stop, before")
    mixed = card["data"]["mixed"]
    assert "are drawn, with texts of the folder's form, in all looks" in mixed
    assert "captcha_library" in mixed  # the look that resembles these images
    # What it was measured by are images that it reads as it did, for it has hardly changed.
    parts = split(read_folder(data, "{text}_{}"), 0, known_weights=True)
    answers = load_recognizer("captcha").recognize([entry.path for entry in parts.test])
    right = sum(answer.text == entry.text for answer, entry in zip(answers, parts.test, strict=True))
    told = card["accuracy"]["held out"]
    assert (told["exact"], told["images"]) == (right / 9, 9)
    assert 0 < right < 9
    assert config.threshold >= 0.9
    assert f"({right} of 9" in result.stderr
    assert "surely between" in result.stderr
    log = (out / "training" / "first_part" / "log.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in log[1:]] == ["2"]  # steps; the other two are in the second part
    again = call("evaluate", "--model", out, *named, "--held-out")
    assert again.exit_code == 2
    assert "was trained on all images of its folder, which are few" in again.output
    whole = call("evaluate", "--model", out, *named)
    assert "knows all of these 45 images" in whole.stderr
    more = call("train", "captcha", *named, "--out", tmp_path / "more", "--from", out, *QUICK)
    assert more.exit_code == 0, more.output
    assert "was trained on all of its 45 images" in more.stderr


def test_evaluate_says_when_the_folder_is_another(made: tuple[Path, Result], tmp_path: Path) -> None:
    for number in range(0, 300, 7):
        cv2.imwrite(str(tmp_path / f"{number:03d}.png"), image(f"{number:03d}"))
    result = call("evaluate", "--model", made[0], "--data", tmp_path, "--held-out")
    assert "is not quite the folder that the model was trained on" in result.stderr
    assert "was trained on" not in call("evaluate", "--model", made[0], "--data", tmp_path).stderr
    result = call("evaluate", "--data", tmp_path, "--held-out")
    assert result.exit_code == 2
    assert "not trained with --data" in result.output


@pytest.mark.slow
def test_a_bundle_of_another_alphabet_is_begun_with(made: tuple[Path, Result], data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    given = ("train", "captcha", "--data", data, "--out", out, "--from", "arithmetic", *QUICK)
    result = call(*given)
    assert result.exit_code == 0, result.output
    assert "begins with known weights; new are: none" in result.stderr
    bundle = load_bundle(out)
    assert (bundle.config.height, bundle.config.card["from"]["model"]) == (60, "arithmetic")
    again = call(*given, "--fold", 1)
    assert again.exit_code == 2
    assert "was trained with --fold 0: choose another --out for --fold 1" in again.output
    new = ("--out", tmp_path / "new", "--from", made[0], "--fold", 1)
    leak = call("train", "captcha", "--data", data, *new, *QUICK)
    assert leak.exit_code == 2
    assert "was trained with --fold 0, so on what --fold 1 holds out if that was this folder: take" in leak.output
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_a_folder_that_has_changed_is_another_run(made: tuple[Path, Result], data: Path, tmp_path: Path) -> None:
    out, more = tmp_path / "out", tmp_path / "more"
    shutil.copytree(made[0], out)
    shutil.copytree(data, more)
    cv2.imwrite(str(more / "new.png"), image("777"))
    with (more / "labels.csv").open("a") as file:
        file.write("new.png,777\n")
    card = load_bundle(out).config.card
    result = call("train", "captcha", "--data", more, "--out", out, "--pretrain", 2, *QUICK)
    assert result.exit_code == 2
    assert f"{more} has changed since {out} was trained on it: choose another --out; with --from" in result.output
    assert load_bundle(out).config.card == card
    begun, next_ = tmp_path / "begun", tmp_path / "next"
    assert call("train", "captcha", "--data", more, "--out", begun, "--from", out, *QUICK).exit_code == 0
    # A leak by way of two bundles is one as well.
    shutil.rmtree(begun / "training")
    config = load_bundle(begun).config
    card = {**config.card, "data": {**config.card["data"], "fold": 3}}
    save_bundle(begun, dataclasses.replace(config, card=card), load_bundle(begun).model)
    result = call("train", "captcha", "--data", more, "--out", next_, "--from", begun, "--fold", 3, *QUICK)
    assert result.exit_code == 2
    assert "was trained with --fold 0" in result.output


def test_strict_refuses_before_training(data: Path, tmp_path: Path) -> None:
    result = call("train", "captcha", "--data", data, "--out", tmp_path / "out", "--strict", *QUICK)
    assert result.exit_code == 2
    assert "  050.png: the label '1 2' holds a blank\n" in result.output
    assert result.output.endswith(f"suanshi: {data}: 4 images cannot be used as they are, see above\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("captcha", "--strict"), "--strict: only with --data"),
        (("captcha", "--fold", "0", "--pretrain", "0"), "--fold, --pretrain: only with --data"),
        (("captcha", "--data", ".", "--judged", "3"), "--judged: not with --data"),
        (("captcha", "--data", ".", "--length", "3"), "--length: only with --network heads"),
        (("captcha", "--data", ".", "--length", "3", "--network", "course"), "--length: only with --network heads"),
        (("formula", "--data", "."), "not of final pages"),
        (("captcha", "--data", "gone"), "does not exist"),
        (("captcha", "--data", "."), "has no images and no labels.txt"),
        (("captcha", "--data", ".", "--seed", "1000000"), "is kept for test data"),
        (("captcha", "--data", ".", "--from", "none"), "none: is neither a shipped model nor a folder"),
    ],
)
def test_wrong_calls(arguments: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("train", *arguments, "--out", "out")
    assert result.exit_code == 2
    assert says in result.output
    assert not list(tmp_path.iterdir())


def test_too_few_images(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "123.png"), image("123"))
    result = call("train", "captcha", "--data", tmp_path, "--out", tmp_path / "out", *QUICK)
    assert result.exit_code == 2
    assert "1 images are too few, expected 5 at least" in result.output
    result = call("train", "captcha", "--data", tmp_path, "--out", tmp_path / "out", "--from", "nothing", *QUICK)
    assert result.exit_code == 2
    assert "1 images are too few to be split into three parts" in result.output


def test_the_split_is_written_down() -> None:
    """Known names with their parts: a change of the hash would move test images into training."""
    entry = Entry(("226md.png",), Path("226md.png"), "226md", (200, 50))
    assert [entry.part(fold) == "test" for fold in range(FOLDS)] == [fold == 9 for fold in range(FOLDS)]


@pytest.mark.slow
def test_heads_train_on_texts_of_one_length(data: Path, tmp_path: Path) -> None:
    out, more = tmp_path / "out", tmp_path / "more"
    result = call("train", "captcha", "--data", data, "--out", out, "--network", "heads", "--pretrain", 1, *QUICK)
    assert result.exit_code == 0, result.output
    config = load_bundle(out).config
    assert (config.max_width, config.width_step, config.stride) == (114, 114, 19)  # 110 to the next multiple of 6
    assert config.card["command"].endswith(" --length 3")
    assert isinstance(ocr.load_recognizer(str(out)).recognize([data / "000.png"])[0].text, str)
    result = call("train", "captcha", "--data", data, "--out", more, "--from", out, *QUICK, "--length", 3)
    assert result.exit_code == 0, result.output
    assert "begins with known weights; new are: none" in result.stderr
    assert load_bundle(more).config.width_step == 114
    for options in (("--network", "heads", "--length", 4), ("--from", out, "--length", 2)):
        result = call("train", "captcha", "--data", data, "--out", tmp_path / "new", *options, *QUICK)
        assert result.exit_code == 2
        assert "for texts of one length only, there are 76 of 3 characters" in result.output
        assert not (tmp_path / "new").exists()


def test_what_lies_in_the_way_of_a_bundle_is_spared(made: tuple[Path, Result], data: Path, tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "out", ignore=shutil.ignore_patterns("training"))
    for more in (("--data", data, *QUICK), QUICK):
        result = call("train", "captcha", "--out", tmp_path / "out", *more)
        assert result.exit_code == 2
        assert "is a finished model, whose training is not there to go on with" in result.output
    result = call("train", "captcha", "--data", data, "--out", data, *QUICK)
    assert result.exit_code == 2
    assert "has the images; choose another --out" in result.output


def test_a_length_without_heads_is_refused(made: tuple[Path, Result], data: Path, tmp_path: Path) -> None:
    result = call("train", "captcha", "--data", data, "--out", tmp_path / "out", "--from", made[0], "--length", 3)
    assert result.exit_code == 2
    assert "the network compact reads any" in result.output
