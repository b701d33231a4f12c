"""suanshi info: the models that are shipped, and where a model comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from suanshi.messages import printable


@click.command()
@click.argument("model", metavar="[NAME|DIR]", required=False)
def command(model: str | None) -> None:
    """Show the shipped models, or all about one of them or about a bundle's folder."""
    from ocr.bundle import bundle_folder, shipped_bundles

    if model is not None:
        click.echo("\n".join(map(printable, _description(bundle_folder(model)))))
        return
    shipped = shipped_bundles()
    if not shipped:
        click.echo("no models are shipped with this installation", err=True)
    click.echo("\n\n".join("\n".join(_description(folder)) for folder in shipped.values()), nl=bool(shipped))


def _description(folder: Path) -> Iterator[str]:
    """Yield the lines about the bundle in `folder`."""
    from ocr.bundle import load_bundle

    bundle = load_bundle(folder)
    config = bundle.config
    unscaled = f" (from {config.unscaled_from} on not scaled, but padded)" if config.unscaled_from else ""
    yield bundle.name
    yield from _table(
        {
            "task": config.task,
            "characters": config.vocabulary,
            "grammar": config.grammar,
            "input": f"height {config.height}{unscaled}, width up to {config.max_width} pixels, "
            f"channels {', '.join(config.channels)}",
            "trusted": f"from confidence {config.threshold:g}",
            "size": f"{len(bundle.model) / 1e6:.2f} MB",
            "folder": str(folder),
        }
    )
    yield from _table(config.card)


def _table(entries: Mapping[str, object], indent: int = 2) -> Iterator[str]:
    """Yield a line per entry, names aligned; mappings go below their name, deeper."""
    width = max((len(str(name)) for name in entries), default=0)
    for name, value in entries.items():
        parts = value if isinstance(value, list) else [value]
        below = [each for each in parts if isinstance(each, Mapping) and each]
        if below and len(below) == len(parts):
            for each in below:
                yield f"{'':{indent}}{name}"
                yield from _table(each, indent + 2)
        else:
            shown = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
            yield f"{'':{indent}}{name!s:{width}}  {shown}"
