"""What counts as told apart: copies, boxes and small capitals do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import ImageFont

from fonts.catalogue import faces
from fonts.legible import command, ink, legible

PLAIN = next(face.path for face in faces("all") if face.family == "DejaVu Sans")
UNMAPPED = "\ue000"


def test_a_plain_typeface_has_all() -> None:
    assert legible(PLAIN, "0O1Il5S2Z8B×x÷+-−=?") == "0O1Il5S2Z8B×x÷+-−=?"


def test_what_is_missing_or_has_no_ink_is_left_out(tmp_path: Path) -> None:
    assert legible(PLAIN, f"0{UNMAPPED} 国1") == "01"
    font = copied(tmp_path, {"1": "1"}, scale=0.001)
    assert legible(font, "012") == "02"
    assert ink(ImageFont.truetype(font, 100), "1") is None


@pytest.mark.parametrize("drawn_for", ["I", "O", "a"])
def test_of_two_that_are_one_the_earlier_or_the_claimed_stays(tmp_path: Path, drawn_for: str) -> None:
    font = copied(tmp_path, {"1": drawn_for})  # the 1 is drawn as a letter is
    assert legible(font, f"01{drawn_for}2") == "012"
    assert legible(font, f"0{drawn_for}12") == f"0{drawn_for}2"
    assert legible(font, f"01{drawn_for}2", claimed=drawn_for) == f"0{drawn_for}2"
    assert legible(font, f"01{drawn_for}2", claimed=f"1{drawn_for}") == f"01{drawn_for}2"


def test_capitals_in_place_of_small_letters_are_left_out(tmp_path: Path) -> None:
    small = "abcdefghijklmnopqrstuvwxyz"
    assert legible(PLAIN, small.upper() + small) == small.upper() + small
    font = copied(tmp_path, {letter: letter.upper() for letter in small}, scale=0.7)
    assert legible(font, small.upper() + small) == small.upper()


def test_how_much_two_have_in_common() -> None:
    font = ImageFont.truetype(PLAIN, 100)
    minus, low, plus, capital = (drawn for char in "-_+I" if (drawn := ink(font, char)) is not None)
    assert minus.shared(minus) == capital.shared(capital) == 1
    assert minus.shared(low) == 0  # the same bar, lower down
    assert plus.shared(minus) == minus.shared(plus) < 0.5
    assert capital.stretched().shape == (48, 48)
    assert np.all(capital.stretched())


def test_command_line() -> None:
    done = CliRunner().invoke(command, [str(PLAIN), "--characters", "01国"])
    assert (done.exit_code, done.output) == (0, "01\n")


def copied(folder: Path, glyphs: dict[str, str], *, scale: float = 1.0) -> Path:
    """Return a copy of the plain typeface with each key of `glyphs` drawn as its value, `scale` times as large."""
    pytest.importorskip("fontTools")
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    out = folder / "copied.ttf"
    with TTFont(PLAIN) as font:
        names, outlines = font.getBestCmap(), font.getGlyphSet()
        drawn = {}
        for char, shown in glyphs.items():
            pen = TTGlyphPen(None)
            outlines[names[ord(shown)]].draw(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
            drawn[names[ord(char)]] = pen.glyph()
        for name, glyph in drawn.items():
            font["glyf"][name] = glyph
        font.save(out)
    return out
