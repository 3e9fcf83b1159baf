"""The plain answer to a choice: the policy with the best expected payoff, what it brings, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.studies.deciding.criteria import quantiles
from zhizao.studies.deciding.goal import MONEY, YEARLY, Goal
from zhizao.studies.deciding.payoffs import money_needed
from zhizao.studies.deciding.trials import Trials

__all__ = ["Against", "Answer", "TooDear", "answer_of"]

TODAY = "baseline"
"""The policy that is in force, which an answer is held against if it was tried."""
_NINE_OF_TEN = (0.05, 0.95)
_DEAREST = 3
"""Policies over the budget that are named at most."""


@dataclass(frozen=True, kw_only=True)
class Against:
    """The chosen policy against another one, future by future.

    Attributes
    ----------
    policy
        Name of the other one.
    more, low, high
        By how much the outcome of the chosen one is larger, as the goal counts it: by expectation, and the ends of
        nine of ten futures.
    better
        Share of the futures in which it does better.
    firms
        By how many more firms that is; None if the outcome is not a share of firms.
    money
        By how much more public money, in millions, from the branch on.
    """

    policy: str
    more: float
    low: float
    high: float
    better: float
    firms: float | None
    money: float


@dataclass(frozen=True, kw_only=True)
class TooDear:
    """A policy that would do better but does not keep the budget.

    Attributes
    ----------
    policy
        Its name.
    outcome
        Its expected outcome, as the goal counts it.
    needs
        The public money, in millions, that it does not exceed in nine of ten futures: of the year that costs most if
        the budget is for each year, else in all.
    """

    policy: str
    outcome: float
    needs: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The plain answer to a choice.

    Attributes
    ----------
    policy
        Name of the policy with the best expected payoff among those that keep the budget.
    outcome
        Its expected outcome, as the goal counts it.
    firms
        How many firms that is; None if the outcome is not a share of firms.
    money, money_a_year
        Public money in millions from the branch on, and in the year that costs most, both by expectation.
    among, of
        How many policies keep the budget, and how many there are.
    against
        It against the policy in force, if that was tried and is not chosen, and against the next best.
    too_dear
        The best of those that do better by expectation, and do not keep the budget.
    """

    policy: str
    outcome: float
    firms: float | None
    money: float
    money_a_year: float
    among: int
    of: int
    against: tuple[Against, ...]
    too_dear: tuple[TooDear, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it in the form that the command line prints as JSON."""
        return asdict(self)


def answer_of(trials: Trials, goal: Goal, weights: FloatArray, allowed: BoolArray) -> Answer:
    """Return the plain answer.

    Parameters
    ----------
    trials
        What policies have given.
    goal
        What is decided by.
    weights
        The weight of each future.
    allowed
        Which policies keep the budget.
    """
    payoffs = goal.payoff(trials.outcomes) @ weights
    order = [int(place) for place in np.argsort(-payoffs, kind="stable")]
    kept = [place for place in order if allowed[place]]
    best = kept[0]
    outcome, firms = _counted(trials, goal) @ weights, _firms(trials, goal, weights)
    today = [place for place in kept[1:] if trials.policies[place] == TODAY]
    return Answer(
        policy=trials.policies[best],
        outcome=float(outcome[best]),
        firms=None if firms is None else float(firms[best]),
        money=float(trials.outcomes[MONEY][best] @ weights),
        money_a_year=float(trials.outcomes[YEARLY][best] @ weights),
        among=len(kept),
        of=len(order),
        against=tuple(_against(trials, goal, weights, best, other) for other in dict.fromkeys([*today, *kept[1:2]])),
        too_dear=_too_dear(trials, goal, weights, order[: order.index(best)]),
    )


def _counted(trials: Trials, goal: Goal) -> FloatArray:
    """Return the outcome itself as the goal counts it, whether more or less of it is better."""
    return goal.outcome.better * goal.effect(trials.outcomes)


def _firms(trials: Trials, goal: Goal, weights: FloatArray) -> FloatArray | None:
    return trials.outcomes[goal.firms] @ weights if goal.firms else None


def _against(trials: Trials, goal: Goal, weights: FloatArray, best: int, other: int) -> Against:
    counted, payoffs = _counted(trials, goal), goal.payoff(trials.outcomes)
    apart = counted[best] - counted[other]
    low, high = (quantiles(apart[np.newaxis], weights[np.newaxis], share)[0, 0] for share in _NINE_OF_TEN)
    firms, money = _firms(trials, goal, weights), trials.outcomes[MONEY]
    return Against(
        policy=trials.policies[other],
        more=float(apart @ weights),
        low=float(low),
        high=float(high),
        better=float((payoffs[best] > payoffs[other]) @ weights),
        firms=None if firms is None else float(firms[best] - firms[other]),
        money=float((money[best] - money[other]) @ weights),
    )


def _too_dear(trials: Trials, goal: Goal, weights: FloatArray, better: Sequence[int]) -> tuple[TooDear, ...]:
    outcome = _counted(trials, goal) @ weights
    needed = money_needed(trials, MONEY if goal.budget_a_year is None else YEARLY, weights)
    return tuple(
        TooDear(policy=trials.policies[place], outcome=float(outcome[place]), needs=float(needed[place]))
        for place in better[:_DEAREST]
    )
