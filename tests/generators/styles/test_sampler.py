"""Labelled captchas of every look."""

from __future__ import annotations

import itertools
import pickle
from collections import Counter

import numpy as np
import pytest

from generators.styles.sampler import LONGEST, StyleSampler, faces, looks, training_styles
from generators.styles.texts import CHARACTERS
from ocr.text.any_captcha import ANY_CAPTCHA


def drawn(sampler: StyleSampler, count: int) -> list[tuple[np.ndarray, str]]:
    return [sampler(np.random.default_rng((3, number))) for number in range(count)]


def test_labels_are_of_the_language_or_empty() -> None:
    labels = [text for _, text in drawn(training_styles(1), 150)]
    assert all(set(text) <= set(CHARACTERS) and len(text) <= LONGEST for text in labels)
    assert all(ANY_CAPTCHA.contains(text) for text in labels if text)
    assert 0 < labels.count("") < 20


def test_images_are_wide_enough_for_their_labels() -> None:
    for picture, text in drawn(training_styles(1), 100):
        columns = 12 * picture.shape[1] // picture.shape[0]
        assert columns >= len(text) + sum(a == b for a, b in itertools.pairwise(text))


def test_a_sampler_can_be_sent_to_another_process() -> None:
    sampler = training_styles(1)
    first, again = (drawn(each, 5) for each in (sampler, pickle.loads(pickle.dumps(sampler))))
    for (picture, text), (other, same) in zip(first, again, strict=True):
        np.testing.assert_array_equal(picture, other)
        assert text == same


def test_families_and_looks_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    every = {
        name: lambda *given, name=name, draw=draw: seen.update([name]) or draw(*given) for name, draw in looks().items()
    }
    monkeypatch.setattr("generators.styles.sampler.looks", lambda: every)
    drawn(StyleSampler(faces("train"), only=("java.kaptcha.ruoyi_math",)), 5)
    assert set(seen) == {"java.kaptcha.ruoyi_math"}
    seen.clear()
    drawn(StyleSampler(faces("train"), without=("java.kaptcha", "java.hutool")), 120)
    assert seen
    assert not {name for name in seen if name.startswith(("java.kaptcha", "java.hutool"))}
