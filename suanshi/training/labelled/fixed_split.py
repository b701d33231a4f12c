"""Keep test images out of training: check the fold of a run, and the folds of the models that it began with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ocr.bundle import CONFIG_FILE
from ocr.errors import OcrError
from preprocessing.atomic_write import atomic_write_text
from suanshi.training.run_folder import begun, read_note

SPLIT = "split.json"


def check_folds(start: str, card: Mapping[str, Any], fold: int) -> None:
    """Refuse to begin with the bundle `start`, of that card, if it was trained with another fold than this."""
    for other in _folds(card):
        if other != fold:
            raise OcrError(
                f"{start} was trained with --fold {other}, so on what --fold {fold} holds out if that was this folder: "
                f"take --fold {other}, or begin with another model"
            )


def keep_split(run: Path, data: Path, fingerprint: str, fold: int, pretrain: int = 0) -> None:
    """Note in a run's folder which data and fold it is about, and how it began; refuse to go on with one of others."""
    path, now = run / SPLIT, {"fold": fold, "sha256": fingerprint, "pretrain": pretrain}
    known = begun(run) and path.exists()
    before = read_note(path) if known else now
    if before.get("fold") != fold:
        raise OcrError(
            f"{run.parent} was trained with --fold {before.get('fold')}: choose another --out for --fold {fold}"
        )
    if before.get("sha256", fingerprint) != fingerprint:
        hint = f"; with --from {run.parent} it begins with what that one has learned"
        raise OcrError(
            f"{data} has changed since {run.parent} was trained on it: choose another --out"
            f"{hint if (run.parent / CONFIG_FILE).exists() else ''}"
        )
    if (pretrained := before.get("pretrain", pretrain)) != pretrain:
        raise OcrError(f"{run.parent} began with --pretrain {pretrained}: go on with that, or choose another --out")
    if not known:
        atomic_write_text(path, json.dumps(now) + "\n")


def _folds(card: Mapping[str, Any]) -> Iterator[int]:
    """Yield the folds that a bundle was trained with, and the bundles that it was made of, by its card."""
    data, averaged = card.get("data"), card.get("average of")
    if isinstance(data, Mapping) and isinstance(data.get("fold"), int):
        yield data["fold"]
    for part in (card.get("from"), *(averaged if isinstance(averaged, list) else ())):
        if isinstance(part, Mapping):
            yield from _folds(part)
