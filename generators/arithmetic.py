"""Pictures of round-one arithmetic: a text from the grammar, drawn in a look with the typefaces of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fonts import Typeface, typefaces
from generators.captcha import Pixels
from generators.look import Drawer, drawing
from generators.wear import worn
from ocr.text.grammar import ARITHMETIC, Grammar

CONTEST_FAMILIES = frozenset(
    {
        *("Andika", "Averia Sans", "Barlow Condensed", "Carlito", "Comic Neue", "Comic Relief", "Delius", "Dosis"),
        *("Fira Sans", "Fjalla One", "Fredoka", "Handlee", "Noto Sans", "Nunito", "Open Sans", "Playpen Sans"),
        *("PT Sans", "Sarabun", "Sawarabi Gothic", "Schoolbell", "Signika"),
    }
)
"""Families near the contest's unknown one in the width of digits, signs and parentheses and in the stroke."""

LIBRARY_FAMILY = "Droid Sans Mono"
"""The typeface that the `captcha` library brings along."""


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

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        weights = np.array([share.weight for share in self.shares])
        share = self.shares[int(rng.choice(len(weights), p=weights / weights.sum()))]
        text = self.grammar.sample(rng)
        return draw_text(text, share.look, share.fonts, rng), text


def draw_text(text: str, look: str, fonts: Sequence[str], rng: np.random.Generator) -> Pixels:
    """Draw `text` in the named look ("contest", "library" or "wide") with typefaces out of `fonts` (paths): RGB
    (H, W, 3), uint8."""
    settings = drawing(look, fonts, rng)
    return worn(Drawer(settings, rng).draw(text), settings.wear, rng)


def faces(look: str, split: str) -> tuple[str, ...]:
    """Return the paths of the typefaces that a look is drawn with: split "train", "held_out" or "all".

    The contest's look keeps to families like the contest's own, the library's to the one it brings along, where the
    split has such.
    """
    every = typefaces(split, covering="0123456789+-*()")
    families = {"contest": CONTEST_FAMILIES, "library": frozenset({LIBRARY_FAMILY})}.get(look, frozenset[str]())
    return _paths([face for face in every if face.family in families] or every)


def _paths(chosen: Sequence[Typeface]) -> tuple[str, ...]:
    return tuple(str(face.path) for face in chosen)


def sampler(look: str, split: str = "train", grammar: Grammar = ARITHMETIC) -> Sampler:
    """Return the sampler of one look with the typefaces of a split."""
    return Sampler((Share(look, faces(look, split), 1.0),), grammar)


def training_mixture(grammar: Grammar = ARITHMETIC) -> Sampler:
    """Return the sampler of the shipped model's training: all looks, training typefaces only."""
    every = faces("wide", "train")
    return Sampler(
        (
            Share("contest", faces("contest", "train"), 0.25),
            Share("contest", every, 0.10),
            Share("library", faces("library", "train"), 0.08),
            Share("library", every, 0.12),
            Share("wide", every, 0.45),
        ),
        grammar,
    )
