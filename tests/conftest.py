"""A bundle whose network needs no training: it reads columns of grey, four pixels each, as characters."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.bundle import BundleConfig, save_bundle

if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores; TensorFlow reads this when it is imported
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")

CHARACTERS = "0123456789+-*()/"
HEIGHT, STRIDE, STEP = 60, 4, 6  # STEP: levels of grey between two characters

Pixels = NDArray[np.uint8]


def grey_reader(
    classes: int, *, height: int | str = HEIGHT, channels: int = 1, late: int | None = None, places: int | None = None
) -> bytes:
    """An ONNX network: the darker a block of STRIDE columns, the higher its id, by STEP levels each; white is 0.

    With `late` the logits come that many columns after their blocks, and there is an output "places" that comes in
    time, of `places` classes, if that is given, rather than its own.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    levels = (255 - STEP * np.arange(classes)).astype(np.float32).reshape(1, 1, classes)
    nodes = [
        helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["columns"], axes=[1, 3], keepdims=0),
        helper.make_node("Reshape", ["columns", "blocks"], ["blocked"]),
        helper.make_node("ReduceMean", ["blocked"], ["means"], axes=[2], keepdims=1),
        helper.make_node("Sub", ["means", "levels"], ["difference"]),
        helper.make_node("Mul", ["difference", "difference"], ["square"]),
        helper.make_node("Neg", ["square"], ["logits" if late is None else "in_time"]),
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", "T", classes])]
    constants: list[onnx.TensorProto] = []
    if late is not None:
        shifts = {"shift": [0, late, 0, 0, -late, 0], "cut": [0, 0, 0, 0, 0, (places or classes) - classes]}
        constants = [numpy_helper.from_array(np.array(value, dtype=np.int64), name) for name, value in shifts.items()]
        nodes += [
            helper.make_node("Pad", ["in_time", "shift"], ["logits"], mode="edge"),
            helper.make_node("Pad", ["in_time", "cut"], ["places"]),
        ]
        outputs.append(helper.make_tensor_value_info("places", TensorProto.FLOAT, ["N", "T", places or classes]))
    graph = helper.make_graph(
        nodes,
        "grey_reader",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", height, "W", channels])],
        outputs,
        [
            *constants,
            numpy_helper.from_array(np.array([0, -1, STRIDE], dtype=np.int64), "blocks"),
            numpy_helper.from_array(levels, "levels"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def grey_config(**changes: Any) -> BundleConfig:
    given: dict[str, Any] = {
        "task": "arithmetic",
        "vocabulary": CHARACTERS,
        "height": HEIGHT,
        "max_width": 180,
        "width_step": 60,
        "channels": ("grey",),
        "grammar": "any",
        "stride": STRIDE,
        "threshold": 0.9,
        "card": {"command": "made for tests", "accuracy": {"drawn": {"exact": 1.0, "images": 3}}},
    }
    return BundleConfig(**{**given, **changes})


def write_grey(text: str, *, width: int = 180) -> Pixels:
    """Write `text` so that the grey reader reads it: RGB (HEIGHT, width, 3), a white block after each character."""
    image = np.full((HEIGHT, width, 3), 255, np.uint8)
    for place, character in enumerate(text):
        left = 2 * STRIDE * place
        image[:, left : left + STRIDE] = 255 - STEP * (CHARACTERS.index(character) + 1)
    return image


@pytest.fixture(name="write_grey")
def _write_grey() -> Callable[..., Pixels]:
    return write_grey


@pytest.fixture
def grey_bundle(tmp_path: Path) -> Callable[..., Path]:
    """A function that saves a bundle of the grey reader and returns its folder.

    Its arguments replace settings of the config, or the network itself by `model` or options of it by `network`.
    """

    def save(*, model: bytes | None = None, network: dict[str, Any] | None = None, **changes: Any) -> Path:
        folder = tmp_path / f"bundle{len(list(tmp_path.glob('bundle*')))}"
        config = grey_config(**changes)
        if model is None:
            model = grey_reader(**{"classes": len(CHARACTERS) + 1, **(network or {})})
        save_bundle(folder, config, model)
        return folder

    return save
