"""Cutting anew what the catalogue names, from packages that lie there already and from clients that are played."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from fonts.catalogue import FOLDER, faces, read_entries

pytest.importorskip("fontTools")
from fontTools.ttLib import TTFont

from fonts.cut import covered_characters, cut
from fonts.recut import command, recut
from fonts.sources import SourceError, fetch, package_folder, source_files

ENTRIES = read_entries((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
ENTRY = next(entry for entry in ENTRIES if entry.get("more") and entry["file"].endswith(".ttf"))


def laid(sources: Path, entry: dict, names: dict[str, str]) -> None:
    """Lay the package of an entry below `sources`, with files of the entry's typeface that have these characters."""
    folder = package_folder(entry["origin"], sources)
    for name, characters in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cut(FOLDER / "files" / entry["file"], path, name="Some Face", characters=characters)


def test_a_cut_from_its_own_cut_is_the_same(tmp_path: Path) -> None:
    every = ENTRY["characters"] + ENTRY["more"]
    laid(tmp_path, ENTRY, {ENTRY["source"]: every})
    out = tmp_path / "out.ttf"
    recut(ENTRY, tmp_path, out)
    assert out.read_bytes() == (FOLDER / "files" / ENTRY["file"]).read_bytes()


def test_slices_are_joined_and_a_missing_notice_is_given(tmp_path: Path) -> None:
    entry = {**ENTRY, "source": "slices/*.ttf", "characters": "0123", "more": "?", "copyright": "Copyright A. Maker"}
    laid(tmp_path, entry, {"slices/a.ttf": "01", "slices/b.ttf": "23?"})
    recut(entry, tmp_path, tmp_path / "out.ttf")
    assert set(covered_characters(tmp_path / "out.ttf", "0123456?")) == set("0123?")
    with TTFont(tmp_path / "out.ttf") as font:
        assert font["name"].getDebugName(0) == "Copyright A. Maker"
        assert font["name"].getDebugName(1) == entry["name"]


def test_every_entry_is_cut_to_what_it_claims() -> None:
    for face in faces("all"):
        assert set(covered_characters(face.path, "".join(map(chr, range(33, 0x10000))))) == set(face.characters)


def test_command_line(tmp_path: Path) -> None:
    laid(tmp_path, ENTRY, {ENTRY["source"]: ENTRY["characters"] + ENTRY["more"]})
    arguments = [str(tmp_path), "--out", str(tmp_path / "out"), "--only"]
    done = CliRunner().invoke(command, [*arguments, ENTRY["name"]])
    assert done.exit_code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [ENTRY["file"]]
    refused = CliRunner().invoke(command, [*arguments, "Suanshi Sans 999"])
    assert refused.exit_code == 1
    assert "not in the catalogue: Suanshi Sans 999" in refused.output
    (package_folder(ENTRY["origin"], tmp_path) / ENTRY["source"]).unlink()
    refused = CliRunner().invoke(command, [*arguments, ENTRY["name"]])
    assert refused.exit_code == 1
    assert f"{ENTRY['name']}: " in refused.output


def client(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a command `name` that runs a shell script before all others."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")


def test_fetch_from_npm_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "font.woff2").write_text("outlines")
    with tarfile.open(tmp_path / "made.tgz", "w:gz") as archive:
        archive.add(tmp_path / "font.woff2", "package/files/font.woff2")
    client(tmp_path, "npm", f'echo "$@" >> {tmp_path}/asked; cp {tmp_path}/made.tgz got.tgz', monkeypatch)
    for _ in range(2):
        folder = fetch("npm @fontsource/some 1.2.3", tmp_path / "sources")
    assert (folder / "files/font.woff2").read_text() == "outlines"
    assert (tmp_path / "asked").read_text() == "pack --silent @fontsource/some@1.2.3\n"
    assert source_files("npm @fontsource/some 1.2.3", "files/*.woff2", tmp_path / "sources") == [
        folder / "files/font.woff2"
    ]
    with pytest.raises(SourceError, match=r"has no files/other\.woff2"):
        source_files("npm @fontsource/some 1.2.3", "files/other.woff2", tmp_path / "sources")
    assert [path.name for path in (tmp_path / "sources").iterdir()] == [folder.name]


def test_fetch_from_debian_and_pypi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, "apt-get", 'test "$3" = "fonts-some=1:2-3" && touch some.deb', monkeypatch)
    client(tmp_path, "dpkg", 'mkdir -p "$3/usr" && cp "$2" "$3/usr/font.ttf"', monkeypatch)
    assert (fetch("debian fonts-some 1:2-3", tmp_path / "sources") / "usr/font.ttf").exists()
    with zipfile.ZipFile(tmp_path / "made.whl", "w") as wheel:
        wheel.writestr("data/font.ttf", "outlines")
    client(tmp_path, "pip-played", f'cp {tmp_path}/made.whl got.whl; test "$6" = some==4.5', monkeypatch)
    monkeypatch.setattr("sys.executable", str(tmp_path / "bin" / "pip-played"))
    assert (fetch("pypi some 4.5", tmp_path / "sources") / "data/font.ttf").read_text() == "outlines"


def test_what_is_not_served_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, "npm", "echo no such version >&2; exit 1", monkeypatch)
    with pytest.raises(SourceError, match=r"npm pack .*: no such version"):
        fetch("npm some 9.9.9", tmp_path / "sources")
    assert not any((tmp_path / "sources").iterdir())
    with pytest.raises(SourceError, match="expected 'npm', 'pypi' or 'debian', not 'ctan'"):
        fetch("ctan some 1", tmp_path / "sources")
