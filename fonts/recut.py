"""Cut all typefaces of the catalogue anew from the packages that they came from.

    python -m fonts.recut SOURCES [--out FOLDER] [--only NAME ...]

SOURCES is a folder outside the repository for the packages, some 600 MB; what is missing there is fetched (see
`fonts.sources`), which takes npm, pip and, on Debian with its package lists updated, apt-get. Each file is cut to what
its entry claims: nothing is decided here. To change what a typeface draws, change `characters` or `more` of its entry
and cut it anew; which characters of a new typeface can be told apart, `fonts.legible` says. Needs fontTools and brotli.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click
from fontTools.ttLib import TTFont, TTLibError

from fonts.catalogue import FOLDER, read_entries
from fonts.cut import cut
from fonts.join import join
from fonts.sources import SourceError, fetch, source_files


def recut(entry: dict[str, Any], sources: Path, out: Path) -> None:
    """Cut the typeface of a catalogue's entry to the file `out`, after fetching its package where it is missing.

    Raises SourceError when the package or the file is not to be had, ValueError when it lacks a character.
    """
    fetch(entry["origin"], sources)
    files = source_files(entry["origin"], entry["source"], sources)
    number, characters = entry.get("number", 0), entry["characters"] + entry.get("more", "")
    with tempfile.TemporaryDirectory() as scratch:
        source = files[0]
        if len(files) > 1:
            source = Path(scratch, "joined.ttf")
            join(files, source, characters=characters)
        with TTFont(source, fontNumber=number, lazy=True) as font:
            carried = " ".join((font["name"].getDebugName(0) or "").split())
        notice = None if carried == entry["copyright"] else entry["copyright"]
        cut(source, out, name=entry["name"], characters=characters, number=number, copyright_notice=notice)


@click.command()
@click.argument("sources", type=click.Path(file_okay=False, path_type=Path))
@click.option("--out", default=FOLDER / "files", type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@click.option("--only", multiple=True, help="The name of a typeface, for those that are to be cut; all without it.")
def command(sources: Path, out: Path, only: tuple[str, ...]) -> None:
    """Cut the typefaces of the catalogue from their packages below SOURCES."""
    entries = read_entries((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    if unknown := set(only) - {entry["name"] for entry in entries}:
        raise click.ClickException(f"not in the catalogue: {', '.join(sorted(unknown))}")
    out.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        if only and entry["name"] not in only:
            continue
        try:
            recut(entry, sources, out / entry["file"])
        except (SourceError, ValueError, TTLibError) as error:
            raise click.ClickException(f"{entry['name']}: {error}") from error
    click.echo(f"{len(only) or len(entries)} typefaces cut to {out}", err=True)


if __name__ == "__main__":
    command()
