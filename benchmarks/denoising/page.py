"""Write docs/denoising.md from the record of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.denoising.filters import FILTERS
from benchmarks.measuring.record import table
from benchmarks.measuring.template import render

GOAL = 3
"""By how many dB our network shall be above the best filter at the course's strength."""

MNIST_NAMES = ("course's network", "our network")
COURSE_STRENGTH = "0.4"


def page(record: Mapping[str, Any]) -> str:
    """Return the page about a run of benchmarks.denoising."""
    digits = record["digits"]
    course, ours = MNIST_NAMES
    return render(
        Path(__file__).with_name("page.md"),
        record=record,
        digits=_digits(digits["by strength"]),
        lead=_lead(digits, ours),
        course_lead=_lead(digits, course),
        goal=GOAL,
        parameters="; ".join(_parameters(digits["by strength"])),
        readers=_readers(record["captchas"]),
        ratios=_ratios(record["captchas"]),
        verdict=_verdict(record["captchas"]),
    )


def _digits(by_strength: Mapping[str, Any]) -> str:
    headers = ["", *(f"{unit} at {strength}" for strength in by_strength for unit in ("PSNR", "SSIM"))]
    names = next(iter(by_strength.values()))
    rows = [
        [name, *(text for found in by_strength.values() for text in _both(found[name]))] for name in names
    ]  # a row for each way, two columns for each strength
    return table(headers, rows)


def _both(found: Mapping[str, float]) -> tuple[str, str]:
    return f"{found['PSNR']:.2f}", f"{found['SSIM']:.3f}"


def _lead(digits: Mapping[str, Any], name: str) -> float:
    """Return by how many dB a network is above the best filter at the course's strength."""
    found = digits["by strength"][COURSE_STRENGTH]
    return float(found[name]["PSNR"] - max(found[each]["PSNR"] for each in FILTERS))


def _parameters(by_strength: Mapping[str, Any]) -> Iterator[str]:
    for name in FILTERS:
        values = ", ".join(f"{found[name]['parameter']:g} at {strength}" for strength, found in by_strength.items())
        yield f"{name} {values}"


def _readers(captchas: Sequence[Mapping[str, Any]]) -> str:
    if not captchas:
        return "(no reader was at hand)"
    ways = list(captchas[0]["right"])
    rows = [
        [f"{each['reader']}: {each['set']}", *each["right"].values(), each["mended"], each["broken"]]
        for each in captchas
    ]
    return table(["reader and images", *ways, "mended", "broken"], rows)


def _ratios(captchas: Sequence[Mapping[str, Any]]) -> str:
    if not captchas:
        return ""
    rows = [[each["set"], *(f"{value:.1f}" for value in each["PSNR"].values())] for each in captchas]
    return table(["images", *captchas[0]["PSNR"]], rows)


def _verdict(captchas: Sequence[Mapping[str, Any]]) -> str:
    """Say for each set whether the reader gained, in the words of a sign test at 1 %."""
    found: dict[str, list[str]] = {"reads more": [], "reads fewer": [], "reads as many, within chance,": []}
    for each in captchas:
        mended, broken = each["mended"], each["broken"]
        sure = _chance(mended, broken) < 0.01
        key = "reads as many, within chance," if not sure else "reads more" if mended > broken else "reads fewer"
        found[key].append(f"{each['reader']} on {each['set']} ({mended} mended, {broken} broken)")
    lines = [f"After our network the reader {key} in {len(some)} of {len(captchas)} sets: {'; '.join(some)}."
            for key, some in found.items() if some]  # fmt: skip
    return (
        "\n\n".join(lines) + "\n\n*Within chance* means that a sign test of mended against broken doesn't reach 1 %. "
        "The readers were trained on noisy drawings, so cleaning is to be expected to help only where noise is more "
        "than they know. `suanshi recognize` denoises nothing by itself."
    )


def _chance(one: int, other: int) -> float:
    """Return the probability that a fair coin falls at least so unevenly: the two-sided sign test."""
    from math import comb

    total, most = one + other, max(one, other)
    return min(1.0, 2 * sum(comb(total, heads) for heads in range(most, total + 1)) / 2**total)
