"""The models that are shipped: their cards, their size, and that they read what they are shipped to read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import ocr
from generators.contest.sampler import captcha_sampler, sampler
from generators.evaluation_images import drawn
from generators.pages.page_samples import WholePages, page_sampler
from generators.stream import Sample
from generators.styles.sampler import StyleSampler, faces
from ocr.bundle import load_bundle, shipped_bundles
from ocr.data.labels import read_labels
from ocr.text.expression import evaluate

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data" / "contest" / "round1"
REAL_LINES = ROOT.parent / "shared" / "data" / "contest" / "round2" / "lines"


@pytest.mark.parametrize("name", sorted(shipped_bundles()))
def test_a_shipped_model_is_small_and_has_a_card(name: str) -> None:
    folder = shipped_bundles()[name]
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 6_000_000
    config = load_bundle(folder).config
    assert config.task == ("captcha" if name == "library" else name)
    assert {"command", "data", "judged", "versions"} <= set(config.card)
    parts = config.card.get("average of")
    if parts:
        assert str(config.card["command"]).startswith("suanshi average ")
    for trained in parts or [config.card]:
        assert {"command", "seed", "data", "steps", "images", "accuracy", "judged"} <= set(trained)
        assert str(trained["command"]).startswith(f"suanshi train {name} --out DIR ")
        assert all(entry["images"] > 0 for entry in trained["accuracy"].values())  # watched while it was trained
    assert config.card["judged"]["images"] >= 3000
    assert config.threshold == config.card["judged"]["threshold"]


def test_the_examples_are_read() -> None:
    labels = read_labels(ROOT / "examples")
    assert len(labels) >= 8
    reader = ocr.load_recognizer("arithmetic")
    answers = reader.recognize([path for path, _ in labels])
    assert [answer.text for answer in answers] == [text for _, text in labels]
    assert [answer.value for answer in answers] == [evaluate(text).value for _, text in labels]


def test_the_example_captchas_are_read() -> None:
    labels = read_labels(ROOT / "examples" / "captchas")
    answers = [ocr.recognize_captcha(path, length=4, model="library") for path, _ in labels]
    assert [answer.text for answer in answers] == [text for _, text in labels]


def test_the_example_page_is_read_as_one() -> None:
    answer = ocr.recognize_formula(ROOT / "examples" / "page.png")
    assert answer.task == "formula"
    assert answer.text == "复=58464;深=14178;55330-((59556-复/79164)*深)"
    assert answer.value == evaluate(answer.text).value
    assert 0 <= min(each.start for each in answer.characters) < max(each.end for each in answer.characters) <= 800
    assert ocr.recognize_formula(ROOT / "examples" / "0.png").kind == "arithmetic"


def test_recognize_formula_on_one_image() -> None:
    answer = ocr.recognize_formula(ROOT / "examples" / "0.png")
    assert answer.problem is None
    assert isinstance(answer.value, Fraction)
    assert 0.5 < answer.confidence <= 1
    assert "".join(character.symbol for character in answer.characters) == answer.text
    starts = [character.start for character in answer.characters]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("name", "sample", "count", "at_least"),
    [
        ("arithmetic", sampler("contest"), 400, 0.995),
        ("arithmetic", sampler("library"), 400, 0.97),
        ("library", captcha_sampler(), 200, 0.98),
        ("captcha", StyleSampler(faces("held_out")), 200, 0.45),
        ("formula", WholePages(page_sampler()), 60, 0.93),
    ],
)
def test_drawings_from_held_out_seeds_are_read(name: str, sample: Sample, count: int, at_least: float) -> None:
    images, texts = zip(*drawn(sample, count=count, seed=77), strict=True)
    answers = ocr.load_recognizer(name).recognize(images)
    right = sum(answer.text == text for answer, text in zip(answers, texts, strict=True))
    assert right / len(texts) >= at_least


@pytest.mark.skipif(not REAL.is_dir(), reason="the contest's images are not there: ../shared/data/contest/round1")
def test_real_images_are_read_and_the_unreadable_one_is_doubted() -> None:
    labels = read_labels(REAL)
    reader = ocr.load_recognizer("arithmetic")
    answers = reader.recognize([path for path, _ in labels])
    assert [answer.text for answer in answers] == [text for _, text in labels]
    (unreadable,) = reader.recognize([REAL / "unreadable_117422.png"])
    assert unreadable.confidence < reader.config.threshold


@pytest.mark.skipif(not REAL_LINES.is_dir(), reason="the contest's lines are not there: ../shared/data/contest/round2")
def test_real_lines_are_read_but_for_one() -> None:
    labels = read_labels(REAL_LINES)
    answers = ocr.load_recognizer("formula").recognize([path for path, _ in labels])
    wrong = [text for answer, (_, text) in zip(answers, labels, strict=True) if answer.text != text]
    assert len(labels) == 9
    assert wrong in ([], ["海=98824"])
