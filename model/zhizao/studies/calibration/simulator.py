"""The model as a calibration sees it: a function from drawn numbers and luck to the figures of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhizao.engine.state import World
from zhizao.results.ensembles import FUNDING, READING
from zhizao.results.variables import FloatArray, series
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.evidence_check import FIGURES, modelled
from zhizao.studies.futures import Futures, history_of, prepare, run_futures
from zhizao.studies.options import scenarios_of

__all__ = ["EFFECTS", "DistrictSimulator"]

EFFECTS: dict[str, str] = {
    "programme_effect": "no-programme", "subsidy_effect": "no-grants", "service_effect": "no-services",
}  # fmt: skip
"""Effects by name, and the scenario without what has the effect."""
_MONTHS = 96


@dataclass(frozen=True, kw_only=True)
class DistrictSimulator:
    """The baseline to 2025-12, as a function of drawn numbers and luck.

    Parameters
    ----------
    funding
        Reading of the yearly public money, one of `FUNDING`.
    effects
        Also run the policies of `EFFECTS` and give the effect of each part of the programme from 2024-01 on the
        true share of SMEs at level 2 at the end of 2025, in percentage points.
    """

    funding: str
    effects: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what a run gives, in order."""
        return (*FIGURES, *EFFECTS) if self.effects else FIGURES

    def __call__(self, point: NDArray[np.float64], seed: int) -> FloatArray:
        """Run once.

        Parameters
        ----------
        point
            One value for each of `drawn_numbers`. They are rounded to 32 bits, as ensembles are stored so: a
            stored member then gives to the bit what it gave when it was accepted.
        seed
            All luck, from 0 to 2**64 - 1.

        Returns
        -------
        array
            One value for each of `names`.
        """
        keys = (number.key for number in drawn_numbers())
        values = dict(zip(keys, map(float, point.astype(np.float32)), strict=True))
        readings = {key: values.pop(key) for key in list(values) if key.startswith(READING)}
        values["funding.annual_fund"] = FUNDING[self.funding]
        futures = _futures(self.effects)
        worlds = run_futures(futures, values, int(seed))
        base = worlds[futures.futures[0].lane]
        found = modelled(base, years_counted=int(readings[f"{READING}years_counted"]))
        if self.effects:
            shares = [_true_share(worlds[future.lane]) for future in futures.futures]
            found |= {name: shares[0] - share for name, share in zip(EFFECTS, shares[1:], strict=True)}
        return np.array([found[name] for name in self.names])


@cache
def _futures(effects: bool) -> Futures:
    names = ("baseline", *EFFECTS.values()) if effects else ("baseline",)
    return prepare(scenarios_of(names, {}), _MONTHS, references=False)


def _true_share(world: World) -> float:
    """True share of SMEs at level 2 in the last month, per cent."""
    return 100.0 * float(series(history_of(world), names=("level2_share_true",))["level2_share_true"][-1])
