"""SVG captchas at the door."""

from __future__ import annotations

import sys

import pytest

from preprocessing import UnreadableImageError, read_image
from preprocessing.svg import is_svg

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="150" height="50"><rect width="150" height="50" fill="#fff"/>'
BAR = SVG + b'<path d="M20 10h30v30h-30z" fill="#111"/></svg>'


def test_an_svg_is_told_by_its_beginning() -> None:
    assert is_svg(BAR)
    assert is_svg(b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->' + BAR)
    assert not is_svg(b"\x89PNG....<svg")
    assert not is_svg(b"<html><body>")


def test_an_svg_is_drawn() -> None:
    pytest.importorskip("resvg_py")
    pixels = read_image(BAR)
    assert pixels.shape == (50, 150, 3)
    assert pixels[25, 35].max() < 40
    assert pixels[25, 100].min() == 255


def test_small_svgs_are_enlarged() -> None:
    pytest.importorskip("resvg_py")
    assert read_image(BAR.replace(b'"150" height="50"', b'"60" height="20"', 1)).shape[0] >= 60


def test_other_files_are_not_read(tmp_path: object) -> None:
    pytest.importorskip("resvg_py")
    pixels = read_image(SVG + b'<image href="/etc/passwd" width="9" height="9"/></svg>')
    assert pixels.min() == 255


def test_without_what_draws_it_an_svg_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UnreadableImageError, match=r"suanshi\[svg\].*PNG"):
        read_image(BAR)


def test_a_damaged_svg_is_refused() -> None:
    pytest.importorskip("resvg_py")
    with pytest.raises(UnreadableImageError, match="SVG"):
        read_image(SVG)
