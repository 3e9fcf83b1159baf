"""What policies are worth in each future, and which of them keep the budget."""

from __future__ import annotations

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.errors import InputError
from zhizao.results.outcomes import Outcome
from zhizao.studies.deciding.criteria import quantiles
from zhizao.studies.deciding.goal import MONEY, WITHIN_BUDGET, YEARLY, Goal
from zhizao.studies.deciding.trials import Trials

__all__ = ["money_needed", "payoffs_of", "within_budget"]


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
    if problems and _nowhere_known(goal.outcome, trials):
        name, until = goal.outcome.name, trials.options.until
        problems = [
            f"{name} is not known, as runs end in {until}; give a later until"
            if name == "target_met"
            else f"{name} is not known in any future: there are no such firms; decide by others"
        ]
    problems += [
        f"require: {one.outcome} is not known in any future, as runs end in {trials.options.until}"
        for one in goal.requirements
        if np.isnan(trials.outcomes[one.outcome]).all()
    ]
    if problems:
        raise InputError(problems)
    return payoffs


def _nowhere_known(outcome: Outcome, trials: Trials) -> bool:
    return bool(np.isnan(trials.outcomes[outcome.name]).all())


def within_budget(trials: Trials, goal: Goal, weights: FloatArray) -> BoolArray:
    """Return which policies keep the budget in nine of ten futures.

    Raises
    ------
    InputError
        If none does.
    """
    kept = np.ones(len(trials.policies), dtype=np.bool_)
    for name, budget, needed in _budgets(trials, goal, weights):
        within = np.asarray(needed <= budget)
        if not within.any():
            cheapest = int(needed.argmin())
            raise InputError(
                f"{name} = {budget:g}: no policy keeps it in {WITHIN_BUDGET:.0%} of the futures; "
                f"{trials.policies[cheapest]} needs the least, {needed[cheapest]:,.1f}"
            )
        kept &= within
    if not kept.any():
        raise InputError("budget, budget_a_year: no policy keeps both; raise one of them")
    return kept


def _budgets(trials: Trials, goal: Goal, weights: FloatArray) -> list[tuple[str, float, FloatArray]]:
    """Return each budget that is given: its name, how much it is, and what each policy needs of it."""
    both = (("budget", goal.budget, MONEY), ("budget_a_year", goal.budget_a_year, YEARLY))
    return [(name, budget, money_needed(trials, money, weights)) for name, budget, money in both if budget is not None]


def money_needed(trials: Trials, money: str, weights: FloatArray) -> FloatArray:
    """Return the money that each policy does not exceed in nine of ten futures.

    Parameters
    ----------
    money
        `MONEY` or `YEARLY`.
    weights
        The weight of each future.
    """
    return np.asarray(quantiles(trials.outcomes[money], weights[np.newaxis], WITHIN_BUDGET)[0])
