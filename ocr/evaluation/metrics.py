"""Metrics of a reader: accuracy by text, value, length and character, confusions and calibration."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from ocr.errors import UnreadableImageError
from ocr.evaluation.calibration import CalibrationBin, SelectiveAccuracy, at_threshold, calibration
from ocr.inference.recognizer import Recognizer
from ocr.inputs import ModelInput
from ocr.text.expression import evaluate
from ocr.text.grammar import Grammar
from preprocessing.read import ImageSource

CHUNK = 512
PAGES = 32
"""Images held in memory at once, and final pages, which are a hundred times as large."""

NORMAL_95 = 1.959964
"""Standard normal deviate of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One image: its place among those given, the text it shows, what was read, and with which confidence.

    value_right: whether the exact values agree; None where the expected text has no value, as a captcha's.
    """

    index: int
    expected: str
    got: str
    confidence: float
    value_right: bool | None

    @property
    def right(self) -> bool:
        """Whether the text was read exactly and, where it has one, its value too."""
        return self.got == self.expected and self.value_right is not False


@dataclass(frozen=True, slots=True)
class LengthScore:
    """Images whose text has `length` characters, and how many of them were read right."""

    length: int
    count: int
    right: int


@dataclass(frozen=True, slots=True)
class CharacterScore:
    """A character: how often it was in the images, how often it was read, and how often both in one place."""

    symbol: str
    shown: int
    read: int
    right: int

    @property
    def precision(self) -> float:
        """Share of its readings that were right; 1 without any."""
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Share of its showings that were read; 1 without any."""
        return self.right / self.shown if self.shown else 1.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """A confusion: `expected` was read as `got` so often; "" for a character that was made up or left out."""

    expected: str
    got: str
    count: int


@dataclass(frozen=True)
class Report:
    """The outcomes of many images, counted.

    right: text and, where there is one, value. text_right, value_right: each alone; valued: texts that have a value.
    confidence: the mean. kept: what is left at the bundle's threshold. errors: the outcomes that are not right.
    """

    count: int
    right: int
    text_right: int
    valued: int
    value_right: int
    confidence: float
    kept: SelectiveAccuracy
    lengths: tuple[LengthScore, ...]
    characters: tuple[CharacterScore, ...]
    confusions: tuple[Confusion, ...]
    calibration: tuple[CalibrationBin, ...]
    errors: tuple[Outcome, ...]

    @property
    def exact(self) -> float:
        """Share of the images that were read right; 0 without any."""
        return self.right / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of `exact`."""
        return wilson_interval(self.right, self.count)

    def to_json(self) -> dict[str, Any]:
        """Return the report as what json.dumps takes, shares included."""
        low, high = self.interval
        return {
            **asdict(self),
            "exact": self.exact,
            "interval": [low, high],
            "kept": {**asdict(self.kept), "share": self.kept.share},
            "characters": [
                {**asdict(each), "precision": each.precision, "recall": each.recall} for each in self.characters
            ],
        }


def outcomes(
    recognizer: Recognizer,
    pairs: Iterable[tuple[ImageSource, str]],
    *,
    batch_size: int = 64,
    grammar: Grammar | None = None,
    unreadable: Callable[[int, UnreadableImageError], None] | None = None,
    wrong: Callable[[Outcome, ImageSource], None] | None = None,
) -> Iterator[Outcome]:
    """Read the image of each (image, text) pair and yield how it went, in their order; CHUNK of them are held at once.

    `grammar` replaces the recognizer's own. `wrong` is called with each outcome that is not right and its image, or for
    a page its joined lines; `unreadable` with the index and the error of each image that cannot be read, which is then
    left out. Without it UnreadableImageError is raised.
    """
    waiting = enumerate(pairs)
    kind, page = recognizer.config.kind, recognizer.config.input_kind.page
    while chunk := list(islice(waiting, PAGES if page else CHUNK)):
        ready: list[tuple[int, ImageSource, str, ModelInput]] = []
        for index, (image, text) in chunk:
            try:
                ready.append((index, image, text, recognizer.prepare(image)))
            except UnreadableImageError as error:
                if unreadable is None:
                    raise
                unreadable(index, error)
        inputs = [prepared for *_, prepared in ready]
        answers = recognizer.recognize_prepared(inputs, batch_size=batch_size, grammar=grammar)
        for (index, image, text, prepared), answer in zip(ready, answers, strict=True):
            value = evaluate(text).value if kind.has_value else None
            agrees = None if value is None else answer.value == value
            outcome = Outcome(index, text, answer.text, answer.confidence, agrees)
            if wrong is not None and not outcome.right:
                wrong(outcome, prepared.pixels[..., 0] if page else image)
            yield outcome


def report(results: Iterable[Outcome], *, threshold: float) -> Report:
    """Count outcomes; `threshold` is the confidence from which on an answer is kept."""
    results = tuple(results)
    errors = tuple(result for result in results if not result.right)
    lengths = Counter(len(result.expected) for result in results)
    right_lengths = Counter(len(result.expected) for result in results if result.right)
    # A text read right aligns with itself: only the few others take the long way.
    pairs = Counter((char, char) for result in results if result.got == result.expected for char in result.got)
    for result in errors:
        if result.got != result.expected:
            pairs.update(align(result.expected, result.got))
    shown, read = Counter[str](), Counter[str]()
    for (expected, got), count in pairs.items():
        shown[expected] += count
        read[got] += count
    confidences = [result.confidence for result in results]
    right = [result.right for result in results]
    return Report(
        count=len(results),
        right=sum(right),
        text_right=sum(result.got == result.expected for result in results),
        valued=sum(result.value_right is not None for result in results),
        value_right=sum(result.value_right is True for result in results),
        confidence=math.fsum(confidences) / len(results) if results else 0.0,
        kept=at_threshold(threshold, confidences, right),
        lengths=tuple(LengthScore(size, lengths[size], right_lengths[size]) for size in sorted(lengths)),
        characters=tuple(
            CharacterScore(char, shown[char], read[char], pairs[char, char]) for char in sorted({*shown, *read} - {""})
        ),
        confusions=tuple(
            Confusion(*pair, count)
            for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
            if pair[0] != pair[1]
        ),
        calibration=calibration(confidences, right),
        errors=errors,
    )


def align(expected: str, got: str) -> list[tuple[str, str]]:
    """Pair the characters of two texts with as few edits as possible; "" stands for what one of them lacks.

    Wagner and Fischer 1974, "The string-to-string correction problem"; substitution is preferred where costs are equal.
    """
    costs = [list(range(len(got) + 1))]
    for row, char in enumerate(expected, start=1):
        above, line = costs[-1], [row]
        for column, other in enumerate(got, start=1):
            line.append(min(above[column - 1] + (char != other), above[column] + 1, line[-1] + 1))
        costs.append(line)
    pairs = []
    row, column = len(expected), len(got)
    while row or column:
        here = costs[row][column]
        if row and column and here == costs[row - 1][column - 1] + (expected[row - 1] != got[column - 1]):
            row, column = row - 1, column - 1
            pairs.append((expected[row], got[column]))
        elif row and here == costs[row - 1][column] + 1:
            row -= 1
            pairs.append((expected[row], ""))
        else:
            column -= 1
            pairs.append(("", got[column]))
    return pairs[::-1]


def wilson_interval(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share, right of count; 0 to 1 when nothing was counted.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    if not count:
        return 0.0, 1.0
    share, square = right / count, NORMAL_95**2
    middle = share + square / (2 * count)
    reach = NORMAL_95 * math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    low, high = (middle - reach) / (1 + square / count), (middle + reach) / (1 + square / count)
    return (low if right else 0.0), (high if right < count else 1.0)
