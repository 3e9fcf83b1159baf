"""What a sweep costs beside the engine alone: ``python benchmarks/sweep.py [--runs 100000] [--pairs 3]``.

First pairs of the same 10,000 runs, in turn: the engine alone (districts built and run in as many processes, nothing
kept) and a sweep of them (outcomes and every monthly series worked out, compressed and stored), with threads beside
processes. Then one whole sweep of `--runs` districts of 500 firms over 96 months: wall time, runs a second, the
largest memory of all its processes together, and bytes on disk. Nothing is asserted: speed is measured, not tested.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zhizao.studies.lanes import prepare, run_futures
from zhizao.studies.options import cores
from zhizao.studies.sweeps.design import read_design
from zhizao.studies.sweeps.run_table import run_table_of
from zhizao.studies.sweeps.sweep import sweep

DESIGN = "hundred-thousand"
PAIRED_RUNS = 10_000


def bare(job: tuple[int, int, int]) -> int:
    """Run units `first` to `last` of the design of `size` points with the engine alone."""
    size, first, last = job
    plan = run_table_of(read_design(DESIGN, {"size": size}))
    futures = prepare(plan.scenarios, plan.months, references=False)
    for number in range(first, last):
        unit = plan.unit(number)
        run_futures(futures, unit.values, unit.seed)
    return last - first


def bare_seconds(runs: int) -> float:
    """Wall seconds of the engine alone, in one process for each processor."""
    begun, workers = time.perf_counter(), cores()
    ends = [runs * part // workers for part in range(workers + 1)]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(bare, [(runs, first, last) for first, last in itertools.pairwise(ends)])
    return time.perf_counter() - begun


def sweep_seconds(runs: int, kind: str) -> float:
    """Wall seconds of a sweep of as many runs."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        sweep(read_design(DESIGN, {"size": runs}), folder, kind="threads" if kind == "threads" else "processes")
        return time.perf_counter() - begun


def memory(pid: int) -> int:
    """Bytes of memory of a process and all that it has started, shared pages counted once (Linux)."""
    total = 0
    for process in [pid, *descendants(pid)]:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:
            continue
        total += sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def descendants(pid: int) -> list[int]:
    """Processes that a process has started, and those that they have."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text("utf-8").split()]
        except OSError:
            continue
        found += [*children, *(grandchild for child in children for grandchild in descendants(child))]
    return found


def whole_sweep(runs: int) -> None:
    """Make one sweep by the command, watch its memory, and print what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "zhizao", "sweep", DESIGN, "--size", str(runs), "--out", folder, "--quiet"]
        begun, peak = time.perf_counter(), 0
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, memory(process.pid))
                time.sleep(0.5)
        seconds = time.perf_counter() - begun
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.parquet"))
    print(
        f"{runs:,} runs: {seconds:,.0f} s, {runs / seconds:,.0f} runs/s, at most {peak / 1e9:.2f} GB in all processes, "
        f"{size / runs:,.0f} bytes a run on disk",
        flush=True,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=100_000)
    asked.add_argument("--pairs", type=int, default=3)
    given = asked.parse_args()
    bare_seconds(200)  # compile, and fill the caches of the disk
    ratios: dict[str, list[float]] = {"processes": [], "threads": []}
    for _ in range(given.pairs):
        alone = bare_seconds(PAIRED_RUNS)
        for kind, found in ratios.items():
            found.append(sweep_seconds(PAIRED_RUNS, kind) / alone)
        told = ", ".join(f"sweep with {kind} {found[-1]:.3f} times" for kind, found in ratios.items())
        print(f"{PAIRED_RUNS:,} runs: engine alone {alone:.1f} s, {told}", flush=True)
    for kind, found in ratios.items():
        if found:
            print(f"median with {kind}: {statistics.median(found):.3f} times the engine alone")
    for runs in sorted({given.runs // 10, given.runs}):
        whole_sweep(runs)


if __name__ == "__main__":
    main()
