"""The Dockerfile: its steps, done in a fresh environment, give a service that reads; what it promises stands in it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
PATIENCE = 120


def steps(instruction: str) -> list[str]:
    """Return what follows an instruction of the Dockerfile, each time it stands there."""
    return re.findall(rf"^{instruction} (.*)$", DOCKERFILE, re.MULTILINE)


def left_out(folder: str, names: list[str]) -> set[str]:
    """Return the files and folders in a folder that .dockerignore leaves out."""
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    anywhere = [each[3:] for each in patterns if each.startswith("**/")]
    return shutil.ignore_patterns(*(patterns if Path(folder) == ROOT else anywhere))(folder, names)


def test_it_is_slim_and_not_root() -> None:
    assert all(image.split()[0].endswith("-slim") for image in steps("FROM"))
    assert steps("USER") == ["suanshi"]
    assert "CMD" in steps("HEALTHCHECK")[0]


@pytest.mark.slow
def test_its_steps_give_a_service_that_reads(tmp_path: Path) -> None:
    source, installed = tmp_path / "src", tmp_path / "installed"
    shutil.copytree(ROOT, source, ignore=left_out)

    def here(step: str) -> list[str]:
        moved = step.replace("/src", str(source)).replace("/opt/suanshi", str(installed))
        command = shlex.split(moved)
        return [sys.executable if command[0] == "python" else command[0], *command[1:]]

    for step in steps("RUN")[:2]:
        done = subprocess.run(here(step), cwd=tmp_path, capture_output=True, text=True)
        if "No matching distribution" in done.stderr or "Could not fetch" in done.stderr:
            pytest.skip(f"packages cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
        assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    entry = here(" ".join(json.loads(steps("ENTRYPOINT")[0])))
    entry[entry.index("0.0.0.0")] = "127.0.0.1"
    process = subprocess.Popen([*entry, "--port", "0"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        url = json.loads(next(line for line in process.stderr if '"listening"' in line))["url"]
        health = json.loads(steps("HEALTHCHECK")[0].partition("CMD ")[2])
        check = [str(installed / "bin" / "python"), "-c", health[2].replace("http://127.0.0.1:8000", url)]
        for _ in range(PATIENCE):
            if subprocess.run(check, capture_output=True).returncode == 0:
                break
            time.sleep(1)
        else:
            pytest.fail("the health check does not pass")
        image = (ROOT / "examples" / "0.png").read_bytes()
        asked = urllib.request.Request(f"{url}/recognize", image, {"Content-Type": "image/png"})
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            assert json.load(answer)["value"] == "45"
        for path in ("/", "/docs"):
            with urllib.request.urlopen(url + path, timeout=PATIENCE) as page:
                assert page.headers["Content-Type"].startswith("text/html")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
