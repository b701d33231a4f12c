"""What is drawn to train a task's reader and to judge it, and what makes inputs of the drawings."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr.errors import OcrError
from ocr.tasks import TASKS, Task, prepare_whole
from ocr.text.grammar import COURSE_CAPTCHA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generators.pages.page_samples import LoneFraction
    from generators.stream import Prepare, Sample


COURSE = replace(TASKS["captcha"], max_width=176, width_step=176, together=1)
"""Captchas as the course has them, four characters on 170x80: what a network of one width and length is trained on."""


def drawn_task(name: str, length: int | None = None) -> Task:
    """Return the task of that name; with `length` that of a network which reads texts of this length alone.

    Raises OcrError where not all drawn texts have this length.
    """
    if length is None:
        return TASKS[name]
    if name != "captcha" or length != COURSE_CAPTCHA.longest:
        raise OcrError(
            f"texts of {length} characters only: drawn are such of {COURSE_CAPTCHA.longest}, with the task captcha; "
            "for others take --data, or a network that reads any length"
        )
    return COURSE


def prepare(name: str) -> Prepare:
    """Return what turns a task's drawings into its network's inputs; picklable."""
    task = TASKS[name]
    if name == "formula":
        return functools.partial(_joined, height=task.height, max_width=task.max_width)
    return prepare_whole(task)


def _joined(drawn: Sequence[NDArray[np.uint8]] | LoneFraction, height: int, max_width: int) -> NDArray[np.uint8]:
    """Join the lines of a page, RGB (H, W, 3) each, as its reader sees them: (height, W <= max_width, 2).

    Of a fraction alone that is the number under the bar, enlarged.
    """
    from generators.pages.page_samples import LoneFraction
    from preprocessing.page.colour import find_colours
    from preprocessing.page.denominator_crop import enlarged
    from preprocessing.page.join import join, separated, shrink

    if isinstance(drawn, LoneFraction):
        (line,) = separated([drawn.piece], find_colours([drawn.piece]))
        seen = enlarged(line, 0, line.shape[1], height=height)
    else:
        seen = join(drawn, find_colours(drawn), height=height)
    return shrink(seen, max_width)[0]


def training_sampler(task: str, epoch: int, length: int | None = None, *, begun: bool = False) -> Sample:
    """Return what draws the training images of an epoch, counted from 0; `length` as for `drawn_task`. A network that
    has `begun` with known weights reads long texts from the first epoch on."""
    from generators.pages import page_samples
    from generators.sampler import CONFUSED_SHARE, captcha_mixture, captcha_sampler, training_mixture

    if length is not None:
        return captcha_sampler()
    if task == "formula":
        return page_samples.training_lines(epoch + page_samples.SHORT_EPOCHS if begun else epoch)
    return captcha_mixture(stress=CONFUSED_SHARE) if task == "captcha" else training_mixture(epoch)


def judged_sampler(task: str) -> Sample:
    """Return what draws the images that a finished bundle is judged by: whole ones, in the look that counts."""
    from generators.pages.page_samples import WholePages, page_sampler

    return WholePages(page_sampler()) if task == "formula" else next(iter(held_out_samplers(task).values()))


def held_out_samplers(task: str, length: int | None = None) -> dict[str, Sample]:
    """Return what draws the held-out sets, by name; the first has the look that counts; `length` as for drawn_task."""
    from generators.pages.page_samples import CutLines, page_sampler
    from generators.sampler import captcha_mixture, captcha_sampler, sampler

    if length is not None:
        return {"library": captcha_sampler()}
    if task == "formula":
        return {"contest": CutLines(page_sampler(), 1.0), "typefaces": CutLines(page_sampler("held_out"), 1.0)}
    if task == "captcha":
        return {"library": captcha_sampler(), "sizes": captcha_mixture()}
    return {
        "contest": sampler("contest"),
        "library": sampler("library"),
        "wide": sampler("wide"),
        "typefaces": sampler("wide", "held_out"),
    }
