"""Who moved: shares at level 2 and with support, by size class, sector, starting level and park."""

from __future__ import annotations

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.district.in_force import DISTRICT
from zhizao.results.finished import FinishedRun
from zhizao.sectors import LARGE, LEVELS, PLAN_LEVEL, SECTOR_KEYS, SECTORS, SIZE_CLASSES

__all__ = ["GROUPED", "GROUP_KINDS", "GROUP_NAMES", "group_shares"]

GROUPED: tuple[str, ...] = ("level2_share", "level2_share_true", "supported_share")
"""What is reported of a group: reported and true share at level 2, and the share that was ever granted support."""
GROUP_KINDS: dict[str, tuple[str, ...]] = {
    "size": SIZE_CLASSES,
    "sector": SECTOR_KEYS,
    "start_level": LEVELS,
    "park": ("weakest tenth", "middle", "strongest tenth"),
}
"""Kinds of groups and their names. Sectors, levels and parks are of SMEs; the starting level is the one reported in
the first month or at entry. Parks differ from draw to draw, so they are described by their rank among all."""


def _level(number: int) -> tuple[str, str]:
    own = DISTRICT.own.levels
    return (
        own.english[number] if own.english else f"level {number}",
        own.chinese[number] if own.chinese else f"{number}级",
    )


GROUP_NAMES: dict[str, tuple[str, str]] = {
    **{size.key: (size.english, size.chinese) for size in DISTRICT.own.size_class},
    "weakest tenth": ("weakest tenth of parks", "最弱一成园区"),
    "middle": ("middle", "中等"),
    "strongest tenth": ("strongest tenth of parks", "最强一成园区"),
    **{key: _level(level) for level, key in enumerate(LEVELS)},
    **{sector.key: (sector.key.replace("_", " "), sector.chinese) for sector in SECTORS},
}
"""What a group is called in English and Chinese."""

_PARK_SHARES = (0.1, 0.5, 0.9)
_LEAST_IN_PARK = 5
_PATTERNS = 2 ** len(GROUPED)
_HAS_MARK = np.arange(_PATTERNS)[:, None] >> np.arange(len(GROUPED)) & 1
"""Of every pattern of marks (a bit for each share of `GROUPED`), which it has."""


def group_shares(run: FinishedRun) -> dict[str, FloatArray]:
    """Return for each kind of group the shares of `GROUPED`: groups by shares; not a number where there is no firm.

    Parameters
    ----------
    run
        A finished run, for the size class, sector, park, levels and support of the firms that exist at its end.
    """
    marks = [
        run.of_firms("level") >= PLAN_LEVEL,
        run.of_firms("level_true") >= PLAN_LEVEL,
        run.of_firms("supported_before") == 1,
    ]
    marked = np.add.reduce([mark.astype(np.int64) << place for place, mark in enumerate(marks)])
    size_class = run.of_firms("size_class")
    small = size_class != LARGE
    found = {"size": _means(size_class, marked, len(SIZE_CLASSES))}
    marked = marked[small]
    for kind, field in (("sector", "sector"), ("start_level", "start_level")):
        found[kind] = _means(run.of_firms(field)[small], marked, len(GROUP_KINDS[kind]))
    found["park"] = _spread_of_parks(run.of_firms("park")[small], marked)
    return found


def _means(group: IntArray, marked: IntArray, groups: int) -> FloatArray:
    """Return the share of every group's firms that have each mark; `marked` has a bit for each."""
    pattern = group.astype(np.int64) * _PATTERNS + marked
    counts = np.bincount(pattern, minlength=groups * _PATTERNS).reshape(groups, _PATTERNS)
    with np.errstate(invalid="ignore"):
        return np.asarray((counts @ _HAS_MARK) / counts.sum(axis=1)[:, None])


def _spread_of_parks(park: IntArray, marked: IntArray) -> FloatArray:
    """Return, for every mark, how the parks with some firms stand: the weakest tenth, the middle, the strongest."""
    none = np.full((len(_PARK_SHARES), len(GROUPED)), np.nan)
    if park.size == 0:
        return none
    large_enough = np.bincount(park) >= _LEAST_IN_PARK
    if not large_enough.any():
        return none
    ordered = np.sort(_means(park, marked, large_enough.size)[large_enough], axis=0)
    place = (ordered.shape[0] - 1) * np.array(_PARK_SHARES)  # as `numpy.quantile` has it, without its checks
    below = np.floor(place).astype(np.intp)
    low, high = ordered[below], ordered[np.minimum(below + 1, ordered.shape[0] - 1)]
    part, step = (place - below)[:, None], high - low
    return np.asarray(np.where(part >= 0.5, high - step * (1.0 - part), low + step * part))
