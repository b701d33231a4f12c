"""Record a measurement: where, when, with what and how it was made; and format its Markdown tables."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ocr.bundle import Bundle
from ocr.command_line import public
from ocr.versions import installed_versions

RESULTS = Path("benchmarks/results")
PACKAGES = (
    *("suanshi", "numpy", "opencv-python-headless", "pillow", "captcha", "onnxruntime"),
    *("keras", "tensorflow", "ddddocr", "rapidocr"),
)


def provenance(name: str, *, seed: int | None = None) -> dict[str, Any]:
    """Return how the measurement `benchmarks.<name>` came about: command, seed, date, processor, versions."""
    return {
        "benchmark": name,
        "command": shlex.join(["python", "-m", f"benchmarks.{name}", *map(public, sys.argv[1:])]),
        "seed": seed,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "processor": processor(),
        "cores": cores(),
        "system": platform.system(),
        "versions": installed_versions(*PACKAGES),
    }


def about_model(bundle: Bundle) -> dict[str, Any]:
    """Return which model was measured: its name, size in bytes, fingerprint and threshold."""
    return {
        "name": bundle.name,
        "bytes": len(bundle.model),
        "sha256": hashlib.sha256(bundle.model).hexdigest(),
        "threshold": bundle.config.threshold,
    }


def on_cores(record: Mapping[str, Any]) -> str:
    """Return where the measurement of `provenance` was made, as in "on 2 cores of ..."."""
    return f"on {record['cores']} core{'s' if record['cores'] != 1 else ''} of {record['processor']}"


def processor() -> str:
    """Return the processor's name as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return how many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; all columns but the first are aligned to the right."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    marks = ["-" * max(3, widths[0]), *("-" * (max(3, width) - 1) + ":" for width in widths[1:])]

    def line(parts: Sequence[str]) -> str:
        aligned = [parts[0].ljust(max(3, widths[0]))]
        aligned += [part.rjust(max(3, width)) for part, width in zip(parts[1:], widths[1:], strict=True)]
        return f"| {' | '.join(aligned)} |"

    return "\n".join([line(headers), f"| {' | '.join(marks)} |", *map(line, cells)])


def write_json(record: dict[str, Any], path: Path) -> None:
    """Write a measurement to `path`, whose folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
