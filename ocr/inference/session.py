"""The network of a bundle, run by ONNX Runtime: images in, logits and places out, or an error that names the bundle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ocr.bundle import Bundle
from ocr.errors import BundleError
from ocr.inference.runtime import onnxruntime
from preprocessing.arrays import Floats, Pixels
from preprocessing.clean import stack

_FATAL = 4  # of ONNX Runtime's log levels; its errors come as exceptions, too


class Session:
    """Runs the network of a bundle for the `classes` of its vocabulary, the blank among them.

    Nothing in it changes once it is made, so threads may share one. Each runs the network by itself on one core: two
    cores together need twice the processor time for a batch, and are hardly done before one is. `network` is ONNX
    Runtime's session. Raises BundleError for a network that does not fit the bundle.
    """

    def __init__(self, bundle: Bundle, classes: int) -> None:
        self.bundle = bundle
        self.classes = classes
        self.network = _session(bundle)
        self._outputs = _check_shapes(bundle, self.network, classes)

    def run(self, images: Sequence[Pixels], width: int) -> list[Floats]:
        """Run the network on images (height, W <= width, C), padded to `width`: logits and, if it has them, places,
        each (N, T, C)."""
        config = self.bundle.config
        batch = stack(images, width)
        try:
            outputs: list[Floats] = self.network.run(self._outputs, {"images": batch})
        except Exception as error:  # ONNX Runtime's own errors have no class in common
            raise BundleError(f"{self.bundle.folder}: the network fails on images {batch.shape}: {error}") from error
        expected = (len(images), width // config.stride, self.classes)
        for name, output in zip(self._outputs, outputs, strict=True):
            if output.shape != expected:
                raise BundleError(f"{self.bundle.folder}: the network gives {name} {output.shape}, expected {expected}")
            if not np.isfinite(output).all():
                raise BundleError(f"{self.bundle.folder}: the network gives {name} that are no numbers")
        return outputs

    def run_each(self, images: Sequence[Pixels]) -> list[Floats]:
        """Run the network on images (height, W, C) of any widths: logits (T, C) of each.

        Those of one padded width go together, for an answer must not depend on what else is read with it.
        """
        widths: dict[int, list[int]] = {}
        for index, image in enumerate(images):
            widths.setdefault(self.bundle.config.padded_width(image.shape[1]), []).append(index)
        found: dict[int, Floats] = {}
        for width, chosen in widths.items():
            found.update(zip(chosen, self.run([images[index] for index in chosen], width)[0], strict=True))
        return [found[index] for index in range(len(images))]


def _session(bundle: Bundle) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _FATAL
    try:
        # Without its fallback, which tries the same again, and prints to stdout that it does.
        providers = ["CPUExecutionProvider"]
        session = onnxruntime.InferenceSession(bundle.model, options, providers=providers, enable_fallback=0)
        for entry in (*session.get_inputs(), *session.get_outputs()):
            entry.name, entry.shape  # noqa: B018  which raises where a name is no UTF-8
        return session
    except Exception as error:  # as above
        raise BundleError(f"{bundle.folder}: model.onnx cannot be loaded ({error})") from error


def _check_shapes(bundle: Bundle, session: Any, classes: int) -> list[str]:
    """Return the outputs to ask for: logits and, if there, places. Refuse a network that does not fit the config."""
    config = bundle.config
    put_in = {entry.name: entry for entry in session.get_inputs()}
    put_out = {entry.name: entry for entry in session.get_outputs()}
    if set(put_in) != {"images"} or "logits" not in put_out:
        raise BundleError(
            f"{bundle.folder}: model.onnx maps {', '.join(put_in)} to {', '.join(put_out)}, expected images to logits"
        )
    images = put_in["images"]
    expected = (None, config.height, None, len(config.channels))
    if images.type != "tensor(uint8)" or not _fits(images.shape, expected):
        raise BundleError(
            f"{bundle.folder}: model.onnx takes {images.type} {images.shape}, expected uint8 "
            f"(N, {config.height}, W, {len(config.channels)})"
        )
    outputs = [name for name in ("logits", "places") if name in put_out]
    for name in outputs:
        if put_out[name].type != "tensor(float)" or not _fits(put_out[name].shape, (None, None, classes)):
            raise BundleError(
                f"{bundle.folder}: model.onnx gives {name} {put_out[name].type} {put_out[name].shape}, expected float "
                f"(N, T, {classes}) for the blank and the {classes - 1} characters of the vocabulary"
            )
    return outputs


def _fits(shape: Sequence[int | str | None], expected: Sequence[int | None]) -> bool:
    """Tell whether two shapes agree where both are known; an ONNX shape has a name or None for what is not."""
    return len(shape) == len(expected) and all(
        wanted is None or not isinstance(size, int) or size == wanted
        for size, wanted in zip(shape, expected, strict=True)
    )
