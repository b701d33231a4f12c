"""The wheel in an environment of its own, outside of the repository: what it holds, reads and says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("suanshi", "ocr", "preprocessing", "generators", "fonts", "autoencoders", "classifiers")
EXTRAS = ("tensorflow", "keras", "matplotlib", "onnx", "skimage", "fastapi", "uvicorn", "distributed", "resvg_py")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="makes links"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, as pip does, without fetching what builds it."""
    folder = tmp_path_factory.mktemp("sources")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    built = tmp_path_factory.mktemp("built")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", built, folder]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment that has the wheel and what it requires, and no extra."""
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(symlinks=True).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    for each in required("suanshi"):
        for name in {file.parts[0] for file in each.files or () if not file.parts[0].startswith("..")}:
            if not (packages / name).exists():
                (packages / name).symlink_to(Path(str(each.locate_file(name))))
    interpreter = folder / "bin" / "python"
    install = ["--python", interpreter, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    return interpreter


def required(name: str) -> list[Distribution]:
    """Return what a distribution requires without extras, directly or not, of what is installed here."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        for line in distribution(waiting.pop()).requires or ():
            wanted, _, condition = line.partition(";")
            wanted = "".join(char if char.isalnum() or char in "-_." else " " for char in wanted).split()[0]
            if "extra" in condition or wanted in found:
                continue
            try:
                found[wanted] = distribution(wanted)
            except PackageNotFoundError:  # for other systems or versions
                continue
            waiting.append(wanted)
    return list(found.values())


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KERAS", "VIRTUAL"))}
    return subprocess.run([str(python), *arguments], cwd=folder, env=clean, capture_output=True, text=True)


def test_it_holds_what_reading_needs_and_no_more_than_15_mb(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        reading = [
            each for each in archive.infolist() if each.filename.startswith(("suanshi/", "ocr/", "preprocessing/"))
        ]
    assert sum(each.file_size for each in reading) <= 15_000_000
    assert {f"ocr/models/{name}/model.onnx" for name in ("arithmetic", "captcha", "formula")} <= {*names}
    assert {"fonts/catalogue.json", "suanshi/serving/page/index.html", "ocr/py.typed"} <= {*names}
    assert not [name for name in names if name.startswith(("autoencoders/models/", "classifiers/models/"))]
    assert wheel.name.startswith("suanshi-0.2.")


def test_an_image_is_read_by_one_import(python: Path, tmp_path: Path) -> None:
    image = ROOT / "examples" / "0.png"
    done = run(python, tmp_path, "-c", f"import suanshi; print(suanshi.recognize({str(image)!r}).to_dict()['value'])")
    assert done.stdout == "45\n", done.stderr
    home = "import suanshi, ocr, pathlib; print(pathlib.Path(ocr.__file__).parents[1], suanshi.__version__)"
    assert run(python, tmp_path, "-c", home).stdout.split() == [
        str(next(python.parents[1].glob("lib/python*/site-packages"))),
        "0.2.0",
    ]
    draw = "import suanshi; print([each.image.shape for each in suanshi.draw('captcha', 2)])"
    assert run(python, tmp_path, "-c", draw).stdout == "[(80, 170, 3), (80, 170, 3)]\n"


def test_the_command(python: Path, tmp_path: Path) -> None:
    command = python.with_name("suanshi")
    done = run(command, tmp_path, "recognize", str(ROOT / "examples"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["text"] == "9*(3+2)"
    assert run(command, tmp_path, "--version").stdout == "suanshi, version 0.2.0\n"
    assert run(command, tmp_path, "generate", "arithmetic", "drawn", "--count", "2", "--style", "all").returncode == 0
    done = run(command, tmp_path, "export", "arithmetic", "network.onnx")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "captcha", "--out", "out"), ("train needs keras, tensorflow, matplotlib and onnx", "install keras")),
        (("denoise", "0.png", "--out", "out"), ("denoise needs keras, ", "install keras tensorflow")),
        (("segment", "0.png", "--out", "out"), ("segment needs keras, ", "install keras tensorflow")),
        (("classify", "predict", "0.png", "--model", "m"), ("classify needs keras, ", "install keras tensorflow")),
        (("export", "arithmetic", "x", "--format", "litert"), ("export --format litert needs tensorflow", "install")),
        (("serve",), ("serve needs fastapi, uvicorn", "install fastapi uvicorn")),
        (("preprocess", ".", "out", "--scheduler", "tcp://127.0.0.1:1"), ("--scheduler needs dask and distributed",)),
        (("recognize", "0.svg"), ("0.svg: is an SVG", "-m pip install resvg-py")),
    ],
)
def test_each_extra_says_what_is_missing(
    python: Path, tmp_path: Path, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    hidden = run(python, tmp_path, "-c", f"import importlib.util as i; print(*map(i.find_spec, {EXTRAS}))")
    assert set(hidden.stdout.split()) == {"None"}
    shutil.copy(ROOT / "examples" / "0.png", tmp_path)
    (tmp_path / "0.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    done = run(python.with_name("suanshi"), tmp_path, *arguments)
    assert done.returncode in (1, 2)
    assert done.stderr.count("\n") == 1, done.stderr
    assert all(part in done.stderr for part in said), done.stderr
    assert f"{python} -m pip install" in done.stderr
