"""The `captcha` library's own code with its random choices taken from a seed: exactly its images, and repeatable.

`SeededCaptcha` draws several times as fast what looks the same. But it draws with our cut of the library's typeface,
which has lost its hints, and edges fall otherwise by a fifth of a pixel. That is more than what tells an O from an 0.
"""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Sequence
from contextvars import ContextVar
from functools import lru_cache, partial
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from captcha.image import DEFAULT_FONTS
from numpy.typing import NDArray

Thing = TypeVar("Thing")

LIBRARY_FACE = DEFAULT_FONTS[0]
"""Path of the typeface that the library brings along, with all its hints."""

DOTS = 30
"""The library's own number of noise dots."""

_rng: ContextVar[np.random.Generator] = ContextVar("rng")


class _Choices:
    """Stand-in for the functions of `secrets` that the library uses, with the generator of the present call."""

    @staticmethod
    def randbelow(limit: int) -> int:
        return int(_rng.get().integers(limit))

    @staticmethod
    def randbits(bits: int) -> int:
        return int(_rng.get().integers(1 << bits))

    @staticmethod
    def choice(things: Sequence[Thing]) -> Thing:
        return things[int(_rng.get().integers(len(things)))]


@lru_cache(maxsize=1)
def _module() -> ModuleType:
    """A copy of the library's module of our own, in which chance is seeded; the library's stays as it is."""
    spec = importlib.util.find_spec("captcha.image")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.secrets = _Choices  # type: ignore[attr-defined]
    return module


@lru_cache(maxsize=1024)
def _drawer(width: int, height: int) -> Any:
    return _module().ImageCaptcha(width, height)


def library_image(
    text: str, size: tuple[int, int], rng: np.random.Generator, *, dots: int = DOTS, curve: bool = True
) -> NDArray[np.uint8]:
    """Draw `text` as `captcha.image.ImageCaptcha(*size).generate_image(text)` does: RGB (height, width, 3), uint8.

    With another number of `dots`, or without the `curve`, all the rest is the same for the same `rng`.
    """
    drawer = copy.copy(_drawer(*size))  # the typefaces once read are kept
    drawer.create_noise_dots = partial(drawer.create_noise_dots, number=dots)
    if not curve:
        drawer.create_noise_curve = lambda image, _: image
    token = _rng.set(rng)
    try:
        return np.asarray(drawer.generate_image(text))
    finally:
        _rng.reset(token)
