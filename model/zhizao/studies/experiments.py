"""The response board: experiments that somebody made, repeated in the model over a fitted ensemble."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH, BRANCH_MONTH
from zhizao.engine.state import World
from zhizao.evidence.experiments import Experiment, load_experiments
from zhizao.evidence.measure import evaluate
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.policy.schedule import Block
from zhizao.register import Register
from zhizao.scenario.scenario import Scenario
from zhizao.studies.describe import interval
from zhizao.studies.evidence_check import needs_log, run_record
from zhizao.studies.lanes import Futures, prepare, run_futures
from zhizao.studies.options import check_options, scenarios_of
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.study_options import DrawsOptions, takes

__all__ = ["Response", "arms", "effect_of", "experiments"]

_FIRMS = "firms"


@dataclass(frozen=True, kw_only=True, eq=False)
class Response:
    """A row of the board: an experiment beside what the model gives.

    Attributes
    ----------
    experiment
        What was done and found.
    effects
        The model's number in each draw, in the experiment's unit.
    """

    experiment: Experiment
    effects: FloatArray

    @property
    def known(self) -> FloatArray:
        """The draws in which the number is known."""
        return self.effects[np.isfinite(self.effects)]

    @property
    def interval(self) -> dict[str, float]:
        """Median and ends of the 90 % interval."""
        return interval(self.known) if self.known.size else dict.fromkeys(("median", "low", "high"), math.nan)

    @property
    def inside(self) -> bool | None:
        """Whether the median lies within the ends of the experiment; None if no draw gives the number."""
        if not self.known.size:
            return None
        return bool(self.experiment.low <= self.interval["median"] <= self.experiment.high)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain numbers and texts."""
        one = self.experiment
        return {
            "key": one.key,
            "title": one.title,
            "use": one.use,
            "found": one.found,
            "low": one.low,
            "high": one.high,
            "unit": one.unit,
            "source": one.source,
            **{f"model_{name}": value if self.known.size else None for name, value in self.interval.items()},
            "draws": int(self.known.size),
            "inside": self.inside,
        }


@takes(DrawsOptions, draws=100)
def experiments(
    files: Sequence[Path | str] | None = None,
    *,
    base: str = "baseline",
    progress: Progress | None = None,
    **options: Unpack[DrawsOptions],
) -> list[Response]:
    """Repeat experiments in the model, with and without, on the same firms and luck.

    Parameters
    ----------
    files
        Files of experiments; the shipped ones and the district's own if not given.
    base
        The policy on top of which they are made.
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `DrawsOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with the files or the options.
    """
    rows = load_experiments(files)
    checked = check_options(**options)
    trunk = scenarios_of(base, checked.settings)[0]
    prepared = [_Prepared.of(row, trunk, checked.register) for row in rows]
    points = parameter_draws(checked.draws, seed=checked.seed, funding=checked.funding, calibration=checked.calibration)
    done = for_each(partial(_one_draw, prepared), points, checked.workers, progress)
    return [
        Response(experiment=row, effects=np.array([effects[place] for effects in done]))
        for place, row in enumerate(rows)
    ]


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """An experiment ready to run: its two scenarios, and whether their logs of projects are read."""

    experiment: Experiment
    futures: Futures
    needs_log: bool

    @classmethod
    def of(cls, one: Experiment, trunk: Scenario, register: Register | None) -> _Prepared:
        futures = prepare(arms(one, trunk), one.months, register, references=False)
        return cls(experiment=one, futures=futures, needs_log=needs_log(one.measures()))


def arms(one: Experiment, trunk: Scenario) -> tuple[Scenario, Scenario]:
    """Return the trunk with the experiment, and without it."""
    control = trunk.with_changes({**one.both, **one.control}, BRANCH) if one.both or one.control else trunk
    treated = control.with_changes(one.treated, BRANCH)
    return (_ended(control, treated, one) if one.treated_months else treated), control


def _ended(control: Scenario, treated: Scenario, one: Experiment) -> Scenario:
    """Return the treated scenario with its levers back where they are in the control once the experiment is over."""
    block: Block = treated.blocks[-1]
    last = BRANCH_MONTH + one.treated_months - 1
    return control.followed_by(
        Block(start=block.start, end=last, settings=block.settings, file=block.file, place=block.place)
    )


def _one_draw(prepared: Sequence[_Prepared], draw: ParameterDraw) -> list[float]:
    found = []
    for one in prepared:
        worlds = run_futures(one.futures, draw.values, draw.seed, keep_log=one.needs_log)
        treated, control = (worlds[future.lane] for future in one.futures.futures)
        found.append(effect_of(one.experiment, treated, control))
    return found


def effect_of(one: Experiment, treated_world: World, control_world: World) -> float:
    """Return what an experiment changes between the runs with and without it, in its unit; not a number if unknown."""
    measures = dict(zip(("first", "later"), one.measures(), strict=True))
    with_it, without = (evaluate(measures, run_record(world)) for world in (treated_world, control_world))
    treated, control = with_it["first"], without["first"]
    compare = one.measure.compare
    if compare == "difference":
        return treated - control
    if compare == "additional per firm":
        return 100.0 * (treated - control) / _firms(control_world, measures["first"].group)
    top, bottom = treated - control, treated if compare == "additional" else control
    if compare == "left":
        top, bottom = with_it["later"] - without["later"], treated - control
    return 100.0 * top / bottom if bottom > 0.0 else math.nan


def _firms(world: World, group: str) -> float:
    history = run_record(world).history
    return float(history.column(_FIRMS, group)[BRANCH_MONTH])
