"""Final pages: what is on them, where, and that a piece shows what the whole shows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fonts import typefaces
from generators.contest.glyphs import glyph, thinner
from generators.pages.layout import HEIGHTS, WIDTHS, Page, arc_through, draw
from generators.pages.line_drawing import LINE_HEIGHT, LineDrawer, Type
from generators.pages.page_samples import (
    GRAMMAR,
    LIKE_INK,
    LIKE_INK_SHARE,
    LOOKS,
    TIGHT,
    TIGHT_SHARE,
    CutLines,
    LoneFraction,
    WholePages,
    _around,
    more_fractions,
    page_sampler,
    some_like_ink,
)
from ocr.text.formula_grammar import VARIABLES
from ocr.text.grammar import grammar
from suanshi.training.synthetic_task import SYNTHETIC


def page(seed: int = 0) -> Page:
    return page_sampler()(np.random.default_rng(seed))


def test_same_seed_same_page() -> None:
    assert np.array_equal(draw(page(3)), draw(page(3)))
    assert page(3).text != page(4).text


def test_the_layout_is_the_contests() -> None:
    for seed in range(20):
        drawn = page(seed)
        assert drawn.width in WIDTHS
        assert drawn.height in HEIGHTS
        assert len(drawn.lines) in (2, 3)
        assert GRAMMAR.contains(drawn.text)
        tops = [line.top for line in drawn.lines]
        assert set(np.diff(tops)) == {LINE_HEIGHT}
        assert len({line.left for line in drawn.lines}) == 1
        for line in drawn.lines:
            left, top, right, lower = line.box
            assert 0 <= left < right <= drawn.width + 100
            assert 15 < lower - top < 90


def test_a_piece_shows_the_lines_and_arcs_of_the_whole() -> None:
    plain = page(1)
    without_dots = Page(**{**plain.__dict__, "dots": 0})
    whole = draw(without_dots)
    left, top, right, lower = plain.lines[0].box
    piece = draw(without_dots, (left - 5, top - 5, right + 5, lower + 5))
    there = whole[top:lower, left:right]
    same = (piece[5:-5, 5:-5] == there).all(-1)
    assert same.mean() > 0.97  # an arc that is cut off at the border may be a pixel away
    assert (there != np.array(plain.background)).any(-1).mean() > 0.1


def test_samplers() -> None:
    pixels, text = WholePages(page_sampler())(np.random.default_rng(0))
    assert pixels.ndim == 3
    assert GRAMMAR.contains(text)
    whole, alone = 0, 0
    rng = np.random.default_rng(0)
    cut = CutLines(page_sampler())
    for _ in range(40):
        pieces, text = cut(rng)
        assert grammar("formula").contains(text)
        assert len(pieces) == text.count(";") + 1
        assert all(piece.dtype == np.uint8 and piece.shape[2] == 3 for piece in pieces)
        whole += len(pieces) > 1
        alone += len(pieces) == 1
    assert min(whole, alone) > 8


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, r"\(19158\+到/53403\)\*20-7\*烟"), (1.0, r"\(\D/19158\+到/53403\)\*\D/20-\D/7\*烟")],
)
def test_numbers_get_a_variable_above_them(share: float, expected: str) -> None:
    formula = more_fractions("(19158+到/53403)*20-7*烟", share, np.random.default_rng(0))
    assert re.fullmatch(expected, formula)


def test_lone_expressions_have_more_fractions() -> None:
    rng, cut = np.random.default_rng(1), CutLines(page_sampler(), whole=0, expressions=1, fractions=1.0)
    for _ in range(8):
        (piece,), text = cut(rng)
        assert text.count("/") == 4 - len(re.findall(r"[^\W\d_](?!/)", text))
        assert piece.shape[1] > piece.shape[0]


def test_an_arc_through_a_box_ends_in_it() -> None:
    planned, rng = page(2), np.random.default_rng(3)
    left, top, right, lower = box = planned.lines[0].box
    for _ in range(50):
        x1, y1, x2, y2 = arc_through(box, planned, rng).box
        assert top <= y2 < lower
        assert y1 <= y2
        assert x1 < right
        assert x2 > left


def test_crossed_lines_have_more_arcs() -> None:
    cut = CutLines(page_sampler(), whole=1, crossed=1.0)
    plain = replace(cut, crossed=0.0)
    seen = [(cut(np.random.default_rng(seed)), plain(np.random.default_rng(seed))) for seed in range(6)]
    assert all(one[1] == other[1] for one, other in seen)
    assert not any(np.array_equal(one[0][0], other[0][0]) for one, other in seen)


def test_some_of_these_arcs_are_about_as_the_ink() -> None:
    planned, rng = page(2), np.random.default_rng(3)
    arc = replace(arc_through(planned.lines[0].box, planned, rng), colour=(1, 2, 3))
    arcs = [some_like_ink(arc, planned, rng) for _ in range(400)]
    like = [each for each in arcs if each.colour != (1, 2, 3)]
    assert abs(len(like) / 400 - LIKE_INK_SHARE) < 0.07
    away = np.abs(np.subtract([each.colour for each in like], planned.colour))
    assert away.mean() < LIKE_INK
    assert {type(value) for each in like for value in each.colour} == {int}
    assert all(replace(each, colour=arc.colour) == arc for each in like)


def test_numbers_under_bars_are_drawn_for_a_closer_look() -> None:
    rng, cut = np.random.default_rng(4), CutLines(page_sampler(), closer=1.0)
    see = SYNTHETIC["formula"].prepare
    for _ in range(6):
        drawn, text = cut(rng)
        assert isinstance(drawn, LoneFraction)
        assert re.fullmatch("[0-9]+", text)
        seen = see(drawn)
        assert seen.shape[0] == 64
        assert 20 * len(text) < seen.shape[1] < 60 * len(text) + 160
        ink = np.flatnonzero((seen[..., 0] < 128).any(axis=1))
        assert len(ink) >= 20  # as high as other digits, of which the smallest are so high


def test_no_number_is_drawn_alone_where_none_is_asked_for() -> None:
    cut = CutLines(page_sampler(), closer=0.0)
    assert all(isinstance(cut(np.random.default_rng(seed))[0], list) for seed in range(6))


def test_a_piece_may_show_where_a_line_without_text_is() -> None:
    planned = page_sampler().plan(";;1+1", np.random.default_rng(5))
    lines = planned.lines
    assert [line.text for line in lines] == ["", "", "1+1"]
    piece = draw(planned, (lines[0].left - 30, lines[0].top - 30, lines[0].left + 200, lines[2].top + 100))
    assert piece.shape == (lines[2].top - lines[0].top + 130, 230, 3)


@pytest.mark.parametrize("look", [*LOOKS, "training"])
@pytest.mark.parametrize("split", ["train", "held_out"])
def test_typefaces_keep_to_their_split(split: str, look: str) -> None:
    pages = page_sampler(split, look)  # type: ignore[arg-type]
    mine = {str(face.path) for face in typefaces(split, covering="")}  # type: ignore[arg-type]
    assert all(pages.digits.groups)
    assert all(pages.variables.groups)
    assert {path for group in (*pages.digits.groups, *pages.variables.groups) for path in group} <= mine


@pytest.mark.parametrize("split", ["train", "held_out"])
def test_the_contests_look_is_slender_with_a_foot_under_the_one(split: str) -> None:
    pages = page_sampler(split)  # type: ignore[arg-type]
    for path in {path for group in pages.digits.groups for path in group}:
        coverage = glyph(path, 200, "1").ink[..., 0] > 128
        rows = len(coverage)
        stem = np.median(coverage[int(0.45 * rows) : int(0.8 * rows)].sum(1))
        assert coverage[-rows // 16 :].any(0).sum() > 2 * stem, path
    for path in {path for group in pages.variables.groups for path in group}:
        assert np.mean([glyph(path, 200, name).ink[..., 0].mean() for name in VARIABLES]) < 0.45 * 255, path


def test_a_fraction_has_a_bar_between_its_parts() -> None:
    faces = page_sampler()
    drawer = LineDrawer(Type(faces.digits.groups[0][0], faces.variables.groups[0][0]), np.random.default_rng(0))
    shade = drawer.fraction(VARIABLES[5], "12345")
    rows = (shade > 0).mean(1)
    bar = np.flatnonzero(rows == 1)
    assert 1 <= len(bar) <= 6
    assert shade[: bar[0]].any()
    assert shade[bar[-1] + 1 :].any()
    assert drawer.fraction(VARIABLES[5], "1").shape[1] < shade.shape[1]


def test_an_unknown_look_is_named() -> None:
    with pytest.raises(ValueError, match="unknown look 'round'"):
        page_sampler("train", "round")


def test_thinner_strokes_are_thinner_and_whole() -> None:
    ink = glyph(page_sampler().digits.groups[0][0], 60, "8").ink
    thin = thinner(ink, 0.5)
    assert thin.shape == ink.shape
    assert (thin <= ink).all()
    assert 0.5 < np.count_nonzero(thin[..., 0]) / np.count_nonzero(ink[..., 0]) < 0.97
    full = ink[..., 0] == 255
    assert (thin[full] == 255).all()
    hairline = np.zeros((9, 5, 2), np.uint8)
    hairline[4] = 100, 39
    assert (thinner(hairline, 0.5)[4, :, 0] >= 99).all()
    np.testing.assert_allclose(thinner(ink, 0.0), ink, atol=1)  # squares are rounded otherwise


def drawer(**setting: Any) -> LineDrawer:
    faces = page_sampler()
    digits, variables = faces.digits.groups[0][0], faces.variables.groups[0][0]
    return LineDrawer(Type(digits, variables, **setting), np.random.default_rng(0))


def test_characters_have_several_sizes() -> None:
    """The cell of each is one of three sizes, of its own height if it has one; those under a bar have their own."""
    line = drawer(em=40.0, tall=1.0, sizes=(0.5, 0.8, 1.0), heights={"*": 0.5}, full_height=1.2)
    assert {line.cell("8").shape[0] for _ in range(40)} == {20, 32, 40}
    assert {line.cell("*").shape[0] for _ in range(40)} == {10, 16, 20}
    assert {line.cell("天").shape[0] for _ in range(40)} == {24, 38, 48}


@pytest.mark.parametrize("over", [0, 12])
def test_a_fractions_variable_stands_above_its_bar(over: int) -> None:
    setting = {"em": 40.0, "tall": 1.0, "fraction_height": 0.5, "fraction_sizes": (0.6,), "bar": 3}
    shade = drawer(**setting, over=over).fraction("天", "76020")
    bar = np.flatnonzero((shade == 255).all(1))
    assert bar.tolist() == [20 + over, 21 + over, 22 + over]
    assert 12 <= shade.shape[0] - bar[-1] - 1 <= 15
    assert not shade[20 : 20 + over].any()


def test_some_lines_are_cut_too_tight() -> None:
    box = 100, 100, 300, 150
    cuts = np.array([_around(box, np.random.default_rng(seed)) for seed in range(400)])
    inside = np.stack([cuts[:, :2] > box[:2], cuts[:, 2:] < box[2:]])
    assert 0.5 * TIGHT_SHARE < inside.mean() < 2 * TIGHT_SHARE
    assert cuts[:, 0].max() < 100 + TIGHT
