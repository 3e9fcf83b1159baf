"""How often `discover` claims what is not there, and finds what is: ``python benchmarks/verification/discovery.py``.

The model is not run. Inputs and outcomes are made up, with and without a structure, so that it is known what is there.
Runs share draws and points as those of a sweep do, and most of their luck with the other runs of their draw or point.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import beta

from zhizao import __version__
from zhizao.studies.discovery.boxes import Box, find_boxes
from zhizao.studies.discovery.tree import Tree, grow_tree
from zhizao.studies.sweeps.shared import Shared, shared_by

__all__ = ["REPEATS", "STRUCTURES", "Row", "at_most", "designs", "row_of"]

REPEATS = (1, 10, 50)
"""How many points each draw is run at."""
STRUCTURES = {
    "none: luck of draws": False,
    "none: luck of points": False,
    "none: luck of runs": False,
    "box of two inputs": True,
    "step in a swept input": True,
    "step in a drawn parameter": True,
}
"""What decides which runs fail, and whether that is something to find."""
_DRAWN = tuple(f"drawn {number}" for number in range(6))
_SWEPT = ("swept 0", "swept 1")
_DRAWS = 40
_UNREPEATED = 300
_SHARED_LUCK = 0.7
"""Share of runs whose luck is that of their draw or point; the others have their own."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A made-up sweep: inputs, which runs fail, what they share, and the inputs that decide it."""

    inputs: pd.DataFrame
    fails: np.ndarray
    shared: Shared
    swept: tuple[str, ...]
    planted: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table: of so many designs, in how many something was claimed that is false, or found."""

    structure: str
    repeats: int
    runs: int
    designs: int
    false_boxes: int
    false_trees: int
    found_boxes: int
    found_trees: int
    seconds: float


def made(structure: str, repeats: int, number: int) -> Made:
    """Make a design; `number` is the seed of everything random in it."""
    generator = np.random.Generator(np.random.Philox([list(STRUCTURES).index(structure), repeats, number]))
    points, draws = (repeats, _DRAWS) if repeats > 1 else (1, _UNREPEATED)
    if repeats == 1 and structure in ("none: luck of points", "step in a swept input"):
        points, draws = _UNREPEATED, 1  # every point under the same single draw
    point, draw = (part.ravel() for part in np.meshgrid(np.arange(points), np.arange(draws), indexing="ij"))
    table = pd.DataFrame(generator.random((draws, len(_DRAWN)))[draw], columns=list(_DRAWN))
    table[list(_SWEPT)] = generator.random((points, len(_SWEPT)))[point]
    inputs = table[[name for name in table.columns if table[name].nunique() > 1]]
    swept = tuple(name for name in _SWEPT if name in inputs.columns)
    runs = inputs.assign(point=point, draw=draw, seed=draw)
    drawn = [name for name in _DRAWN if name in inputs.columns]
    chances, planted = _chances(structure, inputs)
    by_point = structure == "none: luck of points"
    of_unit = generator.random(points)[point] if by_point else generator.random(draws)[draw]
    of_run = generator.random(len(runs))
    own = draws == 1 or structure == "none: luck of runs"
    luck = of_run if own else np.where(generator.random(len(runs)) < _SHARED_LUCK, of_unit, of_run)
    return Made(
        inputs=inputs,
        fails=luck < chances,
        shared=shared_by(runs, swept, drawn, draws=draws, block=1, factorial=False),
        swept=swept,
        planted=planted,
    )


def _chances(structure: str, inputs: pd.DataFrame) -> tuple[np.ndarray, frozenset[str]]:
    """Return how likely each run fails, and the inputs that decide it."""
    if not STRUCTURES[structure]:
        return np.full(len(inputs), 0.3), frozenset()
    if structure == "box of two inputs":
        first, second = "drawn 0", "swept 0" if "swept 0" in inputs.columns else "drawn 1"
        inside = (inputs[first] > 0.5) & (inputs[second] < 0.6)
        return np.where(inside, 0.95, 0.08), frozenset({first, second})
    name = "swept 0" if structure == "step in a swept input" else "drawn 0"
    return np.where(inputs[name] > 0.65, 0.95, 0.08), frozenset({name})


def answers(design: Made) -> tuple[tuple[Box, ...], Tree]:
    """Ask for boxes and tree as `discover` does by default."""
    boxes = find_boxes(
        design.inputs, design.fails, threshold=0.8, min_mass=0.05, most=2, shared=design.shared, swept=design.swept
    )
    return boxes, tree_of(design)


def tree_of(design: Made) -> Tree:
    """Ask for the tree alone, which is quick."""
    return grow_tree(design.inputs, design.fails, depth=4, seed=0, shared=design.shared, swept=design.swept)


def row_of(structure: str, repeats: int, count: int) -> Row:
    """Count false claims and finds in the first `count` designs.

    A claim is a box that is dense and sure, or a tree that is sure. It is false if it names an input that decides
    nothing, and a find if it names every input that decides something.
    """
    began = time.perf_counter()
    false, found, runs = np.zeros(2, dtype=int), np.zeros(2, dtype=int), 0
    for number in range(count):
        design = made(structure, repeats, number)
        boxes, tree = answers(design)
        claims = (
            [{limit.input for limit in box.limits} for box in boxes if box.dense and box.sure],
            [{rule.input for leaf in tree.leaves for rule in leaf.rules}] if tree.sure else [],
        )
        false += [any(names - design.planted for names in part) for part in claims]
        found += [bool(design.planted) and any(names >= design.planted for names in part) for part in claims]
        runs = len(design.fails)
    return Row(
        structure=structure,
        repeats=repeats,
        runs=runs,
        designs=count,
        false_boxes=int(false[0]),
        false_trees=int(false[1]),
        found_boxes=int(found[0]),
        found_trees=int(found[1]),
        seconds=time.perf_counter() - began,
    )


def designs(count: int) -> Iterator[Row]:
    """Yield the rows of the table."""
    for structure in STRUCTURES:
        for repeats in REPEATS:
            yield row_of(structure, repeats, count)


def at_most(events: int, trials: int) -> float:
    """Return the largest share that `events` of `trials` leave possible with 95 % confidence (Clopper and Pearson)."""
    return 1.0 if events == trials else float(beta.ppf(0.95, events + 1, trials - events))


def main() -> None:
    """Print the table, a row as soon as it is known, and what its counts leave possible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--designs", type=int, default=20, help="designs of each row (default 20)")
    count = parser.parse_args().designs
    print(
        "| Structure | Points of a draw | Runs | Designs | False: boxes | False: trees | Found: boxes | Found: trees |"
    )
    print("|---|---|---|---|---|---|---|---|")
    false: dict[bool, list[Row]] = {False: [], True: []}
    for row in designs(count):
        found = (row.found_boxes, row.found_trees) if STRUCTURES[row.structure] else ("–", "–")
        cells = (row.structure, row.repeats, f"{row.runs:,}", count, row.false_boxes, row.false_trees, *found)
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        false[STRUCTURES[row.structure]].append(row)
    print(f"\nAll {len(false[False] + false[True])} rows are of one state of zhizao {__version__}. False claims:\n")
    for planted, rows in false.items():
        total = sum(row.designs for row in rows)
        for what in ("boxes", "trees"):
            events = sum(getattr(row, f"false_{what}") for row in rows)
            print(
                f"- {'with' if planted else 'without'} a structure, {what}: {events} of {total} designs, "
                f"at most {100 * at_most(events, total):.1f} in 100 with 95 % confidence"
            )


if __name__ == "__main__":
    main()
