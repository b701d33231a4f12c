"""What is mixed with the images of a folder: drawings with texts of their form, and images put together from theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from generators.drawing.faces import Faces
from generators.labelled_stream import Mixture
from generators.like_texts import LikeTexts
from generators.splice import CutImage
from generators.styles.sampler import LONGEST, faces
from generators.styles.texts import Captcha
from ocr.bundle import Bundle
from ocr.data.equation_labels import of_equations
from ocr.tasks import TaskSpec
from ocr.text.equation import EQUATION
from ocr.training.weights.warm_start import Weights
from suanshi.training.labelled.nearest_looks import near_and_far, nearest_looks

SPLICED, SPLICED_AGAIN = 0.6, 0.5
DRAWN = 0.4
"""Shares of a batch: see generators.labelled_stream.Mixture."""

NEAR = 0.65
"""Share of the drawings that are in the looks nearest to the folder's images."""

SPACED = 0.3
"""Share of the equations that are drawn with blanks."""


@dataclass(frozen=True)
class DrawnTexts:
    """Makes texts of a folder's form, as they are drawn and as they are answered."""

    like: LikeTexts
    equations: bool

    def __call__(self, rng: np.random.Generator) -> Captcha:
        text = self.like(rng)
        if not self.equations:
            return Captcha(text, text)
        drawn = text.replace("×", str(rng.choice(["×", "x", "X"], p=[0.5, 0.35, 0.15])))
        if rng.random() < SPACED and text.isascii():
            for sign in "+-*/=x×÷":
                drawn = drawn.replace(sign, f" {sign} ")
        return Captcha(drawn.strip(), text)


def mixture_for(images: Sequence[CutImage], task: TaskSpec, bundle: Bundle, weights: Weights) -> tuple[Mixture, str]:
    """Return what is mixed with these images, and that in words for the card.

    The network of the bundle says which looks resemble the images. Nothing is drawn where the texts are too long, or in
    characters that no typeface has.
    """
    texts = [image.text for image in images]
    equations = of_equations(texts)
    allowed: Callable[[str], bool] = EQUATION.contains if equations else bool
    able = faces("train")
    drawable = [text for text in texts if len(text) <= LONGEST and able.covers(text)]
    told = f"{SPLICED:.0%} of the folder's images get the end of another one, cut between characters"
    if not drawable:
        return Mixture(SPLICED, SPLICED_AGAIN, allowed), told
    drawn = DrawnTexts(LikeTexts(drawable, _Drawable(able, frozenset(task.vocabulary), equations)), equations)
    nearest = nearest_looks([image.pixels for image in images], drawn, able, task, bundle, weights)
    sample = near_and_far(nearest, NEAR, able, drawn)
    widest = max(task.pixels(image.pixels).shape[1] for image in images)
    names = ", ".join(look.name.rpartition(".")[2] for look in nearest)
    words = f"{told}; {DRAWN:.0%} of all images are drawn, with texts of the folder's form, in all looks"
    if nearest:
        words += f", most in those that resemble the folder's images: {names}"
    return Mixture(SPLICED, SPLICED_AGAIN, allowed, DRAWN, sample, widest), words


@dataclass(frozen=True)
class _Drawable:
    """Tells whether a text can be drawn, and is in characters that the network has outputs for."""

    faces: Faces
    characters: frozenset[str]
    equations: bool

    def __call__(self, text: str) -> bool:
        able = self.characters.issuperset(text) and self.faces.covers(text)
        return able and (not self.equations or EQUATION.contains(text))
