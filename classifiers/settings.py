"""The settings of a training, kept in its folder: what goes on there must be the same training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ocr.errors import OcrError

SETTINGS = "settings.json"


def names_digest(names: Iterable[str]) -> str:
    """Return what stands for all the `names` of files in their order: their SHA-256, as hexadecimal digits."""
    return hashlib.sha256("\n".join(names).encode(errors="surrogateescape")).hexdigest()


def keep_settings(given: Mapping[str, Any], folder: Path) -> None:
    """Write what a new training was `given` into its folder; raise OcrError where that of another one stands."""
    path, settings = folder / SETTINGS, json.loads(json.dumps(given))
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        return
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept != settings:
        changed = ", ".join(name for name in settings if kept.get(name) != settings[name])
        raise OcrError(
            f"{folder}: is from a training with other settings ({changed}); give the same ones to go on, or another "
            "folder"
        )
