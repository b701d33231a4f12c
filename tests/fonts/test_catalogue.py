"""The shipped typefaces keep what the catalogue promises about them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import fonts
from fonts.catalogue import FOLDER, CatalogueError, Typeface, faces, read_entries, typefaces
from fonts.legible import legible

CATALOGUE = (FOLDER / "catalogue.json").read_text(encoding="utf-8")
ENTRIES = read_entries(CATALOGUE)
FIRST = typefaces("all", "")
FACES = faces("all")
UNMAPPED = "\ue000"
BYTES_ALLOWED = 8_000_000
CHINESE = "君不见黄河之水天上来奔流到海复回烟锁池塘柳深圳铁板烧"
CHINESE_NUMERALS = "零一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾两加减乘除以等于几多少是去上得和"
SIGNS, LETTERS = "0123456789+-*/×÷=?()", "ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
FIRST_DIGEST = "e17a45d80342537f117e6187a7ba3d68711a11699a6c963355343b680c62526e"
FIRST_STYLES = {"sans", "serif", "slab", "mono", "hand", "display"}
LATIN_STYLES = FIRST_STYLES | {"outline", "pixel", "stencil"}
CHINESE_STYLES = {"song", "hei", "kai", "brush"}
CLAIMED_AT_FIRST = {face.path: face.characters for face in FIRST}
BY_FILE = {face.path: face for face in (*FIRST, *FACES)}  # with all characters where both tell of it
EACH_FACE = pytest.mark.parametrize("face", BY_FILE.values(), ids=lambda face: face.name)


def ink(font: ImageFont.FreeTypeFont, character: str) -> np.ndarray:
    """Return where `character` is black on a page of 120 x 120, as bool (120, 120)."""
    page = Image.new("L", (120, 120), 0)
    ImageDraw.Draw(page).text((30, 20), character, font=font, fill=255)
    return np.asarray(page) > 127


def changed(**values: Any) -> str:
    """Return the catalogue with its first entry changed; None takes a key away."""
    entry = {key: value for key, value in {**ENTRIES[0], **values}.items() if value is not None}
    return json.dumps({"format_version": 1, "typefaces": [entry]})


def test_files_and_entries_are_the_same() -> None:
    listed = [entry["file"] for entry in ENTRIES]
    assert len(listed) == len(set(listed))
    assert set(listed) == {path.name for path in (FOLDER / "files").iterdir()}


def test_licences_and_entries_are_the_same() -> None:
    used = {entry["licence_file"] for entry in ENTRIES}
    assert used == {path.name for path in (FOLDER / "licences").iterdir()}
    assert all((FOLDER / "licences" / name).stat().st_size > 1000 for name in used)
    assert all(entry["copyright"] and entry["origin"] and entry["source"] for entry in ENTRIES)
    latin = {"OFL-1.1", "Apache-2.0", "BSD-3-Clause", "Bitstream-Vera", "LicenseRef-GUST"}
    assert {entry["licence"] for entry in ENTRIES} <= latin | {"Arphic-1999", "OGDL-Taiwan-1.0"}


@EACH_FACE
def test_claimed_characters_are_drawn(face: Typeface) -> None:
    assert len(face.characters) == len(set(face.characters))
    font = ImageFont.truetype(face.path, 60)
    missing = ink(font, UNMAPPED)
    for character in face.characters:
        drawn = ink(font, character)
        assert drawn.sum() > 8, character
        assert not np.array_equal(drawn, missing), character


@EACH_FACE
def test_every_face_draws_digits_or_chinese_with_distinct_characters(face: Typeface) -> None:
    assert face.covers(CHINESE) or (face.covers("0123456789+-*/()=") and face.style in LATIN_STYLES)
    font = ImageFont.truetype(face.path, 60)
    pictures = {ink(font, character).tobytes() for character in face.characters}
    assert len(pictures) == len(face.characters)


@EACH_FACE
def test_claimed_characters_can_be_told_apart(face: Typeface) -> None:
    assert legible(face.path, face.characters, claimed=CLAIMED_AT_FIRST.get(face.path, "")) == face.characters


@EACH_FACE
def test_names_inside_the_files_are_ours(face: Typeface) -> None:
    assert ImageFont.truetype(face.path, 20).getname() == (face.name, "Regular")
    assert face.name.startswith("Suanshi ")
    assert face.path.stem == face.name.lower().replace(" ", "-")


def test_names_are_unique() -> None:
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES) == len(BY_FILE)


def test_enough_typefaces_of_every_style() -> None:
    families: dict[str, set[str]] = defaultdict(set)
    for face in FACES:
        families[face.style].add(face.family)
    assert len(FACES) >= 250
    assert sum(map(len, families.values())) >= 200
    assert set(families) == LATIN_STYLES | CHINESE_STYLES
    assert {face.style for face in FIRST} == FIRST_STYLES | CHINESE_STYLES
    assert all(len(families[style]) >= 7 for style in LATIN_STYLES)
    assert all(len(families[style]) >= 3 for style in CHINESE_STYLES)


def test_what_was_there_first_stays() -> None:
    """What is drawn from a seed depends on it: so neither their number and order nor what they draw may change."""
    told = "\n".join(f"{face.name} {face.held_out} {face.weight} {face.characters}" for face in FIRST)
    assert hashlib.sha256(told.encode()).hexdigest() == FIRST_DIGEST


def test_letters_that_came_later_have_a_file_of_their_own() -> None:
    """The rasteriser fits TrueType outlines to pixels by what letters there are, so a capital changes when small ones
    are added; signs don't count, and OpenType outlines aren't fitted."""
    entries = [entry for entry in ENTRIES if entry.get("seen_by", "both") == "both" and entry["file"].endswith(".ttf")]
    assert len(entries) >= 90
    assert not [entry["name"] for entry in entries if any(char.isalpha() for char in entry["more"])]


def test_faces_tell_of_all_that_is_new() -> None:
    first = {face.name: face for face in FIRST}
    both = [face for face in FACES if face.name in first]
    assert len(FACES) - len(both) >= 150
    assert all(set(face.characters) >= set(first[face.name].characters) for face in both)
    assert {face.family for face in FIRST} <= {face.family for face in FACES}
    for text in (SIGNS, LETTERS):
        assert len(faces("train", text)) >= 180
        assert len(faces("held_out", text)) >= 35


def test_chinese_numerals_on_both_sides() -> None:
    of_numerals = faces("all", CHINESE + CHINESE_NUMERALS)
    assert set(faces("all", CHINESE)) == set(of_numerals)
    for split in ("train", "held_out"):
        drawing = faces(split, CHINESE_NUMERALS + "0123456789+-=?", styles=CHINESE_STYLES)
        assert {face.style for face in drawing} == CHINESE_STYLES


def test_styles_choose() -> None:
    hollow = faces("train", SIGNS, styles=["outline", "pixel"])
    assert {face.style for face in hollow} == {"outline", "pixel"}
    assert hollow is faces("train", SIGNS, styles={"pixel", "outline"})
    assert faces("all", styles=()) == ()
    with pytest.raises(CatalogueError, match=r"unknown styles .'gothic'"):
        faces("all", styles=["gothic"])  # type: ignore[list-item]
    with pytest.raises(CatalogueError, match="unknown split"):
        faces("test")  # type: ignore[arg-type]


def test_enough_chinese_typefaces_on_both_sides() -> None:
    train, held_out = typefaces("train", CHINESE), typefaces("held_out", CHINESE)
    assert len(train) >= 15
    assert {face.style for face in train} > CHINESE_STYLES == {face.style for face in held_out}
    assert {face.style for face in typefaces("all", CHINESE[:1])} == {face.style for face in train}
    assert len(typefaces("all", CHINESE + "0123456789+-*/()")) >= 15


def test_chinese_typefaces_differ_from_each_other() -> None:
    pages = {
        face.name: b"".join(ink(ImageFont.truetype(face.path, 60), character).tobytes() for character in "黄海烧")
        for face in typefaces("all", CHINESE)
    }
    assert len(set(pages.values())) == len(pages)


@pytest.mark.parametrize("ask", [typefaces, faces])
def test_families_are_not_split_and_a_fifth_is_held_out(ask: Callable[..., tuple[Typeface, ...]]) -> None:
    train, held_out = ({face.family for face in ask(split, "")} for split in ("train", "held_out"))
    assert not train & held_out
    assert 0.18 <= len(held_out) / len(train | held_out) <= 0.22
    assert {"Droid Sans Mono", "Roboto", "DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif"} <= train
    assert {face.style for face in ask("held_out", "")} == {face.style for face in ask("all", "")}


def test_the_folder_stays_small() -> None:
    shipped = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in shipped) < BYTES_ALLOWED


def test_covering_and_split_choose() -> None:
    assert set(typefaces("train")) | set(typefaces("held_out")) == set(typefaces("all"))
    capitals = typefaces("train", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert 45 <= len(capitals) < len(typefaces("train", ""))
    assert typefaces("all", "\ue000") == ()
    assert typefaces() is typefaces()
    assert fonts.typefaces is typefaces
    assert fonts.faces is faces
    with pytest.raises(CatalogueError, match="split"):
        typefaces("test")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "exactly"),
        ('{"format_version": 2, "typefaces": []}', "format 2"),
        ('{"format_version": 1, "typefaces": {}}', "list"),
        ('{"format_version": 1, "typefaces": [3]}', "object"),
        (changed(colour="red"), "unknown keys .'colour'"),
        (changed(licence=None), "missing keys .'licence'"),
        (changed(weight="bold"), "'weight'"),
        (changed(weight=True), "'weight'"),
        (changed(style="gothic"), "style 'gothic'"),
        (changed(more=3), "'more'"),
        (changed(seen_by="nobody"), "seen_by 'nobody'"),
    ],
)
def test_a_wrong_catalogue_is_refused(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        read_entries(text)


def test_unknown_attribute_of_the_package() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        fonts.nothing  # noqa: B018
    assert Path(fonts.__file__).parent == FOLDER
