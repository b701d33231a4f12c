"""Degrade a picture: shading, grain, scratches, blur, shrinking, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from generators.contest.look import Wear
from generators.contest.seeded_captcha import Pixels


def worn(pixels: Pixels, wear: Wear, rng: np.random.Generator) -> Pixels:
    """Return the RGB image `pixels` (H, W, 3) with `wear`; the image itself when there is none."""
    if wear == Wear():
        return pixels
    height, width = pixels.shape[:2]
    if wear.lines:
        pixels = pixels.copy()
    for _ in range(wear.lines):
        ends = rng.integers(0, (width, height, width, height))
        paint = tuple(int(c) for c in rng.integers(0, 220, 3))
        cv2.line(pixels, (int(ends[0]), int(ends[1])), (int(ends[2]), int(ends[3])), paint, 1, cv2.LINE_AA)
    if wear.gradient:
        turn = rng.uniform(0, 2 * np.pi)
        x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * np.cos(turn)
        y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None] * np.sin(turn)
        shade = (wear.gradient * (x + y) - wear.gradient / 2)[..., None]
        pixels = np.clip(pixels + shade, 0, 255).astype(np.uint8)
    if wear.grain:
        noise = rng.standard_normal(pixels.shape, np.float32) * wear.grain
        pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    if wear.dark:
        pixels = cv2.bitwise_not(pixels)
    if wear.scale != 1:
        small = cv2.resize(pixels, None, fx=wear.scale, fy=wear.scale, interpolation=cv2.INTER_AREA)
        pixels = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if wear.blur:
        pixels = cv2.GaussianBlur(pixels, (0, 0), wear.blur)
    if wear.jpeg:
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, wear.jpeg])
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
    return pixels
