"""Which characters of a typeface can be told apart: what an entry of the catalogue may claim.

    python -m fonts.legible FILE --characters "0123456789+-*/×÷=?()"

A character is left out that has no ink or is the box for missing ones; that is drawn as another one is, as `O` may be
like `0`, and `l` like `I` (the later of the two goes); and a small letter that is drawn as a capital. It measures
pictures, 100 pixels to the em, and can't see all that is wrong with a typeface: look at it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = 100
"""Pixels to the em of the pictures that are compared."""

ALIKE = 0.975
"""Share of the ink of two characters that both have, from which on they are one: above the `I` and `l` of typefaces
where these differ a little in height, below those that are copies of each other."""

ROUND = 0.92
"""The same for `0` and `O`, which differ in width only."""

NEAR = 3
"""By how many pixels of SIZE the boxes of two characters that are one may differ."""

CAPITAL = 0.9
"""The same of a small letter and its capital, both stretched to one box."""

UNLIKE_CAPITALS = "abdefghlmnqrt"
"""Small letters that look like their capitals only where they are small capitals."""

LEAST_INK = 8
"""Pixels that are no ink."""

UNMAPPED = "\ue000"


@dataclass(frozen=True)
class Ink:
    """What a character looks like: `black` (H, W), bool, is cut to its ink, whose first row is `top` pixels below the
    upper end of a page."""

    black: np.ndarray
    top: int
    amount: int

    def shared(self, other: Ink) -> float:
        """Return the share of ink that two have in common, moved sideways, but not up or down, to where it is most.

        Height above the line tells a minus from a low one; how far from the left a character begins tells nothing.
        What differs much in ink, height or width has nothing in common.
        """
        (height, width), (other_height, other_width) = self.black.shape, other.black.shape
        bottoms = self.top + height, other.top + other_height
        if max(abs(self.top - other.top), abs(bottoms[0] - bottoms[1]), abs(width - other_width)) > NEAR:
            return 0.0
        if abs(self.amount - other.amount) > (1 - ROUND) * max(self.amount, other.amount):
            return 0.0
        top, bottom, wide = min(self.top, other.top), max(bottoms), max(width, other_width)
        return max(
            _share(self._placed(top, bottom, left, wide), other._placed(top, bottom, right, wide))
            for left in range(wide - width + 1)
            for right in range(wide - other_width + 1)
        )

    def stretched(self) -> np.ndarray:
        """Return the ink stretched to 48 x 48, as bool."""
        picture = Image.fromarray(self.black.astype(np.uint8) * 255)
        return np.asarray(picture.resize((48, 48), Image.Resampling.BOX)) > 127

    def _placed(self, top: int, bottom: int, left: int, width: int) -> np.ndarray:
        page = np.zeros((bottom - top, width), bool)
        height, own = self.black.shape
        page[self.top - top : self.top - top + height, left : left + own] = self.black
        return page


def legible(path: Path, characters: str, *, claimed: str = "") -> str:
    """Return those of `characters` that the typeface in `path` draws so that they can be told apart, in their order.

    Of two that look alike the earlier one stays; those in `claimed` go before all others, and are never left out.
    """
    font = ImageFont.truetype(path, SIZE)
    missing = ink(font, UNMAPPED)
    drawn = {
        character: picture
        for character in characters
        if (picture := ink(font, character)) is not None and not _equal(picture, missing)
    }
    capitals = {
        character
        for character in set(UNLIKE_CAPITALS) & set(drawn)
        if character.upper() in drawn
        if _share(drawn[character].stretched(), drawn[character.upper()].stretched()) > CAPITAL
    }
    if len(capitals) > len(UNLIKE_CAPITALS) // 2:  # then the others are small capitals too, only nobody can tell
        capitals = {character for character in drawn if character.islower()}
    kept: list[str] = []
    for char in sorted(drawn, key=lambda char: char not in claimed):
        if char in claimed or (char not in capitals and not any(_one(char, other, drawn) for other in kept)):
            kept.append(char)
    return "".join(char for char in characters if char in kept)


def ink(font: ImageFont.FreeTypeFont, character: str) -> Ink | None:
    """Return what a character looks like on a page of 4 em each way; None for less than nine pixels of ink."""
    page = Image.new("L", (4 * SIZE, 4 * SIZE), 0)
    ImageDraw.Draw(page).text((SIZE, 2 * SIZE), character, font=font, fill=255, anchor="ls")
    black = np.asarray(page) > 127
    if black.sum() <= LEAST_INK:
        return None
    rows, columns = (np.flatnonzero(black.any(axis=axis)) for axis in (1, 0))
    cut = black[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Ink(cut, int(rows[0]), int(cut.sum()))


def _one(char: str, other: str, drawn: dict[str, Ink]) -> bool:
    limit = ROUND if {char, other} == {"0", "O"} else ALIKE
    return drawn[char].shared(drawn[other]) >= limit


def _equal(one: Ink, other: Ink | None) -> bool:
    return other is not None and one.top == other.top and np.array_equal(one.black, other.black)


def _share(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--characters", required=True, help="The characters to look at, those that matter most first.")
def command(file: Path, characters: str) -> None:
    """Print those of some characters that can be told apart in the typeface FILE."""
    click.echo(legible(file, characters))


if __name__ == "__main__":
    command()
