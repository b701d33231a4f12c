"""Add Gaussian noise to pictures, clipped to their range, for a denoiser to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ocr.errors import OcrError
from preprocessing.arrays import Floats


def add_noise(clean: Floats, strength: float, rng: np.random.Generator) -> Floats:
    """Return `clean` (…, H, W, C) in [0, 1] plus `strength` times standard normal noise, clipped to [0, 1].

    `strength` is the standard deviation before clipping, 0 or more; the course's is 0.4.
    """
    if not 0 <= strength < np.inf:
        raise OcrError(f"noise of strength {strength}: expected 0 or more")
    noise = rng.standard_normal(clean.shape, dtype=np.float32)
    return np.clip(clean + np.float32(strength) * noise, 0, 1)


@dataclass(frozen=True)
class NoisyPictures:
    """Draw batches of noisy and clean pictures: `self(epoch, index)` comes from (seed, epoch, index)."""

    pictures: Floats = field(repr=False)  # (N, H, W, C) in [0, 1]
    strengths: Sequence[float]  # least and most; each picture gets one between
    batch_size: int
    seed: int

    def __call__(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        rng = np.random.default_rng((self.seed, epoch, index))
        clean = self.pictures[rng.integers(len(self.pictures), size=self.batch_size)]
        low, high = self.strengths
        strengths = rng.uniform(low, high, self.batch_size)
        noisy = [add_noise(one, strength, rng) for one, strength in zip(clean, strengths, strict=True)]
        return np.stack(noisy), clean
