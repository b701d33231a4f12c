"""Labelled final pages: whole ones, and the pieces of them that a reader is trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from fonts.catalogue import Split, Typeface, typefaces
from generators.contest.seeded_captcha import Pixels
from generators.pages.layout import Arc, Box, Page, arc_through, draw, plan
from ocr.text.formula_grammar import VARIABLES, FormulaGrammar, digits_under

SIGNS = "0123456789+-*="
LOOKS = ("contest", "wide")
SLENDER = ("song", "kai")
HEAVIEST = 400
"""The styles, and the weight at most, of typefaces with strokes as thin as the contest's once they are drawn."""

FOOTLESS = frozenset({"LXGW WenKai", "TW-Kai"})
"""Families of those styles whose 1 has no foot; on the contest's pages it has one."""

BLACK = frozenset({"WDXL Lubrifont"})
"""Families that are heavier than the weight they give."""

SERIF = ("serif", "song", "kai")
"""Styles of typefaces with thick strokes and thin ones, as the contest's has."""

WHOLE_SHARE = 0.5
"""The share of training images that are whole formulas. Most others are expressions: half of all errors are in the
small digits of a fraction, and there is one in each."""

FRACTIONS_SHARE = 0.5
"""The share of the numbers that stand under a variable in expressions of the training that stand alone: the small
digits are seen more than twice as often."""

CROSSED_SHARE = 0.5
"""The share of lines of the training that get one more arc along them: of nine real lines six have one, of drawn
expressions two in five."""

LIKE_INK_SHARE, LIKE_INK = 0.25, 24
"""The share of these arcs whose colour is about the ink's, and its standard deviation per channel: what is lost on
pages is lost mostly to arcs that no colour tells from ink, and of those that lie there by chance few are such."""

CLOSER_SHARE = 0.2
"""The share of training images that show but the number under a fraction's bar, enlarged as for a closer look."""

MARGINS = (0, 13), (0, 9)
"""Least and most pixels, the latter exclusive, that a cut line has around its ink, across and down: as uneven as the
real cutting is."""

LOOSE_SHARE, LOOSE = 0.04, (90, 30)
"""How often a side is looser than that, as where an arc or a dot is taken for ink, and up to how many pixels, across
and down."""

TIGHT_SHARE, TIGHT = 0.04, 4
"""How often a side is cut too tight, and up to how many pixels, the latter exclusive, it loses: among nine real lines
there are such."""

GRAMMAR = FormulaGrammar()


@dataclass(frozen=True)
class Faces:
    """Typefaces to choose from: a group by its share, then one of the group, all alike. The groups hold paths."""

    groups: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]

    def group(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Choose one of the groups."""
        return self.groups[int(rng.choice(len(self.groups), p=self.shares))]


@dataclass(frozen=True)
class PageSampler:
    """Plans one page a call: `sampler(rng)` has everything on it and its text."""

    digits: Faces
    variables: Faces

    def __call__(self, rng: np.random.Generator) -> Page:
        return self.plan(GRAMMAR.sample(rng), rng)

    def plan(self, text: str, rng: np.random.Generator) -> Page:
        """Plan a page with this text."""
        return plan(text, (self.digits.group(rng), self.variables.group(rng)), rng)


def page_sampler(split: Split = "train", look: str = "contest") -> PageSampler:
    """Return the sampler of final pages with the typefaces of a split, in a look of LOOKS, or that of the "training".

    The contest's is set in slender typefaces mostly, digits in such with a foot under the 1, in other serifs, and
    variables also in sans serifs; the wide look in anything; the training sees both. Raises ValueError for another.
    """
    digits, variables = typefaces(split, SIGNS), typefaces(split, VARIABLES)
    slender = _paths(face for face in digits if _slender(face) and face.family not in FOOTLESS)
    serif = _paths(face for face in digits if face.style in SERIF and not _slender(face) and face.weight <= 500)
    named = _paths(face for face in variables if _slender(face))
    if look == "contest":
        plain = _paths(face for face in variables if _slender(face) or _plain(face))
        return PageSampler(Faces((slender, serif), (0.75, 0.25)), Faces((named, plain), (0.75, 0.25)))
    known = {*slender, *serif}
    rest = tuple(path for path in _paths(digits) if path not in known)
    shares = {"wide": (0.1, 0.2, 0.7), "training": (0.5, 0.2, 0.3)}
    if look not in shares:
        raise ValueError(f"unknown look {look!r} of final pages; known are {', '.join(LOOKS)}")
    of_variables = (0.1, 0.9) if look == "wide" else (0.5, 0.5)
    return PageSampler(Faces((slender, serif, rest), shares[look]), Faces((named, _paths(variables)), of_variables))


def _slender(face: Typeface) -> bool:
    return face.style in SLENDER and face.weight <= HEAVIEST


def _plain(face: Typeface) -> bool:
    return face.style == "hei" and face.weight <= HEAVIEST and face.family not in BLACK


def _paths(faces: Iterable[Typeface]) -> tuple[str, ...]:
    return tuple(str(face.path) for face in faces)


@dataclass(frozen=True)
class WholePages:
    """Draws a whole page a call: `sampler(rng)` is an RGB image (H, W, 3), uint8, and its text."""

    pages: PageSampler

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        page = self.pages(rng)
        return draw(page), page.text


@dataclass(frozen=True)
class LoneFraction:
    """An RGB piece (H, W, 3) of a page that shows a fraction, of which but the number under the bar is wanted."""

    piece: Pixels


@dataclass(frozen=True)
class CutLines:
    """Draws the lines of a page only, as if they had been cut out of it: `sampler(rng)` is RGB pieces and their text.

    The share `closer` is a LoneFraction and the number under its bar. Of the rest the share `whole` are all lines
    of a page, from top to bottom; the others one line alone, an assignment or, in the share `expressions` of them, the
    expression, in which the share `fractions` of the numbers stand under a variable. The share `crossed` of the lines
    gets one more arc along them, some of them (LIKE_INK_SHARE) in about the ink's colour.
    """

    pages: PageSampler
    whole: float = WHOLE_SHARE
    expressions: float = 0.9
    fractions: float = 0.0
    crossed: float = 0.0
    closer: float = 0.0

    def __call__(self, rng: np.random.Generator) -> tuple[list[Pixels] | LoneFraction, str]:
        text = GRAMMAR.sample(rng)
        if self.closer and rng.random() < self.closer:
            under = digits_under(text)
            assert under is not None  # every formula has one fraction
            start, end = under
            page = self._crossed(self.pages.plan(text[start - 2 : end], rng), rng)
            return LoneFraction(draw(page, _around(page.lines[0].box, rng))), text[start:end]
        if rng.random() < self.whole:
            page = self._crossed(self.pages.plan(text, rng), rng)
            return [draw(page, _around(line.box, rng)) for line in page.lines], text
        lines = text.split(";")
        number = len(lines) - 1 if rng.random() < self.expressions else 0
        line = more_fractions(lines[number], self.fractions, rng) if number else lines[0]
        alone = ";".join(line if other == number else "" for other in range(len(lines)))
        page = self._crossed(self.pages.plan(alone, rng), rng)
        return [draw(page, _around(page.lines[number].box, rng))], line

    def _crossed(self, page: Page, rng: np.random.Generator) -> Page:
        boxes = [line.box for line in page.lines if line.text and rng.random() < self.crossed]
        more = (arc_through(box, page, rng) for box in boxes)
        return replace(page, arcs=(*page.arcs, *(some_like_ink(arc, page, rng) for arc in more)))


def some_like_ink(arc: Arc, page: Page, rng: np.random.Generator) -> Arc:
    """Give the share LIKE_INK_SHARE of arcs about the colour of the page's ink."""
    if rng.random() >= LIKE_INK_SHARE:
        return arc
    red, green, blue = np.clip(np.rint(rng.normal(page.colour, LIKE_INK)), 0, 255).astype(int).tolist()
    return replace(arc, colour=(red, green, blue))


_NUMBERS = re.compile(r"(?<![/0-9])[0-9]+")


def more_fractions(expression: str, share: float, rng: np.random.Generator) -> str:
    """Put a variable over this share of the numbers that have none."""

    def under(number: re.Match[str]) -> str:
        return f"{rng.choice(list(VARIABLES))}/{number[0]}" if rng.random() < share else number[0]

    return _NUMBERS.sub(under, expression)


SHORT_EPOCHS = 6
"""Epochs of training in which the texts grow longer: CTC finds its way in short ones."""


def training_lines(epoch: int) -> CutLines:
    """Return the sampler of an epoch (from 0) of the shipped model's training."""
    pages = page_sampler(look="training")
    if epoch >= SHORT_EPOCHS:
        return CutLines(pages, fractions=FRACTIONS_SHARE, crossed=CROSSED_SHARE, closer=CLOSER_SHARE)
    whole = WHOLE_SHARE * max(0, epoch - 2) / SHORT_EPOCHS
    return CutLines(pages, whole, min(0.9, 0.15 + 0.2 * epoch), FRACTIONS_SHARE, CROSSED_SHARE)


def _around(box: Box, rng: np.random.Generator) -> Box:
    across, down = MARGINS
    margins = np.concatenate([rng.integers(*across, 2), rng.integers(*down, 2)])
    loose = rng.random(4) < LOOSE_SHARE
    margins[loose] = rng.integers(0, np.repeat(LOOSE, 2))[loose]
    tight = rng.random(4) < TIGHT_SHARE
    margins[tight] = -rng.integers(1, TIGHT, 4)[tight]
    left, right, top, lower = margins.tolist()
    return box[0] - left, box[1] - top, box[2] + right, box[3] + lower
