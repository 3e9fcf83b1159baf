"""What a decision is about: the outcome, what one more of it is worth, the budget, and what is required."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.errors import InputError, in_words
from zhizao.parameters.specification import nearest, python_value
from zhizao.results.for_decisions import (
    DEAREST_YEAR,
    DECISION_OUTCOMES,
    GROUPS_OF_DECISIONS,
    count_of_group,
    share_of_group,
)
from zhizao.results.outcomes import OUTCOMES, Outcome
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import is_share
from zhizao.studies.discovery.condition import Condition, condition_of
from zhizao.studies.structures import OUTCOME

__all__ = ["MONEY", "YEARLY", "Goal", "goal_of"]

MONEY = "public_spend_total"
"""The outcome that is the public money of a policy, all of it from the branch on."""
YEARLY = DEAREST_YEAR.name
"""The outcome that is the public money of a policy in the year that costs most."""
WITHIN_BUDGET = 0.9
"""Share of futures in which a policy must keep the budget to be chosen."""
_ALL = ("sme", *GROUPS_OF_DECISIONS)
_FIRMS_OF_SHARE = {OUTCOME: count_of_group("sme")} | {share_of_group(group): count_of_group(group) for group in _ALL}
"""The outcome that counts the firms of which another one is the share."""
_EXAMPLE = "level2_share_true_end >= 0.8"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is decided by.

    Attributes
    ----------
    outcome
        What is to be large, or small if less of it is better.
    worth
        What one more of it is worth in millions of public money (of a share: one more percentage point); the payoff is
        then this value less the public money. None: the outcome alone counts.
    budget
        Public money in millions, all of it from the branch on, that a policy must not exceed in `WITHIN_BUDGET` of the
        futures; None for no such end.
    budget_a_year
        The same for each year by itself.
    requirements
        What has to hold, all at once, for a future to count as one in which a policy is good enough.
    """

    outcome: Outcome
    worth: float | None = None
    budget: float | None = None
    budget_a_year: float | None = None
    requirements: tuple[Condition, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The outcomes that are needed, each once: the outcome itself, firms, the money, and what is required."""
        firms = [self.firms] if self.firms else []
        wanted = (self.outcome.name, *firms, MONEY, YEARLY, *(one.outcome for one in self.requirements))
        return tuple(dict.fromkeys(wanted))

    @property
    def firms(self) -> str:
        """The outcome that counts the firms of which the outcome is the share; empty if it is not such a share."""
        return _FIRMS_OF_SHARE.get(self.outcome.name, "")

    @property
    def is_share(self) -> bool:
        """Whether the outcome is counted in percentage points."""
        return is_share(self.outcome.unit)

    @property
    def unit(self) -> str:
        """Unit of a payoff."""
        return MONEY_UNIT if self.worth is not None else self.counted_in

    @property
    def counted_in(self) -> str:
        """Unit of the outcome as it is counted here."""
        return "percentage points" if self.is_share else self.outcome.unit

    def effect(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Return the outcome as it is counted here, so that more is better."""
        times = 100.0 if self.is_share else 1.0
        return np.asarray(times * self.outcome.better * values[self.outcome.name])

    def payoff(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Return payoffs from outcomes by name, arrays of any one shape."""
        effect = self.effect(values)
        return effect if self.worth is None else np.asarray(self.worth * effect - values[MONEY])

    def met(self, values: Mapping[str, FloatArray]) -> BoolArray:
        """Return where everything that is required holds at once."""
        found = np.ones(np.shape(values[self.outcome.name]), dtype=np.bool_)
        for one in self.requirements:
            found &= one.holds(values[one.outcome])
        return found


def goal_of(
    outcome: str = OUTCOME,
    *,
    group: str | None = None,
    worth: float | None = None,
    budget: float | None = None,
    budget_a_year: float | None = None,
    require: str | Iterable[str] = (),
    known: Sequence[Outcome] = OUTCOMES,
) -> Goal:
    """Read what is decided by.

    Parameters
    ----------
    outcome, worth, budget, budget_a_year
        As in `Goal`, the outcome by its name.
    group
        A size class or a sector: its share truly at the level of the plan is the outcome, and no other can be named.
    require
        What has to hold, such as ``"level2_share_true_end >= 0.8"``.
    known
        The outcomes that there are.

    Raises
    ------
    InputError
        Naming everything that is wrong.
    """
    by_name = {**DECISION_OUTCOMES, **{one.name: one for one in known}}
    problems: list[str] = []
    if group is not None:
        problems += _wrong_group(group, outcome)
        outcome = outcome if problems else share_of_group(group)
    found = by_name.get(outcome) if isinstance(outcome, str) else None
    if found is None:
        problems.append(f"outcome = {in_words(outcome)} {_not_known(outcome, by_name)}")
    elif not found.better:
        either = ", ".join(one.name for one in known if one.better)
        problems.append(f"outcome = {outcome}: neither more nor less of it is better; decide by one of {either}")
    problems += [
        f"{name} = {in_words(value)} must be a number of {MONEY_UNIT} above 0"
        for name, value in (("worth", worth), ("budget", budget), ("budget_a_year", budget_a_year))
        if value is not None and not _is_positive(value)
    ]
    if worth is not None and found is not None and found.name == MONEY:
        problems.append(f"worth: {MONEY} is the money itself; name another outcome, or leave worth out")
    requirements = []
    for text in [require] if isinstance(require, str) else require:
        try:
            one = condition_of(text, "require", _EXAMPLE)
        except InputError as error:
            problems += error.problems
            continue
        if one.outcome not in by_name:
            problems.append(f"require: {in_words(one.outcome)} {_not_known(one.outcome, by_name)}")
        requirements.append(one)
    if problems or found is None:
        raise InputError(problems)
    return Goal(
        outcome=found, worth=worth, budget=budget, budget_a_year=budget_a_year, requirements=tuple(requirements)
    )


def _wrong_group(group: object, outcome: str) -> list[str]:
    """Return what is wrong with the firms that a decision is to be for."""
    if group not in _ALL:
        return [
            f"group (--for) = {in_words(group)} is not a size class or a sector"
            f"{_there_are(nearest(str(group)[:80], _ALL), _ALL)}"
        ]
    if outcome != OUTCOME:
        return [
            f"group (--for) = {group} decides by the firms truly at the level of the plan; "
            f"leave out outcome = {outcome}, or name it alone"
        ]
    return []


def _not_known(name: object, known: Mapping[str, Outcome]) -> str:
    plain = [one for one in known if one not in DECISION_OUTCOMES]
    near = nearest(str(name)[:80], list(known))
    there = [*plain, YEARLY, f"and {share_of_group('GROUP')} with one of {', '.join(GROUPS_OF_DECISIONS)}"]
    return f"is not an outcome{_there_are(near, there)}"


def _there_are(near: str, there: Sequence[str]) -> str:
    """Return what was perhaps meant, and everything that there is."""
    return f"{f'{near} There' if near else '; there'} are {', '.join(there)}"


def _is_positive(value: object) -> bool:
    plain = python_value(value)
    return isinstance(plain, int | float) and not isinstance(plain, bool) and plain > 0.0 and math.isfinite(plain)
