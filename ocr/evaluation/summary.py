"""A report of metrics in words: shares first, then lists of where the errors are."""

from __future__ import annotations

from collections.abc import Iterator

from ocr.evaluation.metrics import Report

MOST_CONFUSIONS = 12
"""Lines of a list."""


def unknown_characters(result: Report, vocabulary: str) -> Iterator[str]:
    """Yield a warning if labels cannot be read right because the reader does not know all of their characters."""
    unknown = {each.symbol for each in result.characters if each.shown} - set(vocabulary)
    if unknown:
        count = sum(not unknown.isdisjoint(each.expected) for each in result.errors)
        there = f"{count} of {result.count} labels hold characters"
        yield f"{there} that the model does not know: {''.join(sorted(unknown))}"


def summary(result: Report) -> list[str]:
    """Write a report as lines of text: the shares first, then the lists that say where the errors are."""
    low, high = result.interval
    lines = [f"images      {result.count}"]
    if result.count:
        lines.append(f"text        {result.text_right / result.count:.4%}  ({result.count - result.text_right} wrong)")
    if result.valued:
        lines.append(
            f"value       {result.value_right / result.valued:.4%}  ({result.valued - result.value_right} wrong)"
        )
    kept = result.kept
    lines += [
        f"right       {result.exact:.4%}  (95 % interval {low:.4%} to {high:.4%})",
        f"confidence  {result.confidence:.4f} on average",
        f"kept        {kept.share:.2%} at {kept.threshold:g} and above, {kept.wrong} of these {kept.kept} wrong",
    ]
    lines += _block("length", [f"{each.length}  {each.right} of {each.count}" for each in result.lengths])
    weak = [each for each in result.characters if each.right < max(each.shown, each.read)]
    lines += _block(
        "character",
        [
            f"{each.symbol}  {each.right} read of {each.shown}"
            + (f", {each.precision:.4%} of its readings" if each.shown and each.read else f", read {each.read} times")
            for each in weak
        ],
    )
    lines += _block(
        "read as",
        [f"{each.expected or '(none)'} -> {each.got or '(none)'}  {each.count}" for each in result.confusions],
    )
    return lines


def _block(title: str, lines: list[str]) -> list[str]:
    more = [f"... and {len(lines) - MOST_CONFUSIONS} more"] if len(lines) > MOST_CONFUSIONS else []
    shown = lines[:MOST_CONFUSIONS] + more
    return [f"{title if not number else '':<10}  {line}" for number, line in enumerate(shown)]
