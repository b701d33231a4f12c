"""Python in the pages runs, block after block, as a reader would type it beside the examples."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from suanshi.serving.app import create_app
from suanshi.serving.settings import ServiceSettings
from tests.documents.pages import PAGES, ROOT, python_blocks

SHOWN = re.compile(r"^print\(.*\)  # (?P<shown>[\x20-\x7e]+)$", re.MULTILINE)
"""A print and what it shows, `print(answer.text)  # SGVP`."""

TRAINS = ("fit(",)
"""Of blocks that train, only the imports are run."""

WITH_PYTHON = [page for page in PAGES if python_blocks(page)]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and what the pages name, which is the current one."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples" / "captchas" / "1.png", tmp_path / "captcha.png")
    shutil.copy(ROOT / "examples" / "page.png", tmp_path / "page.png")
    shutil.copytree(ROOT / "ocr" / "models" / "library", tmp_path / "my-model")
    (tmp_path / "PAGES").mkdir()
    shutil.copy(ROOT / "examples" / "page.png", tmp_path / "PAGES" / "0.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests of httpx go to a service in this process, whose key is that of the pages."""
    with TestClient(create_app(ServiceSettings(api_key="sesame")), base_url="http://127.0.0.1:8000") as client:
        monkeypatch.setattr(httpx, "post", client.post)
        yield


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: str(page.name))
def test_blocks_run(page: Path, workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"images": [workplace / "captcha.png"]}
    for block in python_blocks(page):
        if any(each in block for each in TRAINS):
            block = "\n".join(line for line in block.splitlines() if re.match(r"(from|import) ", line))
        capsys.readouterr()
        exec(compile(block, str(page), "exec"), names)
        printed = capsys.readouterr().out.splitlines()
        assert {match["shown"].strip() for match in SHOWN.finditer(block)} <= {*printed}
