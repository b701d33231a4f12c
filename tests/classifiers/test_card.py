"""Cards of models are written, found and refused with the reason."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import pytest

from classifiers.card import CARD, first_line, load_network, model_folder, read_card, save_model, shipped_models
from ocr.errors import BundleError

KIND = "denoiser"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models, which has one."""
    save_model(tmp_path / "models" / "mine" / "a.h5", lambda path: path.write_bytes(b"a"), {"kind": KIND, "format": 1})
    return tmp_path / "models"


def test_a_card_tells_versions_and_comes_last(models: Path) -> None:
    card = read_card(models / "mine", KIND)
    assert card["versions"]["keras"] == keras.__version__
    assert card["format"] == 1

    def fail(path: Path) -> None:
        raise ValueError("no network")

    with pytest.raises(ValueError, match="no network"):
        save_model(models / "other" / "a.h5", fail, {})
    assert not (models / "other" / CARD).exists()


def test_names_come_before_folders(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped_models(models) == ["mine"]
    monkeypatch.chdir(models)
    assert model_folder("mine", models) == models / "mine"
    assert model_folder("./mine", models) == Path("mine")
    for wrong in ("theirs", str(models)):
        with pytest.raises(BundleError, match=r"neither a shipped model \(mine\) nor"):
            model_folder(wrong, models)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("{", "cannot be read"),
        ([], "holds list"),
        ({"format": 9, "kind": KIND}, "format 9, this program reads 1"),
        ({"format": 1, "kind": "other"}, "kind 'other', expected 'denoiser'"),
    ],
)
def test_cards_that_do_not_fit_are_refused(models: Path, card: Any, reason: str) -> None:
    (models / "mine" / CARD).write_text(card if isinstance(card, str) else json.dumps(card), encoding="utf-8")
    with pytest.raises(BundleError, match=reason):
        read_card(models / "mine", KIND)


def test_what_is_no_network_is_refused(models: Path) -> None:
    with pytest.raises(BundleError, match="cannot be loaded"):
        load_network(models / "mine" / "a.h5")
    assert first_line(ValueError(" one\ntwo")) == "one"
    assert first_line(KeyError()) == "KeyError"


@pytest.mark.parametrize(("member", "size"), [("model.weights.h5", 2_000_000), ("config.json", 3_000_000)])
def test_a_bomb_is_refused_and_keras_never_sees_it(
    member: str, size: int, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = models / "mine" / "network.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.json", "{}")
        file.writestr(member, bytes(size))
    opened: list[object] = []
    monkeypatch.setattr(keras.models, "load_model", lambda *given, **_: opened.append(given))
    with pytest.raises(BundleError, match=rf"network\.keras: cannot be loaded \(a member unpacks to {size} bytes from"):
        load_network(path)
    assert opened == []
