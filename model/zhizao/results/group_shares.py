"""Who moved: shares at level 2 and with support, by size class, sector, starting level and park."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.results.finished import FinishedRun
from zhizao.results.groups import GROUP_KINDS, GROUPED
from zhizao.sectors import LARGE, PLAN_LEVEL

__all__ = ["group_shares"]

_PARK_SHARES = (0.1, 0.5, 0.9)
_LEAST_IN_PARK = 5
_FIRSTS = np.cumsum([0, *(len(names) for kind, names in GROUP_KINDS.items() if kind != "park")])
"""Where the groups of each kind begin among all; parks come last."""
_SIZE, _SECTOR, _START_LEVEL, _PARK = (int(first) for first in _FIRSTS)
_SHARES = len(GROUPED)


def group_shares(run: FinishedRun) -> FloatArray:
    """Return the shares of `GROUPED`: groups, in the order of `GROUP_KINDS`, by shares; not a number without a firm.

    Parameters
    ----------
    run
        A finished run, for the size class, sector, park, levels and support of the firms that exist at its end.
    """
    return np.asarray(_group_shares(run.records, run.standing))


@compiled
def _group_shares(firms: Any, standing: IntArray) -> FloatArray:
    """Count firms and those with each mark by group, all but sizes of SMEs, and return the shares."""
    parks = 0
    for slot in standing:
        parks = max(parks, int(firms[slot].park) + 1)
    counts = np.zeros((_PARK + parks, 1 + _SHARES), np.int64)
    for slot in standing:
        firm = firms[slot]
        marks = (firm.level >= PLAN_LEVEL, firm.level_true >= PLAN_LEVEL, firm.supported_before == 1)
        _count(counts[_SIZE + int(firm.size_class)], marks)
        if firm.size_class != LARGE:
            _count(counts[_SECTOR + int(firm.sector)], marks)
            _count(counts[_START_LEVEL + int(firm.start_level)], marks)
            _count(counts[_PARK + int(firm.park)], marks)
    found = np.full((_PARK + len(_PARK_SHARES), _SHARES), np.nan)
    for group in range(_PARK):
        for share in range(_SHARES):
            if counts[group, 0] > 0:
                found[group, share] = counts[group, 1 + share] / counts[group, 0]
    _spread_of_parks(counts[_PARK:], found[_PARK:])
    return found


@compiled
def _count(counts: IntArray, marks: tuple[bool, bool, bool]) -> None:
    counts[0] += 1
    for share in range(_SHARES):
        counts[1 + share] += int(marks[share])


@compiled
def _spread_of_parks(counts: IntArray, found: FloatArray) -> None:
    """Find, for every mark, how the parks with some firms stand: the weakest tenth, the middle, the strongest."""
    for share in range(_SHARES):
        ordered, parks = np.empty(counts.shape[0]), 0
        for park in range(counts.shape[0]):
            if counts[park, 0] >= _LEAST_IN_PARK:
                value, place = counts[park, 1 + share] / counts[park, 0], parks
                while place > 0 and ordered[place - 1] > value:
                    ordered[place] = ordered[place - 1]
                    place -= 1
                ordered[place] = value
                parks += 1
        for row in range(len(_PARK_SHARES) if parks > 0 else 0):
            between = (parks - 1) * _PARK_SHARES[row]  # as `numpy.quantile` has it
            below = int(between)
            low, high = ordered[below], ordered[min(below + 1, parks - 1)]
            part, step = between - below, high - low
            found[row, share] = high - step * (1.0 - part) if part >= 0.5 else low + step * part
