"""The mean of networks: its weights, its outputs, and what it refuses."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from ocr.errors import OcrError
from ocr.training.weights.average_weights import averaged


def network(slope: list[float], name: str = "slope") -> bytes:
    """An ONNX network that multiplies x (N, K) by `slope` and adds 1 to each; a whole number takes part in it."""
    constants = {name: np.array(slope, np.float32), "more": np.array([1], np.int64)}
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Cast", ["more"], ["one"], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", ["x", name], ["steep"]),
            onnx.helper.make_node("Add", ["steep", "one"], ["y"]),
        ],
        "line",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", len(slope)])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["N", len(slope)])],
        [numpy_helper.from_array(each, key) for key, each in constants.items()],
    )
    return bytes(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)]).SerializeToString())


def constants(model: bytes) -> dict[str, np.ndarray]:
    return {each.name: numpy_helper.to_array(each) for each in onnx.load_model_from_string(model).graph.initializer}


def test_weights_are_the_mean_and_whole_numbers_stay() -> None:
    mean = averaged([network([1, 2]), network([2, 4]), network([6, 0])])
    onnx.checker.check_model(onnx.load_model_from_string(mean), full_check=True)
    np.testing.assert_allclose(constants(mean)["slope"], [3, 2])
    np.testing.assert_array_equal(constants(mean)["more"], [1])


def test_a_network_given_twice_counts_twice() -> None:
    np.testing.assert_allclose(constants(averaged([network([1]), network([1]), network([4])]))["slope"], [2])


def test_the_mean_of_one_network_with_itself_is_that_network() -> None:
    model = network([1.1, -0.3])
    np.testing.assert_array_equal(constants(averaged([model, model]))["slope"], constants(model)["slope"])


@pytest.mark.parametrize(
    ("models", "why"),
    [
        ([], "no network"),
        ([network([1]), network([1, 2])], "network 2 is of another kind"),
        ([network([1]), network([1], "other")], "network 2 is of another kind"),
        ([network([1]), b"no network"], "network 2 cannot be read"),
    ],
)
def test_what_has_no_mean(models: list[bytes], why: str) -> None:
    with pytest.raises(OcrError, match=why):
        averaged(models)
