"""Images as text."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from preprocessing import UnreadableImageError, read_image
from preprocessing.formats.encoded import image_bytes
from preprocessing.read import source_name

PIXELS = np.random.default_rng(1).integers(0, 256, (12, 40, 3), dtype=np.uint8)
FILE = BytesIO()
Image.fromarray(PIXELS).save(FILE, "PNG")
TEXT = base64.b64encode(FILE.getvalue()).decode()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "\n".join(TEXT[start : start + 76] for start in range(0, len(TEXT), 76)),
        TEXT.rstrip("="),
        TEXT.replace("+", "-").replace("/", "_"),
        f"data:image/png;base64,{TEXT}",
        f"data:image/png;charset=utf-8;base64,{TEXT}",
        f"DATA:image/png;BASE64,{TEXT.replace('+', '%2B')}",
        f" data:;base64,{TEXT}",
    ],
)
@pytest.mark.parametrize("kind", [str, str.encode])
def test_base64_and_data_urls_are_images(text: str, kind: type) -> None:
    np.testing.assert_array_equal(read_image(kind(text)), PIXELS)


@pytest.mark.parametrize(
    "text", ["a.png", "captcha", "A" * 80, "x" * 3000, base64.b64encode(b"no image" * 20).decode()]
)
def test_other_texts_are_names_of_files(text: str) -> None:
    assert image_bytes(text) is None
    with pytest.raises(UnreadableImageError):
        read_image(text)


@pytest.mark.parametrize(
    "text", ["data:image/png;base64", "data:image/png;base64,@@@@", "data:,hello", "data:image/png;base64,"]
)
def test_damaged_data_urls_are_refused(text: str) -> None:
    with pytest.raises(UnreadableImageError, match="data URL"):
        read_image(text)


def test_encoded_images_are_never_shown_whole() -> None:
    assert source_name(f"data:image/png;base64,{TEXT}") == "data URL"
    assert len(source_name(TEXT * 3)) < 120


def test_images_as_text_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("preprocessing.formats.encoded.LONGEST", 2000)
    monkeypatch.setattr("preprocessing.formats.encoded.LONGEST_ESCAPED", 1000)
    decoded: list[int] = []
    monkeypatch.setattr("base64.b64decode", lambda *_, **__: decoded.append(1))
    monkeypatch.setattr("preprocessing.formats.encoded.unquote_to_bytes", lambda text: decoded.append(len(text)))
    with pytest.raises(UnreadableImageError, match="has 3022 characters; the limit for an image as text is 2000"):
        read_image("data:image/png;base64," + "A" * 3000)
    with pytest.raises(UnreadableImageError, match="%-escapes in 1200 characters; the limit is 1000"):
        read_image("data:image/png;base64," + "%41" * 400)
    with pytest.raises(UnreadableImageError, match="limit"):
        read_image("A" * 3000)
    assert not decoded


def test_blanks_in_base64_take_no_memory() -> None:
    """One by one they would be list entries of 50 bytes each."""
    import tracemalloc

    text = "data:image/png;base64," + "A " * 500_000
    tracemalloc.start()
    with pytest.raises(UnreadableImageError):
        read_image(text)
    assert tracemalloc.get_traced_memory()[1] < 8 * len(text)
    tracemalloc.stop()
