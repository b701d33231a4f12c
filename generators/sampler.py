"""Pictures of round-one arithmetic: a text from the grammar, drawn in a look with the typefaces of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fonts.catalogue import Split, Typeface, typefaces
from generators.captcha import Pixels
from generators.look import SIZE, Drawer, drawing
from generators.wear import worn
from ocr.text.grammar import ARITHMETIC, CAPTCHA, Grammar

CONTEST_FAMILIES = frozenset(
    {
        *("Averia Sans", "Barlow Condensed", "Carlito", "Comic Neue", "Comic Relief", "Delius", "Dosis", "Fjalla One"),
        *("Fredoka", "Handlee", "Noto Sans", "Nunito", "Open Sans", "Playpen Sans", "PT Sans", "Schoolbell", "Signika"),
    }
)
"""Families near the contest's unknown one in the width of digits, signs and parentheses and in the stroke."""

LIBRARY_FAMILY = "Droid Sans Mono"
"""The typeface that the `captcha` library brings along."""


CAPTCHA_SIZE = (170, 80)


@dataclass(frozen=True)
class Share:
    """A part of a mixture: a look, the paths of its typefaces, and its weight among the images."""

    look: str
    fonts: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Sampler:
    """Draws one labelled image a call: `sampler(rng)` is an RGB image (H, W, 3), uint8, and its text."""

    shares: tuple[Share, ...]
    grammar: Grammar = ARITHMETIC
    size: tuple[int, int] = SIZE

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        weights = np.array([share.weight for share in self.shares])
        share = self.shares[int(rng.choice(len(weights), p=weights / weights.sum()))]
        text = self.grammar.sample(rng)
        return draw_text(text, share.look, share.fonts, rng, self.size), text


def draw_text(
    text: str, look: str, fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE
) -> Pixels:
    """Draw `text` in the named look ("contest", "library" or "wide") with typefaces out of `fonts` (paths): an RGB
    image (H, W, 3), uint8, of `size` (width, height) in pixels, but for the wide look, which varies it."""
    settings = drawing(look, fonts, rng, size)
    return worn(Drawer(settings, rng).draw(text), settings.wear, rng)


def faces(look: str, split: Split, covering: str = ARITHMETIC.alphabet) -> tuple[str, ...]:
    """Return the paths of the typefaces that a look is drawn with: split "train", "held_out" or "all".

    The contest's look keeps to families like the contest's own, the library's to the one it brings along, where the
    split has such.
    """
    every = typefaces(split, covering)
    families = {"contest": CONTEST_FAMILIES, "library": frozenset({LIBRARY_FAMILY})}.get(look, frozenset[str]())
    return _paths([face for face in every if face.family in families] or every)


def _paths(chosen: Sequence[Typeface]) -> tuple[str, ...]:
    return tuple(str(face.path) for face in chosen)


def sampler(look: str, split: Split = "train") -> Sampler:
    """Return the sampler of arithmetic in one look with the typefaces of a split."""
    return Sampler((Share(look, faces(look, split), 1.0),))


def captcha_sampler(look: str = "library", split: Split = "train") -> Sampler:
    """Return the sampler of the course's text captchas, 170x80, in one look with the typefaces of a split."""
    return Sampler((Share(look, faces(look, split, CAPTCHA.alphabet), 1.0),), CAPTCHA, CAPTCHA_SIZE)


def training_mixture() -> Sampler:
    """Return the sampler of the shipped model's training: all looks, training typefaces only."""
    every = faces("wide", "train")
    return Sampler(
        (
            Share("contest", faces("contest", "train"), 0.25),
            Share("contest", every, 0.10),
            Share("library", faces("library", "train"), 0.08),
            Share("library", every, 0.12),
            Share("wide", every, 0.45),
        )
    )
