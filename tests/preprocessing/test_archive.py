"""Zips from strangers."""

from __future__ import annotations

import random
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from preprocessing import archive
from preprocessing.archive import PictureZip, ZipError, check_unpacked, is_zip


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def test_names_lead_to_their_members_and_never_out(tmp_path: Path) -> None:
    names = ["./a/0.png", "/a/1.png", "a//2.png", "a/./3.png", "../a/4.png", "a/../../5.png", "a/6.png", "a//6.png"]
    path = packed(tmp_path / "a.zip", {name: name.encode() for name in names})
    with PictureZip(path) as found:
        assert sorted(found.sizes) == ["a/0.png", "a/1.png", "a/2.png", "a/3.png", "a/6.png"]
        assert found.read("a/0.png") == b"./a/0.png"
        assert found.read("a/6.png") == b"a/6.png"
        assert found.left_out.keys() == {"../a/4.png", "a/../../5.png", "a//6.png"}


def test_a_member_is_no_larger_than_may_be_and_than_it_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {"bomb": b"\0" * 2_000_000, "large": bytes(range(256)) * 1000, "small": b"1"})
    unpacked: list[int] = []
    usual = zipfile.ZipExtFile.read

    def counted(self: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        content = usual(self, size)
        unpacked.append(len(content))
        return content

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 250_000)
    with PictureZip(path) as found:
        with pytest.raises(ZipError, match="has 256000 bytes, unpacked; the limit is 250000"):
            found.read("large")
        monkeypatch.setattr(archive, "LARGEST_MEMBER", 3_000_000)
        with pytest.raises(ZipError, match="unpacks to 2000000 bytes from"):
            found.read("bomb")
        assert not unpacked
        assert found.read("small") == b"1"
    lying = bytearray(path.read_bytes())  # that states 100 bytes where 256000 come
    lying = bytearray(bytes(lying).replace(struct.pack("<I", 256_000), struct.pack("<I", 100)))
    path.write_bytes(lying)
    unpacked.clear()
    with PictureZip(path) as found, pytest.raises(ZipError, match="is damaged"):
        found.read("large")
    assert sum(unpacked) <= 101


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_ways_of_packing_are_not_undone(tmp_path: Path, kind: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", kind) as file:
        file.writestr("a", b"content")
    with PictureZip(tmp_path / "a.zip") as found, pytest.raises(ZipError, match="neither plainly nor by deflate"):
        found.read("a")


def test_a_member_without_a_name_is_left_out(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"x": b"1", "b": b"2"})
    content = path.read_bytes()
    path.write_bytes(content.replace(b"x", b"\0"))  # the zipfile module cuts names at a null byte
    with PictureZip(path) as found:
        assert list(found.sizes) == ["b"]


def test_damaged_zips_and_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {"a": bytes(range(256)) * 40, "b": b"sound"})
    whole = path.read_bytes()
    for place in range(0, len(whole), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with suppress(ZipError), PictureZip(path) as found:
            for name in found.sizes:
                with suppress(ZipError):
                    found.read(name)
    path.write_bytes(whole)
    monkeypatch.setattr(archive, "MOST_MEMBERS", 1)
    with pytest.raises(ZipError, match="has 2 members; the limit is 1"):
        PictureZip(path)
    assert is_zip(path)
    assert not is_zip(tmp_path)
    assert not is_zip(tmp_path / "none")


def test_what_a_library_is_to_unpack_is_judged_by_what_it_states(tmp_path: Path) -> None:
    sound = packed(tmp_path / "sound.zip", {"a": random.Random(0).randbytes(1_024_000), "b": b"1"})
    check_unpacked(sound, 1_024_001)
    with pytest.raises(ZipError, match="unpacks to 1024001 bytes; the limit is 1024000"):
        check_unpacked(sound, 1_024_000)
    with pytest.raises(ZipError, match="a member unpacks to 2000000 bytes from"):
        check_unpacked(packed(tmp_path / "bomb.zip", {"a": bytes(2_000_000)}), 10**9)
    with zipfile.ZipFile(tmp_path / "lzma.zip", "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a", b"1")
    (tmp_path / "text.zip").write_bytes(b"PK\3\4 and no more")
    for name, reason in (("lzma", "neither plainly"), ("text", "is damaged"), ("none", "no such file")):
        with pytest.raises(ZipError, match=reason):
            check_unpacked(tmp_path / f"{name}.zip", 10**9)
    with pytest.raises(ZipError, match="is no regular file"):
        check_unpacked(tmp_path, 10**9)
