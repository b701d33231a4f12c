"""TaskSpec: the one description of what a reader looks at and writes. Its `prepare` is the one way from an image there.

A bundle carries it; reading, training and evaluation all go through it. A new task is a new entry in TASKS, a new way
of preparing images a new entry in ocr.inputs.INPUTS.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ocr.errors import BundleError, OcrError
from ocr.text.any_captcha import ANY_CAPTCHA, CHARACTERS
from ocr.text.grammar import CAPTCHA, FORMULA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ocr.inputs import InputKind, ModelInput

LARGEST_SIDE = 16_384
"""Pixels. A damaged bundle that asks for more would only fill the memory."""


@dataclass(frozen=True)
class TaskKind:
    """What all readers of one kind of text share, whatever their input."""

    input: str
    """The kind of input (ocr.inputs.INPUTS) unless a spec names another."""
    has_value: bool
    """Whether its texts are evaluated."""
    answers: str
    """What its answers say that an image shows: "arithmetic", "text" or "page"; with the grammar "any captcha" the
    probabilities decide."""
    nothing: str
    """The problem of an image in which no text was found."""


KINDS = MappingProxyType(
    {
        "arithmetic": TaskKind("grey", True, "arithmetic", "no text found"),
        "formula": TaskKind("page", True, "page", "no text found"),
        "captcha": TaskKind("grey", False, "text", "no text found"),
    }
)
"""The kinds of text by the name of the task."""


@dataclass(frozen=True)
class TaskSpec:
    """What a reader looks at and writes. Raises BundleError for values that cannot be."""

    task: str
    """One of KINDS."""
    vocabulary: str
    """The characters of logits 1, 2, ...; logit 0 is CTC's blank."""
    height: int
    """Height of an input in pixels."""
    max_width: int
    """Width in pixels; what is wider is shrunk."""
    width_step: int
    """Inputs are padded on the right with 255 to a multiple of it, in pixels."""
    channels: tuple[str, ...]
    """Names out of the input kind's channels, in the order of the network's."""
    grammar: str
    """Name of the language that answers belong to (ocr.text.grammar), "any" for all texts."""
    threshold: float = 0.9
    """Confidence from which on an answer can be trusted."""
    unscaled_from: int = 0
    """Images of this height in pixels up to `height` keep their size and are centred; 0 for none."""
    closer: bool = False
    """Whether the network was also trained on the enlarged digits below a fraction's bar."""
    input: str = ""
    """The kind of input, one of ocr.inputs.INPUTS; "" for the one that is usual for the task."""

    def __post_init__(self) -> None:
        if self.task not in KINDS:
            raise BundleError(f"task is {self.task!r}, expected one of {', '.join(KINDS)}")
        if not self.input:
            object.__setattr__(self, "input", KINDS[self.task].input)
        if not self.vocabulary or len(set(self.vocabulary)) != len(self.vocabulary):
            raise BundleError(f"vocabulary {self.vocabulary!r} is empty or names a character twice")
        if not self.vocabulary.isprintable() or " " in self.vocabulary:
            raise BundleError(f"vocabulary {self.vocabulary!r} holds characters that cannot be shown")
        for name in ("height", "max_width", "width_step"):
            if not 1 <= getattr(self, name) <= LARGEST_SIDE:
                raise BundleError(f"{name} is {getattr(self, name)}, expected 1 to {LARGEST_SIDE}")
        if not 0 <= self.unscaled_from <= self.height:
            raise BundleError(f"unscaled_from is {self.unscaled_from}, expected 0 to the height {self.height}")
        if not self.channels:
            raise BundleError("channels is empty")
        if not 0 <= self.threshold <= 1:
            raise BundleError(f"threshold is {self.threshold}, expected a number from 0 to 1")

    @cached_property
    def spec(self) -> TaskSpec:
        """These settings alone, of a bundle's too."""
        return TaskSpec(**{entry.name: getattr(self, entry.name) for entry in fields(TaskSpec)})

    @cached_property
    def kind(self) -> TaskKind:
        """What the task shares with all of its kind."""
        return KINDS[self.task]

    @cached_property
    def input_kind(self) -> InputKind:
        """How images become inputs. Raises OcrError for an unknown kind or channel."""
        from ocr.inputs import INPUTS

        if self.input not in INPUTS:
            raise OcrError(f"unknown input {self.input}; known are {', '.join(INPUTS)}")
        found = INPUTS[self.input]
        if unknown := sorted({*self.channels} - {*found.channels}):
            raise OcrError(f"unknown channel {', '.join(unknown)}; known are {', '.join(found.channels)}")
        if self.closer and self.channels != found.denominators:
            raise OcrError(f"closer is for formulas and the channels {', '.join(INPUTS['page'].denominators)}")
        return found

    @property
    def preparation(self) -> tuple[Any, ...]:
        """Equal for two specs that prepare every image alike."""
        return self.input, self.height, self.max_width, self.channels, self.unscaled_from, self.closer, self.task

    def prepare(self, image: NDArray[np.uint8]) -> ModelInput:
        """Turn an RGB image (H, W, 3), uint8, into the network's input."""
        return self.input_kind.prepare(image, self)

    def pixels(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`prepare` for training: the pixels (height, W, C) alone. Picklable as a bound method."""
        return self.prepare(image).pixels

    def padded_width(self, width: int) -> int:
        """Return the width in pixels that an input of `width` pixels is padded to."""
        return -(-width // self.width_step) * self.width_step


TASKS = MappingProxyType(
    {
        "arithmetic": TaskSpec("arithmetic", "0123456789+-*()", 60, 180, 180, ("stretched", "equalized"), "arithmetic"),
        "captcha": TaskSpec(
            "captcha", CHARACTERS, 48, 512, 16, ("red", "green", "blue", "equalized"), ANY_CAPTCHA.name, input="colour"
        ),
        # Captchas of the `captcha` library alone, in grey and none of them scaled: O differs from 0 by two pixels.
        "library": TaskSpec(
            "captcha", CAPTCHA.alphabet, 80, 288, 24, ("stretched", "equalized"), "captcha", unscaled_from=60
        ),
        "formula": TaskSpec("formula", FORMULA.alphabet, 64, 1024, 64, ("ink", "foreign"), "formula", closer=True),
    }
)
"""The tasks that readers are trained for on drawn images, by name; their thresholds hold until they are calibrated."""
