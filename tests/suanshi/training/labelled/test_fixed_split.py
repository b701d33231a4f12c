"""What a run keeps of how it began, and what it refuses to go on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocr.bundle import bundle_folder, load_bundle
from ocr.errors import OcrError
from suanshi.training.labelled.fixed_split import check_folds, keep_split
from suanshi.training.run_folder import origin

CHECKPOINT = "checkpoint.npz"


def test_a_run_that_did_not_begin_yet_may_be_another(tmp_path: Path) -> None:
    run, config = tmp_path / "run" / "training", load_bundle(bundle_folder("arithmetic")).config
    for print_, fold, start in (("abc", 3, "arithmetic"), ("def", 3, None), ("def", 4, "captcha")):
        keep_split(run, tmp_path, print_, fold)
        told = origin(start, config if start else None, tmp_path / "run")
        assert (told or {}).get("model") == start
    for left in ("best.npz", "commands.txt"):
        (run / left).touch()
    assert origin("captcha", config, tmp_path / "run") == told
    assert sorted(path.name for path in run.iterdir()) == ["from.json", "split.json"]
    (run / CHECKPOINT).touch()
    for spelled in ("captcha", "./captcha/", str(tmp_path / "captcha")):
        assert origin(spelled, config, tmp_path / "run") == told
    for start in ("arithmetic", None):
        with pytest.raises(OcrError, match="run began with --from captcha: go on so"):
            origin(start, config, tmp_path / "run")
    with pytest.raises(OcrError, match=r"has changed since .* choose another --out$"):  # there is no bundle yet
        keep_split(run, tmp_path, "abc", 4)
    with pytest.raises(OcrError, match="began with --pretrain 0"):
        keep_split(run, tmp_path, "def", 4, 1500)
    (run / "from.json").unlink()
    with pytest.raises(OcrError, match="run began without --from"):
        origin("captcha", config, tmp_path / "run")


def test_folds_of_models_that_went_into_a_mean() -> None:
    card = {"from": {"average of": [{"data": "drawn"}, {"data": {"fold": 2}}]}}
    check_folds("mean", card, 2)
    with pytest.raises(OcrError, match="mean was trained with --fold 2"):
        check_folds("mean", card, 1)


def test_a_cut_off_note_of_the_split_is_told(tmp_path: Path) -> None:
    keep_split(tmp_path / "run", tmp_path, "abc", 3)
    (tmp_path / "run" / CHECKPOINT).touch()
    keep_split(tmp_path / "run", tmp_path, "abc", 3)
    path = tmp_path / "run" / "split.json"
    for content in ("", "[]"):
        path.write_text(content)
        with pytest.raises(OcrError, match=r"split\.json: .* choose another --out"):
            keep_split(tmp_path / "run", tmp_path, "abc", 3)
