"""Keep the settings of a training in its folder, so that only the same training goes on there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ocr.errors import OcrError
from preprocessing.atomic_write import atomic_write_text

SETTINGS = "settings.json"


def names_digest(names: Iterable[str]) -> str:
    """Return the SHA-256 of file names in their order, as hexadecimal digits."""
    return hashlib.sha256("\n".join(names).encode(errors="surrogateescape")).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits; raises OcrError if it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise OcrError(f"{path}: {error.strerror or error}") from error


def keep_settings(given: Mapping[str, Any], folder: Path) -> None:
    """Write the settings of a new training to its folder; raise OcrError where it holds other ones."""
    check_settings(given, folder)
    if not (folder / SETTINGS).exists():
        atomic_write_text(folder / SETTINGS, json.dumps(given, indent=1) + "\n")


def check_settings(given: Mapping[str, Any], folder: Path) -> None:
    """Raise OcrError where a folder holds the settings of another training."""
    path, settings = folder / SETTINGS, json.loads(json.dumps(given))
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):  # the latter is told when they are written
        return
    except (OSError, ValueError) as error:
        raise OcrError(f"{path}: cannot be read ({error}); choose another folder") from error
    if not isinstance(kept, dict):
        raise OcrError(f"{path}: holds no settings; choose another folder")
    if kept != settings:
        changed = ", ".join(name for name in settings if kept.get(name) != settings[name])
        raise OcrError(
            f"{folder}: is from a training with other settings ({changed}); give the same ones to go on, or another "
            "folder"
        )
