"""The efficient frontier: the policies that no other beats at less cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.studies.compared import Compared, is_shock

__all__ = ["chosen_by_nobody", "frontier"]


def chosen_by_nobody(compared: Sequence[Compared]) -> set[int]:
    """Return the places of the shocks, which nobody chooses: they are on no frontier."""
    return {place for place, entry in enumerate(compared) if is_shock(entry)}


def frontier(points: FloatArray, without: Collection[int] = ()) -> list[int]:
    """Return the points that no other dominates, from the cheapest to the dearest.

    Parameters
    ----------
    points
        A row for each: what it costs, and what it does.
    without
        Places of points that do not count.
    """
    best: list[int] = []
    most = -np.inf
    for place in np.lexsort((-points[:, 1], points[:, 0])).tolist():
        if points[place, 1] > most and place not in without:
            best.append(place)
            most = points[place, 1]
    return best
