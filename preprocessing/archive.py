"""Zips from strangers: names that do not lead out of them, members that are no larger than they say, within limits."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from preprocessing.errors import OcrError

MOST_MEMBERS = 1_000_000
LARGEST_MEMBER = 64_000_000
"""Bytes of a member, unpacked: a plainly stored picture of 16 million pixels with alpha."""
PACKED = 200
"""How many times as large as in the zip a member of more than SMALL bytes may be: pictures are packed already."""
SMALL = 1_000_000

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Ways of packing that are undone: of the others LZMA takes as much memory as the zip asks for."""


class ZipError(OcrError):
    """A zip, or a member of one, that is damaged or larger than may be."""


class PictureZip:
    """The files in a zip, by their names with single slashes; a context manager. Threads may share it.

    Members whose names lead out of the zip, as ../a does, are left out, and so are names that are there twice: in
    `left_out`, with the reason. Raises ZipError for what is no zip, for a damaged one, and for more than MOST_MEMBERS.
    """

    def __init__(self, source: Path) -> None:
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.left_out: dict[str, str] = {}
        try:
            self._zip = zipfile.ZipFile(source)
            infos = self._zip.infolist()
        except Exception as error:  # the zipfile module raises all kinds for damaged ones
            raise ZipError(f"{source}: is damaged ({error})") from error
        if len(infos) > MOST_MEMBERS:
            self._zip.close()
            raise ZipError(f"{source}: has {len(infos)} members; the limit is {MOST_MEMBERS}")
        for info in infos:
            if info.filename.endswith("/"):
                continue
            parts = [part for part in info.filename.split("/") if part not in ("", ".")]
            name = "/".join(parts)
            if ".." in parts or not parts:
                self.left_out[info.filename] = "its name leads out of the zip"
            elif name in self._members:
                self.left_out[info.filename] = f"{name} is there twice"
            else:
                self._members[name] = info
        self._lock = threading.Lock()

    def __enter__(self) -> PictureZip:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def sizes(self) -> Mapping[str, int]:
        """The names of the members, and how many bytes each has, unpacked, as the zip states."""
        return MappingProxyType({name: info.file_size for name, info in self._members.items()})

    def read(self, name: str) -> bytes:
        """Return the content of a member. Raises ZipError for a damaged one, and for one that is too large.

        What a member unpacks to is read no further than the size that the zip states.
        """
        info = self._members[name]
        if info.file_size > LARGEST_MEMBER:
            raise ZipError(f"has {info.file_size} bytes, unpacked; the limit is {LARGEST_MEMBER}")
        if info.file_size > SMALL and info.file_size > PACKED * info.compress_size:
            raise ZipError(f"unpacks to {info.file_size} bytes from {info.compress_size}, which no picture does")
        if info.compress_type not in _METHODS:
            raise ZipError("is packed neither plainly nor by deflate, as zips of pictures are")
        try:
            with self._zip.open(info) as file:
                content = file.read(info.file_size + 1)
        except Exception as error:  # as above; RuntimeError where it asks for a password
            raise ZipError(f"is damaged ({str(error) or type(error).__name__})") from error
        if len(content) != info.file_size:
            raise ZipError(f"is damaged (it has not the {info.file_size} bytes that the zip states)")
        return content


def check_unpacked(path: str | os.PathLike[str], largest: int) -> None:
    """Refuse a zip that some library unpacks as a whole, unless its members are small enough by what the zip states.

    That is at most `largest` bytes in all, and large ones no more than PACKED times as large as in the zip; Python's
    zipfile reads no member further than it states. Raises ZipError, without the name, for these and for what is no zip.
    """
    if not os.path.isfile(path):
        raise ZipError("is no regular file" if os.path.exists(path) else "no such file")
    try:
        with zipfile.ZipFile(path) as opened:
            infos = opened.infolist()
    except Exception as error:  # as above
        raise ZipError(f"is damaged ({error})") from error
    if (size := sum(info.file_size for info in infos)) > largest:
        raise ZipError(f"unpacks to {size} bytes; the limit is {largest}")
    for info in infos:
        if info.file_size > SMALL and info.file_size > PACKED * info.compress_size:
            raise ZipError(f"a member unpacks to {info.file_size} bytes from {info.compress_size}")
        if info.compress_type not in _METHODS:
            raise ZipError("a member is packed neither plainly nor by deflate")


def is_zip(path: str | os.PathLike[str]) -> bool:
    """Tell whether a regular file is a zip."""
    return os.path.isfile(path) and zipfile.is_zipfile(path)
