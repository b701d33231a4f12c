"""Drawn images with the characters and lengths of somebody's own: what a reader of those may begin with."""

from __future__ import annotations

from fonts.catalogue import Typeface, typefaces
from generators.contest.look import SIZE
from generators.contest.sampler import Sampler, Share
from ocr.text.grammar import FreeText

LOOKS = (("library", 0.3), ("wide", 0.7))


def own_sampler(characters: str, lengths: tuple[int, int], size: tuple[int, int]) -> Sampler | None:
    """Return what draws texts of `characters`, of least and most so many, as images of about the shape of `size`.

    `size` is (width, height); they are as high as the type of our looks fills, and scaling is left to what makes them a
    network's inputs. Characters that none of the typefaces for training can draw are left out, and all but ASCII where
    no typeface can draw the rest together; None when nothing is left.
    """
    every = typefaces("train", "")
    alphabet = "".join(char for char in characters if any(face.covers(char) for face in every))
    for drawn in (alphabet, "".join(char for char in alphabet if char.isascii())):
        faces: list[Typeface] = [face for face in every if face.covers(drawn)] if drawn else []
        if faces:
            paths = tuple(str(face.path) for face in faces)
            shares = tuple(Share(look, paths, weight) for look, weight in LOOKS)
            shape = round(SIZE[1] * size[0] / size[1]), SIZE[1]
            return Sampler(shares, FreeText("own", drawn, *lengths), shape)
    return None
