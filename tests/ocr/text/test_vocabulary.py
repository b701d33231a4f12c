import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import OcrError, UnknownCharacterError
from ocr.text.vocabulary import Vocabulary

CHARACTERS = "0123456789+-*()=;/流圳"
VOCABULARY = Vocabulary(CHARACTERS)


@given(st.text(CHARACTERS))
def test_decoding_undoes_encoding(text: str) -> None:
    ids = VOCABULARY.encode(text)
    assert len(ids) == len(text)
    assert VOCABULARY.blank not in ids
    assert VOCABULARY.decode(ids) == text


@given(st.lists(st.characters(), min_size=1, unique=True).map("".join))
def test_every_character_has_one_id_of_its_own(characters: str) -> None:
    vocabulary = Vocabulary(characters)
    assert vocabulary.encode(characters) == tuple(range(1, vocabulary.size))
    assert vocabulary.size == len(characters) + 1
    assert vocabulary.blank == 0


@pytest.mark.parametrize("characters", ["", "aa", "0120"])
def test_empty_or_repeating_characters_are_refused(characters: str) -> None:
    with pytest.raises(OcrError):
        Vocabulary(characters)


def test_unknown_characters_and_ids_are_refused_by_name() -> None:
    with pytest.raises(UnknownCharacterError, match="'x'"):
        VOCABULARY.encode("1x2")
    for index in (-1, 0, VOCABULARY.size):
        with pytest.raises(UnknownCharacterError, match=str(index)):
            VOCABULARY.decode([1, index])


def test_a_vocabulary_is_a_value() -> None:
    VOCABULARY.encode("1")
    assert pickle.loads(pickle.dumps(VOCABULARY)) == VOCABULARY == Vocabulary(CHARACTERS)
    with pytest.raises(AttributeError):
        VOCABULARY.characters = "x"  # type: ignore[misc]
