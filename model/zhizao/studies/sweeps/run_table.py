"""The plan of a sweep: every run of a design by number, so that any part of it can be run anywhere, in any order."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from zhizao.calendar import month_name
from zhizao.compiled import engine_fingerprint
from zhizao.errors import InputError, at_place
from zhizao.evidence.ensembles import READING, TREATMENTS, ensemble_file, read_ensemble
from zhizao.evidence.facts import load_facts, measured
from zhizao.evidence.measure import Measure, months_needed
from zhizao.parameters.registry import Parameters
from zhizao.register import Register
from zhizao.results.outcomes import OUTCOMES
from zhizao.scenario.scenario import Scenario
from zhizao.studies.lanes import stated_by
from zhizao.studies.options import Options, check_options, notes_in_both, scenarios_of
from zhizao.studies.parameter_draws import ParameterDraw, luck, parameter_draws, uncertain_numbers
from zhizao.studies.record import study_inputs
from zhizao.studies.sweeps.design import Design
from zhizao.studies.sweeps.factors import CALIBRATION, LUCK, MONEY, YEARS, Factor, Value
from zhizao.studies.sweeps.samples import Points, points_of
from zhizao.version import version

__all__ = ["RunTable", "Unit", "run_table_of"]

_MOST_RUNS = 100_000_000


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
    readings
        Readings of the report by name, drawn or swept.
    """

    number: int
    point: int
    draw: int
    swept: dict[str, Value]
    values: dict[str, Any]
    levers: dict[str, Value]
    seed: int
    readings: dict[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class RunTable:
    """A design made ready.

    Attributes
    ----------
    design, scenarios, points
        What is crossed.
    months
        Months to run, from the first.
    register
        The district's own firms, if any.
    notes
        What the user should know of these firms (`Options.notes`).
    inputs
        Name and SHA-256 of every file read.
    fingerprint
        Of the model's code, which workers elsewhere must have as well.
    ideas
        SHA-256 of the file of ideas in force, which they must have too; empty if there is none.
    own_outcomes
        Names of the user's own outcomes.
    """

    design: Design
    scenarios: tuple[Scenario, ...]
    points: Points
    months: int
    register: Register | None
    notes: tuple[str, ...]
    inputs: tuple[dict[str, str], ...]
    fingerprint: str
    ideas: str = ""
    own_outcomes: tuple[str, ...] = ()

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
        return (*(outcome.name for outcome in OUTCOMES), *self.own_outcomes, *self.measures)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """What is read from every run beside the facts, by key; nothing if the design does not ask for it."""
        return measured(load_facts()) if self.design.figures else {}

    def unit(self, number: int) -> Unit:
        """Return a unit; draws change faster than points."""
        point, place = divmod(number, self.design.draws)
        swept = self.points.at(point)
        kinds = {key: factor.kind for key, factor in self.factors.items()}
        draw = self._draw(swept, place)
        values = draw.values | {key: value for key, value in swept.items() if kinds[key] == "parameter"}
        return Unit(
            number=number,
            point=point,
            draw=place,
            swept=swept,
            values=values,
            levers={key: value for key, value in swept.items() if kinds[key] == "lever"},
            seed=self._seed(number, place, swept),
            readings=draw.readings | {k.removeprefix(READING): float(swept[k]) for k in (YEARS,) if k in swept},
        )

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
                "name": design.name,
                "title": design.title,
                "question": design.question,
                "text": design.text,
                "changes": design.changes,
                "sha256": design.digest,
            },
            "scenarios": [scenario.name for scenario in self.scenarios],
            "inputs": list(self.inputs),
            "parameters": hashlib.sha256(repr(Parameters()).encode()).hexdigest(),
            "points": {"count": self.points.count, "sha256": self.points.digest()},
            "until": design.until,
            "draws": design.draws,
            "runs": self.runs,
            **(notes_in_both(self.notes) if self.notes else {}),
            "chunks": self.chunks,
            "chunk": design.chunk,
            "factors": [
                {"key": factor.key, "kind": factor.kind, "unit": factor.unit, "group": factor.group}
                for factor in self.points.factors
            ],
            "columns": {
                "inputs": list(self.inputs_told),
                "outcomes": list(self.outcomes_told),
                "series": list(design.series),
            },
        }


@cache
def _draws(count: int, funding: str, calibration: str) -> tuple[ParameterDraw, ...]:
    """Return the draws of a calibration; their luck is not theirs to decide here."""
    return parameter_draws(count, funding=funding, calibration=calibration)


def run_table_of(design: Design) -> RunTable:
    """Make a design ready: read its scenarios and register, place its points.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    options = check_options(
        seed=design.seed,
        draws=design.draws,
        until=design.until,
        calibration=design.calibration,
        funding=design.funding,
        firms=design.firms,
        firms_as_of=design.firms_as_of or None,
        settings=design.settings,
    )
    scenarios = scenarios_of(design.scenarios, options.settings)
    points = points_of(design)
    names = Counter(scenario.name for scenario in scenarios)
    problems = [f"two scenarios are called {name}; rename a file" for name, count in names.items() if count > 1]
    problems += _conflicts(scenarios, [factor.key for factor in points.factors])
    problems += [
        f"{factor.key} cannot be swept with a register of firms, which states it; take out one of them"
        for factor in points.factors
        if factor.key in stated_by(options.register)
    ]
    if design.figures and options.ideas.model is not None:
        problems.append("figures = true needs the engine; take it out, or leave out the model of your own")
    if design.figures and options.months < (needed := months_needed(measured(load_facts()).values())):
        problems.append(f'figures = true needs until = "{month_name(needed - 1)}" or later')
    runs = points.count * design.draws * len(scenarios)
    if runs > _MOST_RUNS:
        problems.append(f"{runs:,} runs are more than {_MOST_RUNS:,}; make the design smaller")
    if problems:
        raise InputError([at_place(design.path.name, line) for line in problems])
    for scenario in scenarios:
        Parameters().changed(scenario.parameter_changes)  # a wrong value is reported before anything runs
    inputs = [*study_inputs("sweep", scenarios, options), *_ensembles(points, options)]
    return RunTable(
        design=design,
        scenarios=scenarios,
        points=points,
        months=options.months,
        register=options.register,
        notes=options.notes,
        inputs=tuple(entry for number, entry in enumerate(inputs) if entry not in inputs[:number]),
        fingerprint=engine_fingerprint(),
        ideas=options.ideas.sha256,
        own_outcomes=tuple(item.name for item in options.ideas.outcomes),
    )


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
