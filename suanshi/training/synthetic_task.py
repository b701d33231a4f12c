"""What is drawn for each task: images to train its reader on, to validate it and to calibrate it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from ocr.did_you_mean import did_you_mean
from ocr.errors import OcrError
from ocr.tasks import TASKS, TaskSpec
from ocr.text.grammar import COURSE_CAPTCHA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fonts.catalogue import Split
    from generators.folder import Sample as Drawing
    from generators.pages.page_samples import LoneFraction
    from generators.stream import Sample


PLAIN_STYLES = ("contest", "library", "wide")
"""Styles of generators.contest."""
PAGE_STYLES = ("contest", "wide")
"""Styles of generators.pages, for final pages."""


@dataclass(frozen=True)
class SyntheticTask:
    """A task that drawn images are trained for."""

    spec: TaskSpec
    drawings: Callable[[str | None, Split], Drawing]
    """(look, split) -> what draws whole images; the look None is the one that counts."""
    training: Callable[[int, bool], Sample]
    """(epoch, from 0; whether the network began with known weights) -> what draws the images of the epoch."""
    validation: Callable[[], Mapping[str, Sample]]
    """What draws the sets that judge each epoch, by name; the first has the look that counts."""
    prepare: Callable[..., NDArray[np.uint8]]
    """Turns what `training` and `validation` draw into an input; picklable."""
    network: str = "compact"
    """The network that is trained unless another is named (ocr.training.network.ARCHITECTURES)."""
    optimizer: str = "adamw"
    """Its optimizer unless another is named (ocr.training.optimizer.OPTIMIZERS)."""
    sorted_batches: int = 1
    """Batches that are drawn together and sorted by width, so that less of each is padding."""
    calibration_images: int = 20_000
    """Images that set the threshold of a finished bundle."""
    most_wrong: float = 1e-4
    """Share of the answers from the threshold on that may be wrong."""
    chunk: int = 64
    """Images that a process draws for that before it hands them over."""


def unknown_style(style: str | None, known: Sequence[str]) -> OcrError:
    """Return the error about a style that is not known."""
    return OcrError(f"style {style!r} is unknown{did_you_mean(style or '', known)}; known are {', '.join(known)}")


def chosen_looks(look: str | None, *, beside: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of the looks of captchas that a family, a look of it or None, for all, stands for.

    Raises OcrError for an unknown one, which names those `beside` these as known, too.
    """
    from generators.styles.sampler import looks

    if look in (None, "all"):
        return ()
    every = [*looks(), "mixture"]
    chosen = tuple(name for name in every if look in (name, *name.split(".")) or name.startswith(f"{look}."))
    if not chosen:
        families = dict.fromkeys(name.split(".")[-2] for name in looks())
        raise unknown_style(look, list(dict.fromkeys(("all", "mixture", *families, *beside))))
    return chosen


def leaving_out(training: Callable[[int, bool], Sample], styles: Sequence[str]) -> Callable[[int, bool], Sample]:
    """Return what draws the images of training, but for the families of these styles; the mixture stays.

    Raises OcrError for an unknown style, and for a task that has no styles.
    """
    from generators.styles.sampler import StyleSampler

    if not styles:
        return training
    if not isinstance(training(0, False), StyleSampler):
        raise OcrError("--without: only captchas have styles that can be left out")
    looks = [look for style in styles for look in chosen_looks(style) if look != "mixture"]
    families = tuple(dict.fromkeys(look.rpartition(".")[0] for look in looks))

    def without(epoch: int, warm: bool) -> Sample:
        sample = training(epoch, warm)
        assert isinstance(sample, StyleSampler)
        return replace(sample, without=families)

    return without


def _arithmetic(look: str | None, split: Split) -> Drawing:
    from generators.contest.sampler import sampler

    return sampler(look or "contest", split)


def _captcha(look: str | None, split: Split) -> Drawing:
    from generators.styles.sampler import StyleSampler, faces

    return StyleSampler(faces(split), only=chosen_looks(look))


def _library(look: str | None, split: Split) -> Drawing:
    from generators.contest.sampler import captcha_sampler

    return captcha_sampler(look or "library", split)


def _formula(look: str | None, split: Split) -> Drawing:
    from generators.pages.page_samples import WholePages, page_sampler

    if look not in (None, *PAGE_STYLES):
        raise unknown_style(look, PAGE_STYLES)
    return WholePages(page_sampler(split, look or "contest"))


def _arithmetic_training(epoch: int, warm: bool) -> Sample:
    from generators.contest.sampler import training_mixture

    return training_mixture(epoch)


def _captcha_training(epoch: int, warm: bool) -> Sample:
    from generators.styles.sampler import training_styles

    return training_styles(epoch + 1 if warm else epoch)  # known weights need no easy ones first


def _library_training(epoch: int, warm: bool) -> Sample:
    from generators.contest.sampler import CONFUSED_SHARE, captcha_mixture

    return captcha_mixture(stress=CONFUSED_SHARE)


def _formula_training(epoch: int, warm: bool) -> Sample:
    from generators.pages.page_samples import SHORT_EPOCHS, training_lines

    return training_lines(epoch + SHORT_EPOCHS if warm else epoch)  # known weights need no short texts first


def _arithmetic_validation() -> dict[str, Sample]:
    looks: dict[str, Sample] = {look: _arithmetic(look, "train") for look in ("contest", "library", "wide")}
    return {**looks, "typefaces": _arithmetic("wide", "held_out")}


def _captcha_validation() -> dict[str, Sample]:
    return {"styles": _captcha(None, "train"), "typefaces": _captcha(None, "held_out")}


def _library_validation() -> dict[str, Sample]:
    from generators.contest.sampler import captcha_mixture

    return {"library": _library("library", "train"), "sizes": captcha_mixture()}


def _formula_validation() -> dict[str, Sample]:
    from generators.pages.page_samples import CutLines, page_sampler

    return {"contest": CutLines(page_sampler(), 1.0), "typefaces": CutLines(page_sampler("held_out"), 1.0)}


def _page_input(drawn: Sequence[NDArray[np.uint8]] | LoneFraction, spec: TaskSpec) -> NDArray[np.uint8]:
    """Prepare what CutLines draws: the lines of a page, or a fraction alone, whose denominator is enlarged."""
    from generators.pages.page_samples import LoneFraction
    from ocr.inputs import denominator, joined_lines

    return denominator(drawn.piece, spec) if isinstance(drawn, LoneFraction) else joined_lines(drawn, spec)


SYNTHETIC = MappingProxyType(
    {
        "arithmetic": SyntheticTask(
            *(TASKS["arithmetic"], _arithmetic, _arithmetic_training, _arithmetic_validation),
            prepare=TASKS["arithmetic"].pixels,
        ),
        "captcha": SyntheticTask(
            *(TASKS["captcha"], _captcha, _captcha_training, _captcha_validation),
            prepare=TASKS["captcha"].pixels,
            network="broad",
            optimizer="muon",
            sorted_batches=8,
            most_wrong=3e-3,
        ),
        "library": SyntheticTask(
            *(TASKS["library"], _library, _library_training, _library_validation),
            prepare=TASKS["library"].pixels,
            sorted_batches=8,
        ),
        "formula": SyntheticTask(
            *(TASKS["formula"], _formula, _formula_training, _formula_validation),
            prepare=partial(_page_input, spec=TASKS["formula"]),
            sorted_batches=8,
            calibration_images=5_000,
            chunk=4,
        ),
    }
)
"""By the name of the task. A new task that is drawn is a new entry here and in ocr.tasks.TASKS."""

_COURSE_SPEC = replace(TASKS["library"], max_width=176, width_step=176)
COURSE = SyntheticTask(
    _COURSE_SPEC,
    _library,
    training=lambda epoch, warm: _library(None, "train"),
    validation=lambda: {"library": _library(None, "train")},
    prepare=_COURSE_SPEC.pixels,
)
"""Captchas as the course has them, four characters on 170x80, for a network of one width and length."""


def drawings(kind: str, style: str | None, split: Split) -> Drawing:
    """Return what draws images of a kind, "captcha", "arithmetic" or "formula", in a style.

    That is one of PLAIN_STYLES, a family of generators.styles, a look of it, or "all". Raises OcrError for an unknown
    style.
    """
    if style in (None, *PLAIN_STYLES) or kind == "formula":
        return SYNTHETIC["library" if kind == "captcha" else kind].drawings(style, split)
    from generators.styles.sampler import StyleSampler, faces

    return StyleSampler(
        faces(split), only=chosen_looks(style, beside=PLAIN_STYLES), texts="text" if kind == "captcha" else "arithmetic"
    )


def drawn_for(spec: TaskSpec) -> SyntheticTask:
    """Return what is drawn for readers of a spec: that of the same inputs, or else of the same task."""
    alike = (each for each in SYNTHETIC.values() if each.spec.preparation == spec.preparation)
    usual = "library" if spec.task == "captcha" and spec.input != TASKS["captcha"].input else spec.task
    return next(alike, SYNTHETIC[usual])


def check_style(drawing: SyntheticTask, style: str | None) -> None:
    """Raise OcrError for a style in which nothing is drawn for a task."""
    if drawing is SYNTHETIC["captcha"]:
        chosen_looks(style)
    elif style not in (None, *(known := PAGE_STYLES if drawing.spec.input_kind.page else PLAIN_STYLES)):
        raise unknown_style(style, known)


def synthetic_task(name: str, length: int | None = None) -> SyntheticTask:
    """Return the task of that name; with `length` that of a network which reads texts of this length alone.

    Raises OcrError where not all drawn texts have this length.
    """
    if length is None:
        return SYNTHETIC[name]
    if name not in ("captcha", "library") or length != COURSE_CAPTCHA.longest:
        raise OcrError(
            f"texts of {length} characters only: drawn are such of {COURSE_CAPTCHA.longest}, with the task captcha; "
            "for others take --data, or a network that reads any length"
        )
    return COURSE
