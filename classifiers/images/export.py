"""Export classifiers to LiteRT (TensorFlow Lite), Core ML and ONNX."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from classifiers.images.classifier import Classifier
from ocr.errors import OcrError
from ocr.extras import require

Format = Literal["litert", "onnx", "coreml"]

TOLERANCE = 1e-3
"""Largest difference between the probabilities of an exported network and of its origin."""

IMAGES = 8
"""Random images by which they are compared."""


def export(classifier: Classifier, kind: Format) -> bytes:
    """Return a classifier's network as a file of another format, for one image (1, size, size, 3) at a time.

    It gives the probabilities (1, classes), float32, of an image as it is, not those of its mirror image. LiteRT takes
    uint8, the others float32 from 0 to 255. Raises MissingExtraError without the converter, OcrError when the
    probabilities of LiteRT or ONNX are not the network's to 1e-3; Core ML only runs on Apple's machines.
    """
    makers = {"litert": _litert, "onnx": _onnx, "coreml": _coreml}
    return makers[kind](classifier)


def difference(classifier: Classifier, model: bytes, *, seed: int = 0) -> float:
    """Return the largest difference between the probabilities of a LiteRT file and of its classifier's network."""
    from ocr.training.exporting.litert import Interpreter

    with Interpreter(model) as reader:
        return max(
            float(np.abs(reader.logits(image) - classifier.network(image.astype(np.float32), training=False)).max())
            for image in _images(classifier, seed)
        )


def _litert(classifier: Classifier) -> bytes:
    from ocr.training.quiet import quiet

    with quiet():
        converter = tf.lite.TFLiteConverter.from_concrete_functions([_function(classifier, tf.uint8)])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        model = bytes(converter.convert())
    _check(difference(classifier, model), "LiteRT")
    return model


def _onnx(classifier: Classifier) -> bytes:
    require("ONNX", "tf2onnx")
    from ocr.inference.runtime import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        shape = (1, classifier.size, classifier.size, 3)
        signature = [keras.InputSpec(shape=shape, dtype="float32", name="images")]
        classifier.network.export(path, format="onnx", verbose=False, input_signature=signature)
        model = path.read_bytes()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    apart = 0.0
    for image in _images(classifier, seed=0):
        given = image.astype(np.float32)
        found = session.run(None, {session.get_inputs()[0].name: given})[0]
        apart = max(apart, float(np.abs(found - classifier.network(given, training=False)).max()))
    _check(apart, "ONNX")
    return model


def _coreml(classifier: Classifier) -> bytes:
    require("Core ML", "coremltools")
    import coremltools  # type: ignore[import-not-found]

    found = coremltools.convert(
        [_function(classifier, tf.float32)], source="tensorflow", convert_to="neuralnetwork"
    )  # one file, where "mlprogram" would be a folder
    return bytes(found.get_spec().SerializeToString())


def _function(classifier: Classifier, dtype: tf.DType) -> Any:
    """Return the network as a function of one image, with its weights as constants: converters know no variables."""
    network = classifier.network
    trained, fixed = (
        [tf.constant(keras.ops.convert_to_numpy(each)) for each in some]
        for some in (network.trainable_variables, network.non_trainable_variables)
    )
    call = tf.function(
        lambda images: network.stateless_call(trained, fixed, tf.cast(images, tf.float32), training=False)[0]
    )
    return call.get_concrete_function(tf.TensorSpec((1, classifier.size, classifier.size, 3), dtype, name="images"))


def _images(classifier: Classifier, seed: int) -> list[Any]:
    """Return noise of several grains: to the finest alone all networks answer the same."""
    rng = np.random.default_rng(seed)
    images = []
    for number in range(IMAGES):
        grain = 2**number
        cells = -(-classifier.size // grain)
        noise = rng.integers(0, 256, (1, cells, cells, 3), np.uint8).repeat(grain, 1).repeat(grain, 2)
        images.append(noise[:, : classifier.size, : classifier.size])
    return images


def _check(apart: float, name: str) -> None:
    if not apart <= TOLERANCE:
        raise OcrError(f"{name} differs from the network by {apart:.2g}, {TOLERANCE} is allowed")
