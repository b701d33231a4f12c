"""Draw labelled images one by one, the same as `suanshi generate` writes into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from suanshi.training.synthetic_task import drawings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KINDS = ("captcha", "arithmetic", "formula")
"""What can be drawn: captchas of letters and digits, of sums, and final pages of the contest."""


@dataclass(frozen=True)
class Drawing:
    """An image that was drawn, and what it says."""

    image: NDArray[np.uint8] = field(repr=False)
    """RGB (height, width, 3)."""
    text: str
    """What is drawn, in the form that a reader answers with: `8x8=?`, `kiaKC`, `流=42;(7*1)-3/流`; `` for no text."""
    value: Fraction | None
    """The exact value of the text; None for captchas of letters and digits, and where there is none (division by 0)."""

    def png(self) -> bytes:
        """Return the image as a PNG file, byte by byte the one that `suanshi generate` writes."""
        from generators.folder import png

        return png(self.image)


def draw(
    kind: str, count: int = 1, *, style: str | None = None, seed: int = 0, held_out: bool = False
) -> Iterator[Drawing]:
    """Draw `count` images one after the other; image i is the file i.png of `suanshi generate` with the same `seed`.

    kind: "captcha" (letters and digits), "arithmetic" (a sum) or "formula" (a final page of the contest). style: the
    name of a style that `suanshi generate --style` knows, such as "kaptcha", "svgcaptcha", "mixture" or "all"; None is
    the `captcha` library's for captchas, else the contest's. held_out: draw with the typefaces that no shipped model
    was trained on. Each `Drawing` has `image` (uint8, RGB, (height, width, 3)), `text`, `value` and `png()`.

    Nothing is drawn before it is asked for, but a wrong call raises at once: OcrError for an unknown kind or style and
    for a count or seed below 0.

        for drawing in suanshi.draw("arithmetic", 100, style="kaptcha"):
            print(drawing.text, drawing.value, drawing.image.shape)
    """
    from ocr.did_you_mean import did_you_mean
    from ocr.errors import OcrError

    if kind not in KINDS:
        raise OcrError(f"kind {kind!r} is unknown{did_you_mean(kind, KINDS)}; expected one of {', '.join(KINDS)}")
    if count < 0 or seed < 0:
        raise OcrError(f"count is {count} and seed {seed}; expected 0 or more of each")
    return _drawings(drawings(kind, style, "held_out" if held_out else "train"), kind, count, seed)


def label_of(kind: str) -> Callable[[str], str]:
    """Return what makes the line of labels.txt about a text of that kind; picklable."""
    return {"arithmetic": _label, "captcha": _text, "formula": _rounded}[kind]


def _drawings(
    sample: Callable[..., tuple[NDArray[np.uint8], str]], kind: str, count: int, seed: int
) -> Iterator[Drawing]:
    from generators.folder import draw_numbered
    from ocr.text.equation import evaluate_equation
    from ocr.text.expression import evaluate

    for number in range(count):
        image, text = draw_numbered(sample, seed, number)
        value = None
        if kind != "captcha":
            value = (evaluate if kind == "formula" else evaluate_equation)(text).value
        yield Drawing(image, text, value)


def _label(text: str) -> str:
    """The line of labels.txt: the text and, where it has one, its value."""
    from ocr.text.equation import evaluate_equation

    value = evaluate_equation(text).value
    return text if value is None else f"{text} {value}"


def _rounded(text: str) -> str:
    """The line of labels.txt of a final page: the text and its value rounded to hundredths."""
    from ocr.text.expression import evaluate, rounded

    value = evaluate(text).value
    return text if value is None else f"{text} {rounded(value)}"


def _text(text: str) -> str:
    return text
