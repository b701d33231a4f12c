"""Pictures of round-one arithmetic: a text from the grammar, drawn in a look with the typefaces of a split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fonts.catalogue import Split, Typeface, typefaces
from generators.contest.captcha_library import LIBRARY_FACE, library_image
from generators.contest.degrade import worn
from generators.contest.look import SIZE, Drawer, drawing
from generators.contest.seeded_captcha import Pixels
from ocr.text.formula_grammar import VARIABLES
from ocr.text.grammar import ARITHMETIC, CAPTCHA, COURSE_CAPTCHA, Grammar

CONTEST_FAMILIES = frozenset(
    {
        *("ABeeZee", "Arimo", "Cantarell", "Carlito", "Comic Neue", "Comic Relief", "Lato", "Nunito", "PT Sans"),
        *("Signika", "IBM Plex Sans", "Lexend", "Sarabun", "Varela Round"),  # the last four are held out
    }
)
"""Families like the contest's unknown one: a sans serif with a foot under the 1, a plain 0 and narrow parentheses, in
which ink ends within 15 % of where it does in the contest, at 115 pixels (5 characters) and 140 (7)."""

HEAVIEST = 700
"""Weight above which a face is not like the contest's."""

FOOTED_FAMILIES = frozenset(
    {
        *("ABeeZee", "Archivo Narrow", "Arimo", "Cantarell", "Carlito", "Comic Neue", "Comic Relief", "Fjalla One"),
        *("Lato", "Nunito", "PT Sans", "Signika"),
    }
)
"""What training draws the contest's look with: sans serifs with a foot under the 1 of any width and weight."""

NEAR_FAMILIES = frozenset(
    {
        *("Averia Sans", "Barlow Condensed", "Carlito", "Comic Neue", "Comic Relief", "Delius", "Dosis", "Fjalla One"),
        *("Fredoka", "Handlee", "Noto Sans", "Nunito", "Open Sans", "Playpen Sans", "PT Sans", "Schoolbell", "Signika"),
    }
)
"""Families near the contest's in the width of digits, signs and parentheses and in the stroke, with any 1."""

LIBRARY_FAMILY = "Droid Sans Mono"
"""The typeface that the `captcha` library brings along."""

CAPTCHA_SIZE = (170, 80)
"""Width and height of the course's captchas, in pixels."""

CONFUSED = "0O"
"""What nearly all errors on captchas are about: in the library's typeface the two differ by an eighth of the width."""

CONFUSED_SHARE = 0.3

CAPTCHA_SIZES = ((160, 60), (200, 80))
"""Least and most width and height of the captchas that readers are trained on, in pixels."""


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
    largest: tuple[int, int] | None = None
    """With it each side of an image is uniform from that of `size` to this, both included."""
    stressed: str = ""
    stress: float = 0.0
    """The probability with which a character of a text gives way to one of `stressed`."""

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        weights = np.array([share.weight for share in self.shares])
        share = self.shares[int(rng.choice(len(weights), p=weights / weights.sum()))]
        text = self.grammar.sample(rng)
        if self.stressed:
            text = "".join(rng.choice(list(self.stressed)) if rng.random() < self.stress else char for char in text)
        width, height = self.size
        if self.largest is not None:
            width = int(rng.integers(width, self.largest[0] + 1))
            height = int(rng.integers(height, self.largest[1] + 1))
        return draw_text(text, share.look, share.fonts, rng, (width, height)), text


def draw_text(
    text: str, look: str, fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE
) -> Pixels:
    """Draw `text` in the named look ("contest", "library" or "wide") with typefaces out of `fonts` (paths): an RGB
    image (H, W, 3), uint8, of `size` (width, height) in pixels, but for the wide look, which varies it; or "exact" as
    the library itself does, in its own typeface."""
    if look == "exact":
        return library_image(text, size, rng)
    settings = drawing(look, fonts, rng, size)
    return worn(Drawer(settings, rng).draw(text), settings.wear, rng)


def faces(look: str, split: Split, covering: str = ARITHMETIC.alphabet) -> tuple[str, ...]:
    """Return the paths of the typefaces that a look is drawn with: split "train", "held_out" or "all".

    The contest's look keeps to families like the contest's own, the library's to the one it brings along, where the
    split has such.
    """
    every = [face for face in typefaces(split, covering) if not face.covers(VARIABLES)]  # those are for final pages
    families = {"contest": CONTEST_FAMILIES, "library": frozenset({LIBRARY_FAMILY})}.get(look, frozenset[str]())
    alike = [face for face in every if face.family in families and face.weight <= HEAVIEST]
    return _paths(alike or every)


def _training_faces(families: frozenset[str]) -> tuple[str, ...]:
    return _paths([face for face in typefaces("train", ARITHMETIC.alphabet) if face.family in families])


def _paths(chosen: Sequence[Typeface]) -> tuple[str, ...]:
    return tuple(str(face.path) for face in chosen)


def sampler(look: str, split: Split = "train") -> Sampler:
    """Return the sampler of arithmetic in one look with the typefaces of a split."""
    return Sampler((Share(look, faces(look, split), 1.0),))


def captcha_sampler(look: str = "library", split: Split = "train") -> Sampler:
    """Return the sampler of the course's text captchas, four characters on 170x80, in one look with the typefaces of a
    split; the library's look is that of `captcha.image.ImageCaptcha(170, 80)` with all its defaults, exactly."""
    if look == "library":
        share = Share("exact", (LIBRARY_FACE,), 1.0)
    else:
        share = Share(look, faces(look, split, CAPTCHA.alphabet), 1.0)
    return Sampler((share,), COURSE_CAPTCHA, CAPTCHA_SIZE)


def captcha_mixture(*, stress: float = 0.0) -> Sampler:
    """Return the sampler of the shipped captcha model's training: what the library draws with today's Pillow, and a
    share with the edges of those before version 13, four to six characters on 160x60 to 200x80; of these the share
    `stress` gives way to CONFUSED ones."""
    shares = Share("exact", (LIBRARY_FACE,), 0.9), Share("library", (LIBRARY_FACE,), 0.1)
    return Sampler(shares, CAPTCHA, *CAPTCHA_SIZES, stressed=CONFUSED if stress else "", stress=stress)


BREADTH_EPOCHS = 9
"""Epochs of training before the contest's look gets its weight: a reader that starts broad stays robust."""


def training_mixture(epoch: int) -> Sampler:
    """Return the sampler of an epoch (from 0) of the shipped model's training: all looks, training typefaces only."""
    every, droid = faces("wide", "train"), faces("library", "train")
    if epoch < BREADTH_EPOCHS:
        shares = [("contest", _training_faces(NEAR_FAMILIES), 0.25), ("contest", every, 0.10), ("library", droid, 0.08)]
        shares += [("library", every, 0.12), ("wide", every, 0.45)]
    else:
        shares = [
            ("contest", _training_faces(FOOTED_FAMILIES), 0.40),
            ("contest", every, 0.15),
            ("library", droid, 0.08),
        ]
        shares += [("library", every, 0.10), ("wide", every, 0.27)]
    return Sampler(tuple(Share(*share) for share in shares))
