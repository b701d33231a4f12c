"""Frames of an animation as one picture."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from preprocessing import read_image
from preprocessing.formats.frames import merge_frames


def fading(count: int = 3, paper: int = 250) -> list[np.ndarray]:
    """Frames of 20x60 in each of which one of three bars is dark and the others are faint."""
    frames = []
    for dark in range(count):
        frame = np.full((20, 60, 3), paper, np.uint8)
        for bar in range(count):
            frame[4:16, 5 + 18 * bar : 12 + 18 * bar] = 20 if bar == dark else paper - 15
        frames.append(frame)
    return frames


def test_every_letter_counts_where_it_is_darkest() -> None:
    merged = merge_frames(fading())
    assert merged.shape == (20, 60, 3)
    assert all((merged[4:16, 5 + 18 * bar : 12 + 18 * bar] == 20).all() for bar in range(3))
    assert (merged[:4] == 250).all()


def test_light_letters_on_dark_paper_count_where_they_are_lightest() -> None:
    merged = merge_frames([255 - frame for frame in fading()])
    assert all((merged[4:16, 5 + 18 * bar : 12 + 18 * bar] == 235).all() for bar in range(3))


def test_equal_frames_are_one_picture() -> None:
    frame = fading()[0]
    assert merge_frames([frame, frame.copy()]) is frame


def test_frames_of_another_size_are_left_out() -> None:
    first, second, _ = fading()
    assert merge_frames([first, second[:, :30], second]).shape == first.shape


def test_no_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="no frames"):
        merge_frames([])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animated_files_are_put_together(kind: str) -> None:
    file = BytesIO()
    first, *others = map(Image.fromarray, fading())
    first.save(
        file,
        kind,
        save_all=True,
        append_images=others,
        duration=50,
        loop=0,
        **{"lossless": True} if kind == "WEBP" else {},
    )
    pixels = read_image(file.getvalue())
    assert pixels.shape == (20, 60, 3)
    assert all(pixels[6:14, 7 + 18 * bar : 10 + 18 * bar].max() < 60 for bar in range(3))
