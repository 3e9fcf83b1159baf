"""What a month asks of a firm, here and in another revision: ``python benchmarks/work.py REVISION [--write]``.

Speeds of two models can only be compared by what each of them does. Both revisions run the baseline of the same
district as plain Python, which is the very code that is compiled, and every step of engine and rules is counted as it
is carried out: numbers added, multiplied or compared, fields and elements of arrays read or written, rules evaluated,
exponentials and the like, and random numbers drawn (one each, whatever it takes to make them). The first month, which
sets up the district, is left out. What is counted is the same at every run and does not depend on the machine.

With `--speed`, the compiled engines of both are timed in turn as well, so that what is counted can be set against the
nanoseconds that it takes. `--write` renews the table in ``docs/PERFORMANCE.md``. Takes about a minute for 150 firms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from against import ROOT, checked_out
from page import renew

KINDS = {
    "arithmetic": "numbers added, multiplied, divided …",
    "comparisons": "numbers compared",
    "places": "fields and elements read or written",
    "rules": "rules evaluated",
    "exponentials": "exponentials, logarithms, roots",
    "draws": "random numbers",
}
"""What is counted, and what the table calls it."""
COUNTED = Path(__file__).with_name("work_counted.py")
SPEED = "import sys, speed; print(1e3 / speed.engine_rate(int(sys.argv[1]), 7)[0])"
"""Prints nanoseconds a firm-month, by the benchmark of the revision itself."""


def told(folder: Path, *arguments: str, **environment: str) -> str:
    """Return what Python prints in a revision, with its own benchmarks at hand."""
    paths = os.pathsep.join(str(folder / part) for part in ("model", "benchmarks"))
    found = subprocess.run(
        [sys.executable, "-P", *arguments],
        env=os.environ | environment | {"PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout


def counts(folder: Path, firms: int) -> dict[str, float]:
    """Return what a firm-month asks for in a revision, by kind."""
    return dict(json.loads(told(folder, str(COUNTED), str(firms), NUMBA_DISABLE_JIT="1")))


def nanoseconds(folders: list[Path], firms: int, repeats: int) -> list[float]:
    """Return the median time of a firm-month in each revision, run in turn."""
    found: list[list[float]] = [[] for _ in folders]
    for _ in range(repeats):
        for times, folder in zip(found, folders, strict=True):
            times.append(float(told(folder, "-c", SPEED, str(firms))))
    return [statistics.median(times) for times in found]


def lines_of(here: dict[str, float], there: dict[str, float], revision: str) -> list[str]:
    """Return the lines of the table."""
    lines = [f"| a firm-month | this version | {revision} | ratio |", "|---|---|---|---|"]
    for kind, title in KINDS.items():
        lines.append(f"| {title} | {here[kind]:.1f} | {there[kind]:.1f} | {here[kind] / there[kind]:.2f} |")
    return lines


def main() -> None:
    """Count in both revisions, and time them if asked; print; write if asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("revision", help="a tag, a branch or the hash of a commit")
    asked.add_argument("--firms", type=int, default=150)
    asked.add_argument("--speed", type=int, metavar="FIRMS", help="time both engines with so many firms")
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--write", action="store_true", help="renew the table in docs/PERFORMANCE.md")
    given = asked.parse_args()
    with checked_out(given.revision) as other:
        lines = lines_of(counts(ROOT, given.firms), counts(other, given.firms), given.revision)
        if given.speed:
            mine, its = nanoseconds([ROOT, other], given.speed, given.repeats)
            lines.append(f"| nanoseconds, {given.speed:,} firms | {mine:.1f} | {its:.1f} | {mine / its:.2f} |")
    print("\n".join(lines))
    if given.write:
        renew("work", f"python benchmarks/work.py {given.revision} --firms {given.firms} --write", lines)


if __name__ == "__main__":
    main()
