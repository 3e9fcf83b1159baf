"""The plan of a sweep: every run of a design by number, so that any part of it can be run anywhere, in any order."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from zhizao.compiled import engine_fingerprint
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.population.register import Register
from zhizao.results.ensembles import TREATMENTS, ensemble_file, read_ensemble
from zhizao.results.outcomes import OUTCOMES
from zhizao.scenario import Scenario
from zhizao.studies.evidence_check import FIGURES, YEARS_COUNTED
from zhizao.studies.options import Options, check_options, scenarios_of
from zhizao.studies.parameter_draws import ParameterDraw, luck, parameter_draws, uncertain_numbers
from zhizao.studies.record import study_inputs
from zhizao.studies.sweeps.design import Design
from zhizao.studies.sweeps.factors import CALIBRATION, LUCK, MONEY, YEARS, Factor, Value
from zhizao.studies.sweeps.samples import Points, points_of
from zhizao.version import version

__all__ = ["Plan", "Unit", "plan_of"]

_MOST_RUNS = 100_000_000
_MONTHS_OF_FIGURES = 96


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One point under one draw: what all scenarios are run with.

    Attributes
    ----------
    number, point, draw
        Its number, and the numbers of its point and draw.
    swept
        Values of the factors by key.
    values
        Parameters that are not the declared ones, swept ones included.
    levers
        Swept levers.
    seed
        All luck.
    years_counted
        Years over which the report counts its projects.
    """

    number: int
    point: int
    draw: int
    swept: dict[str, Value]
    values: dict[str, Any]
    levers: dict[str, Value]
    seed: int
    years_counted: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """A design made ready.

    Attributes
    ----------
    design, scenarios, points
        What is crossed.
    months
        Months to run, from 2018-01.
    register
        The district's own firms, if any.
    inputs
        Name and SHA-256 of every file read.
    fingerprint
        Of the model's code, which workers elsewhere must have as well.
    """

    design: Design
    scenarios: tuple[Scenario, ...]
    points: Points
    months: int
    register: Register | None
    inputs: tuple[dict[str, str], ...]
    fingerprint: str

    @property
    def units(self) -> int:
        """How many pairs of a point and a draw there are."""
        return self.points.count * self.design.draws

    @property
    def runs(self) -> int:
        """How many runs there are: units times scenarios."""
        return self.units * len(self.scenarios)

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return math.ceil(self.units / self.design.chunk)

    def chunk(self, number: int) -> range:
        """Return the numbers of the units of a chunk."""
        first = number * self.design.chunk
        return range(first, min(first + self.design.chunk, self.units))

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """What is swept, by key."""
        return {factor.key: factor for factor in self.points.factors}

    @property
    def inputs_told(self) -> tuple[str, ...]:
        """Keys of the inputs that every run is stored with: what is swept, and every uncertain number."""
        return tuple(dict.fromkeys((*self.factors, *(key for key, _ in uncertain_numbers()))))

    @property
    def outcomes_told(self) -> tuple[str, ...]:
        """Names of the numbers that every run is stored with."""
        return (*(outcome.name for outcome in OUTCOMES), *(FIGURES if self.design.figures else ()))

    def unit(self, number: int) -> Unit:
        """Return a unit; draws change faster than points."""
        point, place = divmod(number, self.design.draws)
        swept = self.points.at(point)
        kinds = {key: factor.kind for key, factor in self.factors.items()}
        draw = self._draw(swept, place)
        values = draw.values | {key: value for key, value in swept.items() if kinds[key] == "parameter"}
        return Unit(
            number=number, point=point, draw=place, swept=swept, values=values,
            levers={key: value for key, value in swept.items() if kinds[key] == "lever"},
            seed=self._seed(number, place, swept),
            years_counted=int(swept.get(YEARS, draw.readings.get("years_counted", YEARS_COUNTED))),
        )  # fmt: skip

    def _draw(self, swept: dict[str, Value], place: int) -> ParameterDraw:
        design = self.design
        funding, calibration = swept.get(MONEY, design.funding), swept.get(CALIBRATION, design.calibration)
        return _draws(design.draws, str(funding), str(calibration))[place]

    def _seed(self, number: int, place: int, swept: dict[str, Value]) -> int:
        design = self.design
        if LUCK in swept:
            return luck(design.seed, int(swept[LUCK]) * design.draws + place)
        return luck(design.seed, number if design.luck == "fresh" else place)

    def record(self) -> dict[str, Any]:
        """Return what decides the numbers of the sweep, for its manifest: nothing of where or when it is run."""
        design = self.design
        return {
            "kind": "sweep",
            "version": version(),
            "engine": self.fingerprint,
            "design": {
                "name": design.name, "title": design.title, "question": design.question, "text": design.text,
                "changes": design.changes, "sha256": design.digest,
            },
            "scenarios": [scenario.name for scenario in self.scenarios],
            "inputs": list(self.inputs),
            "parameters": hashlib.sha256(repr(Parameters()).encode()).hexdigest(),
            "points": {"count": self.points.count, "sha256": self.points.digest()},
            "until": design.until,
            "draws": design.draws,
            "runs": self.runs,
            "chunks": self.chunks,
            "factors": [
                {"key": factor.key, "kind": factor.kind, "unit": factor.unit, "group": factor.group}
                for factor in self.points.factors
            ],
            "columns": {
                "inputs": list(self.inputs_told), "outcomes": list(self.outcomes_told), "series": list(design.series),
            },
        }  # fmt: skip


@cache
def _draws(count: int, funding: str, calibration: str) -> tuple[ParameterDraw, ...]:
    """Return the draws of a calibration; their luck is not theirs to decide here."""
    return parameter_draws(count, funding=funding, calibration=calibration)


def plan_of(design: Design) -> Plan:
    """Make a design ready: read its scenarios and register, place its points.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    options = check_options(
        seed=design.seed, draws=design.draws, until=design.until, calibration=design.calibration,
        funding=design.funding, register=design.firms, settings=design.settings,
    )  # fmt: skip
    scenarios = scenarios_of(design.scenarios, options.settings)
    points = points_of(design)
    problems = list(_conflicts(scenarios, [factor.key for factor in points.factors]))
    if design.figures and options.months < _MONTHS_OF_FIGURES:
        problems.append('figures = true needs until = "2025-12" or later')
    runs = points.count * design.draws * len(scenarios)
    if runs > _MOST_RUNS:
        problems.append(f"{runs:,} runs are more than {_MOST_RUNS:,}; make the design smaller")
    if problems:
        raise InputError([f"{design.path.name}: {line}" for line in problems])
    for scenario in scenarios:
        Parameters().changed(scenario.parameter_changes)  # a wrong value is told before anything runs
    inputs = [*study_inputs("sweep", scenarios, options), *_ensembles(points, options)]
    return Plan(
        design=design, scenarios=scenarios, points=points, months=options.months, register=options.register,
        inputs=tuple(entry for number, entry in enumerate(inputs) if entry not in inputs[:number]),
        fingerprint=engine_fingerprint(),
    )  # fmt: skip


def _conflicts(scenarios: Sequence[Scenario], keys: Sequence[str]) -> Iterator[str]:
    """Yield what a scenario sets itself although it is swept: the sweep would have no effect."""
    for scenario in scenarios:
        for key in keys:
            if any(name == key or name.startswith(f"{key}.") for name in scenario.parameter_changes):
                yield f"{scenario.name} sets {key} itself, so that it cannot be swept; take out one of them"


def _ensembles(points: Points, options: Options) -> list[dict[str, str]]:
    """Return name and SHA-256 of the fitted ensembles that swept readings ask for."""
    swept = {factor.key: factor.values for factor in points.factors}
    return [
        {
            "name": ensemble_file(str(treatment), str(money)),
            "sha256": read_ensemble(str(treatment), str(money)).record["sha256"],
        }
        for treatment in swept.get(CALIBRATION, (options.calibration,))
        for money in swept.get(MONEY, (options.funding,))
        if treatment in TREATMENTS
    ]
