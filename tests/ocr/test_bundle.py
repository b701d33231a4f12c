"""Bundles: what is written comes back, and what does not fit is refused with file and reason."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocr.bundle import BundleConfig, bundle_folder, load_bundle, save_bundle, shipped_bundles
from ocr.errors import BundleError, OcrError

SETTINGS: dict[str, Any] = {
    "task": "formula",
    "vocabulary": "0123456789流圳",
    "height": 64,
    "max_width": 720,
    "width_step": 16,
    "channels": ("stretched", "equalized"),
    "grammar": "any",
    "stride": 8,
    "threshold": 0.5,
    "card": {"seed": 3, "accuracy": {"drawn": {"exact": 0.5, "images": 10}}},
}

NETWORK = b"\x08\x08"
"""The least that is an ONNX file: its version."""


def test_a_bundle_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    folder = tmp_path / "深" / "算式"
    saved = save_bundle(folder, BundleConfig(**SETTINGS), NETWORK)
    assert load_bundle(folder) == load_bundle(str(folder)) == saved
    assert saved.name == "算式"
    assert sorted(path.name for path in folder.iterdir()) == ["bundle.json", "model.onnx"]
    assert "流圳" in (folder / "bundle.json").read_text("utf-8")


def test_a_bundle_from_before_unscaled_images_scales_all(tmp_path: Path) -> None:
    assert save_bundle(tmp_path, BundleConfig(**SETTINGS, unscaled_from=40), NETWORK).config.unscaled_from == 40
    path = tmp_path / "bundle.json"
    values = json.loads(path.read_text("utf-8"))
    del values["unscaled_from"]
    path.write_text(json.dumps(values), "utf-8")
    assert load_bundle(tmp_path).config.unscaled_from == 0


def test_padded_width_is_the_next_multiple() -> None:
    config = BundleConfig(**SETTINGS)
    assert [config.padded_width(width) for width in (1, 16, 17, 720)] == [16, 16, 32, 720]


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "unknown key": (lambda values: values.update(colour=1), "unknown key colour"),
    "missing key": (lambda values: values.pop("stride"), "missing key stride"),
    "no version": (lambda values: values.pop("format_version"), "missing key format_version"),
    "newer": (lambda values: values.update(format_version=2, beams=4), "format_version is 2.*newer suanshi"),
    "older": (lambda values: values.update(format_version=0), "format_version is 0"),
    "string for number": (lambda values: values.update(height="60"), "height is '60', expected a whole number"),
    "float for whole": (lambda values: values.update(height=60.5), "height is 60.5, expected a whole number"),
    "true for number": (lambda values: values.update(height=True), "height is True, expected a whole number"),
    "null": (lambda values: values.update(vocabulary=None), "vocabulary is None, expected a string"),
    "string for list": (lambda values: values.update(channels="grey"), "channels is 'grey', expected a list"),
    "numbers in list": (lambda values: values.update(channels=[1]), "expected a list of strings"),
    "list for card": (lambda values: values.update(card=[]), "card is .*, expected an object"),
    "no channels": (lambda values: values.update(channels=[]), "channels is empty"),
    "unknown task": (lambda values: values.update(task="poetry"), "task is 'poetry', expected one of"),
    "no characters": (lambda values: values.update(vocabulary=""), "empty or names a character twice"),
    "twice": (lambda values: values.update(vocabulary="11"), "empty or names a character twice"),
    "not shown": (lambda values: values.update(vocabulary="1\ud8002"), "characters that cannot be shown"),
    "a tab": (lambda values: values.update(vocabulary="1\t2"), "characters that cannot be shown"),
    "no height": (lambda values: values.update(height=0), "height is 0, expected 1 to"),
    "negative": (lambda values: values.update(stride=-4), "stride is -4, expected 1 to"),
    "huge": (lambda values: values.update(width_step=8 * 10**12), "width_step is 8000000000000, expected 1 to"),
    "infinite": (lambda values: values.update(threshold=10**400), "threshold is no number"),
    "step and stride": (lambda values: values.update(width_step=20), "width_step 20 is no multiple of stride 8"),
    "unscaled": (lambda values: values.update(unscaled_from=65), "unscaled_from is 65, expected 0 to the height 64"),
    "threshold": (lambda values: values.update(threshold=1.5), "threshold is 1.5, expected a number from 0 to 1"),
}


@pytest.mark.parametrize(("spoil", "why"), WRONG.values(), ids=WRONG)
def test_a_wrong_config_is_refused(spoil: Callable[[dict[str, Any]], object], why: str, tmp_path: Path) -> None:
    save_bundle(tmp_path, BundleConfig(**SETTINGS), NETWORK)
    path = tmp_path / "bundle.json"
    values = json.loads(path.read_text("utf-8"))
    spoil(values)
    path.write_text(json.dumps(values), "utf-8")
    with pytest.raises(BundleError, match=why) as caught:
        load_bundle(tmp_path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).count(str(path)) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "expected a JSON object"),
        (b'{"height": ' + b"1" * 5000 + b"}", "not valid JSON"),
        (b"\xff\xfe", "not valid UTF-8"),
    ],
)
def test_a_damaged_config_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    save_bundle(tmp_path, BundleConfig(**SETTINGS), NETWORK)
    (tmp_path / "bundle.json").write_bytes(content)
    with pytest.raises(BundleError, match=why):
        load_bundle(tmp_path)


def test_missing_and_empty_parts_are_named(tmp_path: Path) -> None:
    save_bundle(tmp_path, BundleConfig(**SETTINGS), b"")
    with pytest.raises(BundleError, match=r"model\.onnx: is empty"):
        load_bundle(tmp_path)
    (tmp_path / "model.onnx").unlink()
    with pytest.raises(BundleError, match=r"model\.onnx: No such file"):
        load_bundle(tmp_path)
    (tmp_path / "bundle.json").unlink()
    with pytest.raises(BundleError, match=r"bundle\.json: No such file"):
        load_bundle(tmp_path)


def test_a_name_that_leads_nowhere_tells_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"neither a shipped model nor a folder.*shipped models: "):
        bundle_folder("poetry")
    file = tmp_path / "model.onnx"
    file.write_bytes(b"x")
    with pytest.raises(BundleError, match="is a file"):
        bundle_folder(file)
    assert bundle_folder(tmp_path) == tmp_path
    assert issubclass(BundleError, OcrError)


def test_shipped_bundles_are_whole_and_small() -> None:
    for name, folder in shipped_bundles().items():
        bundle = load_bundle(folder)
        assert bundle.name == name
        assert len(bundle.model) <= 6_000_000
        assert bundle.config.card


@pytest.mark.parametrize("model", [5, b"arithmetic", None, [1] * 99])
def test_what_is_no_name_of_a_model_is_refused(model: Any) -> None:
    with pytest.raises(BundleError, match="expected the name of a shipped model") as caught:
        bundle_folder(model)
    assert len(str(caught.value)) < 200


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_devices_in_a_bundle_are_not_waited_for(tmp_path: Path) -> None:
    save_bundle(tmp_path, BundleConfig(**SETTINGS), NETWORK)
    for name in ("model.onnx", "bundle.json"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).unlink()
        os.mkfifo(tmp_path / name)
        with pytest.raises(BundleError, match=rf"{name}: is a pipe or a device"):
            load_bundle(tmp_path)
        (tmp_path / name).unlink()
        (tmp_path / name).symlink_to("/dev/zero")
        with pytest.raises(BundleError, match=rf"{name}: is a pipe or a device"):
            load_bundle(tmp_path)
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes(content)
    load_bundle(tmp_path)
