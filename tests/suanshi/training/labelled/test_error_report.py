"""What a finished reader says of itself: the figure, how sure it is, the threshold, and what it reads wrong."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from generators.contest.sampler import captcha_sampler
from ocr.bundle import Bundle, bundle_folder, load_bundle, save_bundle
from ocr.data.dataset import read_folder
from ocr.evaluation.metrics import Outcome
from ocr.inference.recognizer import load_recognizer
from suanshi.training.labelled.error_report import LEAST_THRESHOLD_OF_FEW, error_report
from suanshi.training.labelled.split import split


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, sample = tmp_path_factory.mktemp("images"), captcha_sampler()
    for number in range(10):
        picture, text = sample(np.random.default_rng(number))
        cv2.imwrite(str(folder / f"{text}_{number}.png"), picture)
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    shipped = load_bundle(bundle_folder("library"))
    return save_bundle(tmp_path / "mine", shipped.config, shipped.model)


def told(right: int, wrong: int, confidence: float = 0.97) -> list[Outcome]:
    """Return outcomes of so many images; the wrong ones are less sure."""
    fine = [Outcome(index, "ab", "ab", confidence, None) for index in range(right)]
    return fine + [Outcome(right + index, "ab", "xy", 0.5, None) for index in range(wrong)]


@pytest.mark.parametrize(
    ("outcomes", "threshold", "says"),
    [
        (told(12, 0), 0.97, "held out     100.0000%  (12 of 12; surely between 76% and 100%)"),
        (told(12, 0, 0.3), LEAST_THRESHOLD_OF_FEW, "held out     100.0000%  (12 of 12;"),
        (told(3, 5), 1.0, "mine: reads 38% of the 8 images that it is judged by, so none of its answers is trusted"),
        ([*told(9, 0), Outcome(9, "ab", "aB", 0.99, None)], 0.97, "(9 of 10; 10 with the case of letters ignored;"),
    ],
)
def test_figure_and_threshold_of_few_images(
    outcomes: list[Outcome],
    threshold: float,
    says: str,
    images: Path,
    bundle: Bundle,
    capsys: pytest.CaptureFixture[str],
) -> None:
    parts = split(read_folder(images, "{text}_{}"), 0, known_weights=True)
    error_report(bundle.folder, parts, outcomes)
    config = load_bundle(bundle.folder).config
    assert says in capsys.readouterr().err
    assert config.threshold == pytest.approx(threshold, abs=1e-4)
    assert config.card["accuracy"]["held out"]["images"] == len(outcomes)
    if threshold == 1:
        answers = load_recognizer(bundle.folder).recognize([entry.path for entry in parts.everything])
        assert not any(answer.trusted for answer in answers)
