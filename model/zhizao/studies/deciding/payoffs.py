"""What policies are worth in each future, and which of them keep the budget."""

from __future__ import annotations

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.errors import InputError
from zhizao.results.outcomes import Outcome
from zhizao.studies.deciding.criteria import quantiles
from zhizao.studies.deciding.goal import MONEY, WITHIN_BUDGET, Goal
from zhizao.studies.deciding.trials import Trials

__all__ = ["payoffs_of", "within_budget"]


def payoffs_of(trials: Trials, goal: Goal) -> FloatArray:
    """Return what each policy is worth in each future: policies by futures, more is better.

    Raises
    ------
    InputError
        Naming the policies of which one is not a number, and requirements that nobody can know.
    """
    payoffs = goal.payoff(trials.outcomes)
    problems = [
        f"{goal.outcome.name} of {name} is not a number in {int((~np.isfinite(row)).sum()):,} of {row.size:,} futures; "
        f"leave {name} out, or decide by an outcome that is always known, with worth (--worth) to set money against it"
        for name, row in zip(trials.policies, payoffs, strict=True)
        if not np.isfinite(row).all()
    ]
    if problems and _of_the_plan(goal.outcome, trials):
        problems = [f"{goal.outcome.name} is not known, as runs end in {trials.options.until}; give a later until"]
    problems += [
        f"require: {one.outcome} is not known in any future, as runs end in {trials.options.until}"
        for one in goal.requirements
        if np.isnan(trials.outcomes[one.outcome]).all()
    ]
    if problems:
        raise InputError(problems)
    return payoffs


def _of_the_plan(outcome: Outcome, trials: Trials) -> bool:
    return bool(np.isnan(trials.outcomes[outcome.name]).all())


def within_budget(trials: Trials, goal: Goal, weights: FloatArray) -> BoolArray:
    """Return which policies keep the budget in nine of ten futures.

    Raises
    ------
    InputError
        If none does.
    """
    if goal.budget is None:
        return np.ones(len(trials.policies), dtype=np.bool_)
    money = trials.outcomes[MONEY]
    ends = quantiles(money, weights[np.newaxis], WITHIN_BUDGET)[0]
    kept = np.asarray(ends <= goal.budget)
    if not kept.any():
        cheapest = int(ends.argmin())
        raise InputError(
            f"budget = {goal.budget:g}: no policy keeps it in {WITHIN_BUDGET:.0%} of the futures; "
            f"{trials.policies[cheapest]} needs the least, {ends[cheapest]:,.1f}"
        )
    return kept
