"""Looks, samplers and wear: shapes, splits, and pictures pinned by their hash."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest

from fonts import typefaces
from generators.look import LOOKS, Wear, drawing
from generators.sampler import (
    BREADTH_EPOCHS,
    CONTEST_FAMILIES,
    FOOTED_FAMILIES,
    LIBRARY_FAMILY,
    NEAR_FAMILIES,
    captcha_sampler,
    faces,
    sampler,
    training_mixture,
)
from generators.signs import drawn_sign
from generators.wear import worn
from ocr.text.grammar import ARITHMETIC, CAPTCHA


@pytest.mark.parametrize("look", LOOKS)
def test_a_sampler_draws_texts_of_the_grammar(look: str) -> None:
    rng = np.random.default_rng(0)
    draw = sampler(look)
    for _ in range(20):
        pixels, text = draw(rng)
        assert ARITHMETIC.contains(text)
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.shape[2] == 3
        if look != "wide":
            assert pixels.shape == (60, 180, 3)


def test_captchas_are_the_courses() -> None:
    pixels, text = captcha_sampler()(np.random.default_rng(0))
    assert pixels.shape == (80, 170, 3)
    assert CAPTCHA.contains(text)


def test_training_never_sees_a_held_out_typeface() -> None:
    held_out = {str(face.path) for face in typefaces("held_out", covering="")}
    used = {font for epoch in (0, 100) for share in training_mixture(epoch).shares for font in share.fonts}
    assert used
    assert not used & held_out
    assert not set(faces("wide", "train")) & set(faces("wide", "held_out"))


def test_the_named_families_are_there() -> None:
    train, held_out = ({face.family for face in typefaces(split)} for split in ("train", "held_out"))
    assert train | held_out >= CONTEST_FAMILIES
    assert CONTEST_FAMILIES & train
    assert CONTEST_FAMILIES & held_out
    assert train >= NEAR_FAMILIES | FOOTED_FAMILIES
    assert LIBRARY_FAMILY in train


def test_training_begins_broad_and_then_weighs_towards_the_contest() -> None:
    def weight(epoch: int) -> float:
        shares = training_mixture(epoch).shares
        return sum(s.weight for s in shares if s.look == "contest") / sum(s.weight for s in shares)

    assert weight(BREADTH_EPOCHS) > weight(BREADTH_EPOCHS - 1) == weight(0)


def test_unknown_look() -> None:
    with pytest.raises(ValueError, match="no look is called 'plain'"):
        drawing("plain", faces("wide", "train"), np.random.default_rng(0))


def test_no_wear_leaves_the_image_alone_and_each_kind_changes_it() -> None:
    pixels, _ = sampler("contest")(np.random.default_rng(5))
    rng = np.random.default_rng(0)
    assert worn(pixels, Wear(), rng) is pixels
    before = pixels.copy()
    kinds = [
        Wear(gradient=40),
        Wear(grain=9),
        Wear(lines=3),
        Wear(dark=True),
        Wear(blur=1),
        Wear(jpeg=40),
        Wear(scale=0.6),
    ]
    for wear in kinds:
        after = worn(pixels, wear, rng)
        assert after.shape == pixels.shape
        assert np.abs(after.astype(int) - pixels).mean() > 0.1, wear
        assert np.array_equal(pixels, before), "the input must not change"


@pytest.mark.parametrize("character", ["+", "*"])
def test_signs_of_strokes(character: str) -> None:
    rng = np.random.default_rng(0)
    shapes = {drawn_sign(character, 48, rng).ink.shape for _ in range(20)}
    assert len(shapes) > 5
    assert all(4 < rows < 60 and 4 < columns < 60 for rows, columns, _ in shapes)


@pytest.mark.parametrize(
    ("look", "pinned"), [("contest", "d9c2f72b6b78"), ("library", "758eacd97deb"), ("wide", "00b0362f57eb")]
)
def test_picture_is_the_one_we_looked_at(look: str, pinned: str) -> None:
    rng = np.random.default_rng(11)
    sheet = [cv2.resize(sampler(look)(rng)[0], (36, 12), interpolation=cv2.INTER_AREA) for _ in range(4)]
    coarse = (cv2.resize(np.vstack(sheet), (18, 24), interpolation=cv2.INTER_AREA).astype(int) + 32) // 64
    assert hashlib.sha256(coarse.astype(np.uint8).tobytes()).hexdigest()[:12] == pinned
