"""What each lever and each number moves between its ends: what moves nothing decides nothing, and is said to be dead.

A model has many more levers and numbers than answers. This study moves each one by itself, with everything else, the
firms and their luck unchanged, and prints what that does to the outcomes that policies are compared by.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Unpack

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH, BRANCH_MONTH, TARGET_MONTH
from zhizao.engine.history import history_of
from zhizao.errors import InputError
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.parameters.registry import Parameters, parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.levers import Policy, lever_specifications
from zhizao.policy.schedule import read_value
from zhizao.register import Register
from zhizao.results.outcomes import outcomes
from zhizao.scenario.scenario import Scenario, list_scenarios
from zhizao.studies.lanes import Futures, prepare, run_futures
from zhizao.studies.options import check_options, scenarios_of
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.study_options import DrawsOptions, takes

__all__ = ["LOOKED_AT", "Moved", "responses"]

LOOKED_AT: tuple[str, ...] = (
    "level2_share_true_end",
    "level2_share_end",
    "projects_started_total",
    "private_investment_total",
    "public_spend_total",
)
"""The outcomes that are looked at."""
_COST = "public_spend_total"
_FEWEST_DRAWS = 2
_CLEAR = 3.0
"""A mean difference counts from so many of its standard errors on: of some 800 looked at, one or two by chance."""
_HALF, _DOUBLE = 0.5, 2.0
"""Ends of a number without an interval, as multiples of its value (assumption: nothing better is known)."""


@dataclass(frozen=True, kw_only=True)
class Ends:
    """A lever or number, and the two values between which it is moved.

    Attributes
    ----------
    key
        Its dotted key; a row of numbers is moved as a whole.
    kind
        ``lever`` (from the month in which scenarios branch) or ``number`` (throughout).
    low, high
        The two values, as settings.
    why
        Where they come from; empty if both are equal, so that nothing was tried.
    """

    key: str
    kind: Literal["lever", "number"]
    low: dict[str, Any]
    high: dict[str, Any]
    why: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Moved:
    """What a lever or number moves.

    Attributes
    ----------
    ends
        What was moved, and between which values.
    differences
        By outcome of `LOOKED_AT`: the paired difference of the high end from the low end, in each draw.
    """

    ends: Ends
    differences: dict[str, FloatArray]

    def mean(self, outcome: str) -> float:
        """Return the mean difference of an outcome."""
        return float(self.differences[outcome].mean()) if self.tried else math.nan

    def error(self, outcome: str) -> float:
        """Return the standard error of the mean difference."""
        values = self.differences[outcome]
        return float(values.std(ddof=1) / math.sqrt(values.size)) if values.size > 1 else math.nan

    @property
    def tried(self) -> bool:
        """Whether there were two different values to move it between."""
        return bool(self.ends.why)

    def moves(self, outcome: str) -> bool:
        """Whether an outcome moves by more than three standard errors."""
        return self.tried and abs(self.mean(outcome)) > _CLEAR * self.error(outcome)

    @property
    def alive(self) -> bool:
        """Whether any of the outcomes moves but public money: what only costs does nothing."""
        return any(self.moves(outcome) for outcome in LOOKED_AT if outcome != _COST)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain numbers and texts."""
        row: dict[str, Any] = {
            "key": self.ends.key,
            "kind": self.ends.kind,
            "low": _written(self.ends.low),
            "high": _written(self.ends.high),
            "ends": self.ends.why or "not tried",
        }
        for outcome in LOOKED_AT:
            known = self.tried and self.differences[outcome].size > 1
            row[outcome] = self.mean(outcome) if self.tried else None
            row[f"{outcome}_error"] = self.error(outcome) if known else None
        return row | {"alive": self.alive}


def _written(settings: Mapping[str, Any]) -> str:
    values = list(settings.values())
    texts = [value if isinstance(value, str) else f"{value:g}" for value in values]
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


@takes(DrawsOptions, draws=20)
def responses(
    keys: Sequence[str] = (),
    *,
    base: str = "baseline",
    progress: Progress | None = None,
    **options: Unpack[DrawsOptions],
) -> list[Moved]:
    """Move each lever and each number between its ends, one at a time.

    A number goes to the ends of its interval; one without goes to half and to twice its value. A lever goes to the
    least and the most that any scenario of the district sets it to; one that no scenario moves is not tried.

    Parameters
    ----------
    keys
        Only these, or all whose keys begin so; everything if empty.
    base
        The policy in which they are moved.
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `DrawsOptions`.

    Returns
    -------
    list
        One entry for each, levers first.

    Raises
    ------
    InputError
        If an option is wrong.
    """
    checked = check_options(**options)
    if checked.draws < _FEWEST_DRAWS:
        raise InputError(
            f"draws = {checked.draws} must be at least {_FEWEST_DRAWS}: one draw does not say what could be chance"
        )
    trunk = scenarios_of(base, checked.settings)[0]
    found = [*_levers(trunk), *_numbers()]
    found = [one for one in found if not keys or any(one.key.startswith(key) for key in keys)]
    plan = _Plan.of(trunk, [one for one in found if one.why], checked.register)
    points = parameter_draws(checked.draws, seed=checked.seed, funding=checked.funding, calibration=checked.calibration)
    done = for_each(partial(_one_draw, plan), points, checked.workers, progress)
    return [Moved(ends=one, differences=_differences(one, done)) for one in found]


def _differences(one: Ends, done: Sequence[dict[str, dict[str, float]]]) -> dict[str, FloatArray]:
    if not one.why:
        return {outcome: np.zeros(0) for outcome in LOOKED_AT}
    return {outcome: np.array([draw[one.key][outcome] for draw in done]) for outcome in LOOKED_AT}


def _levers(trunk: Scenario) -> Iterator[Ends]:
    """Yield every lever with the least and the most that a scenario of the district sets it to after the branch."""
    policies = {
        policy for one in [trunk, *list_scenarios()] for policy in one.policies(TARGET_MONTH + 1)[BRANCH_MONTH:]
    }
    in_force = trunk.policies(BRANCH_MONTH + 1)[BRANCH_MONTH]
    for key, spec in lever_specifications().items():
        if spec.choices:
            for word in spec.choices:
                if word != read_value(in_force, key):
                    ends = {key: read_value(in_force, key)}, {key: word}
                    yield Ends(key=f"{key}={word}", kind="lever", low=ends[0], high=ends[1], why="in force, and other")
            continue
        names = [f"{key}.{name}" for name in spec.axis] or [key]
        rows = [[float(read_value(policy, name)) for name in names] for policy in [*policies, Policy()]]
        low, high = ({n: float(v) for n, v in zip(names, pick(rows), strict=True)} for pick in (_least, _most))
        yield Ends(
            key=key, kind="lever", low=low, high=high, why="least and most of all scenarios" if low != high else ""
        )


def _least(rows: Sequence[Sequence[float]]) -> list[float]:
    return [min(column) for column in zip(*rows, strict=True)]


def _most(rows: Sequence[Sequence[float]]) -> list[float]:
    return [max(column) for column in zip(*rows, strict=True)]


def _numbers() -> Iterator[Ends]:
    """Yield every number with the ends of its interval, or half and twice its value within its bounds."""
    declared = Parameters()
    for key, spec in parameter_specifications().items():
        if spec.choices:
            continue
        names = [f"{key}.{name}" for name in spec.axis] or [key]
        if spec.prior is not None:
            low, high = (dict.fromkeys(names, end) for end in spec.prior)
            why = "its interval"
        else:
            values = {name: float(read_value(declared, name)) for name in names}
            low = {name: _within(spec, _HALF * value) for name, value in values.items()}
            high = {name: _within(spec, _DOUBLE * value) for name, value in values.items()}
            why = "half and twice its value"
        yield Ends(key=key, kind="number", low=low, high=high, why=why if low != high else "")


def _within(spec: Specification, value: float) -> float:
    value = float(round(value)) if spec.whole else value
    return min(max(value, spec.low), spec.high)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Everything that one draw has to run."""

    levers: tuple[Ends, ...]
    lanes: Futures
    numbers: tuple[Ends, ...]
    alone: Futures

    @classmethod
    def of(cls, trunk: Scenario, ends: Sequence[Ends], register: Register | None) -> _Plan:
        levers = tuple(one for one in ends if one.kind == "lever")
        moved = [trunk.with_changes(value, BRANCH) for one in levers for value in (one.low, one.high)]
        months = TARGET_MONTH + 1
        return cls(
            levers=levers,
            lanes=prepare([trunk, *moved], months, register, references=False),
            numbers=tuple(one for one in ends if one.kind == "number"),
            alone=prepare([trunk], months, register, references=False),
        )


def _one_draw(plan: _Plan, draw: ParameterDraw) -> dict[str, dict[str, float]]:
    """Return for each lever and number the difference of every outcome between its two ends, in one draw."""
    found = {}
    worlds = run_futures(plan.lanes, draw.values, draw.seed)
    given = [_outcomes(worlds[future.lane]) for future in plan.lanes.futures]
    for place, one in enumerate(plan.levers):
        found[one.key] = _less(given[2 + 2 * place], given[1 + 2 * place])
    for one in plan.numbers:
        ends = [run_futures(plan.alone, {**draw.values, **value}, draw.seed)[0] for value in (one.low, one.high)]
        found[one.key] = _less(_outcomes(ends[1]), _outcomes(ends[0]))
    return found


def _outcomes(world: Any) -> dict[str, float]:
    history = history_of(world)
    found = outcomes(history, history)
    return {name: found[name] for name in LOOKED_AT}


def _less(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one[name] - other[name] for name in LOOKED_AT}
