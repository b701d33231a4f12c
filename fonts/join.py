"""Join the slices that a web font comes in to one typeface with the characters that are drawn.

    python -m fonts.join OUT SLICE [SLICE ...] --characters "君不见黄河之水"

Chinese typefaces are published for the web as a hundred files with a range of characters each, so the characters that
are wanted here lie scattered. The joined file is a source for `fonts.cut`, which drops the layout tables and renames
it. Needs fontTools, and brotli for WOFF2.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import click
from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont, TTLibError

from fonts.cut import covered_characters

MERGED_TABLES = frozenset(
    {"GlyphOrder", "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "CFF "}
)
"""What a cut keeps. The other tables are left out before the slices meet: merging them may fail, and is for nothing."""


def join(sources: Sequence[Path], out: Path, *, characters: str) -> None:
    """Write to `out` one font with all of `characters`, each from the first of `sources` that has it.

    The sources are slices of one typeface: equal units per em and one kind of outlines. Raises ValueError when no
    source has one of the characters.
    """
    shares: dict[Path, str] = {}
    left = characters
    for source in sources:
        if share := covered_characters(source, left):
            shares[source] = share
            left = "".join(character for character in left if character not in share)
    if left:
        raise ValueError(f"no slice has a glyph for {left!r}: leave these characters out or give the other slices")
    pieces = [_piece(source, share) for source, share in shares.items()]
    Merger().merge(pieces).save(out)


def _piece(source: Path, characters: str) -> BytesIO:
    """Return a slice cut to some characters, as the bytes of an uncompressed font."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.name_IDs = ["*"]
    with TTFont(source, recalcTimestamp=False, lazy=False) as font:
        for table in set(font.keys()) - MERGED_TABLES:
            del font[table]
        font.flavor = None
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        piece = BytesIO()
        font.save(piece)
    piece.seek(0)
    return piece


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("slices", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--characters", required=True, help="The characters to keep.")
def command(out: Path, slices: tuple[Path, ...], characters: str) -> None:
    """Join SLICES of one typeface, cut to some characters, to OUT."""
    try:
        join(slices, out, characters=characters)
    except (ValueError, TTLibError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {len(characters)} characters from {len(slices)} slices", err=True)


if __name__ == "__main__":
    command()
