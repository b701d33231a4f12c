"""Write docs/activation-maps.md from the record of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.activation_maps.blanking import FIFTH, FILLS, GRID, KINDS
from benchmarks.measuring.record import table
from benchmarks.measuring.template import render


def page(record: Mapping[str, Any]) -> str:
    """Return the page for the record of a run, as `benchmarks.activation_maps` writes it."""
    exported = [
        [f"`{each['network']}`", f"{each['litert']['bytes'] / 1e6:.2f} MB", f"{each['litert']['differs by']:.1g}"]
        for each in record["models"]
    ]
    return render(
        Path(__file__).with_name("page.md"),
        record=record,
        grid=GRID,
        fifth=FIFTH,
        tables="\n".join(_about(model) for model in record["models"]),
        exported=table(["network", "LiteRT", "probabilities differ by at most"], exported),
    )


def _about(model: Mapping[str, Any]) -> str:
    rows = []
    for fill in FILLS:
        for kind in KINDS:
            more = model["hottest more than"][fill].get(kind)
            rows.append(
                [
                    f"{kind}, {fill}",
                    f"{model['lowered'][fill][kind]:.3f}",
                    f"{more['by']:.3f} ± {more['standard error']:.3f}" if more else "",
                    f"{more['share of pictures']:.0%}" if more else "",
                ]
            )
    headers = ["which fifth, filled with", "takes", "the hottest takes more by", "in so many pictures"]
    return (
        f"`{model['network']}`, {model['method']}, {model['count']} held-out pictures, whose likeliest class has "
        f"{model['probability']:.3f} in the mean. ± is the standard error of the mean of the pairs.\n\n"
        f"{table(headers, rows)}\n"
    )
