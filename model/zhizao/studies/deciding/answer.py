"""The plain answer to a choice: the policy with the best expected payoff, what it brings, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.scenario.chain import BASELINE
from zhizao.studies.deciding.criteria import quantiles
from zhizao.studies.deciding.goal import MONEY, YEARLY, Goal
from zhizao.studies.deciding.payoffs import money_needed
from zhizao.studies.deciding.trials import Trials

__all__ = ["Against", "Answer", "TooDear", "answer_of"]

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
    tried = _Tried(trials, goal, weights)
    order = [int(place) for place in np.argsort(-(tried.payoffs @ weights), kind="stable")]
    kept = [place for place in order if allowed[place]]
    best = kept[0]
    today = [place for place in kept[1:] if trials.policies[place] == BASELINE]
    return Answer(
        policy=trials.policies[best],
        outcome=float(tried.outcome[best]),
        firms=tried.firms(best),
        money=float(trials.outcomes[MONEY][best] @ weights),
        money_a_year=float(trials.outcomes[YEARLY][best] @ weights),
        among=len(kept),
        of=len(order),
        against=tuple(tried.against(best, other) for other in dict.fromkeys([*today, *kept[1:2]])),
        too_dear=tried.too_dear(order[: order.index(best)]),
    )


class _Tried:
    """What policies have given, as a goal counts it, with the weight of each future."""

    def __init__(self, trials: Trials, goal: Goal, weights: FloatArray) -> None:
        self._trials, self._goal, self._weights = trials, goal, weights
        self.payoffs = goal.payoff(trials.outcomes)
        self.counted = goal.outcome.better * goal.effect(trials.outcomes)
        """The outcome itself, whether more or less of it is better."""
        self.outcome = self.counted @ weights
        self._firms = trials.outcomes[goal.firms] @ weights if goal.firms else None

    def firms(self, place: int, other: int | None = None) -> float | None:
        """Return how many firms that is, or how many more than under another policy; None if it is not of firms."""
        if self._firms is None:
            return None
        return float(self._firms[place] - (0.0 if other is None else self._firms[other]))

    def against(self, best: int, other: int) -> Against:
        """Return what one policy is against another one."""
        weights, money = self._weights, self._trials.outcomes[MONEY]
        apart = self.counted[best] - self.counted[other]
        low, high = (quantiles(apart[np.newaxis], weights[np.newaxis], share)[0, 0] for share in _NINE_OF_TEN)
        return Against(
            policy=self._trials.policies[other],
            more=float(apart @ weights),
            low=float(low),
            high=float(high),
            better=float((self.payoffs[best] > self.payoffs[other]) @ weights),
            firms=self.firms(best, other),
            money=float((money[best] - money[other]) @ weights),
        )

    def too_dear(self, better: Sequence[int]) -> tuple[TooDear, ...]:
        """Return the first of those that do better and do not keep the budget."""
        needed = money_needed(self._trials, MONEY if self._goal.budget_a_year is None else YEARLY, self._weights)
        return tuple(
            TooDear(policy=self._trials.policies[place], outcome=float(self.outcome[place]), needs=float(needed[place]))
            for place in better[:_DEAREST]
        )
