"""What befalls a finished captcha on its way: scaling, palettes, JPEG, blur, screenshots, other colours."""

from __future__ import annotations

import cv2
import numpy as np

from generators.drawing.canvas import Picture

_SCALES = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_AREA, cv2.INTER_CUBIC)


def rescaled(picture: Picture, rng: np.random.Generator) -> Picture:
    """Scale by ½ to 3, with equal or slightly different factors, as browsers and screenshots do."""
    height, width = picture.shape[:2]
    least = max(0.5, 15 / height)
    most = max(least, min(3.0, 150 / height))
    factor = float(np.exp(rng.uniform(np.log(least), np.log(most))))
    wider = factor * float(rng.uniform(0.8, 1.25)) if rng.random() < 0.4 else factor
    size = max(8, round(width * wider)), max(8, round(height * factor))
    return cv2.resize(picture, size, interpolation=int(rng.choice(_SCALES if factor > 1 else _SCALES[1:])))


def there_and_back(picture: Picture, rng: np.random.Generator) -> Picture:
    """Shrink and enlarge again, which loses detail."""
    height, width = picture.shape[:2]
    factor = float(rng.uniform(max(0.5, min(1.0, 16 / height)), 1.0))
    small = cv2.resize(
        picture, (max(8, round(width * factor)), max(8, round(height * factor))), interpolation=cv2.INTER_AREA
    )
    return cv2.resize(small, (width, height), interpolation=int(rng.choice(_SCALES)))


def compressed(picture: Picture, rng: np.random.Generator) -> Picture:
    """Compress as JPEG of quality 25 to 95."""
    quality = int(rng.integers(25, 96))
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def few_colours(picture: Picture, rng: np.random.Generator) -> Picture:
    """Round each channel to a few levels, with or without dithering, as palettes do."""
    step = int(rng.choice([16, 32, 51, 64]))
    values = picture.astype(np.int16)
    if rng.random() < 0.4:
        values = values + rng.integers(-step // 2, step // 2 + 1, picture.shape[:2])[..., None].astype(np.int16)
    return np.clip((values + step // 2) // step * step, 0, 255).astype(np.uint8)


def blurred(picture: Picture, rng: np.random.Generator) -> Picture:
    """Blur by a Gaussian of 0.4 to 1.2 pixels, more where the picture is large."""
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.0)) * max(0.4, picture.shape[0] / 60))


def sharpened(picture: Picture, rng: np.random.Generator) -> Picture:
    """Sharpen by unsharp masking."""
    soft = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.8, 2)))
    strength = float(rng.uniform(0.5, 2))
    return cv2.addWeighted(picture, 1 + strength, soft, -strength, 0)


def noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    """Add noise to every pixel, or salt and pepper to some."""
    if rng.random() < 0.6:
        channels = int(rng.choice([1, 3]))
        noise = rng.standard_normal((*picture.shape[:2], channels), np.float32) * float(rng.uniform(3, 18))
        return np.clip(picture + noise, 0, 255).astype(np.uint8)
    changed = picture.copy()
    hit = rng.random(picture.shape[:2]) < rng.uniform(0.002, 0.05)
    changed[hit] = rng.integers(0, 256, (int(hit.sum()), 1 if rng.random() < 0.5 else 3), np.uint8)
    return changed


def grey(picture: Picture, rng: np.random.Generator) -> Picture:
    """Take the colour away."""
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def inverted(picture: Picture, rng: np.random.Generator) -> Picture:
    """Turn light into dark."""
    return cv2.bitwise_not(picture)


def other_colours(picture: Picture, rng: np.random.Generator) -> Picture:
    """Exchange the channels, or turn the hue."""
    if rng.random() < 0.6:
        return np.ascontiguousarray(picture[..., rng.permutation(3)])
    hue = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    hue[..., 0] = (hue[..., 0].astype(np.int16) + int(rng.integers(180))) % 180
    return cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)


def other_contrast(picture: Picture, rng: np.random.Generator) -> Picture:
    """Take away contrast, or bend the curve of grey levels."""
    level = np.arange(256) / 255
    low, high = rng.uniform(0, 0.35), rng.uniform(0.6, 1)
    table = (low + (high - low) * level ** float(np.exp(rng.normal(0, 0.4)))) * 255
    return cv2.LUT(picture, np.clip(table, 0, 255).astype(np.uint8))


def cropped(picture: Picture, rng: np.random.Generator) -> Picture:
    """Cut a few pixels off some sides, or set the picture on a wider page."""
    height, width = picture.shape[:2]
    if rng.random() < 0.4 and height > 24 and width > 48:
        cut = (rng.random(4) ** 2 * 0.05 * height).astype(int)
        return np.ascontiguousarray(picture[cut[0] : height - cut[1], cut[2] : width - cut[3]])
    sides = (rng.random(4) ** 2 * (0.5, 0.5, 1, 1) * height).astype(int).tolist()
    around = [255, 255, 255] if rng.random() < 0.6 else rng.integers(0, 256, 3).tolist()
    if rng.random() < 0.3:
        around = picture[0, 0].tolist()
    top, bottom, left, right = sides
    return cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=around)


DAMAGES = (
    (other_colours, 0.10),
    (grey, 0.08),
    (inverted, 0.04),
    (other_contrast, 0.08),
    (cropped, 0.12),
    (blurred, 0.06),
    (sharpened, 0.03),
    (rescaled, 0.22),
    (there_and_back, 0.05),
    (noisy, 0.05),
    (few_colours, 0.06),
    (compressed, 0.20),
)
"""Changes, in their order, and the chance of each."""


def damaged(picture: Picture, rng: np.random.Generator, strength: float = 1.0) -> Picture:
    """Return the picture with some of all this done to it, each by its chance times `strength`; often nothing."""
    chances = rng.random(len(DAMAGES))
    for (change, chance), drawn in zip(DAMAGES, chances, strict=True):
        if drawn < chance * strength:
            picture = change(picture, rng)
    return picture
