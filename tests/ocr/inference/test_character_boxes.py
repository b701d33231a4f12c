"""Cells of characters, from scores whose best path is known."""

import numpy as np
import pytest

from ocr.inference.decoder import character_boxes

COLUMNS = 30


def peaks(*columns: int) -> tuple[np.ndarray, list[int]]:
    """Scores (T, 10) with ids 1, 2, ... in these columns and blanks elsewhere, and the ids."""
    scores = np.zeros((COLUMNS, 10))
    scores[:, 0] = 5
    ids = list(range(1, len(columns) + 1))
    scores[list(columns), ids] = 10
    return scores, ids


def test_cells_meet_half_way() -> None:
    scores, ids = peaks(4, 10, 14, 20)
    assert character_boxes(scores[None], [ids], lone=7).tolist() == [
        [[1.5, 7.5], [7.5, 12.5], [12.5, 17.5], [17.5, 23.5]]
    ]


def test_cells_are_no_wider_than_usual() -> None:
    scores, ids = peaks(2, 6, 10, 25)
    (placed,) = character_boxes(scores[None], [ids], lone=7)
    np.testing.assert_allclose(placed, [[0.5, 4.5], [4.5, 8.5], [8.5, 10.5 + 0.6 * 4], [25.5 - 0.6 * 4, 27.5]])


def test_texts_of_different_lengths_in_a_batch() -> None:
    texts = [peaks(4, 10, 14, 20), peaks(), peaks(12), peaks(3, 9)]
    scores, ids = np.stack([scores for scores, _ in texts]), [ids for _, ids in texts]
    placed = character_boxes(scores, ids, lone=7)
    assert placed.shape == (4, 4, 2)
    for row, (one, own) in zip(placed, texts, strict=True):
        np.testing.assert_array_equal(row[: len(own)], character_boxes(one[None], [own], lone=7)[0])
        assert not row[len(own) :].any()
    assert placed[2, 0].tolist() == [9, 16]  # alone
    assert placed[3, :2].tolist() == [[0.5, 6.5], [6.5, 12.5]]


@pytest.mark.parametrize("ids", [[], [[]], [[], []]])
def test_no_characters_have_no_cells(ids: list[list[int]]) -> None:
    assert character_boxes(np.zeros((len(ids), COLUMNS, 3)), ids, lone=7).shape == (len(ids), 0, 2)


def test_a_text_that_does_not_fit_has_no_places() -> None:
    assert not character_boxes(np.zeros((1, 3, 3)), [[1, 1, 1]], lone=7).any()
