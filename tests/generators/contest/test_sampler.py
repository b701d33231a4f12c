"""Looks, samplers and wear: shapes, splits, and pictures pinned by their hash."""

from __future__ import annotations

import hashlib
import random
import secrets

import cv2
import numpy as np
import pytest
from captcha.image import ImageCaptcha

from fonts import typefaces
from generators.contest.degrade import worn
from generators.contest.look import LOOKS, Drawer, Wear, drawing
from generators.contest.operator_glyphs import drawn_sign
from generators.contest.sampler import (
    BREADTH_EPOCHS,
    CAPTCHA_SIZE,
    CONFUSED,
    CONTEST_FAMILIES,
    FOOTED_FAMILIES,
    LIBRARY_FAMILY,
    NEAR_FAMILIES,
    captcha_mixture,
    captcha_sampler,
    faces,
    sampler,
    training_mixture,
)
from ocr.text.grammar import ARITHMETIC, CAPTCHA, COURSE_CAPTCHA


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
    for look in ("library", "wide"):
        pixels, text = captcha_sampler(look)(np.random.default_rng(0))
        assert look == "wide" or pixels.shape == (80, 170, 3)
        assert COURSE_CAPTCHA.contains(text)


def test_captchas_to_train_on_have_all_lengths_and_sizes() -> None:
    rng, draw = np.random.default_rng(0), captcha_mixture()
    drawn = [draw(rng) for _ in range(150)]
    assert all(CAPTCHA.contains(text) for _, text in drawn)
    assert {len(text) for _, text in drawn} == {4, 5, 6}
    heights, widths = np.array([pixels.shape[:2] for pixels, _ in drawn]).T
    assert (heights.min(), heights.max()) == (60, 80)
    assert 160 <= widths.min() < 164
    assert 196 < widths.max() <= 200
    assert len(np.unique(widths)) > 30


def test_captchas_are_as_heavy_as_the_librarys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Means over many images of the same texts, in colours for which a darker rim does not count."""
    source = random.Random(0)
    for name, ours in (("randbelow", source.randrange), ("randbits", source.getrandbits), ("choice", source.choice)):
        monkeypatch.setattr(secrets, name, ours)
    rng = np.random.default_rng(0)
    colours = (250, 250, 250), (190, 150, 180)
    theirs = ImageCaptcha(*CAPTCHA_SIZE)
    drawer = Drawer(drawing("library", faces("library", "train"), rng, CAPTCHA_SIZE), rng)
    texts = [COURSE_CAPTCHA.sample(rng) for _ in range(300)]
    shares = [
        np.mean([(np.asarray(draw(text, *colours)).mean(2) < 215).mean() for text in texts])
        for draw in (drawer.generate_image, theirs.generate_image)
    ]
    assert shares[0] == pytest.approx(shares[1], rel=0.06)


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
    ("look", "pinned"),
    [("contest", "d9c2f72b6b78"), ("library", "758eacd97deb"), ("wide", "00b0362f57eb")],
)
def test_picture_is_the_one_we_looked_at(look: str, pinned: str) -> None:
    rng = np.random.default_rng(11)
    sheet = [cv2.resize(sampler(look)(rng)[0], (36, 12), interpolation=cv2.INTER_AREA) for _ in range(4)]
    coarse = (cv2.resize(np.vstack(sheet), (18, 24), interpolation=cv2.INTER_AREA).astype(int) + 32) // 64
    assert hashlib.sha256(coarse.astype(np.uint8).tobytes()).hexdigest()[:12] == pinned


def test_stressed_characters_take_a_share_of_each_text() -> None:
    rng = np.random.default_rng(0)
    drawn = "".join(captcha_mixture(stress=0.5)(rng)[1] for _ in range(60))
    assert 0.4 < sum(char in CONFUSED for char in drawn) / len(drawn) < 0.65
    plain = "".join(captcha_mixture()(rng)[1] for _ in range(60))
    assert sum(char in CONFUSED for char in plain) / len(plain) < 0.15
