"""Looks of drawings: settings of the captcha drawer, paper and wear; one frozen set of them an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from generators.contest.glyphs import Glyph, glyph
from generators.contest.operator_glyphs import SIGNS, drawn_sign
from generators.contest.seeded_captcha import SeededCaptcha

LOOKS = ("contest", "library", "wide")

SIZE = (180, 60)
"""Width and height of the contest's images of round one, in pixels."""


@dataclass(frozen=True)
class Wear:
    """Degradations of a finished image, in this order; none by default."""

    gradient: float = 0.0
    """Difference of brightness between two ends of the paper, in grey levels."""
    grain: float = 0.0
    """Standard deviation of noise on each channel, in grey levels."""
    lines: int = 0
    """Straight lines in random colours across the image."""
    dark: bool = False
    """Light ink on dark paper."""
    blur: float = 0.0
    """Sigma of a Gaussian, in pixels."""
    jpeg: int = 0
    """JPEG quality, 0 for none."""
    scale: float = 1.0
    """Size at which the image was kept before it came back to its own."""


@dataclass(frozen=True)
class Drawing:
    """One image's settings: its size in pixels, its typefaces, the drawer's attributes and its wear."""

    fonts: tuple[str, ...]
    sizes: tuple[int, ...]
    width: int = SIZE[0]
    height: int = SIZE[1]
    attributes: dict[str, object] = field(default_factory=dict)
    own_signs: bool = False
    wear: Wear = Wear()


class Drawer(SeededCaptcha):
    """A `SeededCaptcha` with the settings of one `Drawing`."""

    def __init__(self, drawing: Drawing, rng: np.random.Generator) -> None:
        super().__init__(drawing.width, drawing.height, drawing.fonts, drawing.sizes, rng=rng)
        self.own_signs = drawing.own_signs
        for name, value in drawing.attributes.items():
            setattr(self, name, value)

    def _glyph(self, font: str, size: int, character: str) -> Glyph:
        if self.own_signs and character in SIGNS:
            return drawn_sign(character, size, self.rng)
        return super()._glyph(font, size, character)


CONTEST = {
    "dots": (12, 18),
    "curve": False,
    "spaces": False,
    "thin_minus": True,
    "smooth_resize": False,
    "warp_base": True,
    "foreground": (0, 200),
}
"""The contest's first round: the library's version 0.2 with the Pillow of its day, no curve, few dots, thin minus."""

CONTEST_CELL = (44, 50)
"""Height of a digit's cell in pixels, least and most: measured on the contest's images, whose digits fill 36 to 52."""


def contest(fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE) -> Drawing:
    """The look of the contest's first round, in one typeface, as large as makes its digits as high as there."""
    font = fonts[int(rng.integers(len(fonts)))]
    cell = int(rng.integers(CONTEST_CELL[0], CONTEST_CELL[1] + 1))
    return Drawing((font,), (round(100 * cell / glyph(font, 100, "8").height),), *size, attributes=CONTEST)


def library(fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE) -> Drawing:
    """The library's own look with the Pillow of before version 13, which gives edges a darker rim; in one typeface."""
    return Drawing((fonts[int(rng.integers(len(fonts)))],), (42, 50, 56), *size)


def wide(fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE) -> Drawing:
    """A look drawn from everything a stranger's generator may do: what a reader must be trained on to be robust."""
    chance = rng.random(19)
    start = contest if chance[0] < 0.45 else library
    base = start(fonts, rng, size)
    attributes = dict(base.attributes)
    faces = base.fonts if chance[1] < 0.85 else tuple(fonts[int(i)] for i in rng.integers(len(fonts), size=3))
    sizes = base.sizes if chance[2] < 0.5 else tuple(int(s) for s in rng.integers(28, 62, 2))
    width, height = size
    if chance[3] < 0.4:
        height = int(size[1] * rng.uniform(0.6, 1.5))
        width = int(height * rng.uniform(0.8, 1.33) * size[0] / size[1])
        sizes = tuple(max(14, int(s * height / size[1])) for s in sizes)
    if chance[4] < 0.6:
        attributes["dots"] = (0, 45)
        attributes["dot_width"] = int(rng.integers(1, 5))
    if chance[5] < 0.5:
        attributes["curve"] = bool(chance[6] < 0.5)
    if chance[7] < 0.35:
        attributes["spaces"] = bool(chance[8] < 0.4)
        attributes["word_space_probability"] = rng.uniform(0.4, 0.95)
    if chance[9] < 0.4:
        attributes["thin_minus"] = bool(chance[10] < 0.6)
    if chance[11] < 0.3:
        attributes["smooth_resize"] = bool(chance[12] < 0.5)
        attributes["warp_base"] = bool(chance[13] < 0.6)
    if chance[14] < 0.2:
        attributes["stretch"] = False
        attributes["antialias"] = bool(chance[15] < 0.7)
        tilt = rng.uniform(0, 35)
        attributes["character_rotate"] = (-tilt, tilt)
        attributes["word_offset_dx"] = rng.uniform(0, 0.15)
    elif chance[14] < 0.5:
        tilt = rng.uniform(0, 36)
        attributes["character_rotate"] = (-tilt, tilt)
        pull = rng.uniform(0, 0.34)
        attributes["character_warp_dx"] = (0.3 * pull, pull)
        attributes["character_warp_dy"] = (0.5 * pull, pull)
        attributes["word_offset_dx"] = rng.uniform(0, 0.32)
    if chance[16] < 0.3:
        attributes["fade"] = rng.uniform(1.97, 12)
    use = wear(rng)
    if chance[17] < 0.12:  # so faint that no wear would leave anything to read
        attributes["foreground"] = (0, int(rng.integers(2, 60)))
        attributes.pop("fade", None)
        use = Wear()
    elif chance[17] < 0.27:
        attributes["background"] = (170, 255)
        attributes["foreground"] = (0, 120)
        attributes.setdefault("fade", 4.0)
    return Drawing(faces, sizes, width, height, attributes, bool(chance[18] < 0.15), use)


def wear(rng: np.random.Generator) -> Wear:
    """Random wear: two images in five have none, the others one or a few kinds."""
    if rng.random() < 0.4:
        return Wear()
    chance = rng.random(7)
    return Wear(
        gradient=rng.uniform(5, 60) if chance[0] < 0.15 else 0.0,
        grain=rng.uniform(1, 14) if chance[1] < 0.2 else 0.0,
        lines=int(rng.integers(1, 5)) if chance[2] < 0.15 else 0,
        dark=bool(chance[3] < 0.08),
        blur=rng.uniform(0.3, 1.2) if chance[4] < 0.25 else 0.0,
        jpeg=int(rng.integers(25, 96)) if chance[5] < 0.3 else 0,
        scale=rng.uniform(0.55, 0.95) if chance[6] < 0.12 else 1.0,
    )


def drawing(look: str, fonts: Sequence[str], rng: np.random.Generator, size: tuple[int, int] = SIZE) -> Drawing:
    """Draw the settings of one image of about `size` (width, height) in a look, one of LOOKS."""
    known = {"contest": contest, "library": library, "wide": wide}
    if look not in known:
        raise ValueError(f"no look is called {look!r}; there are {', '.join(known)}")
    return known[look](fonts, rng, size)
