"""`suanshi denoise`: the files that it writes, and what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from ocr.training.quiet import quiet
from suanshi.commands.denoise import command

with quiet():
    from autoencoders.models import Model, save_model
    from autoencoders.networks import denoiser


def denoise(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A denoiser that changes nothing."""
    save_model(tmp_path / "model", Model(denoiser(3, (2, 4, 4)), "denoiser", {"command": "made for tests"}))
    return tmp_path / "model"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "图 one.bmp"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (13, 21, 3), dtype=np.uint8)).save(path)
    return path


def test_pictures_are_written_under_their_names(model: Path, picture: Path, tmp_path: Path) -> None:
    result = denoise(picture, "--model", model, "--out", tmp_path / "new" / "clean")
    assert result.exit_code == 0, result.output
    clean = Image.open(tmp_path / "new" / "clean" / "图 one.png")
    np.testing.assert_array_equal(np.asarray(clean), np.asarray(Image.open(picture)))
    assert not result.output


def test_unreadable_files_are_named_and_the_others_done(model: Path, picture: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    result = denoise(empty, tmp_path / "none.png", picture, "--model", model, "--out", tmp_path / "clean")
    assert result.exit_code == 1
    assert "empty.png: is empty" in result.output
    assert "none.png: no such file" in result.output
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["图 one.png"]


def test_answers_over_images_or_each_other_are_refused(model: Path, picture: Path, tmp_path: Path) -> None:
    other = picture.with_suffix(".png")
    Image.open(picture).save(other)
    both = denoise(picture, other, "--model", model, "--out", tmp_path / "clean")
    assert both.exit_code == 2
    assert "several images" in both.output
    over = denoise(other, "--model", model, "--out", tmp_path)
    assert over.exit_code == 2
    assert "is one of the images" in over.output


def test_a_folder_without_a_model_is_refused_without_a_traceback(picture: Path, tmp_path: Path) -> None:
    result = denoise(picture, "--model", tmp_path, "--out", tmp_path / "clean")
    assert "neither a shipped model" in str(result.exception)  # suanshi.main says it and exits with 2
    assert not (tmp_path / "clean").exists()


def test_a_file_in_place_of_the_folder_is_no_traceback(model: Path, picture: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = denoise(picture, "--model", model, "--out", tmp_path / "file" / "clean")
    assert result.exit_code == 1
    assert "Not a directory" in result.output


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_an_answer_is_not_written_through_a_link(model: Path, picture: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"old")
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "图 one.png").symlink_to(tmp_path / "victim")
    result = denoise(picture, "--model", model, "--out", tmp_path / "clean")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "victim").read_bytes() == b"old"
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["图 one.png"]
