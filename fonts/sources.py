"""Where the typefaces come from: fetch the packages that the catalogue names, and find the files inside them.

An `origin` is "npm NAME VERSION", "pypi NAME VERSION" or "debian NAME VERSION". A package is unpacked once, to a folder
of its own below a folder outside the repository; the registries' ordinary clients (npm, pip, apt-get) fetch it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path


class SourceError(RuntimeError):
    """A package could not be fetched, or lacks the file that the catalogue names."""


def package_folder(origin: str, sources: Path) -> Path:
    """Return the folder below `sources` that the package of `origin` is unpacked to."""
    return sources / origin.replace("/", "-").replace(":", "-").replace(" ", "_")


def fetch(origin: str, sources: Path) -> Path:
    """Return the folder of `origin`, after fetching and unpacking its package where that folder is missing.

    Raises SourceError when the registry's client fails, as it does for a version that is no longer served.
    """
    folder = package_folder(origin, sources)
    if folder.is_dir():
        return folder
    registry, name, version = origin.split(" ")
    sources.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=sources) as scratch:
        download, unpacked = Path(scratch, "download"), Path(scratch, "unpacked")
        download.mkdir()
        unpacked.mkdir()
        if registry == "npm":
            _client(["npm", "pack", "--silent", f"{name}@{version}"], download)
            with tarfile.open(_only(download)) as archive:
                archive.extractall(unpacked, filter="data")
            unpacked = unpacked / "package"
        elif registry == "pypi":
            _client([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{name}=={version}"], download)
            with zipfile.ZipFile(_only(download)) as wheel:
                wheel.extractall(unpacked)
        elif registry == "debian":
            _client(["apt-get", "download", "--quiet", f"{name}={version}"], download)
            _client(["dpkg", "--extract", str(_only(download)), str(unpacked)], download)
        else:
            raise SourceError(f"{origin}: expected 'npm', 'pypi' or 'debian', not {registry!r}")
        shutil.move(unpacked, folder)
    return folder


def source_files(origin: str, source: str, sources: Path) -> list[Path]:
    """Return the file `source` of a fetched package; with an asterisk more than one, the slices of a web font.

    Raises SourceError when there is none.
    """
    folder = package_folder(origin, sources)
    found = sorted(folder.glob(source))
    if not found:
        raise SourceError(f"{folder} has no {source}")
    return found


def _client(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()[-500:]}")


def _only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file
