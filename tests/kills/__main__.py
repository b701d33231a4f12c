"""python -m tests.kills: kill commands at random, again and again, and see that they end with the bytes of one run.

Each command is begun in a folder, killed with all its processes after a random time, and begun again in the same
folder; where it ends before it is killed, its files are compared and it begins anew in an empty folder. The last run is
let alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.kills.runs import RUNS, Run


@dataclass
class Figures:
    """What came of killing one command."""

    kills: int = 0
    ended: int = 0
    """Runs that came to their end, and whose files were compared."""
    differ: int = 0
    """Of these: those that failed, or left other files than a run that nobody killed."""


def start(run: Run, data: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start the command in a session of its own, so that all its processes can be killed."""
    call = [sys.executable, "-m", "suanshi", *run.arguments(data, out)]
    return subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def outcome(process: subprocess.Popen[bytes], run: Run, out: Path) -> Mapping[str, bytes] | str:
    """Wait for a run and return its files, or what it said if it failed."""
    _, said = process.communicate()
    return run.files(out) if process.returncode == 0 else said.decode(errors="replace")


def kill_often(run: Run, kills: int, rng: random.Random, folder: Path) -> Figures:
    """Kill a command `kills` times at random and compare what it leaves in the end."""
    figures, data, out = Figures(), folder / "data", folder / "out"
    for place in (data, out, folder / "whole"):
        place.mkdir(parents=True)
    run.prepare(data)
    began = time.monotonic()
    expected = outcome(start(run, data, folder / "whole"), run, folder / "whole")
    lasted = time.monotonic() - began
    if isinstance(expected, str):
        raise SystemExit(f"{run.name}: fails even if nobody kills it: {expected}")
    while True:
        process = start(run, data, out)
        if figures.kills < kills:
            try:
                process.wait(rng.uniform(run.quietest, 1.05) * lasted)
            except subprocess.TimeoutExpired:
                kill(process)
                figures.kills += 1
                continue
        found = outcome(process, run, out)
        figures.ended += 1
        # A command that was killed between its last file and its end may refuse to write the same again.
        if found != expected and not (isinstance(found, str) and run.refuses_whole and run.files(out) == expected):
            figures.differ += 1
            print(f"{run.name}: {found if isinstance(found, str) else sorted(found)}", file=sys.stderr)
        if figures.kills >= kills:
            return figures
        shutil.rmtree(out)
        out.mkdir()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="COMMAND", help=f"Of {', '.join(RUNS)}.  [default: all]")
    parser.add_argument("--kills", type=int, default=20, help="For each command.  [default: 20]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="Write the figures to this file.")
    given = parser.parse_args()
    if unknown := [name for name in given.runs if name not in RUNS]:
        parser.error(f"no command is called {unknown[0]}; there are {', '.join(RUNS)}")
    told = {}
    print(f"{'command':<14}{'kills':>7}{'ended':>7}{'differ':>8}")
    for name in given.runs or RUNS:
        with tempfile.TemporaryDirectory(prefix="suanshi-kills-") as folder:
            figures = kill_often(RUNS[name], given.kills, random.Random(f"{given.seed} {name}"), Path(folder))
        print(f"{name:<14}{figures.kills:>7}{figures.ended:>7}{figures.differ:>8}", flush=True)
        told[name] = asdict(figures)
    if given.json is not None:
        given.json.write_text(json.dumps(told, indent=1) + "\n")
    sys.exit(any(each["differ"] for each in told.values()))


if __name__ == "__main__":
    main()
