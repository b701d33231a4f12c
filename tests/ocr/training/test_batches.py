"""Labels that fit and labels that do not."""

import numpy as np
import pytest

from ocr.errors import OcrError, UnknownCharacterError
from ocr.text.vocabulary import Vocabulary
from ocr.training.batches import columns_needed, encode_batch, encode_texts

VOCABULARY = Vocabulary("0123456789")


@pytest.mark.parametrize(("ids", "columns"), [((), 0), ((1,), 1), ((1, 2), 2), ((1, 1), 3), ((1, 1, 1, 2, 2), 8)])
def test_columns_needed(ids: tuple[int, ...], columns: int) -> None:
    assert columns_needed(ids) == columns


def test_labels_are_padded_with_the_blank() -> None:
    labels = encode_texts(["12", "909", ""], VOCABULARY, columns=5)
    assert labels.tolist() == [[2, 3] + [0] * 14, [10, 1, 10] + [0] * 13, [0] * 16]


def test_a_label_may_fill_all_columns() -> None:
    assert encode_texts(["11"], VOCABULARY, columns=3).shape == (1, 16)


@pytest.mark.parametrize("text", ["11", "1212"])
def test_an_impossible_label_is_refused(text: str) -> None:
    with pytest.raises(OcrError, match="text"):
        encode_texts(["1", text], VOCABULARY, columns=2)


def test_an_unknown_character_is_refused() -> None:
    with pytest.raises(UnknownCharacterError):
        encode_texts(["1x"], VOCABULARY, columns=9)


@pytest.mark.parametrize(
    ("images", "texts"),
    [
        (np.zeros((1, 20, 40, 1), np.float32), ["1"]),
        (np.zeros((20, 40, 1), np.uint8), ["1"]),
        (np.zeros((2, 20, 40, 1), np.uint8), ["1"]),
        (np.zeros((1, 20, 42, 1), np.uint8), ["1"]),
        (np.zeros((0, 20, 40, 1), np.uint8), []),
    ],
)
def test_arrays_that_are_no_batch_are_refused(images: np.ndarray, texts: list[str]) -> None:
    with pytest.raises(OcrError):
        encode_batch((images, texts), VOCABULARY, stride=4)
