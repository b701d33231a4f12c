"""Checkpoints: one .npz file with plain arrays and a JSON description, replaced in one step."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from ocr.errors import OcrError
from preprocessing.archive import check_unpacked
from preprocessing.atomic_write import atomic_write

LARGEST = 2_000_000_000
"""Bytes of a checkpoint, unpacked: a hundred times those of the shipped networks, with optimizer and averages."""

Arrays = list[npt.NDArray[Any]]


@dataclass(frozen=True)
class Checkpoint:
    """Named groups of arrays and a description that JSON can hold."""

    groups: Mapping[str, Sequence[npt.NDArray[Any]]]
    description: Mapping[str, Any] = field(default_factory=dict)


def arrays_of(variables: Sequence[keras.Variable]) -> Arrays:
    """Return copies of the variables' values."""
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def assign(variables: Sequence[keras.Variable], values: Sequence[npt.NDArray[Any]], what: str) -> None:
    """Give the values to the variables; raises `OcrError` when number or shapes differ."""
    expected = [tuple(variable.shape) for variable in variables]
    found = [value.shape for value in values]
    if expected != found:
        raise OcrError(f"the checkpoint's {what} does not fit this network: {found}, expected {expected}")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint; raises UnwritableFileError.

    A reader sees the old file or the new one, also after a power cut.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        f"{group}/{index:04d}": value
        for group, values in checkpoint.groups.items()
        for index, value in enumerate(values)
    }
    text = json.dumps({"groups": list(checkpoint.groups), **checkpoint.description}, ensure_ascii=False)
    arrays["description"] = np.frombuffer(text.encode(), dtype=np.uint8)

    def write(part: Path) -> None:
        with part.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())

    atomic_write(path, write)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what `save_checkpoint` wrote; raises `OcrError` for a file that is none of ours."""
    try:
        check_unpacked(path, LARGEST)
        with np.load(path, allow_pickle=False) as archive:
            description = json.loads(archive["description"].tobytes())
            names = sorted(archive.files)
            groups = {
                group: [archive[name] for name in names if name.startswith(f"{group}/")]
                for group in description.pop("groups")
            }
    except (OSError, EOFError, KeyError, ValueError, TypeError, MemoryError, zipfile.BadZipFile) as error:
        raise OcrError(f"{path} is no checkpoint that can be read: {error}") from error
    return Checkpoint(groups, description)
