"""The shipped ensembles checked quickly: do their members still give what they were accepted for?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError
from zhizao.evidence.ensembles import (
    FIRST_READING,
    FUNDING,
    Ensemble,
    fitted_structures,
    fitted_treatments,
    read_ensemble,
)
from zhizao.evidence.experiments import fitted_experiments
from zhizao.evidence.structures import structures
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.studies.calibration.fit import simulator_of
from zhizao.studies.calibration.inputs import fitted_facts
from zhizao.studies.calibration.simulator import experiment_name

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
        How many facts and experiments it was fitted to, and how many of them its 90 % interval reaches.
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
        return self.same >= _ENOUGH * self.run


def check_ensembles(
    *, members: int = 100, workers: int = 1, progress: Progress | None = None
) -> dict[tuple[str, str], EnsembleCheck]:
    """Run the first `members` of each shipped ensemble again and compare.

    Raises
    ------
    InputError
        If there is no ensemble, or one is damaged.
    """
    fitted = [(treatment, funding) for funding in FUNDING for treatment in fitted_treatments(funding)]
    fitted += [(key, FIRST_READING) for key in fitted_structures()]
    if not fitted:
        raise InputError(f"{DISTRICT.own.short}: not fitted, so there is nothing to check; fit with `zhizao calibrate`")
    ensembles = [read_ensemble(treatment, funding) for treatment, funding in fitted]
    jobs = [(ensemble, member) for ensemble in ensembles for member in range(min(members, ensemble.members))]
    same = for_each(_same, jobs, workers, progress)
    found = {}
    for ensemble in ensembles:
        mine = [result for result, (owner, _) in zip(same, jobs, strict=True) if owner is ensemble]
        allowed = _allowed(ensemble.treatment)
        ends = {name: np.quantile(ensemble.summaries[name], (0.05, 0.95)) for name in allowed}
        inside = sum(ends[name][1] >= low and ends[name][0] <= high for name, (low, high) in allowed.items())
        found[ensemble.treatment, ensemble.funding] = EnsembleCheck(
            run=len(mine),
            same=sum(mine),
            targets=len(allowed),
            inside=int(inside),
            effective_sample_size=int(ensemble.record["sampler"]["effective_sample_size"]),
        )
    return found


def _allowed(calibration: str) -> dict[str, tuple[float, float]]:
    """Return the ends that the report of a fit shows for everything fitted, by the name of what a run gives."""
    facts = fitted_facts("facts" if calibration in structures() else calibration)
    shown = {fact.key: fact.shown for fact in facts}
    ends = {
        key: (-math.inf if low is None else low, math.inf if high is None else high)
        for key, (low, high) in shown.items()
    }
    return ends | {experiment_name(one): (one.low, one.high) for one in fitted_experiments()}


def _same(job: tuple[Ensemble, int]) -> bool:
    ensemble, member = job
    simulator = simulator_of(ensemble.treatment, ensemble.funding)
    found: FloatArray = simulator(ensemble.values[member], int(ensemble.seeds[member]))
    given = dict(zip(simulator.names, found, strict=True))
    return all(
        abs(given[name] - values[member]) <= _SAME * max(abs(values[member]), 1.0)
        for name, values in ensemble.summaries.items()
    )
