"""Map where in a picture a classifier sees a class.

Networks that end in global average pooling and one dense layer have class activation maps (Zhou et al. 2016): the last
feature maps, weighted as the dense layer weights their means. Of others it is Grad-CAM (Selvaraju et al. 2017): the
last convolution's feature maps, weighted by the mean gradient of the class's logit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from classifiers.images.classifier import Classifier, load_classifier
from classifiers.images.folder import square
from classifiers.images.networks import LOGITS
from ocr.errors import OcrError
from preprocessing.arrays import Floats, Pixels
from preprocessing.read import ImageSource, read_image

Method = Literal["CAM", "Grad-CAM"]

STRENGTH = 0.6
"""Share of the heat's colour in the hottest place of an overlay."""


@dataclass(frozen=True)
class Activation:
    """A class seen in a picture, its probability, and the `heat` (H, W) from 0 to 1 over the picture."""

    name: str
    probability: float
    heat: Floats
    method: Method


def explain(image: ImageSource, model: Path | str | Classifier, *, name: str | None = None) -> Activation:
    """Return where in an image a classifier, or the one in a folder, sees the class `name`; by default the likeliest.

    Raises OcrError for a class or a folder that there is none of, UnreadableImageError for what is no image.
    """
    classifier = model if isinstance(model, Classifier) else load_classifier(Path(model))
    pixels = read_image(image)
    (probabilities,) = classifier.predict([pixels])
    place = int(probabilities.argmax()) if name is None else classifier.place(name)
    maps, method = activation_maps(classifier, [pixels], [place])
    return Activation(classifier.classes[place], float(probabilities[place]), upsample_map(maps[0], pixels), method)


def activation_maps(classifier: Classifier, images: Sequence[Pixels], places: Sequence[int]) -> tuple[Floats, Method]:
    """Return a map (N, h, w) of each image for the class at its place, and how they were made.

    They have the size of the network's last feature maps. Their values are those added up to the class's logit, next
    to the mean of all classes': below zero is what speaks for the others. Of these the network's own choice is free:
    adding the same map to that of every class changes no probability.
    """
    network = classifier.network
    features, method = _features(network)
    logits = network.get_layer(LOGITS)
    batch = tf.constant(np.stack([square(image, classifier.size) for image in images]), tf.float32)
    wanted = tf.one_hot(list(places), len(classifier.classes)) - 1 / len(classifier.classes)
    seen = keras.Model(network.input, [features, logits.output])
    if method == "CAM":
        found, _ = seen(batch, training=False)
        weights = wanted @ tf.transpose(tf.convert_to_tensor(logits.kernel))
    else:
        with tf.GradientTape() as tape:
            tape.watch(batch)  # even if no weight below may be trained
            found, scores = seen(batch, training=False)
            score = tf.reduce_sum(scores * wanted)
        weights = tf.reduce_mean(tape.gradient(score, found), axis=(1, 2))
    maps: Floats = tf.einsum("nhwc,nc->nhw", tf.cast(found, tf.float32), weights).numpy()
    return maps, method


def upsample_map(activation: Floats, image: Pixels) -> Floats:
    """Return a map (h, w) spread over an image (H, W, 3): (H, W), 0 where nothing speaks for the class, 1 at most."""
    heat = cv2.resize(np.maximum(activation, 0), image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    most = heat.max()
    return np.asarray(heat / most if most > 0 else heat, np.float32)


def overlay(image: Pixels, heat: Floats) -> Pixels:
    """Return an image (H, W, 3) with its heat (H, W) from 0 to 1 laid over it in colour."""
    colours = cv2.applyColorMap(np.round(heat * 255).astype(np.uint8), cv2.COLORMAP_JET)[:, :, ::-1]
    share = (STRENGTH * np.sqrt(heat))[:, :, None]
    mixed: NDArray[np.float32] = image * (1 - share) + colours * share
    return np.round(mixed).astype(np.uint8)


def _features(network: keras.Model) -> tuple[Any, Method]:
    """Return the output of the last feature maps, and the method that fits them."""
    names = [layer.name for layer in network.layers]
    if LOGITS not in names:
        raise OcrError(f"the network has no layer {LOGITS!r}: only classifiers trained here can be explained")
    before = list(reversed(network.layers[: names.index(LOGITS)]))
    head = next((layer for layer in before if not isinstance(layer, keras.layers.Dropout)), None)
    if isinstance(head, keras.layers.GlobalAveragePooling2D):
        return head.input, "CAM"
    pooling = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D, keras.layers.Dropout)
    for layer in before:
        if len(layer.output.shape) == 4 and not isinstance(layer, pooling):
            return layer.output, "Grad-CAM"
    raise OcrError("the network has no feature maps")
