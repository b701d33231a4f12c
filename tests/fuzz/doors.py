"""The doors by which strangers' data come in: seeds to begin with, and what may come out of each.

`door.enter(data)` returns for whatever a stranger may send: what is sound is read, what is not is refused by an error
that is documented. Anything else that it raises is a finding.
"""

from __future__ import annotations

import base64
import json
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from ocr.bundle import BundleConfig, load_bundle
from ocr.data.labels import find_labels, read_labels
from ocr.errors import BundleError, ExpressionError, LabelsError, UnreadableImageError
from ocr.inference.recognizer import Recognizer
from ocr.submission.journal import Journal, JournalError
from ocr.text.expression import evaluate, parse
from preprocessing.archive import PictureZip, ZipError
from preprocessing.batch import kept_boxes
from preprocessing.formats.limits import MAX_PIXELS
from preprocessing.page.prepare import read_page
from preprocessing.read import read_image
from tests.fuzz import service

MOST_PREPARED = 200_000
"""Pixels up to which a picture that was read goes on to where lines are found."""


@dataclass(frozen=True)
class Door:
    """A door: what comes in soundly, words that such data may hold, and the way in."""

    seeds: Callable[[], list[bytes]]
    enter: Callable[[bytes], object]
    words: tuple[bytes, ...] = ()


@cache
def folder() -> Path:
    """A folder for the doors that read files, with three small images; it stays until the process ends."""
    place = tempfile.TemporaryDirectory(prefix="suanshi-fuzz-")
    _KEPT.append(place)
    for name in ("0.png", "1.png", "a b.png"):
        Image.new("L", (9, 5)).save(Path(place.name) / name)
    return Path(place.name)


_KEPT: list[Any] = []


def image_seeds() -> list[bytes]:
    """Return small pictures of every format that is read, and as text."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (12, 40, 3), dtype=np.uint8)
    text = np.full((60, 180, 3), 250, np.uint8)
    text[20:40, 20:160:9] = (30, 60, 90)
    pictures = [Image.fromarray(pixels), Image.fromarray(text)]
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("BMP", {}), ("PPM", {}), ("GIF", {}), ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "jpeg"}), ("WEBP", {}), ("TGA", {}),
        ("PCX", {}), ("SGI", {}), ("DIB", {}), ("JPEG2000", {}), ("AVIF", {}), ("QOI", {}), ("MPO", {}),
    ]  # fmt: skip
    seeds = [data for picture in pictures for kind, options in kinds if (data := _saved(picture, kind, **options))]
    first = pictures[0]
    modes = [first.quantize(), first.convert("L"), first.convert("LA"), first.convert("RGBA"), first.convert("1")]
    modes.append(Image.fromarray(rng.integers(0, 65536, (12, 40)).astype(np.uint16)))
    seeds += [data for picture in modes for kind in ("PNG", "TIFF") if (data := _saved(picture, kind))]
    others = [Image.fromarray(rng.integers(0, 256, (12, 40, 3), dtype=np.uint8)) for _ in range(3)]
    seeds += [_saved(first, kind, save_all=True, append_images=others) for kind in ("GIF", "PNG", "WEBP")]
    seeds.append(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30"><g opacity=".5">'
        b'<path d="M5 5L40 20C1 2 3 4 5 6z" fill="none" stroke="#123"/><text x="9" y="20">3+5</text></g></svg>'
    )
    seeds.append(base64.b64encode(seeds[0]))
    seeds.append(b"data:image/png;base64," + base64.b64encode(seeds[0]))
    return seeds


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    with suppress(KeyError, OSError):  # a format that this Pillow does not write
        picture.save(file, kind, **options)
    return file.getvalue()


def read_picture(data: bytes) -> None:
    """Read an image, and find the lines in a small one."""
    with suppress(UnreadableImageError):
        pixels = read_image(data)
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.shape[2] == 3
        height, width = pixels.shape[:2]
        assert 0 < height * width <= MAX_PIXELS
        if height * width <= MOST_PREPARED:
            assert read_page(pixels).joined.dtype == np.uint8


def label_seeds() -> list[bytes]:
    """Return files of labels in both forms."""
    return [
        b"1+2 3\n4*5 20\n(1-2)+3 2\n",
        b"0.png AB12\n1.png CD34\na b.png XY\n",
        "0.png 流=1;流/2 1/2\r\n1.png\t壹加贰\n".encode(),
        b"\xef\xbb\xbf0.png: 1+2 3\n1.png; 7\n",
    ]


def read_label_file(data: bytes) -> None:
    """Read labels.txt both ways."""
    (folder() / "labels.txt").write_bytes(data)
    try:
        for read in (find_labels, read_labels):
            with suppress(LabelsError):
                read(folder())
    finally:
        (folder() / "labels.txt").unlink()


def table_seeds() -> list[bytes]:
    """Return tables of labels."""
    return [
        b"file,text\n0.png,AB\n1.png,CD\n",
        b'"0.png";"a;b"\n"1.png";"say ""hi"""\n',
        b"id\tcaptcha\r\n0\tAB\r\n1\tCD\r\n",
        b"x|y|z\n1|0.png|AB\n2|1.png|CD\n",
    ]


def read_table(data: bytes) -> None:
    """Read labels.csv."""
    (folder() / "labels.csv").write_bytes(data)
    try:
        with suppress(LabelsError):
            find_labels(folder())
    finally:
        (folder() / "labels.csv").unlink()


def zip_seeds() -> list[bytes]:
    """Return zips of pictures, stored and deflated."""
    picture = _saved(Image.new("L", (9, 5)), "PNG")
    seeds = []
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", kind) as packed:
            for name in ("a/0.png", "a/1.png", "b/2.png", "../c.png", "b/"):
                packed.writestr(name, picture)
        seeds.append(file.getvalue())
    return seeds


def read_zip(data: bytes) -> None:
    """Read every picture in a zip."""
    path = folder() / "some.zip"
    path.write_bytes(data)
    with suppress(ZipError), PictureZip(path) as packed:
        for name in packed.sizes:
            with suppress(ZipError, UnreadableImageError):
                read_image(packed.read(name))


def config_seeds() -> list[bytes]:
    """Return the settings of a bundle."""
    from tests.conftest import grey_config

    return [grey_config().to_json().encode(), grey_config(task="captcha", closer=False).to_json().encode()]


def read_config(data: bytes) -> None:
    """Read bundle.json."""
    with suppress(BundleError):
        BundleConfig.from_json(data.decode("utf-8", "replace"))


def network_seeds() -> list[bytes]:
    """Return a small network."""
    from tests.conftest import CHARACTERS, grey_reader

    return [grey_reader(len(CHARACTERS) + 1)]


def read_network(data: bytes) -> None:
    """Load a bundle with a network."""
    from tests.conftest import grey_config

    place = folder() / "bundle"
    place.mkdir(exist_ok=True)
    (place / "bundle.json").write_text(grey_config().to_json())
    (place / "model.onnx").write_bytes(data)
    with suppress(BundleError):
        Recognizer(load_bundle(place), threads=1)


def expression_seeds() -> list[bytes]:
    """Return expressions of every kind that is read."""
    texts = [
        "(3-7)+5",
        "8x8=?",
        "壹加贰等于?",
        "流=42072;圳=86;(圳-(97510*45921))*流/35864",
        "7÷2=",
        "1/(2-2)",
        "3+?=8",
    ]
    return [text.encode() for text in texts]


def read_expression(data: bytes) -> None:
    """Evaluate a text."""
    text = data.decode("utf-8", "replace")
    found = evaluate(text)
    assert (found.value is None) != (found.problem is None)
    with suppress(ExpressionError):
        parse(text)


def journal_seeds() -> list[bytes]:
    """Return the journal of a run."""
    entry = {"text": "1+1", "value": "2", "confidence": 0.9, "problem": None, "readable": True}
    return [b'{"suanshi journal": "a"}\n' + 3 * (json.dumps(entry).encode() + b"\n")]


def read_journal(data: bytes) -> None:
    """Go on from a journal."""
    path = folder() / "r.part"
    path.write_bytes(data)
    with suppress(JournalError), Journal(path, "a", total=9, block=2) as journal:
        assert len(list(journal.entries())) == journal.done


def earlier_seeds() -> list[bytes]:
    """Return a picture that an earlier run of preprocess left."""
    about = PngImagePlugin.PngInfo()
    about.add_text("suanshi-lines", json.dumps({"settings": {}, "boxes": [[1, 2, 30, 40], [1, 50, 30, 70]]}))
    return [_saved(Image.new("L", (9, 5)), "PNG", pnginfo=about)]


def read_earlier(data: bytes) -> None:
    """Take over the boxes of an earlier run."""
    path = folder() / "earlier.png"
    path.write_bytes(data)
    boxes = kept_boxes(folder() / "0.png", path, {})
    json.dumps(boxes, allow_nan=False)


_TEXT = (b"\0", b"\n", b",", b";", b"\t", b'"', b" ", b"\xff", b"../", b"0.png", "流".encode(), b"=", b"\xe2\x80\xae")
_SIGNS = (b"(", b")", b"+", b"*", b"/", b"9", b"=", b";", b"?", "流".encode(), "拾".encode(), b"\xc3\xb7", b" ")

DOORS = MappingProxyType(
    {
        "images": Door(image_seeds, read_picture, (b"\xff\xda", b"\xff\xd8", b"IDAT", b"<g>", b"<use/>", b"&a;")),
        "labels": Door(label_seeds, read_label_file, _TEXT),
        "tables": Door(table_seeds, read_table, _TEXT),
        "zips": Door(zip_seeds, read_zip, (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"../", b"a/0.png")),
        "configs": Door(config_seeds, read_config, (b"[", b"{", b"1e999", b"NaN", b"-1", b"null", b'""', b"9" * 99)),
        "networks": Door(network_seeds, read_network, (b"\x6a\x10", b"\x70\x01", b"location", b"Loop", b"If")),
        "expressions": Door(expression_seeds, read_expression, _SIGNS),
        "journals": Door(journal_seeds, read_journal, _TEXT),
        "requests": Door(lambda: service.seeds(image_seeds()), service.ask, service.WORDS),
        "earlier pictures": Door(earlier_seeds, read_earlier, (b"Infinity", b"[", b"tEXtsuanshi-lines\0", b"zTXt")),
    }
)
"""The doors by name."""
