"""Write every page, and every part of a page, that is made of the records in benchmarks/results, in both languages.

python -m benchmarks.documents

A benchmark writes its own page when it ends; this writes all of them without measuring anything, so that a record, a
template or a translation that has changed shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from benchmarks.captchas import page as captchas
from benchmarks.captchas.six_rows import fill_pages
from benchmarks.measuring import options
from benchmarks.measuring.record import RESULTS


@click.command(help=__doc__.split("\n\n")[0] if __doc__ else None)
@click.option("--root", type=options.FOLDER, default=Path(), show_default=True, help="Folder of the repository.")
@options.errors_as_messages()
def command(root: Path) -> None:
    """Write the pages below `root` from the records below it."""
    results = root / RESULTS
    captchas.write(root / "docs", results, {})
    fill_pages(root, json.loads((results / captchas.RECORDS["kinds"]).read_text(encoding="utf-8")))


if __name__ == "__main__":
    command()
