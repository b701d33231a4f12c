"""Find where labelled images may be cut between characters: a model that is told the text says where each stands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import cv2
import numpy as np

from generators.splice import CutImage
from ocr.bundle import Bundle
from ocr.inference.decoder import LONE_BOX, character_boxes
from ocr.inference.recognizer import Recognizer
from ocr.text.ctc.probability import align_batch
from preprocessing.arrays import Pixels

NEAR = 0.25
"""How far from the middle between two characters a cut may be, in distances between them, to pass through less ink."""


def cut_images(images: Sequence[Pixels], texts: Sequence[str], bundle: Bundle) -> list[CutImage]:
    """Return each image, RGB (H, W, 3) or grey (H, W), with its text and the columns at which it may be cut.

    The bundle's network gives the likeliest place of each character of the given text, whatever it would read by
    itself. There are no cuts where it knows not all of the characters, finds no place for them, or has no output for
    places.
    """
    reader = Recognizer(bundle)
    known = set(bundle.config.vocabulary)
    return [
        CutImage(pixels, text, _cuts(pixels, text, reader) if set(text) <= known and len(text) > 1 else ())
        for pixels, text in zip(images, texts, strict=True)
    ]


def _cuts(pixels: Pixels, text: str, reader: Recognizer) -> tuple[int, ...]:
    config = reader.config
    rgb = cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if pixels.ndim == 2 else pixels
    prepared = reader.prepare_pixels(rgb, "image")
    _, *places = reader.session.run([prepared.pixels], config.padded_width(prepared.pixels.shape[1]))
    if not places:
        return ()
    ids = [reader.vocabulary.encode(text)]
    if not np.isfinite(align_batch(places[0], ids)[1][0]):
        return ()
    boxes = character_boxes(places[0], ids, lone=LONE_BOX * config.height / config.stride)[0] * config.stride
    ink = _ink(rgb)
    cuts: list[int] = []
    for left, right in itertools.pairwise(boxes):
        middle = (left[1] + right[0]) / 2
        reach = NEAR * (right.mean() - left.mean())
        first, last = (prepared.columns(column, column)[0] for column in (middle - reach, middle + reach))
        first = max(first, cuts[-1] + 1 if cuts else 1)
        last = min(last, pixels.shape[1] - 1)
        if last < first:
            return ()
        away = (np.arange(first, last + 1) - (first + last) / 2) / (last - first + 1)
        cuts.append(first + int(np.argmin(ink[first : last + 1] + ink.mean() * away**2)))
    return tuple(cuts)


def _ink(rgb: Pixels) -> np.ndarray:  # type: ignore[type-arg]
    """Return how far each column's pixels are from the paper on the average: (W,)."""
    paper = np.median(rgb.reshape(-1, 3), axis=0)
    return np.abs(rgb.astype(np.float32) - paper).mean(axis=(0, 2))
