"""Blanking fifths of pictures: which blocks are chosen, and what is left."""

from __future__ import annotations

import numpy as np

from benchmarks.activation_maps.blanking import FIFTH, FILLS, GRID, KINDS, blank, blocks, chosen


def test_every_fifth_is_a_fifth() -> None:
    heat = np.random.default_rng(0).random((6, GRID, GRID)).astype(np.float32)
    fifths = chosen(heat, np.random.default_rng(1))
    assert tuple(fifths) == KINDS
    for masks in fifths.values():
        assert masks.shape == heat.shape
        assert (masks.sum(axis=(1, 2)) == FIFTH).all()
    assert heat[fifths["hottest"]].min() > heat[fifths["coldest"]].max()
    assert not (fifths["hottest"] == fifths["elsewhere"]).all(axis=(1, 2)).any()
    again = chosen(heat, np.random.default_rng(1))
    assert all((again[kind] == fifths[kind]).all() for kind in KINDS)


def test_the_hottest_blocks_are_where_a_map_is_hot() -> None:
    maps = np.zeros((2, 5, 5), np.float32)
    maps[:, 1, 3] = 1
    hottest = chosen(blocks(maps), np.random.default_rng(0))["hottest"]
    assert hottest[0, 2:4, 6:8].all()


def test_only_what_is_chosen_is_blanked() -> None:
    image = np.random.default_rng(0).integers(0, 256, (50, 100, 3), np.uint8)
    mask = np.zeros((GRID, GRID), bool)
    mask[0, :5] = True
    for fill in FILLS:
        found = blank(image, mask, fill)
        np.testing.assert_array_equal(found[5:], image[5:])
        np.testing.assert_array_equal(found[:5, 50:], image[:5, 50:])
        assert np.abs(found[:5, :50].astype(int) - 127).max() < 40
