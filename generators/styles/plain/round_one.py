"""The look of the contest's round one (Baidu Cloud and Meizu, 2017): the `captcha` library of its day, patched.

Published facts, measured on its 180x60 images: no arc, 15 dots instead of 30, letters of 44 to 50 rows, one typeface
with a foot under the 1, a minus that is neither resized nor warped. Drawn by `generators.contest.sampler`, in other
sizes too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generators.contest.look import SIZE
from generators.contest.sampler import CONTEST_FAMILIES, FOOTED_FAMILIES, draw_text
from generators.drawing.canvas import Picture
from generators.drawing.faces import Faces
from generators.drawing.lettering import cells, face

Draw = Callable[[str, Faces, np.random.Generator], Picture]

FAMILIES = tuple(sorted(CONTEST_FAMILIES | FOOTED_FAMILIES))
NARROWEST = 20.0
"""Columns of a picture for each letter."""


def draw_round_one(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` as the contest's first round does; a long one on a wider picture."""
    path = face(text, faces, rng, *FAMILIES, any_face=0.15)
    width, height = SIZE
    return draw_text(text, "contest", (path,), rng, (max(width, round(cells(text) * NARROWEST)), height))


def draw_round_one_varied(text: str, faces: Faces, rng: np.random.Generator) -> Picture:
    """Draw `text` near that look: any typeface, size, noise, and wear."""
    paths = tuple(faces.one(text, rng) for _ in range(3))
    width = max(int(rng.integers(120, 240)), round(cells(text) * NARROWEST))
    return draw_text(text, "wide", paths, rng, (width, int(rng.integers(48, 76))))


LOOKS: dict[str, Draw] = {"round_one": draw_round_one, "round_one_varied": draw_round_one_varied}
