"""Which policy to choose where one cannot know: several criteria, over structures, readings of the money and draws."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.parallel import Progress
from zhizao.results.shown import html_table
from zhizao.scenario.scenario import Scenario
from zhizao.studies.deciding.answer import Answer, answer_of
from zhizao.studies.deciding.criteria import (
    CRITERIA,
    Criterion,
    Futures,
    best_shares,
    chosen,
    means,
    quantiles,
    regrets,
    resampled_futures,
)
from zhizao.studies.deciding.goal import MONEY, Goal, goal_of
from zhizao.studies.deciding.payoffs import payoffs_of, within_budget
from zhizao.studies.deciding.prices import Step, steps
from zhizao.studies.deciding.trials import Trials, checked_under, try_policies
from zhizao.studies.deciding.worlds import BY_EVIDENCE, chosen_worlds, reweighed, weights_of
from zhizao.studies.describe import finite
from zhizao.studies.options import Options, ScenarioLike, made_by
from zhizao.studies.structures import OUTCOME, WeighedStructure
from zhizao.studies.study_options import CompareOptions, takes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "Choice", "Chosen", "choose", "judged"]

MEASURES = ("outcome", "money", "payoff", "best", "regret_mean", "regret_90", "regret_worst", "met")
"""What is said of every policy, each with its interval."""
_RESAMPLES = 1000
_MOST_CELLS = 2e7
_FEWEST = 100
_ENDS = (0.05, 0.95)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What one criterion chooses.

    Attributes
    ----------
    criterion
        Which.
    policy
        Name of the policy; empty where no policy meets what is required in any future.
    sure
        Share of the resamples of the draws in which it chooses the same.
    by_structure
        Name of the policy that it chooses under each structure alone; none for a criterion over structures, or if there
        is one only.
    """

    criterion: Criterion
    policy: str
    sure: float
    by_structure: tuple[str, ...] = ()

    @property
    def holds(self) -> bool | None:
        """Whether it chooses the same under every structure; None if it cannot be asked under one alone."""
        return all(one == self.policy for one in self.by_structure) if self.by_structure else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Policies judged over many futures, and which of them each criterion chooses.

    Attributes
    ----------
    goal
        What is decided by.
    policies, scenarios
        Names of the policies, and the policies.
    allowed
        Whether each keeps the budget; the others are not chosen and count for no regret.
    structures
        The structures, with the weights that were used.
    measures
        By name of `MEASURES`: estimate, low and high for each policy, the ends of the 90 % interval that the number of
        draws leaves. Of what is not allowed, only outcome, money and payoff are known.
    spread
        For each policy, the ends between which the outcome is in nine of ten futures.
    criteria
        What each criterion chooses; satisficing only where something is required.
    steps
        Which policy is best by expectation as one more of the outcome is worth more; none if the outcome is the money.
    answer
        What the policy with the best expected payoff brings, costs, and is against others.
    options
        What was asked for.
    seconds
        How long it took.
    """

    goal: Goal
    policies: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    allowed: BoolArray
    structures: tuple[WeighedStructure, ...]
    measures: dict[str, FloatArray]
    spread: FloatArray
    criteria: tuple[Chosen, ...]
    steps: tuple[Step, ...]
    answer: Answer
    options: Options
    seconds: float = 0.0

    def __repr__(self) -> str:
        made = ", ".join(f"{one.criterion.name}: {one.policy or '–'}" for one in self.criteria)
        return f"<Choice among {len(self.policies)} policies by {self.goal.outcome.name}; {made}>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.table())

    def choice(self, criterion: str) -> str:
        """Return the policy that a criterion chooses, by the criterion's name.

        Raises
        ------
        KeyError
            If the criterion was not asked.
        """
        for one in self.criteria:
            if one.criterion.name == criterion:
                return one.policy
        raise KeyError(f"{criterion} is not among {', '.join(one.criterion.name for one in self.criteria)}")

    def table(self) -> pd.DataFrame:
        """Return what is said of every policy, one row each."""
        import pandas as pd  # here, because it is heavy

        return pd.DataFrame(self.rows()).set_index("policy")

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of `table`: the outcome in `Goal.counted_in`, payoffs and regrets in `Goal.unit`, shares."""
        return [
            {"policy": name, "allowed": bool(self.allowed[place])}
            | {
                f"{measure}{end}": finite(float(values[place, column]))
                for measure, values in self.measures.items()
                for column, end in enumerate(("", "_low", "_high"))
            }
            | dict(zip(("in_futures_low", "in_futures_high"), self.spread[place].tolist(), strict=True))
            for place, name in enumerate(self.policies)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the form that the command line prints as JSON."""
        return {
            **made_by(self.options),
            "calibration": [one.name for one in self.structures],
            "outcome": self.goal.outcome.name,
            "unit": self.goal.unit,
            "counted_in": self.goal.counted_in,
            "worth": self.goal.worth,
            "budget": self.goal.budget,
            "budget_a_year": self.goal.budget_a_year,
            "require": [str(one) for one in self.goal.requirements],
            "structures": [{"structure": one.name, "weight": finite(one.weight)} for one in self.structures],
            "answer": self.answer.to_dict(),
            "policies": self.rows(),
            "criteria": [self._criterion(one) for one in self.criteria],
            "worth_steps": [
                {
                    "policy": self.policies[one.policy],
                    "from_worth": one.worth,
                    "low": finite(one.low),
                    "high": finite(one.high),
                }
                for one in self.steps
            ],
            "seconds": round(self.seconds, 3),
        }

    def _criterion(self, one: Chosen) -> dict[str, Any]:
        names = (structure.name for structure in self.structures)
        return {
            "criterion": one.criterion.name,
            "source": one.criterion.source,
            "policy": one.policy or None,
            "sure": one.sure,
            "by_structure": {name: policy or None for name, policy in zip(names, one.by_structure, strict=False)},
            "holds": one.holds,
        }


@takes(CompareOptions, draws=200)
def choose(
    policies: ScenarioLike | Iterable[ScenarioLike] | None = None,
    *,
    outcome: str = OUTCOME,
    group: str | None = None,
    worth: float | None = None,
    budget: float | None = None,
    budget_a_year: float | None = None,
    require: str | Iterable[str] = (),
    structures: Iterable[str] | None = None,
    weights: str = BY_EVIDENCE,
    progress: Progress | None = None,
    **options: Unpack[CompareOptions],
) -> Choice:
    """Judge policies over structures, readings of the money and draws, and say which one each criterion chooses.

    Every policy meets the same futures, and a draw has the same luck under every structure, so that regrets are paired.
    Results do not depend on `workers`.

    Parameters
    ----------
    policies
        Names of shipped scenarios, paths of files, or `Scenario` objects, at least two; if not given, all of the
        district but shocks, which nobody chooses.
    outcome
        Name of the outcome, as in tables of `compare`.
    group
        A size class or a sector, such as ``"small"``: what is decided by is its share truly at the level of the plan.
    worth
        What one more of it is worth, in millions of public money; for a share, one more percentage point. Then payoffs
        are this value less the public money. If not given, the outcome alone counts.
    budget
        Public money in millions, all of it from the branch on, that a policy must keep to in nine of ten futures to be
        chosen.
    budget_a_year
        The same for each year by itself.
    require
        What has to hold for a policy to be good enough, all at once, such as ``"level2_share_true_end >= 0.8"``.
    structures
        Structures with readings of the money, such as ``["facts", "approval-first", "facts:brief"]``; all that are
        fitted if not given.
    weights
        ``evidence``: structures weigh what the facts say of them; ``equal``: all alike.
    progress
        Called after every draw with how many are done, and of how many.
    **options
        As declared in `CompareOptions`; calibration and funding are those of the structures.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    began = time.perf_counter()
    worlds = chosen_worlds(structures)
    used = reweighed(worlds, weights_of(worlds, weights))
    checked = checked_under(worlds, options)
    goal = goal_of(
        outcome,
        group=group,
        worth=worth,
        budget=budget,
        budget_a_year=budget_a_year,
        require=require,
        known=checked[0].ideas.all_outcomes,
    )
    trials = try_policies(policies, worlds, checked, names=goal.names, progress=progress)
    return judged(trials, used, goal, seconds=lambda: time.perf_counter() - began)


def judged(
    trials: Trials, structures: tuple[WeighedStructure, ...], goal: Goal, *, seconds: Any = lambda: 0.0
) -> Choice:
    """Judge what policies have given.

    Parameters
    ----------
    trials
        What they have given.
    structures
        The structures that they were tried under, with their weights.
    goal
        What is decided by.
    seconds
        Called at the end for how long it took.

    Raises
    ------
    InputError
        If a payoff is not a number, or no policy keeps the budget.
    """
    payoffs = payoffs_of(trials, goal)
    futures = resampled_futures(
        payoffs,
        goal.met(trials.outcomes),
        structure=trials.structure,
        draw=trials.draw,
        weights=np.array([one.weight for one in structures]),
        resamples=int(min(_RESAMPLES, max(_FEWEST, _MOST_CELLS // payoffs.shape[1]))),
        seed=trials.options.seed,
    )
    allowed = within_budget(trials, goal, futures.weights[0])
    kept = replace(futures, payoffs=futures.payoffs[allowed], met=futures.met[allowed])
    asked = _criteria_asked(len(structures), required=bool(goal.requirements))
    scores = {one.name: one.score(kept) for one in asked}
    measures, spread = _measures(trials, goal, futures, allowed, _of_allowed(kept, scores))
    names = tuple(name for name, keeps in zip(trials.policies, allowed, strict=True) if keeps)
    places = np.flatnonzero(allowed)
    path = () if goal.outcome.name == MONEY else _steps(trials, goal, futures, places)
    return Choice(
        goal=goal,
        policies=trials.policies,
        scenarios=trials.scenarios,
        allowed=allowed,
        structures=structures,
        measures=measures,
        spread=spread,
        criteria=_criteria(kept, names, len(structures), {one: scores[one.name] for one in asked}),
        steps=path,
        answer=answer_of(trials, goal, futures.weights[0], allowed),
        options=trials.options,
        seconds=seconds(),
    )


def _steps(trials: Trials, goal: Goal, futures: Futures, places: IntArray) -> tuple[Step, ...]:
    effects, money = (
        means(values[places], futures.weights) for values in (goal.effect(trials.outcomes), trials.outcomes[MONEY])
    )
    return tuple(replace(one, policy=int(places[one.policy])) for one in steps(effects, money))


def _of_allowed(kept: Futures, scores: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return what is said of the policies that may be chosen: resamples by policies."""
    found = {
        "best": best_shares(kept.payoffs, kept.weights),
        "regret_mean": means(regrets(kept.payoffs), kept.weights),
        "regret_90": -scores["regret_90"],
        "regret_worst": -scores["minimax_regret"],
    }
    return found | ({"met": scores["satisficing"]} if "satisficing" in scores else {})


def _measures(
    trials: Trials, goal: Goal, futures: Futures, allowed: BoolArray, of_allowed: Mapping[str, FloatArray]
) -> tuple[dict[str, FloatArray], FloatArray]:
    """Return what is said of every policy, and the ends between which the outcome is in nine of ten futures."""
    outcome = goal.outcome.better * goal.effect(trials.outcomes)
    found = {
        "outcome": _with_ends(means(outcome, futures.weights)),
        "money": _with_ends(means(trials.outcomes[MONEY], futures.weights)),
        "payoff": _with_ends(means(futures.payoffs, futures.weights)),
    }
    for name, scores in of_allowed.items():
        found[name] = np.full((allowed.size, 3), math.nan)
        found[name][allowed] = _with_ends(scores)
    return found, np.column_stack([quantiles(outcome, futures.weights[:1], share)[0] for share in _ENDS])


def _with_ends(scores: FloatArray) -> FloatArray:
    """Return estimate, low and high of each policy from scores: resamples by policies."""
    low, high = np.quantile(scores[1:], _ENDS, axis=0)
    return np.column_stack([scores[0], low, high])


def _criteria_asked(structures: int, *, required: bool) -> tuple[Criterion, ...]:
    """Return the criteria that have something to say: of what is required if anything is, and over structures."""
    return tuple(
        one
        for one in CRITERIA
        if (required or one.name != "satisficing") and (structures > 1 or not one.over_structures)
    )


def _criteria(
    kept: Futures, names: tuple[str, ...], structures: int, scores: Mapping[Criterion, FloatArray]
) -> tuple[Chosen, ...]:
    parts = [kept.within(one) for one in range(structures)] if structures > 1 else []
    found = []
    for one, own in scores.items():
        policy, sure = _chosen_by(one, own, kept, names)
        apart = [] if one.over_structures else parts
        alone = tuple(_chosen_by(one, one.score(part), part, names)[0] for part in apart)
        found.append(Chosen(criterion=one, policy=policy, sure=sure, by_structure=alone))
    return tuple(found)


def _chosen_by(one: Criterion, scores: FloatArray, futures: Futures, names: tuple[str, ...]) -> tuple[str, float]:
    picked = chosen(scores, futures.expected)
    if one.name == "satisficing" and not scores[0].max() > 0.0:
        return "", float(np.mean(scores[1:].max(axis=1) <= 0.0))
    return names[int(picked[0])], float(np.mean(picked[1:] == picked[0]))
