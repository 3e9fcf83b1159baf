"""Years in which projects pay back, by size of firm: what the declared effects and costs say before anybody chooses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.parameters.registry import Parameters
from zhizao.population.district import District
from zhizao.rules.constants import MOST_SAVED
from zhizao.sectors import KIND_COUNT, PROJECT_TYPES, SIZE_CLASSES

__all__ = ["payback_table", "payback_years"]

_SHOWN = (10.0, 50.0, 90.0)


def payback_years(district: District, parameters: Parameters) -> FloatArray:
    """Return the cost of each firm's first project of each kind over what it truly saves in a year, in years.

    Prices are normal, there is no policy and the project works; firms are those of the first month.

    Returns
    -------
    array
        One row for each firm at the start, one column for each kind of project; infinite where nothing is saved.
    """
    projects, sectors = parameters.projects, parameters.sectors
    firms = district.firms.view(np.ndarray)[: district.count]
    sector, revenue = firms["sector"], firms["revenue"]
    relative = revenue / projects.reference_revenue
    years = np.full((district.count, KIND_COUNT), np.inf)
    for kind in range(KIND_COUNT):
        elasticity = projects.cost_elasticity[kind]
        cost = projects.cost[kind] * projects.cost_level * relative**elasticity
        strength = parameters.valuation.benefit_level * firms["intensity"][:, kind]
        strength = strength * relative ** (projects.size_alike * (elasticity - 1.0))
        gain = np.zeros(district.count)
        for effect, share in (
            (projects.labour_effect, sectors.labour_share),
            (projects.energy_effect, sectors.energy_share),
            (projects.quality_effect, sectors.defect_share),
            (projects.capacity_effect, sectors.contribution),
        ):
            gain += np.minimum(effect[kind] * strength, MOST_SAVED) * np.asarray(share)[sector]
        np.divide(cost, gain * revenue, out=years[:, kind], where=gain * revenue > 0.0)
    return years


def payback_table(
    district: District, parameters: Parameters, percentiles: Sequence[float] = _SHOWN
) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return percentiles of `payback_years` by size class and kind of project.

    Not a number in a size class without firms.
    """
    years = payback_years(district, parameters)
    sizes = district.firms.view(np.ndarray)["size_class"][: district.count]
    return {
        size: {
            kind: tuple(np.percentile(years[sizes == number, column], percentiles).tolist())
            if np.any(sizes == number)
            else (float("nan"),) * len(percentiles)
            for column, kind in enumerate(PROJECT_TYPES)
        }
        for number, size in enumerate(SIZE_CLASSES)
    }
