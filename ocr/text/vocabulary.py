"""The characters of a model, and the label ids that stand for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from ocr.errors import OcrError, UnknownCharacterError


@dataclass(frozen=True)
class Vocabulary:
    """The characters that a model can write, in the order of its outputs.

    Id 0 is the CTC blank, so character k of `characters` has id k + 1. `decode(encode(text)) == text` for
    every text made of these characters.

    Raises:
        OcrError: when `characters` is empty or holds a character twice.
    """

    characters: str
    blank: ClassVar[int] = 0
    """The id that stands for no character."""

    def __post_init__(self) -> None:
        if not self.characters:
            raise OcrError("a vocabulary needs at least one character, but none was given")
        twice = sorted(char for char in set(self.characters) if self.characters.count(char) > 1)
        if twice:
            raise OcrError(f"a vocabulary holds each character once, these come twice: {''.join(twice)!r}")

    @cached_property
    def size(self) -> int:
        """Number of ids, the blank included: the width of a model's output."""
        return len(self.characters) + 1

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {char: index for index, char in enumerate(self.characters, start=1)}

    def encode(self, text: str) -> tuple[int, ...]:
        """Return the ids of `text`, one per character and never the blank.

        Raises:
            UnknownCharacterError: when a character is not in the vocabulary.
        """
        try:
            return tuple([self._ids[char] for char in text])
        except KeyError as error:
            raise UnknownCharacterError(
                f"{text!r} holds {error.args[0]!r}, but the vocabulary is {self.characters!r}"
            ) from None

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of label ids; blanks and repeats are for the decoder to take out first.

        Raises:
            UnknownCharacterError: when an id is the blank or past the last character.
        """
        text = []
        for index in ids:
            if not 0 < index < self.size:
                raise UnknownCharacterError(f"id {index} is no character: ids 1 to {self.size - 1} are")
            text.append(self.characters[index - 1])
        return "".join(text)
