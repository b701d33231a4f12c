"""Cutting a typeface: what stays, what goes, and that the same cut gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import ImageFont

from fonts.catalogue import typefaces

pytest.importorskip("fontTools")
from fontTools.ttLib import TTFont

from fonts.cut import command, covered_characters, cut

SOURCES = [next(face.path for face in typefaces("all", "") if face.path.suffix == kind) for kind in (".ttf", ".otf")]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.suffix)


@each_source
def test_cut_keeps_characters_widths_and_notices(source: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out{source.suffix}"
    cut(source, out, name="Some Face 01", characters="01+")
    assert covered_characters(out, "0123+x") == "01+"
    before, after = ImageFont.truetype(source, 40), ImageFont.truetype(out, 40)
    assert after.getname() == ("Some Face 01", "Regular")
    assert after.getmetrics() == before.getmetrics()
    assert after.getlength("01+") == before.getlength("01+")
    with TTFont(source) as old, TTFont(out) as new:
        assert new["name"].getDebugName(0) == old["name"].getDebugName(0) != ""
        assert new["name"].getDebugName(6) == "SomeFace01"
        assert not {"GSUB", "GPOS", "fpgm", "kern"} & set(new.keys())


@each_source
def test_the_same_cut_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        cut(source, out, name="Some Face 01", characters="98765")
    assert first.read_bytes() == second.read_bytes()


def test_copyright_can_be_given(tmp_path: Path) -> None:
    out = tmp_path / "out.ttf"
    cut(SOURCES[0], out, name="Some Face 01", characters="0", copyright_notice="Copyright (c) 2001 A. Maker")
    with TTFont(out) as font:
        assert font["name"].getDebugName(0) == "Copyright (c) 2001 A. Maker"


def test_command_line(tmp_path: Path) -> None:
    out = tmp_path / "out.ttf"
    arguments = [str(SOURCES[0]), str(out), "--name", "Some Face 01", "--characters"]
    assert CliRunner().invoke(command, [*arguments, "42"]).exit_code == 0
    assert covered_characters(out, "0123456789") == "24"
    refused = CliRunner().invoke(command, [*arguments, "4流"])
    assert refused.exit_code == 1
    assert "流" in refused.output


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source.ttf"
    source.write_text("not a font")
    arguments = [str(source), str(tmp_path / "out.ttf"), "--name", "Some Face 01", "--characters", "0"]
    refused = CliRunner().invoke(command, arguments)
    assert refused.exit_code == 1
    assert refused.output.startswith("Error:")
