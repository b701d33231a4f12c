"""ONNX files looked through before anything loads them: a network may not take its weights from other files.

A tensor of an ONNX file may name another file, and ONNX Runtime and the onnx package then read that one, from below the
working directory. So a bundle from a stranger could have a file of yours averaged into a model that you publish.
Reading works without the onnx package, so this walks through the file's protobuf fields by itself; it passes over the
weights, which takes less than a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from ocr.errors import OcrError

DEEPEST = 64
"""Graphs within nodes within graphs."""

_TENSOR: Final = "TensorProto"
_INSIDE = MappingProxyType(
    {
        "ModelProto": {7: "GraphProto", 20: "TrainingInfoProto", 25: "FunctionProto"},
        "TrainingInfoProto": {1: "GraphProto", 2: "GraphProto"},
        "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
        "GraphProto": {1: "NodeProto", 5: _TENSOR, 15: "SparseTensorProto"},
        "NodeProto": {5: "AttributeProto"},
        "AttributeProto": {
            5: _TENSOR,
            6: "GraphProto",
            10: _TENSOR,
            11: "GraphProto",
            22: "SparseTensorProto",
            23: "SparseTensorProto",
        },
        "SparseTensorProto": {1: _TENSOR, 2: _TENSOR},
    }
)
"""Fields of onnx.proto, by number, in which tensors may stand at any depth."""
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
"""Fields of a tensor: where its values lie, and whether it is there; 0 means within the file."""
_RUNTIME_FORMAT = b"ORTM"
"""What ONNX Runtime's own format has as its bytes 4 to 7."""
_VARINT, _LONG, _BYTES, _SHORT = 0, 1, 2, 5
"""Kinds of fields by their last three bits; others are not in use any more."""


class OnnxError(OcrError):
    """A network that is damaged, or that takes what it needs from other files."""


def check_self_contained(model: bytes) -> None:
    """Raise OnnxError for an ONNX file that is damaged or has a tensor whose values lie in another file."""
    if model[4:8] == _RUNTIME_FORMAT:
        raise OnnxError("is in ONNX Runtime's own format; expected a network in ONNX's")
    found: list[tuple[str, int, int, int]] = [("ModelProto", 0, len(model), 0)]
    while found:
        message, first, last, depth = found.pop()
        if depth > DEEPEST:
            raise OnnxError(f"has graphs within graphs, more than {DEEPEST} levels of messages deep")
        for number, start, end in _fields(model, first, last):
            if message == _TENSOR:
                # An empty list of places has no field at all, and a place within the file is not written either.
                if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and model[start:end] != b"\0"):
                    raise OnnxError(
                        "takes weights from another file, which is not read; save it with all of its weights"
                    )
            elif (inner := _INSIDE[message].get(number)) is not None:
                found.append((inner, start, end, depth + 1))


def _fields(data: bytes, position: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of each field of a protobuf message."""
    while position < last:
        tag, position = _varint(data, position, last)
        kind = tag & 7
        if kind == _BYTES:
            length, start = _varint(data, position, last)
            end = start + length
        elif kind == _VARINT:
            start, end = position, _varint(data, position, last)[1]
        elif kind in (_LONG, _SHORT):
            start, end = position, position + (8 if kind == _LONG else 4)
        else:
            raise OnnxError("is no ONNX file")
        if end > last or not tag >> 3:
            raise OnnxError("is no ONNX file, or not a whole one")
        yield tag >> 3, start, end
        position = end


def _varint(data: bytes, position: int, last: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= last:
            break
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise OnnxError("is no ONNX file, or not a whole one")
