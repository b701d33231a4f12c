"""Frames of GIFs that state a size of their own."""

import io

import numpy as np
import pytest
from PIL import Image

from preprocessing.errors import UnreadableImageError
from preprocessing.formats.gif import check_frames, is_gif
from preprocessing.read import read_image


def animation(frames: int = 3, comment: bytes = b"") -> bytes:
    rng = np.random.default_rng(2)
    pictures = [Image.fromarray(rng.integers(0, 256, (12, 40, 3), dtype=np.uint8)) for _ in range(frames)]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:], duration=50, comment=comment)
    return buffer.getvalue()


def enlarged(data: bytes, number: int) -> bytes:
    """Have a frame state 60,000 rows."""
    changed, place = bytearray(data), 0
    for _ in range(number + 1):
        place = data.index(b"\x2c\0\0\0\0\x28\0\x0c\0", place) + 1
    changed[place + 6 : place + 8] = (60_000).to_bytes(2, "little")
    return bytes(changed)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_frame_beyond_the_limit_is_refused_before_it_is_decoded(number: int) -> None:
    data = animation()
    check_frames(data, 480, "a.gif")
    with pytest.raises(UnreadableImageError, match=r"a\.gif: .*pixels"):
        check_frames(data, 479, "a.gif")
    with pytest.raises(UnreadableImageError, match=r"40.60.?000"):
        check_frames(enlarged(data, number), 2_000_000, "a.gif")


def test_read_image_refuses_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUANSHI_MAX_PIXELS", "2000000")
    assert read_image(animation()).shape == (12, 40, 3)
    with pytest.raises(UnreadableImageError, match="60"):
        read_image(enlarged(animation(), 2))


def test_what_stands_between_frames_is_passed_over() -> None:
    data = animation(comment=b"\x2c" * 300)
    check_frames(data, 480, "a.gif")
    for length in range(len(data)):
        check_frames(data[:length], 65_535**2 * 4, "cut.gif")
    assert is_gif(data)
    assert not is_gif(b"GIF90a")
