"""SVG captchas at the door."""

from __future__ import annotations

import sys

import pytest

from preprocessing import UnreadableImageError, read_image
from preprocessing.formats.svg import is_svg

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
    with pytest.raises(UnreadableImageError, match=r"pip install resvg-py, or make a PNG"):
        read_image(BAR)


def test_a_damaged_svg_is_refused() -> None:
    pytest.importorskip("resvg_py")
    with pytest.raises(UnreadableImageError, match="SVG"):
        read_image(SVG)


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (b'<use href="#a"/>', "holds <use>, which is not drawn"),
        (b'<filter><feTurbulence numOctaves="99"/></filter>', "holds <filter>"),
        (b'<path d="M0 0h99" stroke-dasharray="0.0001"/>', "dashed lines"),
        (b'<image href="data:image/png;base64,AAAA"/>', "holds an embedded picture"),
        (b"<g>" * 20 + b"</g>" * 20, "more than 16 levels deep"),
        (b"<g/>" * 6000, "more than 5000 elements"),
        (b"<style>" + b"path{fill:red}" * 100 + b"</style>" + b"<g/>" * 2000, "characters of style sheets"),
    ],
)
def test_what_costs_more_than_its_pixels_is_not_drawn(
    drawing: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resvg = pytest.importorskip("resvg_py")
    drawn: list[object] = []
    monkeypatch.setattr(resvg, "svg_to_bytes", lambda **given: drawn.append(given))
    with pytest.raises(UnreadableImageError, match=why):
        read_image(SVG + drawing + b"</svg>")
    assert not drawn


def test_entities_are_not_read() -> None:
    pytest.importorskip("resvg_py")
    laughs = b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + SVG + b"<title>&b;</title></svg>"
    with pytest.raises(UnreadableImageError, match="declares entities"):
        read_image(b'<?xml version="1.0"?>' + laughs)


@pytest.mark.parametrize(
    ("size", "why"),
    [
        ('width="99999" height="50"', "99999x50 pixels large"),
        ('width="2000" height="2000"', "2000x2000 pixels large"),
        ('viewBox="0 0 100000 100000"', "100000x100000 pixels large"),
        ('width="100%" height="1e9"', "says no width and height"),
    ],
)
def test_the_size_of_a_drawing_is_limited(size: str, why: str) -> None:
    pytest.importorskip("resvg_py")
    with pytest.raises(UnreadableImageError, match=why):
        read_image(f'<svg xmlns="http://www.w3.org/2000/svg" {size}></svg>'.encode())


def test_a_drawing_without_width_and_height_is_as_large_as_its_view_box() -> None:
    pytest.importorskip("resvg_py")
    bar = BAR.replace(b'width="150" height="50"', b'viewBox="0,0 150 50"', 1)
    assert read_image(bar).shape == (50, 150, 3)
