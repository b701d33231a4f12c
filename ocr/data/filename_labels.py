"""The texts of images that are named after them: `226md.png`, `226md_1.png`, `0001_226md.png`, `captcha_226md.png`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from ocr.errors import LabelsError

_PARTS = re.compile(r"([^_-]+)([_-])(.+)")

MOST = 0.9
"""Share of the names from which on they show how they are made, and the others are odd; and the share of the numbers
between the least and the greatest that there must be for these to count the images."""

FEWEST_NUMBERED = 3
"""Names with nothing but numbers in a row: from so many on they are no texts."""


def texts_in_names(folder: Path, stems: Sequence[str]) -> tuple[str, list[str]]:
    """Return which part of each stem, of images in `folder`, is its text, in words, and the texts.

    A stem is a text unless its first `_` or `-` parts a number from it, one for each image, or a word that all have, or
    something that tells images of one text apart. Digits on both sides of a `-` are a text: 1-2. Where nine tenths of
    the names have such a number or word, and the others neither `_` nor `-`, the text of these is empty. Raises
    LabelsError where nine tenths are numbers, or one word and numbers, that only count the images.
    """
    stems = [unicodedata.normalize("NFC", stem) for stem in stems]
    parts = [_PARTS.fullmatch(stem) for stem in stems]
    cut = [part for part in parts if part is not None]
    alike = [part[3] for part in cut] if len({part[1] for part in cut}) == 1 else []
    for numbered in ([stem for stem in stems if stem.isdecimal()], alike):
        if len(numbered) >= max(FEWEST_NUMBERED, MOST * len(stems)) and _counts(numbered):
            raise LabelsError(
                f"{folder}: the images are only numbered; write their texts into labels.txt, `1.png text`"
            )
    if len(cut) >= max(2, MOST * len(stems)) and _follows(cut):
        return ", after their first _ or -", ["" if part is None else part[3] for part in parts]
    before = [stem if part is None else part[1] for stem, part in zip(stems, parts, strict=True)]
    if len(cut) < len(parts):  # AB12, AB12_2
        plain = {len(text) for text, part in zip(before, parts, strict=True) if part is None}
        first = bool(cut) and len(set(before)) < len(before) and {len(part[1]) for part in cut} <= plain
    else:
        first = len(set(before)) > 1 and not _sums(cut)
    return (", up to their first _ or -", before) if first else ("", stems)


def _sums(parts: Sequence[re.Match[str]]) -> bool:
    return all(part[2] == "-" and part[1].isdecimal() and part[3].isdecimal() for part in parts)


def _follows(parts: Sequence[re.Match[str]]) -> bool:
    """Whether the texts follow what stands before the first `_` or `-` of these names."""
    before, after = [part[1] for part in parts], [part[3] for part in parts]
    if _sums(parts):
        return False
    if len(set(before)) == 1 < len(set(after)):
        return not before[0].isdecimal() and not _counts(after)
    if not all(text.isdecimal() for text in before) or len(set(before)) < len(before):
        return False
    if not all(text.isdecimal() for text in after):
        return True
    # Digits on both sides: the side that hardly leaves out a number counts the images.
    counted, others = _gaps(before), _gaps(after)
    if counted is None or not _counts(before):
        return False
    return counted == 0 or (len(set(after)) > 1 and (others is None or counted < others))


def _counts(texts: Sequence[str]) -> bool:
    """Whether these are numbers one after the other, in any order, of which few are missing."""
    gaps = _gaps(texts)
    return gaps is not None and gaps <= max(1, (1 - MOST) * len(texts))


def _gaps(texts: Sequence[str]) -> int | None:
    """How many numbers these leave out between the least and the greatest; None where they are not all numbers, each
    there once."""
    if not all(text.isdecimal() for text in texts):
        return None
    numbers = {int(text) for text in texts}
    return max(numbers) - min(numbers) + 1 - len(numbers) if len(numbers) == len(texts) else None
