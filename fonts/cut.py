"""Cut a typeface down to the characters that are drawn here and give it a name of ours.

    python -m fonts.cut SOURCE OUT --name "Suanshi Sans 01" --characters "0123456789+-*()="

The cut keeps outlines, advances and the typeface's line metrics. It drops hinting, kerning and every other layout
table. The copyright and licence records stay; the names that a licence may reserve do not. The same source gives the
same bytes. Needs fontTools (and brotli for WOFF2 sources), which nothing else in this folder does.
"""

from __future__ import annotations

from pathlib import Path

import click
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

KEPT_NAME_RECORDS = (0, 5, 8, 9, 11, 12, 13, 14)
"""Copyright, version, makers, their addresses, licence and its address (OpenType name identifiers)."""

NOTICE = (
    "Changed in 2026: cut to a few characters without hinting and layout, and renamed. The outlines are the original's."
)
"""What the description record of each cut says; Apache-2.0 and the Arphic licence (which asks for the time too) want
such a notice in changed files."""

DROPPED_TABLES = (
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "JSTF",
    "MATH",
    "STAT",
    "DSIG",
    "kern",
    "meta",
    "vhea",
    "vmtx",
    "VORG",
    "FFTM",
    "PfEd",
    "TeX ",
    "BDF ",
    "LTSH",
    "VDMX",
    "hdmx",
    "gasp",
    "fpgm",
    "prep",
    "cvt ",
    "webf",
    "feat",
    "mort",
    "morx",
    "Silt",
    "Silf",
    "Sill",
    "Feat",
    "Gloc",
    "Glat",
)

CUT_TIME = 3_600_000_000
"""Seconds since 1904 that both time stamps of a cut carry, so that a cut does not depend on the day it is made."""


def covered_characters(source: Path, characters: str, *, number: int = 0) -> str:
    """Return those of `characters` that `source` maps to a glyph, in the given order; `number` picks from a .ttc."""
    with TTFont(source, fontNumber=number, lazy=True) as font:
        mapped = font.getBestCmap() or {}
        return "".join(character for character in characters if ord(character) in mapped)


def cut(
    source: Path, out: Path, *, name: str, characters: str, number: int = 0, copyright_notice: str | None = None
) -> None:
    """Write `source` (TTF, OTF, TTC, WOFF or WOFF2), cut to `characters`, to `out` under the family name `name`.

    `copyright_notice` is for sources that carry theirs outside the file. Raises ValueError when the source is a
    variable font or lacks one of the characters.
    """
    present = covered_characters(source, characters, number=number)
    if missing := set(characters) - set(present):
        raise ValueError(
            f"{source.name} has no glyph for {''.join(sorted(missing))!r}: "
            "leave these characters out or take another typeface"
        )
    options = subset.Options(
        hinting=False,
        layout_features=[],
        drop_tables=list(DROPPED_TABLES),
        notdef_outline=True,
        glyph_names=False,
        name_IDs=["*"],
        name_languages=["*"],
        name_legacy=True,
    )
    with TTFont(source, fontNumber=number, recalcTimestamp=False, lazy=False) as font:
        if "fvar" in font:
            raise ValueError(f"{source.name} is a variable font: make a static instance of it first")
        font.flavor = None
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        _rename(font, name, copyright_notice)
        font["head"].created = font["head"].modified = CUT_TIME
        font.save(out)


def _rename(font: TTFont, name: str, copyright_notice: str | None) -> None:
    """Replace each name of the typeface, in the name table and inside CFF, and keep its notices."""
    table = font["name"]
    postscript = "".join(letter for letter in name if letter.isalnum())
    table.names = [record for record in table.names if record.nameID in KEPT_NAME_RECORDS]
    texts = {1: name, 2: "Regular", 3: postscript, 4: name, 6: postscript, 10: NOTICE}
    if copyright_notice is not None:
        table.removeNames(nameID=0)
        texts[0] = copyright_notice
    for identifier, value in texts.items():
        table.setName(value, identifier, 3, 1, 0x409)
    if "CFF " in font:
        compact = font["CFF "].cff
        compact.fontNames = [postscript]
        for top in compact.topDictIndex:
            top.FullName = top.FamilyName = name
            for number, part in enumerate(getattr(top, "FDArray", ())):  # a CJK font's parts carry its name too
                part.FontName = f"{postscript}-{number}"


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="The cut's own family name.")
@click.option("--characters", required=True, help="The characters to keep.")
@click.option("--number", default=0, show_default=True, help="Which typeface of a collection (.ttc).")
@click.option("--copyright", "copyright_notice", help="Copyright line, for a source that does not carry its own.")
def command(source: Path, out: Path, name: str, characters: str, number: int, copyright_notice: str | None) -> None:
    """Cut SOURCE to some characters, rename it and write it to OUT."""
    try:
        cut(source, out, name=name, characters=characters, number=number, copyright_notice=copyright_notice)
    except (ValueError, TTLibError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {len(characters)} characters, {out.stat().st_size} bytes", err=True)


if __name__ == "__main__":
    command()
