"""Checkpoints come back as they were written, and nothing else is taken for one."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ocr.errors import OcrError
from ocr.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    many = [np.full((2, 1), number, np.float32) for number in range(12)]
    path = tmp_path / "checkpoint.npz"
    save_checkpoint(path, Checkpoint({"many": many, "none": [], "count": [np.int64(3)]}, {"name": "流", "step": 7}))
    loaded = load_checkpoint(path)
    assert loaded.description == {"name": "流", "step": 7}
    assert [int(value[0, 0]) for value in loaded.groups["many"]] == list(range(12))
    assert loaded.groups["many"][0].dtype == np.float32
    assert loaded.groups["none"] == []
    assert loaded.groups["count"][0].item() == 3
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.npz"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"no archive at all"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(content)
    with pytest.raises(OcrError, match=r"checkpoint\.npz"):
        load_checkpoint(path)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez(path, description=np.array([{"a": 1}], dtype=object))
    with pytest.raises(OcrError):
        load_checkpoint(path)


def test_arrays_that_are_larger_than_what_is_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez_compressed(path, description=np.zeros(3_000_000, np.uint8))
    with pytest.raises(OcrError, match="unpacks to 3000128 bytes from"):
        load_checkpoint(path)
    header = BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)})
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("description.npy", header.getvalue() + bytes(9))
    with pytest.raises(OcrError, match=r"checkpoint\.npz"):
        load_checkpoint(path)
