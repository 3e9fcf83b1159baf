"""Many objectives at once: the points that no other beats in all, a spread of them, and the search for them.

The search is NSGA-II (Deb et al. 2002) as pymoo has it, asked for points and told their values, so that all points of a
generation are worked out together. Everything is to be small; numbers that are searched over go from 0 to 1.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.errors import InputError

__all__ = ["least_distance", "not_dominated", "scaled", "search", "spread_out"]

Evaluate = Callable[[FloatArray], FloatArray]


def not_dominated(values: FloatArray) -> BoolArray:
    """Return which rows no other row beats: as small in every column and smaller in one. Of equal rows all stay."""
    kept = np.ones(len(values), dtype=np.bool_)
    for place, row in enumerate(values):
        if kept[place]:
            beaten = (values >= row).all(axis=1) & (values > row).any(axis=1)
            kept &= ~beaten
    return kept


def scaled(values: FloatArray) -> FloatArray:
    """Return every column from 0, its least, to 1, its largest; 0 where all are alike."""
    low, high = values.min(axis=0), values.max(axis=0)
    return np.asarray((values - low) / np.where(high > low, high - low, 1.0))


def spread_out(values: FloatArray, most: int) -> IntArray:
    """Return the places of at most so many rows that lie far from each other, the best in each column among them."""
    whole = scaled(values)
    chosen = list(dict.fromkeys(int(place) for place in whole.argmin(axis=0)))[:most]
    apart = np.min([np.linalg.norm(whole - whole[place], axis=1) for place in chosen], axis=0)
    while len(chosen) < min(most, len(values)) and apart.max() > 0.0:
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.linalg.norm(whole - whole[chosen[-1]], axis=1))
    return np.array(sorted(chosen))


def least_distance(values: FloatArray) -> int:
    """Return the row that in its worst column is nearest to the best of that column (compromise programming)."""
    return int(scaled(values).max(axis=1).argmin())


def search(
    evaluate: Evaluate, start: FloatArray, *, objectives: int, population: int, generations: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Return every point that was tried, and its values, the start's first.

    Parameters
    ----------
    evaluate
        Returns values for points, a row each; less is better.
    start
        Points to begin with, a row each, their numbers from 0 to 1; the first `population` of them are used.
    objectives
        How many values a point has.
    population, generations
        Points of a generation, and how many generations there are, the first of which is the start.
    seed
        Decides all chance.

    Raises
    ------
    InputError
        If pymoo is not installed.
    """
    kinds = _pymoo()
    problem = kinds["Problem"](n_var=start.shape[1], n_obj=objectives, xl=0.0, xu=1.0)
    algorithm = kinds["NSGA2"](pop_size=population, sampling=start[:population])
    algorithm.setup(problem, termination=("n_gen", generations), seed=seed, verbose=False)
    points, values = [], []
    while algorithm.has_next():
        asked = algorithm.ask()
        here = np.asarray(asked.get("X"), dtype=np.float64)
        found = evaluate(here)
        kinds["Evaluator"]().eval(kinds["StaticProblem"](problem, F=found), asked)
        algorithm.tell(infills=asked)
        points.append(here)
        values.append(found)
    return np.concatenate(points), np.concatenate(values)


def _pymoo() -> dict[str, Any]:
    """Load what is needed of pymoo, which is heavy and an extra."""
    homes = {
        "Problem": "pymoo.core.problem",
        "Evaluator": "pymoo.core.evaluator",
        "StaticProblem": "pymoo.problems.static",
        "NSGA2": "pymoo.algorithms.moo.nsga2",
    }
    try:
        return {name: getattr(importlib.import_module(home), name) for name, home in homes.items()}
    except ImportError as error:
        raise InputError(
            f"the search needs pymoo, which is not installed ({error.name}); install the extra: pip install "
            "'zhizao[frontier]'"
        ) from error
