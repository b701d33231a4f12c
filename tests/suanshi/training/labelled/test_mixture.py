"""What is mixed with a folder's images: drawings with texts of its form, most in the looks that resemble them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from generators.labelled_stream import Mixture
from generators.splice import CutImage
from generators.styles.sampler import StyleSampler, faces
from generators.styles.texts import Captcha
from ocr.bundle import bundle_folder, load_bundle
from ocr.tasks import TASKS, TaskSpec
from ocr.text.equation import EQUATION
from ocr.training.weights.warm_start import bundle_weights
from suanshi.training.labelled import mixture as mixing
from suanshi.training.labelled.mixture import DRAWN, mixture_for
from suanshi.training.labelled.nearest_looks import NearLook, near_and_far, nearest_looks

SHIPPED = load_bundle(bundle_folder("captcha"))


@pytest.fixture
def told_looks(monkeypatch: pytest.MonkeyPatch) -> list[NearLook]:
    """Say which looks are the nearest, rather than finding them."""
    found = [NearLook("php.mews.mews_default", 0.5), NearLook("plain.form.form_text", 1.0)]
    monkeypatch.setattr(mixing, "nearest_looks", lambda *given: found)
    return found


def mixed(texts: list[str], spec: TaskSpec) -> tuple[Mixture, str]:
    images = [CutImage(np.full((48, 100, 3), 200, np.uint8), text) for text in texts]
    return mixture_for(images, spec, SHIPPED, bundle_weights(SHIPPED))


@pytest.mark.usefixtures("told_looks")
@pytest.mark.parametrize(
    ("texts", "form"), [(["kia7", "x2yz", "mm4q"], str.isalnum), (["3+5=?", "12×7=?"], EQUATION.contains)]
)
def test_drawings_have_texts_of_the_folders_form(texts: list[str], form: object) -> None:
    mixture, told = mixed(texts, TASKS["captcha"])
    assert mixture.sample is not None
    assert mixture.drawn == DRAWN
    for seed in range(12):
        picture, text = mixture.sample(np.random.default_rng(seed))
        assert (picture.dtype, picture.ndim) == (np.uint8, 3)
        assert len(text) in {len(each) for each in texts}
        assert form(text)  # type: ignore[operator]
    assert mixture.allowed(texts[0])
    assert mixture.allowed("3++5") is (form is str.isalnum)
    assert told.endswith("most in those that resemble the folder's images: mews_default, form_text")


@pytest.mark.usefixtures("told_looks")
def test_nothing_is_drawn_that_no_typeface_has_or_that_is_too_long() -> None:
    spec = dataclasses.replace(TASKS["captcha"], grammar="any", vocabulary="ab\u2603")
    for texts in (["a\u2603", "b\u2603"], ["abababababababababab"]):
        mixture, told = mixed(texts, spec)
        assert (mixture.drawn, mixture.sample) == (0.0, None)
        assert "drawn" not in told


@pytest.mark.usefixtures("told_looks")
def test_texts_keep_to_the_networks_characters() -> None:
    mixture, _ = mixed(["ab", "ba"], dataclasses.replace(TASKS["captcha"], grammar="any", vocabulary="abc"))
    assert mixture.sample is not None
    texts = [mixture.sample(np.random.default_rng(seed))[1] for seed in range(10)]
    assert set("".join(texts)) <= set("abc")


def words(rng: np.random.Generator) -> Captcha:
    text = "".join(rng.choice(list("abc123"), 4))
    return Captcha(text, text)


@pytest.mark.slow
def test_images_are_nearest_to_the_look_that_they_are_drawn_in() -> None:
    look = "java.kaptcha.kaptcha_default"
    sample = StyleSampler(faces("held_out"), only=(look,), texts="text")
    images = [sample(np.random.default_rng(seed))[0] for seed in range(10)]
    weights = bundle_weights(SHIPPED)
    found = nearest_looks(images, words, faces("train"), SHIPPED.config, SHIPPED, weights)
    assert found[0].name == look
    assert [each.distance for each in found] == sorted(each.distance for each in found)


def test_the_nearest_look_is_drawn_most_often(told_looks: list[NearLook]) -> None:
    sample = near_and_far(told_looks, 0.5, faces("train"), words)
    assert sum(sample.weights) == pytest.approx(0.5)
    assert sample.weights[0] == pytest.approx(4 * sample.weights[1])
    assert near_and_far([], 0.5, faces("train"), words).near == ()
    picture, text = sample(np.random.default_rng(0))
    assert (picture.ndim, len(text)) == (3, 4)
