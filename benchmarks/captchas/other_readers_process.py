"""Read images with ddddocr or with RapidOCR's line reader, in an interpreter that need not have this project.

python other_readers_process.py ddddocr < requests.json > answers.json

A request is {"files": [...], "characters": "0123..." or null}; the answer a list of texts in the same order. With no
reader's name it prints the versions of those that are installed.
"""

from __future__ import annotations

import io
import json
import sys
from importlib import metadata
from typing import Any

READERS = ("ddddocr", "rapidocr")


def installed() -> dict[str, str]:
    """Return the versions of the readers that this interpreter has."""
    found = {}
    for name in READERS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def ddddocr_texts(requests: list[dict[str, Any]]) -> list[list[str]]:
    """Read with ddddocr's default network and the characters of each request."""
    from ddddocr import DdddOcr  # type: ignore[import-not-found, unused-ignore]

    reader = DdddOcr(show_ad=False)
    found = []
    for request in requests:
        if request["characters"]:
            reader.set_ranges(request["characters"])
        texts = []
        for file in request["files"]:
            answer = reader.classification(_as_png(file), probability=True)
            texts.append(str(answer["text"] if isinstance(answer, dict) else answer))
        found.append(texts)
    return found


def rapidocr_texts(requests: list[dict[str, Any]]) -> list[list[str]]:
    """Read with RapidOCR's network for lines, without its search for them."""
    import numpy as np
    from PIL import Image
    from rapidocr import RapidOCR  # type: ignore[import-not-found, unused-ignore]

    program = RapidOCR(params={"Global.log_level": "error"})
    found = []
    for request in requests:
        texts = []
        for file in request["files"]:
            image = np.asarray(Image.open(io.BytesIO(_as_png(file))))[..., ::-1]
            answer = program(np.ascontiguousarray(image), use_det=False, use_cls=False)
            texts.append("".join(answer.txts or ()))
        found.append(texts)
    return found


def _as_png(file: str) -> bytes:
    """The first frame of an image on white, as a PNG file: neither reader takes every kind of file."""
    from PIL import Image

    image = Image.open(file).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    with io.BytesIO() as out:
        paper.convert("RGB").save(out, "PNG")
        return out.getvalue()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(json.dumps(installed()))
    else:
        read = {"ddddocr": ddddocr_texts, "rapidocr": rapidocr_texts}[sys.argv[1]]
        answers = read(json.load(sys.stdin))
        json.dump(answers, sys.stdout, ensure_ascii=True)
