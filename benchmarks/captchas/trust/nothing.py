"""Images that show nothing a captcha reader could answer: photographs, textures, captchas without letters."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from preprocessing.arrays import Pixels
from preprocessing.read import ImageSource, read_image

CAPTCHA_SIZES = ((48, 20), (80, 30), (120, 36), (130, 48), (150, 50), (160, 60), (200, 50), (250, 62), (345, 65))
"""Width and height in pixels, as captchas have them."""

WHOLE, CROPPED = "whole", "captcha-sized crops"


@dataclass(frozen=True)
class Source:
    """Images of one origin; `images` draws or reads them one after the other."""

    name: str
    shown: str
    """WHOLE, CROPPED or how they were drawn."""
    images: Callable[[], Iterator[Pixels]]


def photographs(data: Path, count: int, seed: int) -> tuple[list[Source], list[str]]:
    """Return the photographs and textures that a folder has, at most `count` of each in each form; and what lacks."""
    folders = {
        "cats and dogs": ("cats_dogs", "*/*.jpg"),
        "tissue (GlaS)": ("glas", "*.png"),
        "fingerprints (FVC2002)": ("fvc2002_db1_b", "*.tif"),
    }
    sources, missing = [], []
    for name, (folder, pattern) in folders.items():
        files: list[ImageSource] = [
            file for file in sorted((data / folder).glob(pattern)) if not file.stem.endswith("_anno")
        ]
        if not files:
            missing.append(f"Left out: {name}: {data / folder} has no {pattern}.")
            continue
        chosen = _chosen(files, count, seed)
        sources.append(Source(name, WHOLE, lambda files=chosen: map(read_image, files)))  # type: ignore[misc]
        sources.append(Source(name, CROPPED, lambda files=chosen: _crops(files, count, seed)))  # type: ignore[misc]
    archive = data / "cifar10_test_jpeg.zip"
    if archive.is_file():
        sources.append(Source("CIFAR-10", WHOLE, lambda: _archived(archive, count, seed)))
        sources.append(Source("CIFAR-10", CROPPED, lambda: _crops_of(_archived(archive, count, seed), count, seed)))
    else:
        missing.append(f"Left out: CIFAR-10: {archive} is not there.")
    return sources, missing


def empty_captchas(count: int, seed: int) -> Source:
    """Captchas without letters: paper with dots, lines, curves, or nothing at all."""
    return Source("captchas without letters", "drawn here", lambda: map(_empty, _generators(count, seed, 1)))


def crop(pixels: Pixels, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Cut a part with the shape of `size` (width, height) out of an image, at random, and scale it to that size."""
    height, width = pixels.shape[:2]
    largest = min(width / size[0], height / size[1])
    scale = largest * rng.uniform(0.5, 1.0)
    wide, high = max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
    left, top = int(rng.integers(0, width - wide + 1)), int(rng.integers(0, height - high + 1))
    part = pixels[top : top + high, left : left + wide]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR))


def paper(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Draw paper of a size (width, height): one colour, light or dark, with a gradient or noise now and then."""
    width, height = size
    dark = rng.random() < 0.25
    colour = rng.integers(0, 90, 3) if dark else rng.integers(190, 256, 3)
    image = np.broadcast_to(colour.astype(np.float32), (height, width, 3)).copy()
    if rng.random() < 0.3:
        image += (np.linspace(-1, 1, width)[None, :, None] * rng.uniform(-40, 40, 3)).astype(np.float32)
    if rng.random() < 0.3:
        image += rng.normal(0, rng.uniform(2, 20), image.shape).astype(np.float32)
    return np.clip(image, 0, 255).astype(np.uint8)


def clutter(image: Pixels, rng: np.random.Generator) -> Pixels:
    """Draw dots, lines, circles and a curve over an image, as captchas have them; returns a new image."""
    image = image.copy()
    height, width = image.shape[:2]

    def point() -> tuple[int, int]:
        return int(rng.integers(0, width)), int(rng.integers(0, height))

    def colour() -> tuple[int, ...]:
        return tuple(int(each) for each in rng.integers(0, 256, 3))

    for _ in range(int(rng.integers(0, 40))):
        cv2.circle(image, point(), int(rng.integers(0, 2)), colour(), -1)
    for _ in range(int(rng.integers(0, 6))):
        cv2.line(image, point(), point(), colour(), int(rng.integers(1, 3)), cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 4))):
        cv2.circle(image, point(), int(rng.integers(2, 12)), colour(), 1, cv2.LINE_AA)
    if rng.random() < 0.5:
        across = np.linspace(0, width, 60)
        wave = height * (0.5 + rng.uniform(0.1, 0.4) * np.sin(across * rng.uniform(0.01, 0.08) + rng.uniform(0, 6)))
        line = np.stack([across, wave], axis=1).astype(np.int32)
        cv2.polylines(image, [line], False, colour(), int(rng.integers(1, 4)), cv2.LINE_AA)
    return image


def a_size(rng: np.random.Generator) -> tuple[int, int]:
    """Return one of CAPTCHA_SIZES at random."""
    return CAPTCHA_SIZES[int(rng.integers(len(CAPTCHA_SIZES)))]


def _empty(rng: np.random.Generator) -> Pixels:
    image = paper(rng, a_size(rng))
    return image if rng.random() < 0.1 else clutter(image, rng)


def _generators(count: int, seed: int, stream: int) -> Iterator[np.random.Generator]:
    return (np.random.default_rng((seed, stream, index)) for index in range(count))


def _chosen(files: Sequence[ImageSource], count: int, seed: int) -> list[ImageSource]:
    order = np.random.default_rng((seed, 2)).permutation(len(files))[:count]
    return [files[index] for index in order]


def _crops(files: Sequence[ImageSource], count: int, seed: int) -> Iterator[Pixels]:
    """`count` crops, file after file and again from the first."""
    for index, rng in enumerate(_generators(count, seed, 3)):
        yield crop(read_image(files[index % len(files)]), a_size(rng), rng)


def _crops_of(images: Iterator[Pixels], count: int, seed: int) -> Iterator[Pixels]:
    for pixels, rng in zip(images, _generators(count, seed, 4), strict=False):
        yield crop(pixels, a_size(rng), rng)


def _archived(archive: Path, count: int, seed: int) -> Iterator[Pixels]:
    with zipfile.ZipFile(archive) as opened:
        names = sorted(name for name in opened.namelist() if name.lower().endswith((".jpg", ".jpeg", ".png")))
        order = np.random.default_rng((seed, 5)).permutation(len(names))[:count]
        for index in order:
            yield read_image(opened.read(names[index]))
