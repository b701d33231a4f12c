"""python -m tests.fuzz: mutate inputs of every door for a while, and tell of each what came of it.

A finding, an exception that is not documented, a hang or too much memory, is kept as a file that --replay runs again.
With --atheris, where that is installed, libFuzzer guides the mutations of one door.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from tests.fuzz.doors import DOORS, Door
from tests.fuzz.mutation import mutate

PATIENCE = 10
"""Seconds of processor time, after which one input counts as a hang."""
MOST_MEMORY = 600
"""Megabytes that the whole process may take."""


@dataclass
class Figures:
    """What came of one door."""

    inputs: int = 0
    findings: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """Seconds of processor time that one input took at most."""


class Hang(BaseException):
    """One input takes too long. No Exception, so that nothing on the way takes it for one."""


def memory() -> int:
    """Return the most memory that this process had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2)


def enter(door: Door, data: bytes) -> str | None:
    """Send one input through a door; return what is wrong, None for nothing."""

    def stop(_: int, __: FrameType | None) -> None:
        raise Hang

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        door.enter(data)
    except Hang:
        return f"took more than {PATIENCE} s\n{traceback.format_exc()}"
    except Exception:
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None if memory() <= MOST_MEMORY else f"memory is at {memory()} MB"


def fuzz(name: str, *, seed: int, seconds: float, most: int | None, findings: Path) -> Figures:
    """Send mutated inputs through a door until the time is over, or `most` of them, and keep those with findings."""
    door, figures, rng = DOORS[name], Figures(), random.Random(f"{seed} {name}")
    seeds = door.seeds()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds and (most is None or figures.inputs < most):
        data = mutate(rng, seeds, door.words)
        (findings / "last").write_bytes(data)  # where a decoder takes the whole process down
        before = time.process_time()
        wrong = enter(door, data)
        figures.slowest = max(figures.slowest, time.process_time() - before)
        figures.inputs += 1
        if wrong is not None:
            figures.findings += 1
            kept = findings / f"{name.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}"
            kept.write_bytes(data)
            print(f"{kept}\n{wrong}", file=sys.stderr, flush=True)
            if memory() > MOST_MEMORY:
                break
    figures.seconds = time.perf_counter() - began
    return figures


def guide(name: str, seconds: float, seed: int, findings: Path) -> None:
    """Have Atheris mutate a door's seeds by what they reach in the code; ends the process."""
    import atheris

    corpus = findings / f"corpus-{name.replace(' ', '-')}"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(DOORS[name].seeds()):
        (corpus / str(number)).write_bytes(data)
    limits = [
        f"-max_total_time={seconds:g}",
        f"-seed={seed + 1}",
        f"-timeout={PATIENCE}",
        "-rss_limit_mb=2000",
    ]
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={findings}/", str(corpus)], DOORS[name].enter)
    atheris.Fuzz()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("doors", nargs="*", metavar="DOOR", help=f"Doors, of {', '.join(DOORS)}.  [default: all]")
    parser.add_argument("--seconds", type=float, default=60, help="For each door.  [default: 60]")
    parser.add_argument("--inputs", type=int, help="At most, for each door.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--findings", type=Path, default=Path("fuzz-findings"), help="Folder.  [default: fuzz-findings]"
    )
    parser.add_argument("--json", type=Path, help="Write the figures to this file.")
    parser.add_argument("--replay", type=Path, nargs="+", help="Send these files through the one door that is named.")
    parser.add_argument("--atheris", action="store_true", help="Let Atheris mutate, for the one door that is named.")
    given = parser.parse_args()
    doors = given.doors or list(DOORS)
    if unknown := [name for name in doors if name not in DOORS]:
        parser.error(f"no door is called {unknown[0]}; there are {', '.join(DOORS)}")
    if (given.replay or given.atheris) and len(given.doors) != 1:
        parser.error("name one door")
    faulthandler.enable()
    warnings.simplefilter("ignore")
    if given.atheris:
        guide(doors[0], given.seconds, given.seed, given.findings)
    if given.replay:
        found = [wrong for path in given.replay if (wrong := enter(DOORS[doors[0]], path.read_bytes())) is not None]
        sys.exit("\n".join(found) or 0)
    given.findings.mkdir(parents=True, exist_ok=True)
    told = {}
    print(f"{'door':<18}{'inputs':>10}{'per second':>12}{'slowest, s':>12}{'findings':>10}{'memory, MB':>12}")
    for name in doors:
        figures = fuzz(name, seed=given.seed, seconds=given.seconds, most=given.inputs, findings=given.findings)
        rate = figures.inputs / figures.seconds
        row = f"{name:<18}{figures.inputs:>10}{rate:>12.0f}{figures.slowest:>12.2f}{figures.findings:>10}"
        print(f"{row}{memory():>12}", flush=True)
        told[name] = {**asdict(figures), "memory": memory()}
    total = sum(each["inputs"] for each in told.values())
    print(f"{'all':<18}{total:>10}")
    if given.json is not None:
        record = {"command": f"python -m tests.fuzz --seed {given.seed} --seconds {given.seconds:g}", "doors": told}
        given.json.write_text(json.dumps(record, indent=1) + "\n")
    sys.exit(any(each["findings"] for each in told.values()))


if __name__ == "__main__":
    main()
