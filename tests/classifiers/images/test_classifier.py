"""A classifier in its folder: saved, loaded, exported, and refused when it doesn't fit."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from classifiers.card import CARD
from classifiers.images.classifier import MODEL, Classifier, load_classifier, read_card, save_classifier
from ocr.errors import OcrError


def test_what_is_saved_is_loaded(classifier: Classifier, tmp_path: Path) -> None:
    save_classifier(tmp_path / "new", classifier)
    again = load_classifier(tmp_path / "new")
    assert (again.classes, again.size, again.mirror, again.card["seed"]) == (("a", "b", "c"), 64, True, 3)
    images = [np.random.default_rng(0).integers(0, 256, shape, np.uint8) for shape in ((64, 64, 3), (30, 90, 3))]
    found = classifier.predict(images)
    np.testing.assert_allclose(again.predict(images), found, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(classifier.predict([each[:, ::-1] for each in images]), found, atol=1e-5)
    assert classifier.predict([]).shape == (0, 3)


def test_what_does_not_fit_is_refused(classifier: Classifier, tmp_path: Path) -> None:
    save_classifier(tmp_path, classifier)
    card = read_card(tmp_path)
    for changes, message in (
        ({"format": 2}, "format 2"),
        ({"classes": ["a"]}, "the card names 1 classes"),
        ({"size": "64"}, "is not the card"),
    ):
        (tmp_path / CARD).write_text(json.dumps({**card, **changes}))
        with pytest.raises(OcrError, match=message):
            load_classifier(tmp_path)
    (tmp_path / CARD).unlink()
    with pytest.raises(OcrError, match="holds no classifier"):
        load_classifier(tmp_path)
    (tmp_path / CARD).write_text(json.dumps(card))
    whole = (tmp_path / MODEL).read_bytes()
    for damaged in (b"no model", b"", whole[: len(whole) // 2]):
        (tmp_path / MODEL).write_bytes(damaged)
        with pytest.raises(OcrError, match=r"model.keras: cannot be loaded"):
            load_classifier(tmp_path)


def test_code_in_a_model_is_not_run(classifier: Classifier, tmp_path: Path) -> None:
    save_classifier(tmp_path, classifier)
    images = keras.Input((64, 64, 3))
    keras.Model(images, keras.layers.Lambda(lambda each: each[:, 0, 0])(images)).save(tmp_path / MODEL)
    with pytest.raises(OcrError, match=r"(?i)lambda"):
        load_classifier(tmp_path)
