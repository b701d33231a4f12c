"""Train the fingerprint autoencoder on a folder, and reconstruct fingerprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from autoencoders.folder import Fingerprints, Split, counts
from autoencoders.networks import fingerprint_autoencoder
from autoencoders.training import Training, fit
from preprocessing.arrays import Floats

EPOCHS, BATCH, RATE = 300, 1, 1e-3
INFERENCE_BATCH = 16
TILT, SHIFT = 10, 12
"""Largest rotation in degrees and largest shift in pixels of augmentation, either way."""


@dataclass(frozen=True)
class FingerprintBatches:
    """Draw batches of fingerprints, each image once an epoch: `self(epoch, index)` is input and target."""

    images: NDArray[np.uint8] = field(repr=False)  # (N, 224, 224, 1)
    batch_size: int
    seed: int
    augment: bool = False

    @property
    def steps(self) -> int:
        """Return the number of batches in an epoch."""
        return -(-len(self.images) // self.batch_size)

    def __call__(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        order = np.random.default_rng((self.seed, epoch)).permutation(len(self.images))
        chosen = self.images[order[index * self.batch_size : (index + 1) * self.batch_size]]
        if self.augment:
            rng = np.random.default_rng((self.seed, epoch, index))
            chosen = np.stack([augmented(image, rng) for image in chosen])
        batch = scaled(chosen)
        return batch, batch


def scaled(images: NDArray[np.uint8]) -> Floats:
    """Return grey levels 0 to 255 as [0, 1]: the scale of every MSE here."""
    return np.float32(1 / 255) * images.astype(np.float32)


def augmented(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Rotate, shift and perhaps mirror a fingerprint (H, W, 1); what comes in from outside repeats the border."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-TILT, TILT), 1.0)
    matrix[:, 2] += rng.uniform(-SHIFT, SHIFT, 2)
    turned = cv2.warpAffine(image[..., 0], matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned[:, ::-1] if rng.random() < 0.5 else turned, np.uint8)[..., None]


def train(
    found: Fingerprints,
    folder: Path,
    *,
    split: Split = "finger",
    epochs: int = EPOCHS,
    batch_size: int = BATCH,
    seed: int = 0,
    augment: bool = False,
) -> tuple[keras.Model, dict[str, float]]:
    """Train the course's network on what a split does not hold out; return it and its figures after the last epoch.

    RMSprop and MSE, as in the course; the rate falls from 0.001 along a cosine. No epoch is chosen by the validation
    images: they are only measured. `folder` keeps the training; the same call goes on from there.
    """
    held_out = found.held_out(split)
    batches = FingerprintBatches(found.images[~held_out], batch_size, seed, augment)
    held_out_images = scaled(found.images[held_out])
    settings = Training(epochs, batches.steps, batch_size, RATE, seed, optimizer="rmsprop")
    network = fit(
        fingerprint_autoencoder,
        batches,
        settings,
        folder,
        validation=(held_out_images, held_out_images),
        data={"split": split, "augment": augment, "files": [path.name for path in found.paths]},
    )
    return network, {
        "training MSE": float(errors(network, scaled(found.images[~held_out])).mean()),
        "validation MSE": float(errors(network, held_out_images).mean()),
        **counts(found, held_out),
    }


def reconstruct(network: keras.Model, images: Floats) -> Floats:
    """Return the reconstructions of pictures (N, 224, 224, 1) in [0, 1], of the same shape and range."""
    answers = [
        network(images[at : at + INFERENCE_BATCH], training=False) for at in range(0, len(images), INFERENCE_BATCH)
    ]
    return np.concatenate([keras.ops.convert_to_numpy(answer) for answer in answers])


def errors(network: keras.Model, images: Floats) -> NDArray[np.float64]:
    """Return the mean squared error of each picture's reconstruction, both in [0, 1]: (N,)."""
    return np.mean(np.square(reconstruct(network, images) - images, dtype=np.float64), axis=(1, 2, 3))
