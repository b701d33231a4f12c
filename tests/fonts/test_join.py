"""Joining slices of a typeface: every character shaped as before, each from the first slice that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import ImageFont

from fonts.catalogue import typefaces

pytest.importorskip("fontTools")
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from fonts.cut import covered_characters, cut
from fonts.join import command, join

SOURCE = next(face.path for face in typefaces("all", "君水01+") if face.path.suffix == ".ttf")


@pytest.fixture
def slices(tmp_path: Path) -> list[Path]:
    """Return three slices of one typeface, the middle one with nothing that the first has not."""
    paths = []
    for number, characters in enumerate(("君01", "0", "1水+")):
        paths.append(tmp_path / f"slice{number}.ttf")
        cut(SOURCE, paths[-1], name=f"Slice {number}", characters=characters)
    return paths


def shapes(path: Path, text: str) -> list[tuple[int, list[Any]]]:
    """Return the advance and the outline of each character, in font units.

    Not pixels: FreeType fits the pixels of a character to the other characters of its font.
    """
    with TTFont(path) as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        drawn = []
        for character in text:
            pen = RecordingPen()
            glyphs[names[ord(character)]].draw(pen)
            drawn.append((glyphs[names[ord(character)]].width, pen.value))
        return drawn


def test_joined_slices_draw_as_the_whole(slices: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "joined.ttf"
    join(slices, out, characters="水1君0")
    assert covered_characters(out, "0123+君水") == "01君水"
    assert shapes(out, "君1水0") == shapes(SOURCE, "君1水0")
    again = tmp_path / "again.ttf"
    join(slices, again, characters="水1君0")
    assert again.read_bytes() == out.read_bytes()


def test_a_joined_typeface_can_be_cut(slices: list[Path], tmp_path: Path) -> None:
    joined, out = tmp_path / "joined.ttf", tmp_path / "out.ttf"
    join(slices, joined, characters="君水0")
    cut(joined, out, name="Some Face 01", characters="水0")
    assert ImageFont.truetype(out, 20).getname() == ("Some Face 01", "Regular")
    assert shapes(out, "水0") == shapes(SOURCE, "水0")


def test_command_line(slices: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out.ttf"
    arguments = [str(out), *map(str, slices), "--characters"]
    assert CliRunner().invoke(command, [*arguments, "君+"]).exit_code == 0
    assert covered_characters(out, "君水+") == "君+"
    refused = CliRunner().invoke(command, [*arguments, "君河海"])
    assert refused.exit_code == 1
    assert "河海" in refused.output
