"""Who moved: shares at level 2 and with support, by size class, sector, starting level and park."""

from __future__ import annotations

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.results.finished import FinishedRun
from zhizao.results.groups import GROUP_KINDS, GROUPED
from zhizao.sectors import LARGE, PLAN_LEVEL

__all__ = ["group_shares"]

_PARK_SHARES = (0.1, 0.5, 0.9)
_LEAST_IN_PARK = 5


def group_shares(run: FinishedRun) -> FloatArray:
    """Return the shares of `GROUPED`: groups, in the order of `GROUP_KINDS`, by shares; not a number without a firm.

    Parameters
    ----------
    run
        A finished run, for the size class, sector, park, levels and support of the firms that exist at its end.
    """
    table = np.array([run.records[name] for name in (*_PLACES, *_MARKS)], dtype=np.int64)
    counts = np.zeros((_FIRSTS[-1] + int(table[len(_PLACES) - 1].max(initial=-1)) + 1, 1 + len(GROUPED)), np.int64)
    _count(run.standing, table, _FIRSTS, counts)
    return np.concatenate([_shares(counts[: _FIRSTS[-1]]), _spread_of_parks(counts[_FIRSTS[-1] :])])


_PLACES = ("size_class", "sector", "start_level", "park")
_MARKS = ("level", "level_true", "supported_before")
"""Fields of a firm: its group of each of `GROUP_KINDS`, and what the shares of `GROUPED` are of."""
_FIRSTS = np.cumsum([0, *(len(names) for kind, names in GROUP_KINDS.items() if kind != "park")])
"""Where the groups of each kind begin among all; parks come last."""


@compiled
def _count(standing: IntArray, table: IntArray, firsts: IntArray, counts: IntArray) -> None:
    """Count the firms that exist, and those with each mark, by group; all but sizes are of SMEs."""
    for slot in standing:
        for kind in range(firsts.size):
            if kind > 0 and table[0, slot] == LARGE:
                break
            row = firsts[kind] + table[kind, slot]
            counts[row, 0] += 1
            counts[row, 1] += table[4, slot] >= PLAN_LEVEL
            counts[row, 2] += table[5, slot] >= PLAN_LEVEL
            counts[row, 3] += table[6, slot] == 1


def _shares(counts: IntArray) -> FloatArray:
    """Return the share of every group's firms that have each mark; not a number where there is no firm."""
    with np.errstate(invalid="ignore"):
        return np.asarray(counts[:, 1:] / counts[:, :1])


def _spread_of_parks(counts: IntArray) -> FloatArray:
    """Return, for every mark, how the parks with some firms stand: the weakest tenth, the middle, the strongest."""
    large_enough = counts[:, 0] >= _LEAST_IN_PARK
    if not large_enough.any():
        return np.full((len(_PARK_SHARES), len(GROUPED)), np.nan)
    ordered = np.sort(_shares(counts[large_enough]), axis=0)
    place = (ordered.shape[0] - 1) * np.array(_PARK_SHARES)  # as `numpy.quantile` has it, without its checks
    below = np.floor(place).astype(np.intp)
    low, high = ordered[below], ordered[np.minimum(below + 1, ordered.shape[0] - 1)]
    part, step = (place - below)[:, None], high - low
    return np.asarray(np.where(part >= 0.5, high - step * (1.0 - part), low + step * part))
