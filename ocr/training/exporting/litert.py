"""Write a bundle's network as LiteRT (TensorFlow Lite), one image of one size at a time, for phones and boards."""

from __future__ import annotations

from importlib.util import find_spec

import keras
import numpy as np
import numpy.typing as npt

from ocr.bundle import Bundle
from ocr.errors import MissingExtraError, OcrError
from ocr.inference.runtime import onnxruntime
from ocr.training.exporting.from_onnx import restore
from ocr.training.quiet import quiet

TOLERANCE = 1e-3
"""Largest difference between the logits of LiteRT and of ONNX Runtime."""

IMAGES = 4
"""Random images by which a converted network is compared."""


def convert(bundle: Bundle) -> bytes:
    """Return a bundle's network as a .tflite file, made of LiteRT's own operations only.

    It maps uint8 images (1, height, W, C), W being the bundle's max_width padded to its width_step, to float32 logits
    (1, W // stride, classes); recurrent layers are written out column by column. Narrower images are to be padded on
    the right with 255. Raises OcrError unless its logits are those of the bundle's network to 1e-3, and
    MissingExtraError without TensorFlow.
    """
    try:
        import tensorflow as tf
    except ImportError as error:
        raise MissingExtraError("LiteRT", ["tensorflow"]) from error
    if keras.backend.backend() != "tensorflow":
        raise OcrError(f"LiteRT is written from TensorFlow only; Keras runs on {keras.backend.backend()} here")
    config = bundle.config
    width = config.padded_width(config.max_width)
    network = restore(bundle, width=width, unroll=True)
    shape = (1, config.height, width, len(config.channels))
    trained, fixed = (
        [tf.constant(keras.ops.convert_to_numpy(each)) for each in some]
        for some in (network.trainable_variables, network.non_trainable_variables)
    )
    # Weights as constants, not as variables: the converter would ask for a step that fills those first.
    call = tf.function(lambda images: network.stateless_call(trained, fixed, images, training=False)[0])
    function = call.get_concrete_function(tf.TensorSpec(shape, tf.uint8, name="images"))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    with quiet():
        model = bytes(converter.convert())
    if not (apart := difference(bundle, model)) <= TOLERANCE:
        raise OcrError(f"{bundle.folder}: LiteRT differs from ONNX Runtime by {apart:.2g}, {TOLERANCE} is allowed")
    return model


def difference(bundle: Bundle, model: bytes, *, seed: int = 0) -> float:
    """Return the largest absolute difference between the logits of a .tflite file and those of the bundle's network,
    over a few random images."""
    session = onnxruntime.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(seed)
    apart = 0.0
    with Interpreter(model) as reader:
        for number in range(IMAGES):
            noise = rng.integers(0, 256, reader.shape, dtype=np.uint8)
            images = noise if number % 2 else np.where(rng.random(reader.shape) < 0.1, noise, np.uint8(255))
            (expected,) = session.run(["logits"], {"images": images})
            apart = max(apart, float(np.abs(reader.logits(images) - expected).max()))
    return apart


class Interpreter:
    """Runs a .tflite file: images of `shape` (1, height, W, C), uint8, to logits. A context, for what it holds."""

    def __init__(self, model: bytes) -> None:
        with quiet():  # TensorFlow's own interpreter tells that it is going to leave for a package of its own
            if find_spec("ai_edge_litert") is not None:
                from ai_edge_litert.interpreter import Interpreter as Runtime  # type: ignore[import-not-found]
            else:
                from tensorflow.lite.python.interpreter import Interpreter as Runtime
            self._interpreter = Runtime(model_content=model)
            self._interpreter.allocate_tensors()
        (self._images,), (self._logits,) = (
            self._interpreter.get_input_details(),
            self._interpreter.get_output_details(),
        )
        self.shape: tuple[int, ...] = tuple(int(size) for size in self._images["shape"])

    def __enter__(self) -> Interpreter:
        return self

    def __exit__(self, *_: object) -> None:
        del self._interpreter

    def logits(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits (1, T, classes) of one image."""
        self._interpreter.set_tensor(self._images["index"], images)
        self._interpreter.invoke()
        logits: npt.NDArray[np.float32] = self._interpreter.get_tensor(self._logits["index"])
        return logits

    def operations(self) -> dict[str, int]:
        """Return how often each operation occurs, the most frequent first."""
        names = [each["op_name"] for each in self._interpreter._get_ops_details()]
        return {name: names.count(name) for name in sorted(set(names), key=names.count, reverse=True)}
