"""The same small model in other frameworks and in this project's style: firm-months per second, from one run.

``python benchmarks/other_frameworks/measure.py [--sizes 500 10000 100000] [--rounds 5] [--python NAME=PATH ...]
[--write]``

The workload is in ``workload.py``; each framework's build of it, written as its users are advised to write fast code,
is beside it. This project's own environment (``pip install -e .``) runs the compiled
builds, NumPy and Mesa. The others want environments of their own::

    python3 -m venv agentpy && agentpy/bin/pip install agentpy==0.1.5
    python3 -m venv ambr && ambr/bin/pip install 'ambr[perf]==0.5.2'
    python3 -m venv starsim && starsim/bin/pip install starsim==3.7.2
    python3 -m venv mesa-frames && mesa-frames/bin/pip install mesa-frames==0.1.0a0
    python benchmarks/other_frameworks/measure.py --python agentpy=agentpy/bin/python --python ambr=ambr/bin/python \\
        --python starsim=starsim/bin/python --python mesa_frames=mesa-frames/bin/python

What is not installed is skipped with a line that says so. Every measurement is a process of its own, held to one
thread, and takes CPU seconds after a small run that compiles and warms up; setting up is not counted. Rounds go through
all builds in turn, each round with another seed; shown are medians, and ratios are between medians of the same rounds.
First all builds run a district of 2,000 firms under several seeds, and the adoption curves must agree: in every month
and series, the mean of each build within four standard errors of the mean of the others. `--write` renews the table in
``docs/PERFORMANCE.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # where `page` is

from page import renew  # noqa: E402

RUN_ONE = HERE / "run_one.py"
COMMAND = "python benchmarks/other_frameworks/measure.py --write"
BUILDS = {
    "compiled:push": "this project's style, event driven",
    "compiled:every": "this project's style, everyone asked",
    "numpy": "NumPy",
    "starsim": "Starsim",
    "ambr": "ambr",
    "mesa_frames": "mesa-frames",
    "agentpy": "AgentPy",
    "mesa": "Mesa",
}
"""The builds of the small model, and what the table calls them."""
FULL = {"full:engine": "the full model, engine", "full:mesa": "the full model, Mesa"}
OURS = "compiled:push"
LARGEST_FULL_MESA = 1_200
CHECKED_FIRMS, CHECKED_SEEDS = 2_000, 20
STANDARD_ERRORS = 4.0
BEGUN = 2
"""The series that is checked as a running sum: few begin in one month."""
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def ask(python: str, *arguments: object) -> dict[str, Any]:
    """Run one implementation in a process of its own and return what it says."""
    command = [python, str(RUN_ONE), *map(str, arguments)]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def installed(names: Iterable[str], pythons: dict[str, str]) -> dict[str, str]:
    """Return what is installed, with versions; say what is not."""
    versions = {}
    for name in names:
        answer = ask(pythons.get(name.partition(":")[0], sys.executable), name, "--probe")
        if "missing" in answer:
            print(f"{(BUILDS | FULL)[name]}: skipped, not installed here ({answer['missing']})", flush=True)
        else:
            versions[name] = answer["version"]
    return versions


def disagreement(curves: dict[str, np.ndarray]) -> dict[str, float]:
    """Return for each build how far its mean curve lies from the others', at most, in standard errors.

    `curves` are arrays of runs, months and series. The variance between runs is pooled over all builds. A month
    without any variance, as before the first project can end, must be the same in all (but for single precision).
    """
    pooled = np.mean([runs.var(axis=0, ddof=1) for runs in curves.values()], axis=0)
    found = {}
    for name, runs in curves.items():
        others = np.concatenate([other for label, other in curves.items() if label != name])
        gap = np.abs(runs.mean(axis=0) - others.mean(axis=0))
        error = np.sqrt(pooled * (1.0 / len(runs) + 1.0 / len(others)))
        found[name] = float(np.max(np.where(gap > 1e-5, gap / np.maximum(error, 1e-12), 0.0)))
    return found


def check_agreement(names: Iterable[str], pythons: dict[str, str]) -> dict[str, float]:
    """Run all builds on the same firms under other luck; stop if their curves do not agree."""
    curves = {}
    for number, name in enumerate(names):
        seeds = range(1_000 * number, 1_000 * number + CHECKED_SEEDS)  # builds on NumPy's generator must not share luck
        answer = ask(pythons.get(name.partition(":")[0], sys.executable), name, CHECKED_FIRMS, *seeds, "--keep")
        curves[name] = np.array([run["history"] for run in answer["runs"]])
        curves[name][:, :, BEGUN] = curves[name][:, :, BEGUN].cumsum(axis=1)
    apart = disagreement(curves)
    for name, errors in apart.items():
        ends = curves[name][:, -1, 0]
        print(
            f"{BUILDS[name]:38s} at level 2 in the end {ends.mean():6.1%}, "
            f"furthest from the others {errors:.1f} standard errors"
        )
    if max(apart.values()) > STANDARD_ERRORS:
        raise SystemExit("the builds do not simulate the same model; no times are taken")
    return apart


def in_rounds(
    names: Iterable[str], sizes: list[int], rounds: int, pythons: dict[str, str]
) -> dict[tuple[str, int], list[dict[str, float]]]:
    """Measure all builds in turn, round by round."""
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for number in range(rounds):
        for size in sizes:
            for name in names:
                if name == "full:mesa" and size > LARGEST_FULL_MESA:
                    continue
                answer = ask(pythons.get(name.partition(":")[0], sys.executable), name, size, number + 1)
                run = answer["runs"][0]
                rate = size * run["months"] / run["seconds"]
                found.setdefault((name, size), []).append({"rate": rate, "megabytes": answer["megabytes"]})
        print(f"round {number + 1} of {rounds} done", flush=True)
    return found


def table(
    found: dict[tuple[str, int], list[dict[str, float]]], versions: dict[str, str], sizes: list[int]
) -> list[str]:
    """Return the lines of the table: medians, and how many times as fast the event-driven build is."""

    def median(name: str, size: int, what: str) -> float:
        return statistics.median(run[what] for run in found[name, size])

    def cell(name: str, size: int) -> str:
        if (name, size) not in found:
            return "–"
        rate = median(name, size, "rate")
        return f"{rate / 1e6:,.3g} · {median(OURS, size, 'rate') / rate:,.3g} · {median(name, size, 'megabytes'):,.0f}"

    lines = [f"| | built on | {' | '.join(f'{size:,} firms' for size in sizes)} |", "|---" * (2 + len(sizes)) + "|"]
    for name in versions:
        title = (BUILDS | FULL)[name]
        lines.append(f"| {title} | {versions[name]} | {' | '.join(cell(name, size) for size in sizes)} |")
    return [*lines, "", *textwrap.wrap(remark(found, sizes, median), 118)]


def remark(
    found: dict[tuple[str, int], list[dict[str, float]]], sizes: list[int], median: Callable[[str, int, str], float]
) -> str:
    """Say what the cells are, and how the full model compares with the small one and with its own Mesa twin."""
    text = (
        "In each cell: million firm-months per CPU second · how many times as fast the event-driven build is · peak "
        "memory of the whole process in MB. Medians."
    )
    full = [size for size in sizes if ("full:engine", size) in found]
    if full:
        times = [median(OURS, size, "rate") / median("full:engine", size, "rate") for size in full]
        text += (
            f" A firm-month of the full model costs {min(times):.1f} to {max(times):.1f} times one of the small model "
            "in the same style: hold its two rows against each other only."
        )
    for size in full:
        if ("full:mesa", size) in found:
            ratio = median("full:engine", size, "rate") / median("full:mesa", size, "rate")
            text += f" At {size:,} firms its engine is {ratio:,.0f} times as fast as its Mesa twin."
    return text


def options() -> argparse.Namespace:
    """Read the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", type=int, nargs="+", default=[500, 10_000, 100_000], metavar="FIRMS")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--python", action="append", default=[], metavar="NAME=PATH", help="interpreter of a framework")
    asked.add_argument("--write", action="store_true", help="renew the table in docs/PERFORMANCE.md")
    given = asked.parse_args()
    known = {name.partition(":")[0] for name in (*BUILDS, *FULL)}
    given.pythons = dict(pair.split("=", 1) for pair in given.python if "=" in pair)
    if wrong := [pair for pair in given.python if pair.partition("=")[0] not in known or "=" not in pair]:
        asked.error(f"--python {wrong[0]}: write NAME=PATH with a NAME of {', '.join(sorted(known))}")
    return given


def main() -> None:
    """Check that all builds agree, measure them, print the table."""
    given = options()
    versions = installed((*BUILDS, *FULL), given.pythons)
    check_agreement([name for name in versions if name in BUILDS], given.pythons)
    found = in_rounds(versions, given.sizes, given.rounds, given.pythons)
    lines = table(found, versions, given.sizes)
    print("\n".join(lines))
    if given.write:
        renew("frameworks", COMMAND, lines)


if __name__ == "__main__":
    main()
