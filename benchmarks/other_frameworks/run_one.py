"""Run one implementation here and print what it cost as one line of JSON; ``measure.py`` starts this.

``python run_one.py NAME --probe``, ``python run_one.py NAME FIRMS SEED [--keep]``. NAME is that of a file
(``mesa`` for ``mesa_model.py``), or ``compiled:every``, ``compiled:push``, ``full:engine``, ``full:mesa``.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FULL_MESA_MONTHS = 24
_UNDER_FULL = {"full:engine": "numba", "full:mesa": "mesa"}


def runs_of(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return what prepares a run and what runs it."""
    module, _, build = name.partition(":")
    found = importlib.import_module(f"{module}_model")
    return found.prepare, found.RUNS[build] if build else found.run


def version_of(name: str) -> str:
    """Return name and version of the package that an implementation builds on; raises ImportError without it."""
    package = _UNDER_FULL.get(name) or importlib.import_module(f"{name.partition(':')[0]}_model").PACKAGE
    return f"{package} {importlib.metadata.version(package)}"


def measured(name: str, firms: int, seeds: list[int], keep: bool) -> list[dict[str, Any]]:
    """Run once for each seed, after a small run that compiles and warms up; return CPU seconds, memory, histories."""
    import workload

    prepare, run = runs_of(name)
    run(prepare(workload.make_firms(60), 0))
    traits = workload.make_firms(firms)
    found = []
    for seed in seeds:
        begun = time.process_time()
        prepared = prepare(traits, seed)
        ready = time.process_time()
        history = run(prepared)
        done = time.process_time()
        found.append({"prepare": ready - begun, "seconds": done - ready, "months": workload.MONTHS})
        if keep:
            found[-1]["history"] = history.tolist()
    return found


def measured_full(name: str, firms: int) -> list[dict[str, Any]]:
    """Run this project's whole model: the engine, or its Mesa twin for its first months."""
    sys.path.insert(0, str(HERE.parent))
    speed = importlib.import_module("speed")
    if name == "full:engine":
        speed.simulate(speed.fresh_world(60), 0, speed.MONTHS)
        months, rate = speed.MONTHS, speed.engine_rate(firms, 3)[0]
    else:
        months, rate = FULL_MESA_MONTHS, speed.mesa_rate(firms, FULL_MESA_MONTHS)
    return [{"prepare": None, "seconds": firms * months / rate / 1e6, "months": months}]


def main() -> None:
    """Do what the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("name")
    asked.add_argument("firms", type=int, nargs="?", default=500)
    asked.add_argument("seeds", type=int, nargs="*", default=[1])
    asked.add_argument("--probe", action="store_true", help="only say which version is installed")
    asked.add_argument("--keep", action="store_true", help="print the histories too")
    given = asked.parse_args()
    try:
        version = version_of(given.name)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    found: dict[str, Any] = {"version": version}
    if not given.probe:
        full = given.name.startswith("full")
        found["runs"] = (
            measured_full(given.name, given.firms)
            if full
            else measured(given.name, given.firms, given.seeds, given.keep)
        )
        found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000.0
    print(json.dumps(found))


if __name__ == "__main__":
    main()
