"""Pictures that commands write: whole, and not through links."""

from __future__ import annotations

import os
from pathlib import Path

import click
import numpy as np
import pytest

from preprocessing.read import read_image
from suanshi.output_picture import write_picture

PICTURE = np.full((4, 6, 3), (9, 99, 199), np.uint8)


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"old")
    (tmp_path / "a.png").symlink_to("victim")
    write_picture(tmp_path / "a.png", PICTURE)
    assert (tmp_path / "victim").read_bytes() == b"old"
    assert not (tmp_path / "a.png").is_symlink()
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PICTURE)


def test_sixteen_bits_stay(tmp_path: Path) -> None:
    from PIL import Image

    numbers = np.array([[0, 255, 256], [65535, 1, 2]], np.uint16)
    write_picture(tmp_path / "new" / "a.png", numbers)
    with Image.open(tmp_path / "new" / "a.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), numbers)


def test_a_file_in_place_of_the_folder_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(click.ClickException, match=r"a\.png: cannot be written \(File exists\)"):
        write_picture(tmp_path / "file" / "a.png", PICTURE)
