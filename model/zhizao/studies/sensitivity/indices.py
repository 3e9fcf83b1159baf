"""Sensitivity indices by SALib, each with an interval that holds 90 %.

Sobol': shares of the variance. Morris: mean size and spread of elementary effects. PAWN: how far the distribution
of an outcome moves when an input is held in a slice of its range (largest distance of two distributions, 0 to 1).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError

__all__ = ["Explained", "group_indices", "morris_indices", "pawn_indices", "sobol_indices"]

_LEVEL = 0.90
_HALF = 1.6448536269514722
"""Half an interval that holds 90 % of a normal distribution, in standard deviations: as SALib makes its own."""
_RESAMPLES = 300
_PAWN_RESAMPLES = 25
_SLICES = 10
_DUMMIES = 100
_DUMMY_QUANTILE = 0.95

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Explained:
    """The share of the variance that the first-order indices explain together, and its interval."""

    share: float
    low: float
    high: float


def _salib(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(f"SALib.analyze.{module}")
    except ImportError:
        raise InputError("sensitivity needs SALib; install it with: pip install 'zhizao[sensitivity]'") from None


def sobol_indices(
    names: Sequence[str], blocks: FloatArray, seed: int
) -> tuple[list[Row], Explained, NDArray[np.float64]]:
    """Return Sobol' indices of factors, or of groups that moved together.

    Parameters
    ----------
    names
        Names of the factors or groups, in the order of the design.
    blocks
        Outcomes by Saltelli's scheme: blocks by 2 + factors.
    seed
        Of the bootstrap.

    Returns
    -------
    tuple
        A row for each name; what the first-order indices explain together; the first-order indices in each resample,
        resamples by names.
    """
    # groups have moved as one, so that to the analysis each is one factor; a seed of 0 would mean numpy's global
    # generator to SALib, any other a generator of its own
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = _salib("sobol").analyze(
        problem,
        blocks.reshape(-1),
        calc_second_order=False,
        num_resamples=_RESAMPLES,
        conf_level=_LEVEL,
        keep_resamples=True,
        seed=seed + 1,
    )
    rows = [
        {
            "factor": name,
            "first": first,
            "first_low": first - first_half,
            "first_high": first + first_half,
            "total": total,
            "total_low": total - total_half,
            "total_high": total + total_half,
        }
        for name, first, first_half, total, total_half in zip(
            names, *(found[key].tolist() for key in ("S1", "S1_conf", "ST", "ST_conf")), strict=True
        )
    ]
    resamples = np.asarray(found["S1_conf_all"], dtype=np.float64)
    return rows, _sum(np.asarray(found["S1"]), resamples), resamples


def group_indices(rows: Sequence[Row], resamples: NDArray[np.float64], groups: Sequence[str]) -> list[Row]:
    """Return the sum of the first-order indices of each group of factors, and last what is left to interactions.

    A total index of a group does not follow from those of its factors; a design with ``by_group`` gives it.
    """
    first = np.array([row["first"] for row in rows])
    found = []
    for group in dict.fromkeys(groups):
        inside = np.array([name == group for name in groups])
        found.append(_group_row(group, _sum(first[inside], resamples[:, inside])))
    every = _sum(first, resamples)
    rest = Explained(share=1.0 - every.share, low=1.0 - every.high, high=1.0 - every.low)
    return [*found, _group_row("interactions", rest)]


def _group_row(name: str, explained: Explained) -> Row:
    return {
        "factor": name,
        "first": explained.share,
        "first_low": explained.low,
        "first_high": explained.high,
        "total": np.nan,
        "total_low": np.nan,
        "total_high": np.nan,
    }


def _sum(first: NDArray[np.float64], resamples: NDArray[np.float64]) -> Explained:
    share, half = float(first.sum()), _HALF * float(resamples.sum(axis=1).std(ddof=1))
    return Explained(share=share, low=share - half, high=share + half)


def morris_indices(
    problem: dict[str, Any], places: FloatArray, values: FloatArray, levels: int, seed: int
) -> list[Row]:
    """Return the elementary effects of factors or groups: mu_star their mean size, mu their mean, sigma their spread.

    Parameters
    ----------
    problem
        The factors as SALib has them.
    places
        Where the points are in the unit cube; an effect is that of crossing the whole interval of a factor.
    values
        Outcomes of the points.
    levels
        Levels of the grid.
    seed
        Of the bootstrap.
    """
    found = _salib("morris").analyze(
        dict(problem), places, values, num_levels=levels, num_resamples=_RESAMPLES, conf_level=_LEVEL, seed=seed
    )
    columns = (
        np.ma.filled(np.ma.asarray(found[key], dtype=np.float64), np.nan).tolist()
        for key in ("mu_star", "mu_star_conf", "mu", "sigma")
    )
    return [
        {
            "factor": str(name),
            "mu_star": size,
            "mu_star_low": size - half,
            "mu_star_high": size + half,
            "mu": mean,
            "sigma": spread,
        }
        for name, size, half, mean, spread in zip(found["names"], *columns, strict=True)
    ]


def pawn_indices(names: Sequence[str], inputs: FloatArray, values: FloatArray, seed: int) -> list[Row]:
    """Return PAWN indices (median and largest over ten slices), beside those of inputs that do nothing.

    An input matters if its median exceeds that of 95 % of a hundred dummies: random numbers that no run has seen.

    Parameters
    ----------
    names
        Names of the inputs.
    inputs
        Their values: rows by inputs.
    values
        Outcomes of the rows.
    seed
        Of dummies, ties and the bootstrap.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    # ranks, equal ones in random order: slices by quantiles then hold the same number of rows for every input
    ranks = np.column_stack([np.lexsort((generator.random(len(column)), column)).argsort() for column in inputs.T])
    dummies = generator.random((len(values), _DUMMIES))
    median, largest = _pawn(np.column_stack([ranks, dummies]).astype(np.float64), values)
    threshold = float(np.quantile(median[len(names) :], _DUMMY_QUANTILE))
    resampled = np.array([_pawn_resampled(ranks, values, generator) for _ in range(_PAWN_RESAMPLES)])
    half = _HALF * resampled.std(axis=0, ddof=1)
    return [
        {
            "factor": name,
            "median": float(median[place]),
            "median_low": float(median[place] - half[place]),
            "median_high": float(median[place] + half[place]),
            "largest": float(largest[place]),
            "dummy": threshold,
            "matters": bool(median[place] > threshold),
        }
        for place, name in enumerate(names)
    ]


def _pawn_resampled(ranks: NDArray[np.int64], values: FloatArray, generator: np.random.Generator) -> FloatArray:
    rows = generator.integers(len(values), size=len(values))
    return _pawn(ranks[rows].astype(np.float64), values[rows])[0]


def _pawn(inputs: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    problem = {"num_vars": inputs.shape[1], "names": [str(place) for place in range(inputs.shape[1])]}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # SALib asks SciPy for p-values that it does not use; SciPy says when it has only the asymptotic ones
        warnings.filterwarnings("ignore", message="ks_2samp", category=RuntimeWarning)
        # no seed: with one, SALib would set numpy's global generator, though it draws nothing
        found = _salib("pawn").analyze(problem, inputs, values, S=_SLICES)
    return np.asarray(found["median"]), np.asarray(found["maximum"])
