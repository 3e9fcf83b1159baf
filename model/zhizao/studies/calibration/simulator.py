"""The model as a calibration sees it: a function from drawn numbers and luck to what answers to the facts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, TARGET_MONTH, month_name
from zhizao.engine.history import history_of
from zhizao.engine.state import World
from zhizao.evidence.ensembles import FUNDING, READING
from zhizao.evidence.experiments import Experiment, fitted_experiments
from zhizao.evidence.facts import Fact, load_facts, measured
from zhizao.evidence.measure import Measure, evaluate, measure, months_needed
from zhizao.results.variables import MONEY_UNIT, series
from zhizao.scenario.chain import own_scenarios
from zhizao.studies.calibration.inputs import drawn_numbers
from zhizao.studies.evidence_check import needs_log, run_record
from zhizao.studies.experiments import arms, effect_of
from zhizao.studies.lanes import Futures, prepare, run_futures
from zhizao.studies.options import scenarios_of, throughout

__all__ = [
    "EFFECTS",
    "MONEY_PAID",
    "MONEY_PUT_UP",
    "SUPPORTED_PROJECTS",
    "TARGET_REPORTED",
    "TARGET_TRUE",
    "DistrictSimulator",
    "effects_known",
    "experiment_name",
]

EFFECTS: dict[str, str] = {
    "programme_effect": "no-programme",
    "subsidy_effect": "no-grants",
    "service_effect": "no-services",
}
"""Effects by name, and the scenario without what has the effect."""


def effects_known() -> bool:
    """Whether the district in force has the scenarios by which the effects of the programme's parts are found."""
    return {*EFFECTS.values()} <= {*own_scenarios()}


TARGET_REPORTED, TARGET_TRUE = "level2_share_at_target", "level2_share_true_at_target"
MONEY_PUT_UP, MONEY_PAID = "money_put_up_last_year", "money_paid_last_year"
SUPPORTED_PROJECTS = "supported_projects_last_year"
"""What the report on a calibration needs of every run, whatever the facts are: SMEs at level 2 in the month of the
plan, per cent; public money and supported projects of the last year of history."""


@dataclass(frozen=True, kw_only=True)
class DistrictSimulator:
    """The baseline to the last month that is asked for, as a function of drawn numbers and luck.

    Parameters
    ----------
    funding
        Reading of the yearly public money, one of `FUNDING`.
    effects
        Also run the policies of `EFFECTS` and give the effect of each part of the programme from the branch on upon
        the true share of SMEs at level 2 in the month of the plan, in percentage points.
    facts
        Give what answers to these facts, and nothing else; if not given, to those of the district in force, and what
        the report on a calibration needs.
    structure
        Key of the structure that the model has; as it is declared if empty.
    """

    funding: str
    effects: bool = False
    facts: tuple[Fact, ...] | None = None
    structure: str = ""

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, and not what has been worked out."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what a run gives, in order: keys of facts, what the report needs, experiments, effects."""
        return (*self._measures, *map(experiment_name, self._experiments), *(EFFECTS if self.effects else ()))

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
        drawn = [key for key in values if key.startswith(READING)]
        readings = {key.removeprefix(READING): values.pop(key) for key in drawn}
        values["funding.annual_fund"] = FUNDING[self.funding]
        months, keep_log = self._needs
        futures = _futures(self.effects, bool(self._experiments), months, self.structure)
        worlds = run_futures(futures, values, int(seed), keep_log=keep_log)
        base, *others = (worlds[future.lane] for future in futures.futures)
        found = evaluate(self._measures, run_record(base), readings)
        for one in self._experiments:
            treated, control, *others = others
            found[experiment_name(one)] = effect_of(one, treated, control)
        if self.effects:
            share = _true_share(base)
            found |= {name: share - _true_share(world) for name, world in zip(EFFECTS, others, strict=True)}
        return np.array([found[name] for name in self.names])

    @property
    def _experiments(self) -> tuple[Experiment, ...]:
        return fitted_experiments() if self.facts is None else ()

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        """Everything that is read from a run, by name."""
        return _in_force() if self.facts is None else measured(self.facts)

    @cached_property
    def _needs(self) -> tuple[int, bool]:
        """How many months must be run, and whether with the log of projects."""
        measures = [*self._measures.values(), *(m for one in self._experiments for m in one.measures())]
        least = TARGET_MONTH + 1 if self.effects else 1
        return max(months_needed(measures), least), needs_log(measures)


@cache
def _in_force() -> dict[str, Measure]:
    target, last_year = month_name(TARGET_MONTH), f"{month_name(BRANCH_MONTH - 12)}..{month_name(BRANCH_MONTH - 1)}"
    return measured(load_facts()) | {
        TARGET_REPORTED: measure("level2_share", at=target, group="sme", unit="% of firms"),
        TARGET_TRUE: measure("level2_share", at=target, group="sme", unit="% of firms", view="true"),
        MONEY_PUT_UP: measure("public_appropriated", over=last_year, unit=MONEY_UNIT),
        MONEY_PAID: measure("public_spend", over=last_year, unit=MONEY_UNIT),
        SUPPORTED_PROJECTS: measure("supported_started", over=last_year, unit="projects"),
    }


@cache
def _futures(effects: bool, with_experiments: bool, months: int, structure: str) -> Futures:
    """The baseline, then what each experiment does and what is compared with it, then the policies of `EFFECTS`."""
    settings = throughout(structure)
    [trunk] = scenarios_of("baseline", settings)
    tried = [arm for one in fitted_experiments() for arm in arms(one, trunk)] if with_experiments else []
    parts = scenarios_of(tuple(EFFECTS.values()), settings) if effects else ()
    return prepare((trunk, *tried, *parts), months, references=False)


def experiment_name(one: Experiment) -> str:
    """Return the name of what an experiment gives, which no fact has."""
    return f"experiment.{one.key}"


def _true_share(world: World) -> float:
    """True share of SMEs at level 2 in the month of the plan, per cent."""
    shares = series(history_of(world), names=("level2_share_true",))["level2_share_true"]
    return 100.0 * float(shares[TARGET_MONTH])
