"""The shipped ensembles checked quickly: do their members still give what they were accepted for?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhizao.results.ensembles import FUNDING, TREATMENTS, Ensemble, read_ensemble
from zhizao.results.variables import FloatArray
from zhizao.studies.calibration.fit import targets_of
from zhizao.studies.calibration.simulator import DistrictSimulator
from zhizao.studies.parallel import Progress, for_each

__all__ = ["EnsembleCheck", "check_ensembles"]

_SAME = 1e-9
_ENOUGH = 0.95


@dataclass(frozen=True, kw_only=True)
class EnsembleCheck:
    """How an ensemble matches.

    Attributes
    ----------
    run, same
        How many members were run again under the luck they were accepted with, and how many gave the same.
    targets, inside
        How many figures it was fitted to, and how many of them its 90 % interval reaches.
    effective_sample_size
        As recorded when it was made.
    """

    run: int
    same: int
    targets: int
    inside: int
    effective_sample_size: int

    @property
    def matches(self) -> bool:
        """Whether this is the fit of these rules. A few runs may differ between processors in the last digit."""
        return self.same >= _ENOUGH * self.run and self.inside == self.targets


def check_ensembles(
    *, members: int = 100, workers: int = 1, progress: Progress | None = None
) -> dict[tuple[str, str], EnsembleCheck]:
    """Run the first `members` of each shipped ensemble again and compare.

    Raises
    ------
    InputError
        If an ensemble is missing or damaged.
    """
    ensembles = [read_ensemble(treatment, funding) for funding in FUNDING for treatment in TREATMENTS]
    jobs = [(ensemble, member) for ensemble in ensembles for member in range(min(members, ensemble.members))]
    same = for_each(_same, jobs, workers, progress)
    found = {}
    for ensemble in ensembles:
        mine = [result for result, (owner, _) in zip(same, jobs, strict=True) if owner is ensemble]
        targets = targets_of(ensemble.treatment)
        ends = {target.name: np.quantile(ensemble.summaries[target.name], (0.05, 0.95)) for target in targets}
        inside = sum(ends[target.name][1] >= target.low and ends[target.name][0] <= target.high for target in targets)
        found[ensemble.treatment, ensemble.funding] = EnsembleCheck(
            run=len(mine), same=sum(mine), targets=len(targets), inside=int(inside),
            effective_sample_size=int(ensemble.record["sampler"]["effective_sample_size"]),
        )  # fmt: skip
    return found


def _same(job: tuple[Ensemble, int]) -> bool:
    ensemble, member = job
    simulator = DistrictSimulator(funding=ensemble.funding)
    found: FloatArray = simulator(ensemble.values[member], int(ensemble.seeds[member]))
    given = dict(zip(simulator.names, found, strict=True))
    return all(
        abs(given[name] - values[member]) <= _SAME * max(abs(values[member]), 1.0)
        for name, values in ensemble.summaries.items()
    )
