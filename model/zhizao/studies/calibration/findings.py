"""What a calibration settles and what it does not, as numbers: the report is written from these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.evidence.ensembles import FUNDING, READING, Ensemble
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.studies.calibration.fit import simulator_of
from zhizao.studies.calibration.inputs import drawn_numbers, fitted_keys
from zhizao.studies.calibration.simulator import (
    EFFECTS,
    MONEY_PAID,
    MONEY_PUT_UP,
    SUPPORTED_PROJECTS,
    TARGET_REPORTED,
    DistrictSimulator,
)
from zhizao.studies.describe import interval
from zhizao.studies.parameter_draws import luck

__all__ = ["NOT_LEARNED", "Predicted", "learned", "money_reading", "predict", "ridge", "sensitivity_to_readings"]

NOT_LEARNED = 0.9
"""From this ratio of posterior to prior standard deviation on, a parameter is called "not learned"."""
_GROUPS = 3
_RIDGE_GROUPS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Predicted:
    """What members of an ensemble give under fresh luck.

    Attributes
    ----------
    ensemble
        The ensemble.
    found
        By key of the fact, by name of what the report needs, and by effect: one value for each member that was run,
        the first ones.
    """

    ensemble: Ensemble
    found: dict[str, FloatArray]

    @property
    def members(self) -> int:
        """How many members were run."""
        return int(next(iter(self.found.values())).size)

    @property
    def target_met(self) -> NDArray[np.bool_]:
        """Whether the plan is met, by member."""
        return self.found[TARGET_REPORTED] >= 100.0 * TARGET_SHARE

    def drawn(self, key: str) -> FloatArray:
        """Return the drawn values of a parameter or reading, by member."""
        return self.ensemble.values[: self.members, self.ensemble.names.index(key)]

    def summary(self, name: str) -> dict[str, float]:
        """Return mean, median, low and high of a variable."""
        return {"mean": float(self.found[name].mean()), **interval(self.found[name])}


def predict(
    ensemble: Ensemble, *, members: int, seed: int = 0, workers: int = 1, progress: Progress | None = None
) -> Predicted:
    """Run the first `members` of an ensemble under fresh luck, with and without each part of the programme."""
    simulator = simulator_of(ensemble.treatment, ensemble.funding, effects=True)
    numbers = range(min(members, ensemble.members))
    rows = np.array(for_each(partial(_one_member, simulator, ensemble, seed), numbers, workers, progress))
    return Predicted(ensemble=ensemble, found=dict(zip(simulator.names, rows.T, strict=True)))


def _one_member(simulator: DistrictSimulator, ensemble: Ensemble, seed: int, member: int) -> FloatArray:
    return simulator(ensemble.values[member], luck(seed, member))


def learned(ensemble: Ensemble) -> list[dict[str, Any]]:
    """Return, for everything drawn, how its distribution moved: means, ratio of standard deviations, and a label."""
    fitted = {row.key for row in fitted_keys()}
    rows = []
    for place, number in enumerate(drawn_numbers()):
        mean, deviation = number.marginal.mean, number.marginal.deviation
        values = ensemble.values[:, place]
        ratio = float(values.std()) / deviation
        rows.append(
            {
                "key": number.key,
                "unit": number.unit,
                "meaning": number.meaning,
                "fitted": number.key in fitted,
                "prior_low": number.low,
                "prior_high": number.high,
                "prior_mean": mean,
                "mean": float(values.mean()),
                "moved": (float(values.mean()) - mean) / deviation,
                "ratio": ratio,
                "label": "not learned" if ratio > NOT_LEARNED else "",
            }
        )
    return rows


def headlines(predicted: Predicted, chosen: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """Return the headline numbers over all members that were run, or over the chosen ones."""
    kept = np.ones(predicted.members, dtype=bool) if chosen is None else chosen
    met = predicted.target_met[kept]
    return {
        "members": int(kept.sum()),
        "target_probability": float(met.mean()),
        **{name: float(predicted.found[name][kept].mean()) for name in (TARGET_REPORTED, *EFFECTS)},
    }


def sensitivity_to_readings(predicted: Predicted) -> list[dict[str, Any]]:
    """Return the headlines in the low, middle and high third of every reading: firms, digital share, years counted."""
    rows = []
    for key in ("population.firms", "funding.digital_share", f"{READING}years_counted"):
        values = predicted.drawn(key)
        ends = np.quantile(values, np.linspace(0.0, 1.0, _GROUPS + 1))
        for low, high in pairwise(ends):
            chosen = (values >= low) & (values <= high)
            rows.append({"key": key, "low": float(low), "high": float(high), **headlines(predicted, chosen)})
    return rows


def ridge(predicted: Predicted) -> dict[str, Any]:
    """Return how subsidy and service effects go together, and the plan's probability along that line.

    Members are put in order by how much more the services do than the subsidies, and cut into equal groups.
    """
    subsidy, service = predicted.found["subsidy_effect"], predicted.found["service_effect"]
    order = np.argsort(service - subsidy, kind="stable")
    groups = []
    for part in np.array_split(order, _RIDGE_GROUPS):
        chosen = np.zeros(predicted.members, dtype=bool)
        chosen[part] = True
        groups.append(headlines(predicted, chosen))
    return {"correlation": float(np.corrcoef(subsidy, service)[0, 1]), "groups": groups}


def money_reading(predicted: Predicted) -> dict[str, float]:
    """Return what a reading of the public money implies: what is put up, what goes out, what it does."""
    found = predicted.found
    up, out = found[MONEY_PUT_UP], found[MONEY_PAID]
    share = predicted.drawn("funding.digital_share")
    named = FUNDING[predicted.ensemble.funding]
    return {
        "named": named,
        "put_up": float(up.mean()),
        "paid_out": float(out.mean()),
        "paid_out_share": float(out.sum() / up.sum()),
        "paid_out_reaches_reading": float((out >= named * share).mean()),
        "paid_out_per_supported_project": float(out.sum() / found[SUPPORTED_PROJECTS].sum()),
        **headlines(predicted),
    }
