"""Commands of this code beside those of another revision: ``python benchmarks/against.py REVISION [--repeats 5]``.

Checks the revision out into a temporary folder and runs both in turn with the same libraries, each with compiled code
and bytecode of its own, as after an installation. Prints the median wall and processor seconds of each command, the
ratio of this code to the other, and the most memory that one process took. Scenarios are those that both have. Needs
``git``; takes some minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TASKS = ("help", "run", "compare", "compare with one worker", "reach", "compile")


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the wall and of the processor, megabytes of its largest process."""

    wall: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Code:
    """One revision and its compiled code."""

    folder: Path
    cache: Path

    def cost(self, *arguments: str, cache: Path | None = None) -> Cost:
        """Run a command and return what it took.

        Raises
        ------
        RuntimeError
            If it fails.
        """
        environment = os.environ | {
            "PYTHONPATH": str(self.folder / "model"),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.cache / "bytecode"),
            "ZHIZAO_CACHE_DIR": str(cache or self.cache),
        }
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "zhizao", *arguments],
            env=environment,
            cwd=self.cache,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{self.folder}: zhizao {' '.join(arguments)} ended with {process.returncode}")
        return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)

    def scenarios(self) -> set[str]:
        """Names of the scenarios that ship with it."""
        return {path.stem for path in (self.folder / "scenarios").glob("*.toml")}

    def compiling(self) -> Cost:
        """Return what a first run takes more than a second one."""
        with tempfile.TemporaryDirectory() as empty:
            first = self.cost("run", "--quiet", cache=Path(empty))
            second = self.cost("run", "--quiet", cache=Path(empty))
        return Cost(first.wall - second.wall, first.processor - second.processor, first.memory)


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Give a folder with another revision, and take it away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "other")
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(place), revision], cwd=ROOT, check=True)
        try:
            yield place
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(place)], cwd=ROOT, check=True)


def arguments_of(task: str, scenarios: Sequence[str], draws: int) -> tuple[str, ...]:
    """Return the command of a task."""
    several = ("compare", *scenarios, "--draws", str(draws), "--quiet")
    return {
        "help": ("--help",),
        "run": ("run", "--quiet"),
        "compare": several,
        "compare with one worker": (*several, "--workers", "1"),
        "reach": ("reach", "--quiet"),
    }[task]


def main() -> None:
    """Run both in turn and print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("revision", help="a tag, a branch or the hash of a commit")
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--draws", type=int, default=200)
    options.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS[:4])
    asked = options.parse_args()
    with checked_out(asked.revision) as folder, tempfile.TemporaryDirectory() as caches:
        both = [Code(place, Path(caches, name)) for name, place in (("this", ROOT), ("other", folder))]
        for code in both:
            code.cache.mkdir()
            code.cost("compare", "baseline", "--draws", "2", "--quiet")  # compiles all that comparisons need
        shared = sorted(both[0].scenarios() & both[1].scenarios() - {"baseline"})
        print(f"{len(shared) + 1} scenarios, {asked.draws} draws, {os.cpu_count()} processors, {asked.repeats} repeats")
        print(f"{'command':26} {'wall, s':>16} {'processor, s':>18} {'memory, MB':>14}")
        for task in asked.tasks:
            costs: list[list[Cost]] = [[], []]
            for _ in range(asked.repeats):
                for code, found in zip(both, costs, strict=True):
                    command = () if task == "compile" else arguments_of(task, ["baseline", *shared], asked.draws)
                    found.append(code.cost(*command) if command else code.compiling())
            print_row(task, costs)


def print_row(task: str, costs: Sequence[Sequence[Cost]]) -> None:
    """Print medians of this code and of the other, with the ratio."""
    cells = []
    for name in ("wall", "processor", "memory"):
        mine, other = (statistics.median(getattr(cost, name) for cost in found) for found in costs)
        digits = 0 if name == "memory" else 2
        ratio = "" if name == "memory" else f" ×{mine / other:.2f}"
        cells.append(f"{mine:.{digits}f} / {other:.{digits}f}{ratio}")
    print(f"{task:26} {cells[0]:>16} {cells[1]:>18} {cells[2]:>14}", flush=True)


if __name__ == "__main__":
    main()
