"""Who moved: shares at level 2 and with support, by size class, sector, starting level and park."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.district.in_force import DISTRICT
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


def group_shares(firms: Any) -> dict[str, FloatArray]:
    """Return for each kind of group the shares of `GROUPED`: groups by shares; not a number where there is no firm.

    Parameters
    ----------
    firms
        The records of the firms that exist, with their size class, sector, park, levels and whether they had support.
    """
    reported = np.column_stack(
        [firms["level"] >= PLAN_LEVEL, firms["level_true"] >= PLAN_LEVEL, firms["supported_before"] == 1]
    )
    small = firms["size_class"] != LARGE
    found = {"size": _means(firms["size_class"], reported, len(SIZE_CLASSES))}
    for kind, field in (("sector", "sector"), ("start_level", "start_level")):
        found[kind] = _means(firms[field][small], reported[small], len(GROUP_KINDS[kind]))
    found["park"] = _spread_of_parks(firms["park"][small], reported[small])
    return found


def _means(group: np.ndarray[Any, Any], reported: np.ndarray[Any, Any], groups: int) -> FloatArray:
    """Return the mean of every column of `reported` in every group."""
    firms = np.bincount(group, minlength=groups)
    sums = np.column_stack([np.bincount(group, weights=column, minlength=groups) for column in reported.T])
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / firms[:, None])


def _spread_of_parks(park: np.ndarray[Any, Any], reported: np.ndarray[Any, Any]) -> FloatArray:
    """Return, for every column, how the parks with some firms stand: the weakest tenth, the middle, the strongest."""
    if park.size == 0:
        return np.full((len(_PARK_SHARES), reported.shape[1]), np.nan)
    large_enough = np.bincount(park) >= _LEAST_IN_PARK
    if not large_enough.any():
        return np.full((len(_PARK_SHARES), reported.shape[1]), np.nan)
    return np.quantile(_means(park, reported, large_enough.size)[large_enough], _PARK_SHARES, axis=0)
