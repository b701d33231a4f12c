"""suanshi inspect: what is in a folder of labelled images, before a reader is trained on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suanshi.messages import escape_raw, printable
from suanshi.options import pattern_option
from suanshi.output_picture import check_picture, spare_images, write_picture

if TYPE_CHECKING:
    from ocr.data.dataset import Folder

MOST_LISTED = 50
MOST_SHOWN = 120
A_LINE = 12
"""Characters of the printed table in one line."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@pattern_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with everything that is left out.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.png",
    help=f"Show up to {MOST_SHOWN} of the images with their labels.",
)  # fmt: skip
def command(folder: Path, pattern: str | None, as_json: bool, picture: Path | None) -> None:
    """Tell what is in DIR, a folder of labelled images, and what `suanshi train --data DIR` would leave out of it.

    Some networks leave out more: images too narrow for their texts, or texts of another length. Training names them.

    The labels are those in labels.txt, else in labels.csv or the only CSV file, else the files' own names.
    """
    if picture is not None:
        check_picture(picture, "--picture")
    from ocr.data.dataset import read_folder
    from ocr.data.labels import NAMES

    found = read_folder(folder, pattern)
    if picture is not None:
        names = [name for entry in found.entries for name in entry.names] + [each.name for each in found.left_out]
        spare_images(picture, (folder / name for name in names), "--picture")
        if found.source.startswith(NAMES) and picture.resolve().parent == folder.resolve():
            raise click.BadParameter(f"{picture}: would be one of the labelled images", param_hint="--picture")
    if as_json:
        line = json.dumps(found.to_json(), ensure_ascii=False)
        click.echo(escape_raw(line).encode(errors="replace").decode())
    else:
        click.echo(summary(found))
        for line in listed(found, MOST_LISTED):
            click.echo(line)
    if picture is not None:
        _write_picture(picture, found)


def summary(found: Folder) -> str:
    """Write what a folder holds as lines of text."""
    sizes = [f"{width}x{height} ({count})" for (width, height), count in found.sizes.most_common(6)]
    if len(found.sizes) > len(sizes):
        sizes.append(f"and {len(found.sizes) - len(sizes)} more")
    lengths = [f"{length} ({found.lengths[length]})" for length in sorted(found.lengths)]
    characters = [f"{char} {found.characters[char]}" for char in found.vocabulary]
    lines = [
        f"images      {len(found.entries)}, labels from {found.source}",
        f"sizes       {', '.join(sizes)}",
        f"lengths     {', '.join(lengths)}",
        f"characters  {len(characters)}: {found.vocabulary}",
    ]
    lines += [f"{'':12}{'  '.join(characters[at : at + A_LINE])}" for at in range(0, len(characters), A_LINE)]
    if found.copies:
        lines.append(f"copies      {sum(len(names) - 1 for names in found.copies)}, of which one each is used")
    return "\n".join(map(printable, lines))


def listed(found: Folder, most: int) -> Iterator[str]:
    """Yield lines about what is left out, at most so many files."""
    yield f"left out    {len(found.left_out) or 'nothing'}"
    for each in found.left_out[:most]:
        yield printable(f"  {each.name}: {each.reason}")
    if len(found.left_out) > most:
        yield f"  ... and {len(found.left_out) - most} more; suanshi inspect --json names all"


def _write_picture(picture: Path, found: Folder) -> None:
    from fonts.captions import typeface_for
    from ocr.evaluation.contact_sheet import captioned
    from preprocessing.read import read_image

    shown = found.entries[:: max(1, -(-len(found.entries) // MOST_SHOWN))]
    captions = [(entry.names[0], entry.text) for entry in shown]
    sheet = captioned(
        [read_image(entry.path) for entry in shown], captions, font=typeface_for("".join(text for _, text in captions))
    )
    write_picture(picture, sheet)
