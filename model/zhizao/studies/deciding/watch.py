"""What it is worth to look before deciding: an adaptive policy against the best fixed one with the same levers."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.calendar import BRANCH_MONTH, month_name
from zhizao.engine.branching import arena_of_thread
from zhizao.errors import InputError
from zhizao.evidence.published import published, published_value
from zhizao.for_each import for_each
from zhizao.parallel import Progress
from zhizao.policy.conditional import signposts_of
from zhizao.policy.signposts import YEAR, Signpost
from zhizao.results.for_decisions import decision_values
from zhizao.results.shown import html_table
from zhizao.results.variables import History
from zhizao.scenario.adapting import settled
from zhizao.scenario.scenario import Scenario
from zhizao.studies.deciding.goal import MONEY, Goal, goal_of
from zhizao.studies.deciding.rules import Mean, best_rule, held_out, mean_of
from zhizao.studies.describe import finite
from zhizao.studies.lanes import Futures, each_future, prepare
from zhizao.studies.options import Options, ScenarioLike, check_options, made_by, scenarios_of, with_remarks
from zhizao.studies.parameter_draws import ParameterDraw, parameter_draws
from zhizao.studies.structures import OUTCOME
from zhizao.studies.study_options import CompareOptions, takes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FIXED", "Figure", "Looking", "Watch", "watch"]

FIXED = ("never", "later", "at_once")
"""The fixed policies with the same levers: without the change, with it from its first month, and from the branch on."""
_AROUND = (0.5, 0.8, 1.0, 1.25, 2.0)
"""Prices that are tried where none is given, in parts of that at which it is all one whether the change is made."""
_MOST_FIGURES = 5


@dataclass(frozen=True, kw_only=True)
class Looking:
    """What looking is worth at one price of the outcome, against the best fixed policy; in millions of public money.

    Attributes
    ----------
    worth
        The price: what one more of the outcome is worth.
    best
        Which of `FIXED` is best then.
    as_written
        With the condition of the file.
    best_bound
        With the best bound on the same figure.
    best_figure
        With the best bound on the best of all figures that are published.
    foresight
        If it were known how each case ends: no figure can be worth more.
    """

    worth: float
    best: str
    as_written: Mean
    best_bound: Mean
    best_figure: Mean
    foresight: Mean


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What it is worth to look at one figure, with the bound that is best on all draws, and the share acted in."""

    series: str
    condition: str
    acted: float
    worth: Mean


@dataclass(frozen=True, kw_only=True, eq=False)
class Watch:
    """What it is worth to look before deciding.

    Attributes
    ----------
    scenario, options, goal
        What was asked for.
    signpost
        What the scenario's change depends on.
    outcomes
        By name of `FIXED` and ``as_written``: the outcome in each draw, as it is counted.
    money
        The same of public money.
    seen
        By published series: what is seen in the signpost's month, in each draw.
    worths
        The prices of the outcome.
    seconds
        How long it took.
    """

    scenario: Scenario
    options: Options
    goal: Goal
    signpost: Signpost
    outcomes: dict[str, FloatArray]
    money: dict[str, FloatArray]
    seen: dict[str, FloatArray]
    worths: tuple[float, ...]
    seconds: float

    def __repr__(self) -> str:
        return (
            f"<Watch of {self.signpost} in {self.scenario.name}: {self.options.in_words()}; see .table(), .figures()>"
        )

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    @cached_property
    def held(self) -> BoolArray:
        """In which draws the condition of the file holds."""
        values = self.seen[self.signpost.series]
        return np.array([self.signpost.holds(float(value)) for value in values])

    def payoffs(self, worth: float) -> dict[str, FloatArray]:
        """Return what each policy is worth in each draw, in millions of public money."""
        return {name: worth * self.outcomes[name] - self.money[name] for name in self.outcomes}

    def looking(self, worth: float) -> Looking:
        """Return what looking is worth at one price. Bounds are found on half of the draws and tried on the other."""
        payoffs = self.payoffs(worth)
        gains = payoffs["later"] - payoffs["never"]
        best = max(FIXED, key=lambda name: float(payoffs[name].mean()))
        own = {self.signpost.series: self.seen[self.signpost.series]}

        def against(acts: BoolArray) -> Mean:
            return mean_of(np.where(acts, payoffs["later"], payoffs["never"]) - payoffs[best])

        return Looking(
            worth=worth,
            best=best,
            as_written=mean_of(payoffs["as_written"] - payoffs[best]),
            best_bound=against(held_out(own, gains)),
            best_figure=against(held_out(self.seen, gains)),
            foresight=mean_of(np.max([payoffs[name] for name in FIXED], axis=0) - payoffs[best]),
        )

    def figures(self, worth: float | None = None) -> tuple[Figure, ...]:
        """Return the figures that are worth most to look at, the best first, at a price, else at the middle one."""
        price = self.worths[len(self.worths) // 2] if worth is None else worth
        payoffs = self.payoffs(price)
        gains = payoffs["later"] - payoffs["never"]
        best = max(float(payoffs[name].mean()) for name in FIXED)
        reference = next(payoffs[name] for name in FIXED if float(payoffs[name].mean()) == best)
        found = []
        for name, values in self.seen.items():
            rule = best_rule(values, gains)
            acts = held_out({name: values}, gains)
            worth_it = mean_of(np.where(acts, payoffs["later"], payoffs["never"]) - reference)
            bound = f"{rule.bound:.4g}" if math.isfinite(rule.bound) else str(rule.bound)
            acted = float(rule.acts(values).mean())
            found.append(Figure(series=name, condition=f"{name} {rule.relation} {bound}", acted=acted, worth=worth_it))
        return tuple(sorted(found, key=lambda one: -one.worth.mean)[:_MOST_FIGURES])

    def table(self) -> pd.DataFrame:
        """Return what looking is worth by price, one row each."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rows()).set_index("worth")

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `table`."""
        rows = []
        for worth in self.worths:
            one = self.looking(worth)
            row: dict[str, Any] = {"worth": worth, "best_fixed": one.best}
            for name in ("as_written", "best_bound", "best_figure", "foresight"):
                found: Mean = getattr(one, name)
                row |= {name: found.mean, f"{name}_low": finite(found.low), f"{name}_high": finite(found.high)}
            rows.append(row)
        return rows

    def policies(self) -> list[dict[str, Any]]:
        """Return the mean outcome and public money of each fixed policy and of the one that adapts."""
        return [
            {"policy": name, "outcome": float(values.mean()), "money": float(self.money[name].mean())}
            for name, values in self.outcomes.items()
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the form that the command line prints as JSON."""
        return {
            **made_by(self.options),
            "scenario": self.scenario.name,
            "at": month_name(self.signpost.at),
            "when": self.signpost.condition,
            "held": float(self.held.mean()),
            "outcome": self.goal.outcome.name,
            "counted_in": self.goal.counted_in,
            "policies": self.policies(),
            "looking": self.rows(),
            "figures": [
                {
                    "series": one.series,
                    "when": one.condition,
                    "held": one.acted,
                    "worth": one.worth.mean,
                    "low": finite(one.worth.low),
                    "high": finite(one.worth.high),
                }
                for one in self.figures()
            ],
            "seconds": round(self.seconds, 3),
        }


@takes(CompareOptions, draws=200)
def watch(
    scenario: ScenarioLike,
    *,
    outcome: str = OUTCOME,
    worth: float | Sequence[float] = (),
    progress: Progress | None = None,
    **options: Unpack[CompareOptions],
) -> Watch:
    """Say what it is worth to look before deciding: an adaptive policy against the best fixed one with the same levers.

    The fixed ones are the scenario without its change, with it whatever is seen, and with it from the branch on. All
    meet the same draws. A bound is found on half of the draws and tried on the other half, and the other way round, so
    that what was found by chance is worth nothing.

    Parameters
    ----------
    scenario
        One that adapts, with one signpost.
    outcome
        Name of the outcome that the change is for, as in tables of `compare`.
    worth
        What one more of it is worth, in millions of public money (of a share, one more percentage point); several can
        be given. If not given, some around the price at which it is all one whether the change is made.
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `CompareOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    began = time.perf_counter()
    checked = check_options(**options)
    prices = [worth] if isinstance(worth, int | float) else list(worth)
    goals = [goal_of(outcome, worth=price) for price in prices] or [goal_of(outcome)]
    [wanted] = scenarios_of([scenario], checked.settings)
    checked = with_remarks(checked, [wanted])
    signpost = _signpost_of(wanted, checked.months)
    fixed = _fixed(wanted, signpost)
    futures = prepare([*fixed.values(), wanted], checked.months, checked.register, model=checked.ideas.model)
    names = (*fixed, "as_written")
    draws = parameter_draws(checked.draws, seed=checked.seed, funding=checked.funding, calibration=checked.calibration)
    task = partial(_one_draw, futures, signpost, goals[0].names)
    done = for_each(task, draws, checked.workers, progress, apart=not checked.ideas.any and not wanted.instruments)
    values = {
        name: {key: np.array([found[place][key] for found, _ in done]) for key in goals[0].names}
        for place, name in enumerate(names)
    }
    outcomes = {name: goals[0].effect(found) for name, found in values.items()}
    money = {name: found[MONEY] for name, found in values.items()}
    return Watch(
        scenario=wanted,
        options=checked,
        goal=goals[0],
        signpost=signpost,
        outcomes=outcomes,
        money=money,
        seen={name: np.array([seen[name] for _, seen in done]) for name in published()},
        worths=tuple(prices) or _prices(outcomes, money),
        seconds=time.perf_counter() - began,
    )


def _signpost_of(scenario: Scenario, months: int) -> Signpost:
    found = signposts_of(scenario.blocks)
    if len(found) != 1:
        count = f"depends on {len(found)} conditions" if found else "does not adapt"
        raise InputError(
            f'{scenario.name} {count}; give a scenario whose changes depend on one: when = "level2_share < 0.72" and '
            f'at = "2024-06" in its [[changes]]'
        )
    if found[0].at >= months:
        raise InputError(f"{scenario.name}: {month_name(found[0].at)} is after the runs end; give a later until")
    return found[0]


def _fixed(scenario: Scenario, signpost: Signpost) -> dict[str, Scenario]:
    """Return the fixed policies with the same levers."""
    early = [
        replace(block, start=min(block.start, BRANCH_MONTH) if block.when else block.start) for block in scenario.blocks
    ]
    at_once = settled(replace(scenario, blocks=tuple(early)), [signpost])
    found = {"never": settled(scenario), "later": settled(scenario, [signpost]), "at_once": at_once}
    return {name: replace(one, name=f"{scenario.name}, {name}") for name, one in found.items()}


def _one_draw(
    futures: Futures, signpost: Signpost, names: Sequence[str], draw: ParameterDraw
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Run all policies in one draw; return their outcomes, and every figure as it is seen in the signpost's month."""
    found, seen = {}, {}
    for future, lane, reference in each_future(futures, draw.values, draw.seed, arena=arena_of_thread()):
        values = decision_values(names, lane.run.history, reference.run.history)
        found[future.label] = {name: values[name] for name in names}
        if future is futures.futures[0]:
            seen = _figures_seen(signpost, lane.run.history)
    return [found[future.label] for future in futures.futures], seen


def _figures_seen(signpost: Signpost, history: History) -> dict[str, float]:
    """Return every published figure as it is seen in the signpost's month."""
    seen = {}
    for name, series in published().items():
        over = (signpost.over or YEAR) if series.kind == "flow" else 0
        seen[name] = published_value(replace(signpost, series=name, over=over), history)
    return seen


def _prices(outcomes: Mapping[str, FloatArray], money: Mapping[str, FloatArray]) -> tuple[float, ...]:
    """Return prices around that at which the change is worth its money."""
    more, dearer = (float((values["later"] - values["never"]).mean()) for values in (outcomes, money))
    if not (more > 0.0 and dearer > 0.0):
        what = "costs nothing more" if dearer <= 0.0 else "brings no more of the outcome"
        raise InputError(f"the change {what}, so that there is no price at which to weigh it; give worth (--worth)")
    price = dearer / more
    digits = 1 - math.floor(math.log10(price))
    return tuple(round(share * price, digits) for share in _AROUND)
