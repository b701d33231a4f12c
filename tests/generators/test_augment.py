"""Augmentation: pure, the same for a seed, and batches of a folder that do not depend on where one begins."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import Any

import cv2
import numpy as np
import pytest

from generators.augment import PLAIN, Augmentation, augment
from generators.contest.seeded_captcha import Pixels
from generators.labelled_stream import LabelledStream, Mixture
from generators.splice import CutImage
from generators.user_sampler import own_sampler


def written(text: str, channels: int = 1) -> Pixels:
    shape = (50, 160) if channels == 1 else (50, 160, channels)
    return cv2.putText(np.full(shape, 250, np.uint8), text, (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30,) * 3, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_changed_copy_of_the_same_size(channels: int) -> None:
    image = written("aB3", channels)
    before = image.copy()
    changed = [augment(image, Augmentation(), np.random.default_rng(seed)) for seed in range(20)]
    assert (image == before).all()
    for each in changed:
        assert (each.dtype, each.shape) == (np.uint8, image.shape)
    assert len({each.tobytes() for each in changed}) == 20
    again = augment(image, Augmentation(), np.random.default_rng(3))
    assert (again == changed[3]).all()


def test_pictures_by_their_hash() -> None:
    changed = [augment(written("aB3"), Augmentation(), np.random.default_rng((5, index))) for index in range(4)]
    # Interpolation may differ in the last bit from one processor to the next.
    coarse = cv2.resize(np.hstack(changed), None, fx=1 / 16, fy=1 / 10, interpolation=cv2.INTER_AREA) // 16
    assert hashlib.sha256(coarse.tobytes()).hexdigest()[:16] == "a18fb6b35554ecd5"


def test_nothing_changes_without_strength() -> None:
    image = written("aB3")
    assert (augment(image, PLAIN, np.random.default_rng(0)) == image).all()


@pytest.mark.parametrize("name", [field.name for field in fields(Augmentation) if field.name != "chance"])
def test_each_strength_changes_something_by_itself(name: str) -> None:
    image = written("aB3", 3)
    alone = replace(PLAIN, chance=1.0, **{name: getattr(Augmentation(), name)})
    assert any((augment(image, alone, np.random.default_rng(seed)) != image).any() for seed in range(10))


def test_turning_keeps_the_ends_of_wide_images() -> None:
    image = np.full((50, 600), 250, np.uint8)
    image[15:35, 5:15] = image[15:35, -15:-5] = 30
    settings = replace(PLAIN, rotation=Augmentation().rotation)
    turned = [augment(image, settings, np.random.default_rng(seed)) for seed in range(20)]
    assert all((each < 128).sum() > 0.9 * (image < 128).sum() for each in turned)
    assert any((each != image).any() for each in turned)


@pytest.mark.parametrize("wrong", [{"shift": -0.1}, {"chance": 1.1}, {"contrast": 2.0}])
def test_strengths_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="strengths are 0 or more"):
        Augmentation(**wrong)


def as_input(image: Pixels) -> Pixels:
    return image[..., None]


def stream(**changes: Any) -> LabelledStream:
    texts = [f"t{number}" for number in range(7)]
    images = [
        CutImage(written(text)[:, : 100 + 10 * number], text, (40,) if number else ())
        for number, text in enumerate(texts)
    ]
    settings: dict[str, Any] = {"augmentation": Augmentation(), "seed": 1, "batch_size": 3, "steps_per_epoch": 4}
    return LabelledStream(images, as_input, **{**settings, "width_step": 32, **changes})


def test_batches_go_through_all_images_before_one_comes_again() -> None:
    texts = [text for epoch in range(2) for _, batch in stream()(epoch) for text in batch]
    assert len(texts) == 24
    for turn in range(3):
        assert sorted(texts[7 * turn : 7 * turn + 7]) == [f"t{number}" for number in range(7)]
    assert texts[:7] != texts[7:14]


def test_batches_are_the_same_wherever_one_begins() -> None:
    whole = list(stream()(1))
    for (images, texts), (others, other_texts) in zip(whole[2:], stream()(1, 2), strict=True):
        assert texts == other_texts
        assert (images == others).all()
        assert images.shape[2] % 32 == 0
    other = next(stream(seed=2)(1))
    assert other[1] != whole[0][1] or (other[0] != whole[0][0]).any()


def drawing(rng: np.random.Generator) -> tuple[Pixels, str]:
    text = f"d{rng.integers(100)}"
    return written(text), text


def test_a_share_of_each_batch_is_drawn_and_a_share_put_together() -> None:
    mixed = stream(batch_size=8, mixture=Mixture(1.0, 0.5, lambda text: text != "t0", 0.25, drawing))
    batches = [mixed.batch(number) for number in range(12)]
    for number, (images, texts) in enumerate(batches):
        assert len(images) == len(texts) == 8
        assert [text[0] for text in texts] == ["t"] * 6 + ["d"] * 2
        again = mixed.batch(number)
        assert again[1] == texts
        assert (again[0] == images).all()
    own = [text for _, texts in batches for text in texts[:6]]
    assert own.count("t0") <= 12  # only as itself, which has no cuts
    assert {text for _, texts in batches for text in texts[6:]} != {batches[0][1][6]}
    assert mixed.own == 6
    assert {images.shape[2] for images, _ in batches} == {160}
    images, _ = stream(batch_size=8, mixture=Mixture(drawn=0.5, sample=drawing, widest=64)).batch(0)
    assert (images[4:, :, 64:] == 255).all()  # drawings are 160 wide by themselves
    assert (images[4:, :, :64] < 128).any()
    assert stream(batch_size=1, mixture=Mixture(drawn=1.0, sample=drawing)).own == 1


def test_streams_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="expected some images"):
        LabelledStream([], as_input, PLAIN, 0, 1, 1)
    with pytest.raises(ValueError, match="shares are from 0 to 1"):
        Mixture(spliced=1.5)
    with pytest.raises(ValueError, match="something that draws"):
        Mixture(drawn=0.5)
    with pytest.raises(ValueError, match="is kept for test data"):
        stream(seed=1_000_000)


def test_drawings_of_own_characters() -> None:
    sample = own_sampler("2345bcd", (3, 5), (200, 50))
    assert sample is not None
    drawn = [sample(np.random.default_rng(seed)) for seed in range(6)]
    assert all(set(text) <= set("2345bcd") and 3 <= len(text) <= 5 for _, text in drawn)
    assert all(image.dtype == np.uint8 and image.shape[2] == 3 for image, _ in drawn)
    for size in ((60, 20), (200, 50), (600, 200)):  # whole and large whatever the size
        sample = own_sampler("235", (3, 3), size)
        assert sample is not None
        heights = []
        for seed in range(12):
            dark = cv2.cvtColor(sample(np.random.default_rng(seed))[0], cv2.COLOR_RGB2GRAY)
            _, ink = cv2.threshold(dark, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
            rows = np.flatnonzero(ink.sum(1) > 0.03 * ink.shape[1])
            heights.append((rows[-1] - rows[0] + 1) / ink.shape[0])
        assert 0.5 < np.median(heights) < 0.98
    some = own_sampler("ab\u2603", (2, 2), (100, 40))
    assert some is not None
    assert set(some(np.random.default_rng(0))[1]) <= set("ab")
    assert own_sampler("\u2603", (2, 2), (100, 40)) is None
