"""Other people's programs that draw captchas: which, in which version, how to install them, and how to call them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PYPI_FOLDER = "python"
"""Each PyPI program lies in a folder of its own below this one: two of them have the same module name."""

NPM = {"svg-captcha": "1.4.0", "ppfun-captcha": "1.7.2", "captchapng": "0.0.1", "trek-captcha": "0.4.0"}
PYPI = {
    "captcha": "0.7.1",
    "wheezy.captcha": "3.2.2",
    "django-simple-captcha": "0.7.0",
    "multicolorcaptcha": "1.2.0",
    "claptcha": "0.3.3",
}
"""The versions that are measured."""

BESIDE = {"claptcha": ("pillow<10",)}
"""Packages installed beside a program: claptcha calls a function that Pillow 10 took away."""


@dataclass(frozen=True)
class Kind:
    """A kind of captcha that a program draws."""

    name: str
    program: str
    """Its name on npm or PyPI."""

    @property
    def from_npm(self) -> bool:
        """Tell whether the program runs in Node."""
        return self.program in NPM


KINDS = (
    Kind("svg_text", "svg-captcha"),
    Kind("svg_text_colour", "svg-captcha"),
    Kind("svg_math", "svg-captcha"),
    Kind("svg_math_pm_dark", "svg-captcha"),
    Kind("ppfun_text", "ppfun-captcha"),
    Kind("ppfun_math", "ppfun-captcha"),
    Kind("captchapng_4", "captchapng"),
    Kind("trek_gif", "trek-captcha"),
    Kind("captcha_lower5", "captcha"),
    Kind("captcha_mixed5", "captcha"),
    Kind("captcha_math", "captcha"),
    Kind("wheezy_4", "wheezy.captcha"),
    Kind("wheezy_mixed5", "wheezy.captcha"),
    Kind("django_char", "django-simple-captcha"),
    Kind("django_math", "django-simple-captcha"),
    Kind("multicolor_text", "multicolorcaptcha"),
    Kind("multicolor_math", "multicolorcaptcha"),
    Kind("claptcha_noise", "claptcha"),
)


class DrawingError(RuntimeError):
    """A program that failed, and its last words."""


def install_commands(folder: Path) -> list[str]:
    """Return the commands that install every program into a folder."""
    npm = " ".join(f"{name}@{version}" for name, version in NPM.items())
    commands = [f"npm install --prefix {folder} {npm}"]
    for name, version in PYPI.items():
        wanted = " ".join([f"{name}=={version}", *(f"'{each}'" for each in BESIDE.get(name, ()))])
        commands.append(f"{Path(sys.executable).name} -m pip install --target {folder / PYPI_FOLDER / name} {wanted}")
    return commands


def version_found(kind: Kind, folder: Path) -> str | None:
    """Return the version of a kind's program in a folder, or None where it is not installed or cannot run."""
    if kind.from_npm:
        package = folder / "node_modules" / kind.program / "package.json"
        if not package.is_file() or shutil.which("node") is None:
            return None
        return str(json.loads(package.read_text(encoding="utf-8-sig"))["version"])
    name = kind.program.replace("-", "_").replace(".", "_")
    found = sorted((folder / PYPI_FOLDER / kind.program).glob(f"{name}-*.dist-info"))
    return found[0].name.removesuffix(".dist-info").rpartition("-")[2] if found else None


def missing(kind: Kind, folder: Path) -> str:
    """Return the line about a kind that is left out."""
    if kind.from_npm:
        why = "Node is not installed" if shutil.which("node") is None else f"{kind.program} is not in {folder}"
    else:
        why = f"{kind.program} is not in {folder / PYPI_FOLDER}"
    return f"Left out: {kind.name}: {why}; --help tells how to install it."


def draw(kind: Kind, folder: Path, count: int, seed: int, out: Path) -> list[tuple[Path, str]]:
    """Draw `count` images of a kind into the folder `out`, with a labels.txt, and return files and labels.

    Image i depends on the seed, the kind and i alone. Raises DrawingError.
    """
    out.mkdir(parents=True, exist_ok=True)
    request = json.dumps({"kind": kind.name, "count": count, "seed": seed, "out": str(out.resolve())})
    if kind.from_npm:
        command = ["node", str(HERE / "npm_programs.js"), str((folder / "node_modules").resolve()), request]
    else:
        place = (folder / PYPI_FOLDER / kind.program).resolve()
        command = [sys.executable, "-I", str(HERE / "python_programs.py"), str(place), request]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise DrawingError(f"{kind.name}: {kind.program} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    drawn = [_written(each, out) for each in json.loads(done.stdout.strip().splitlines()[-1])]
    lines = "".join(f"{file.name} {label}\n" for file, label in drawn)
    (out / "labels.txt").write_text(lines, encoding="utf-8")
    return drawn


def _written(image: Mapping[str, Any], out: Path) -> tuple[Path, str]:
    """The file of an image that a program drew; an SVG becomes a PNG beside it."""
    file = out / str(image["file"])
    if file.suffix == ".svg":
        from preprocessing.read import read_image

        png = file.with_suffix(".png")
        _save(png, read_image(file))
        file = png
    return file, str(image["label"])


def _save(path: Path, pixels: Any) -> None:
    from PIL import Image

    Image.fromarray(pixels).save(path)


def kinds_named(only: Sequence[str]) -> list[Kind]:
    """Return the kinds of these names, all where there are none. Raises KeyError with the unknown one."""
    by_name = {kind.name: kind for kind in KINDS}
    return [by_name[name] for name in only] if only else list(KINDS)
