"""Apply the classical filters that networks are compared with, each with its parameter tuned on training pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from preprocessing.arrays import Floats

Filter = Callable[[Floats, float], Any]
"""Takes a grey picture (H, W) in [0, 1] and its parameter."""


def median_of_square(picture: Floats, side: float) -> Any:
    """Median over a square of `side` pixels (scikit-image)."""
    from skimage.filters import median

    return median(picture, np.ones((int(side), int(side)), bool))


def non_local_means(picture: Floats, h: float) -> Any:
    """Non-local means with 5x5 patches, 11x11 around (scikit-image); `h` is how unlike patches may be."""
    from skimage.restoration import denoise_nl_means

    return denoise_nl_means(picture, patch_size=5, patch_distance=5, h=h, fast_mode=True)


def total_variation(picture: Floats, weight: float) -> Any:
    """Total variation after Chambolle (scikit-image)."""
    from skimage.restoration import denoise_tv_chambolle

    return denoise_tv_chambolle(picture, weight=weight)


FILTERS: Mapping[str, tuple[Filter, tuple[float, ...]]] = MappingProxyType(
    {
        "median": (median_of_square, (3, 5, 7)),
        "non-local means": (non_local_means, (0.05, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25, 0.3, 0.4)),
        "total variation": (total_variation, (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)),
    }
)
"""Each filter and the values of its parameter that are tried."""


def apply(name: str, parameter: float, pictures: Floats, jobs: int = 1) -> Floats:
    """Filter grey pictures (N, H, W, 1) in [0, 1], each for itself; values leave [0, 1] no more."""
    chunks = np.array_split(pictures, max(1, min(len(pictures), 4 * jobs)))
    done = joblib.Parallel(n_jobs=jobs)(joblib.delayed(_filtered)(name, parameter, chunk) for chunk in chunks)
    return np.concatenate(done)


def tune(name: str, noisy: Floats, clean: Floats) -> dict[float, float]:
    """Return the mean PSNR in dB that each value of a filter's parameter reaches on pictures (N, H, W, 1)."""
    return {value: float(psnr(apply(name, value, noisy), clean).mean()) for value in FILTERS[name][1]}


def psnr(pictures: Floats, clean: Floats) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratio of each picture (N, H, W, C) in [0, 1], in dB."""
    from skimage.metrics import peak_signal_noise_ratio

    pairs = zip(clean, pictures, strict=True)
    return np.array([peak_signal_noise_ratio(true, shown, data_range=1) for true, shown in pairs])


def ssim(pictures: Floats, clean: Floats) -> NDArray[np.float64]:
    """Return the structural similarity of each picture (N, H, W, C) in [0, 1]; 1 is the same picture."""
    from skimage.metrics import structural_similarity

    pairs = zip(clean, pictures, strict=True)
    return np.array([structural_similarity(true, shown, data_range=1, channel_axis=-1) for true, shown in pairs])


def _filtered(name: str, parameter: float, pictures: Floats) -> Floats:
    found = [FILTERS[name][0](picture[..., 0], parameter) for picture in pictures]
    return np.clip(np.stack(found), 0, 1)[..., None].astype(np.float32)
