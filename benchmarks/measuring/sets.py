"""Draw the labelled images that readers are measured on, from held-out seeds or by the captcha library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import digits

import numpy as np
from captcha.image import ImageCaptcha

from generators.contest.look import SIZE
from generators.contest.sampler import CAPTCHA_SIZE, Sampler, Share, captcha_mixture, captcha_sampler, faces, sampler
from generators.evaluation_images import drawn
from ocr.text.grammar import ARITHMETIC, COURSE_CAPTCHA, FreeText, Grammar
from preprocessing.arrays import Pixels


@dataclass(frozen=True)
class LibraryImages:
    """Draws with the `captcha` library as it is: its typeface, curve, 30 dots, spaces and thick minus.

    The library takes its random numbers from `secrets`, which has no seed: texts are the same for a seed, their images
    are new ones each time. `size` is (width, height) in pixels.
    """

    grammar: Grammar = ARITHMETIC
    size: tuple[int, int] = SIZE

    def __call__(self, rng: np.random.Generator) -> tuple[Pixels, str]:
        text = self.grammar.sample(rng)
        return np.asarray(ImageCaptcha(*self.size).generate_image(text)), text


@dataclass(frozen=True)
class ImageSet:
    """Images of one kind: a title for tables, what draws them, and whether that can be repeated from a seed."""

    title: str
    sample: Sampler | LibraryImages
    seeded: bool = True

    def pairs(self, count: int, seed: int, jobs: int = 1) -> Iterator[tuple[Pixels, str]]:
        """Draw `count` images, RGB (H, W, 3), and their texts; see generators.evaluation_images.drawn."""
        return drawn(self.sample, count=count, seed=seed, jobs=jobs)


def contest() -> ImageSet:
    """The contest's look, as `suanshi evaluate --synthetic` draws it."""
    return ImageSet("contest's look", sampler("contest"))


def library() -> ImageSet:
    """What the `captcha` library draws by itself."""
    return ImageSet("drawn by the captcha library", LibraryImages(), seeded=False)


def captchas() -> tuple[ImageSet, ImageSet]:
    """The course's text captchas, 170x80, four characters: our drawings, and what the library draws by itself."""
    return (
        ImageSet("text captchas", captcha_sampler()),
        ImageSet("text captchas, by the captcha library", LibraryImages(COURSE_CAPTCHA, CAPTCHA_SIZE), seeded=False),
    )


def captcha_sizes() -> ImageSet:
    """Captchas of four to six characters on 160x60 to 200x80."""
    return ImageSet("text captchas of four to six characters, other sizes", captcha_mixture())


def digit_captchas(note: str = "") -> ImageSet:
    """What the `captcha` library draws by itself of four digits; `note` goes with the title."""
    title = f"four digits, by the captcha library{f', {note}' if note else ''}"
    return ImageSet(title, LibraryImages(FreeText("digits", digits, 4, 4), CAPTCHA_SIZE), seeded=False)


def held_out_typefaces() -> tuple[ImageSet, ...]:
    """The contest's look in the typefaces of its kind that no training has seen, then each look in all of these.

    All of them are more than anybody can read: where a 1 has no foot it is a turned 7, and in the narrowest and boldest
    faces a plus is a block.
    """
    strange = faces("wide", "held_out")
    return (
        ImageSet("held-out typefaces, contest's look", sampler("contest", "held_out")),
        *(
            ImageSet(f"all held-out typefaces, {title}", Sampler((Share(look, strange, 1.0),)))
            for look, title in (("contest", "contest's look"), ("library", "library's look"), ("wide", "wide look"))
        ),
    )


def wide() -> ImageSet:
    """The wide look in the typefaces of the training: worn images, many of them beyond what a form would show."""
    return ImageSet("wide look", sampler("wide"))
