"""Draw labelled captchas of every look for training and for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

import numpy as np

from generators.drawing.canvas import Picture
from generators.drawing.damage import damaged
from generators.drawing.faces import Faces
from generators.styles.invented.mixture import draw_mixture
from generators.styles.invented.nothing import draw_nothing
from generators.styles.texts import Captcha, captcha_text

Draw = Callable[[str, Faces, np.random.Generator], Picture]
Texts = Callable[[np.random.Generator], Captcha]

FAMILIES = {
    "dotnet.aspnet_controls": 1,
    "plain.display": 1,
    "python.django_simple": 2,
    "dotnet.dotnet": 1,
    "java.easycaptcha": 2,
    "plain.form": 1,
    "php.gd_tutorials": 1,
    "others.golang": 1,
    "php.gregwar": 2,
    "java.hutool": 2,
    "java.java_libraries": 1,
    "java.java_servlets": 1,
    "java.kaptcha": 3,
    "python.library": 2,
    "php.mews": 2,
    "others.node": 1,
    "php.php_frameworks": 1,
    "php.phpbb": 1,
    "python.python_tutorials": 1,
    "plain.round_one": 1,
    "others.ruby": 1,
    "php.securimage": 2,
    "others.svgcaptcha": 2,
    "php.thinkcaptcha": 2,
    "invented.website_letters": 1,
    "invented.websites": 1,
    "python.wheezy": 1,
}
"""Modules of this folder that draw the looks of programs, in LOOKS, and their weights: what many people have counts
twice."""

NOTHING_SHARE, MIXTURE_SHARE, DAMAGED_SHARE = 0.035, 0.3, 0.5
LONGEST = 16
"""Characters of an answer at most; longer ones would double the length of all labels."""
LEAST_WIDTH = 0.25
"""Width of a character, as a share of the image's height, below which columns would be too few for a text."""
EASY = ("plain.form",)
"""Families that training begins with."""


@lru_cache(maxsize=1)
def looks() -> dict[str, Draw]:
    """Return every look by its name, "folder.family.look"."""
    return {
        f"{family}.{name}": draw
        for family in FAMILIES
        for name, draw in import_module(f"generators.styles.{family}").LOOKS.items()
    }


def faces(split: str) -> Faces:
    """Return the typefaces of a split: "train" or "held_out"."""
    from fonts.catalogue import faces as every

    return Faces(split, every(split))  # type: ignore[arg-type]


@dataclass(frozen=True)
class StyleSampler:
    """Draws one labelled captcha a call: `sampler(rng)` is an RGB image (H, W, 3), uint8, and its text.

    faces: typefaces to draw with. easy: share of images with clear letters and little else, for networks that cannot
    read yet. without: families that are left out. only: names of the looks to draw ("mixture" is one); all where empty.
    texts: kind of the texts, "text" or "arithmetic", or what makes them; any where None. Texts must not be all longer
    than LONGEST, nor in characters that no typeface has.
    """

    faces: Faces
    easy: float = 0.0
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    texts: str | Texts | None = None

    def __call__(self, rng: np.random.Generator) -> tuple[Picture, str]:
        nothing, damage, style, easy, strong = rng.random(5).tolist()
        strength = 0.5 * strong**2 if easy < self.easy else 1.0
        if not self.only and self.texts is None and nothing < NOTHING_SHARE * strength:
            picture = draw_nothing(self.faces, rng)
            return damaged(picture, rng) if damage < DAMAGED_SHARE else picture, ""
        while True:
            text = self.texts(rng) if callable(self.texts) else captcha_text(rng, self.texts)
            if len(text.answer) > LONGEST or not self.faces.covers(text.drawn):
                continue
            picture = self._drawn(text.drawn, rng, style, strength)
            if damage < DAMAGED_SHARE * strength:
                picture = damaged(picture, rng)
            if picture.shape[1] >= picture.shape[0] * LEAST_WIDTH * len(text.answer):
                return picture, text.answer

    def _drawn(self, text: str, rng: np.random.Generator, style: float, strength: float) -> Picture:
        known = _names(self.without, self.only, strength < 1)
        share = MIXTURE_SHARE if not self.only else float("mixture" in self.only) / len(self.only)
        if style < share or not known:
            return draw_mixture(text, self.faces, rng, strength)
        family = known[int(rng.integers(len(known)))]
        return looks()[family[int(rng.integers(len(family)))]](text, self.faces, rng)


@lru_cache(maxsize=256)
def _names(without: tuple[str, ...], only: tuple[str, ...], easy: bool) -> tuple[tuple[str, ...], ...]:
    """Return the names of the looks to choose from, by family; a family stands there as often as its weight says."""
    families: dict[str, list[str]] = {}
    for name in looks():
        family = name.rpartition(".")[0]
        if family in without or (only and name not in only) or (easy and family not in EASY):
            continue
        families.setdefault(family, []).append(name)
    return tuple(tuple(names) for family, names in families.items() for _ in range(FAMILIES[family]))


def training_styles(epoch: int) -> StyleSampler:
    """Return the sampler of an epoch (from 0) of the shipped model's training: many of the first are easy."""
    return StyleSampler(faces("train"), easy=0.4 if epoch == 0 else 0.05)
