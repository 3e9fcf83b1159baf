"""Scenarios that adapt: the fixed scenario that each outcome of their signposts comes to, and the plan of all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from zhizao.calendar import BRANCH_MONTH
from zhizao.policy.adapting import AdaptivePlan, Course
from zhizao.policy.conditional import signposts_of, standing
from zhizao.policy.schedule import EVERYTHING, Block
from zhizao.policy.signposts import Signpost
from zhizao.scenario.scenario import Scenario

__all__ = ["adaptive_plan", "settled", "without_programme"]

_NOTHING = Block(start=BRANCH_MONTH, off=EVERYTHING, file="", place="without a programme")


def settled(scenario: Scenario, held: Collection[Signpost] = ()) -> Scenario:
    """Return the fixed scenario that results if these conditions hold and no others."""
    if not signposts_of(scenario.blocks):
        return scenario
    places = standing(scenario.blocks, held)
    return replace(scenario, blocks=tuple(replace(scenario.blocks[place], when=None) for place in places))


def without_programme(scenario: Scenario) -> Scenario:
    """Return the fixed scenario with all policy switched off from the branch on: there is nothing to look at."""
    return settled(scenario).followed_by(_NOTHING)


def adaptive_plan(scenario: Scenario, months: int) -> AdaptivePlan | None:
    """Return the courses of a scenario that adapts; None for one that does not.

    Parameters
    ----------
    months
        Months of the runs; what would be looked at later is left out.
    """
    found = [one for one in signposts_of(scenario.blocks) if one.at < months]
    return AdaptivePlan(found, partial(_course, scenario, months)) if found else None


def _course(scenario: Scenario, months: int, held: frozenset[Signpost]) -> Course:
    fixed = settled(scenario, held)
    return Course(tuple(fixed.policies(months)), fixed.announced(months))
