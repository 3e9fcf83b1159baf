"""How level 2 spreads over the supply network: one run, looked at in several months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np

from zhizao.calendar import BRANCH_MONTH, TARGET_MONTH, month_index, month_name
from zhizao.engine.adapting import Adapting
from zhizao.engine.month import simulate
from zhizao.engine.simulation import Setting, run_history
from zhizao.engine.state import EMPTY, GONE, World
from zhizao.errors import InputError
from zhizao.parameters.registry import Parameters
from zhizao.policy.offers import foreseen_offers, monthly_offers
from zhizao.population.district import build_district
from zhizao.results.shown import listed
from zhizao.scenario.adapting import adaptive_plan
from zhizao.scenario.scenario import Scenario
from zhizao.sectors import LARGE, PLAN_LEVEL
from zhizao.studies.lanes import values_used
from zhizao.studies.options import Options, ScenarioLike, check_options, scenarios_of
from zhizao.studies.parameter_draws import parameter_draws
from zhizao.studies.renamed import renamed
from zhizao.studies.study_options import StudyOptions, takes

__all__ = ["MOMENTS", "Spread", "spread"]

_LAST_OF_HISTORY = BRANCH_MONTH - 1
_LOOKED_AT = (
    *(_LAST_OF_HISTORY - back for back in (60, 36, 12, 0)),
    min(_LAST_OF_HISTORY + 12, TARGET_MONTH),
    TARGET_MONTH,
)
MOMENTS: tuple[str, ...] = tuple(month_name(month) for month in sorted(set(_LOOKED_AT)) if month >= 0)
"""The months that are looked at if none are named: the last one of history, one, three and five years before it, a year
after it, and that of the plan."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """The firms of one run and their links, in several months.

    Attributes
    ----------
    scenario, options
        What was run.
    months
        The months that were looked at, each at its end.
    sector, size_class, park, leader
        Of every firm that stood in one of these months: where it is in `SECTORS` and `SIZE_CLASSES`, the number of
        its park, and whether it leads a chain.
    links
        Pairs of firms that trade, by their places in these arrays.
    standing
        Months by firms: whether the firm stands then.
    level
        Months by firms: its true level, 0 to 4; that of a firm that does not stand means nothing.
    """

    scenario: Scenario
    options: Options
    months: tuple[str, ...]
    sector: np.ndarray[Any, Any]
    size_class: np.ndarray[Any, Any]
    park: np.ndarray[Any, Any]
    leader: np.ndarray[Any, Any]
    links: np.ndarray[Any, Any]
    standing: np.ndarray[Any, np.dtype[np.bool_]]
    level: np.ndarray[Any, Any]

    def __repr__(self) -> str:
        return f"<Spread over {self.level.shape[1]:,} firms in {listed(self.months)} under {self.scenario.name}>"

    def share(self, month: int) -> float:
        """Return the share of SMEs that are truly at level 2 or more in one of the months, by its place."""
        smes = self.standing[month] & (self.size_class != LARGE)
        return float((self.level[month][smes] >= PLAN_LEVEL).mean()) if smes.any() else float("nan")


@renamed(register="firms")
@takes(StudyOptions)
def spread(
    scenario: ScenarioLike = "baseline", *, months: Sequence[str] = MOMENTS, **options: Unpack[StudyOptions]
) -> Spread:
    """Run one scenario once, as `run` does, and keep the firms' levels in several months.

    Parameters
    ----------
    scenario
        As for `run`.
    months
        The months to look at, in their order; the last from the branch to the horizon.
    **options
        As declared in `StudyOptions`.

    Raises
    ------
    InputError
        Naming everything that is wrong with what was given.
    """
    if not months or list(months) != sorted(set(months), key=month_index):
        raise InputError(f"months = {', '.join(months) or 'none'}: name at least one, each once and in order")
    checked = check_options(draws=1, until=months[-1], **options)
    [wanted] = scenarios_of([scenario], checked.settings)
    [draw] = parameter_draws(1, funding=checked.funding, calibration=checked.calibration)
    parameters = Parameters().changed(values_used(draw.values, wanted.parameter_changes, checked.register))
    district = build_district(
        parameters, checked.seed, months=checked.months, network=wanted.network, register=checked.register
    )
    policies = wanted.policies(checked.months)
    offers = monthly_offers(policies, parameters)
    foreseen = foreseen_offers(offers, policies, wanted.announced(checked.months), parameters)
    setting = Setting(district=district, parameters=parameters, seed=checked.seed)
    stops = [month_index(month) + 1 for month in months]
    plan = adaptive_plan(wanted, checked.months)
    adapting = None if plan is None else Adapting(plan, parameters)
    looks, done = [], min(stops[0], BRANCH_MONTH)
    world = run_history(setting, offers, done, foreseen)
    for stop in stops:
        if adapting is None:
            simulate(world, done, stop)
        else:
            world = adapting.go_on(world, done, stop)
        looks.append(_look(world))
        done = stop
    return _gathered(wanted, checked, tuple(months), world, looks)


def _look(world: World) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return which slots hold a firm, and the true levels."""
    status = world.firms["status"]
    return (status != EMPTY) & (status != GONE), world.firms["level_true"].copy()


def _gathered(
    scenario: Scenario,
    options: Options,
    months: tuple[str, ...],
    world: World,
    looks: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]],
) -> Spread:
    standing, level = (np.array([look[place] for look in looks]) for place in (0, 1))
    seen = np.flatnonzero(standing.any(axis=0))
    place = np.full(standing.shape[1], -1)
    place[seen] = np.arange(seen.size)
    slots = np.repeat(np.arange(standing.shape[1]), np.diff(world.partner_start))
    pairs = np.column_stack([place[slots], place[world.partners]])
    firms = world.firms.view(np.ndarray)[seen]
    return Spread(
        scenario=scenario,
        options=options,
        months=months,
        sector=firms["sector"],
        size_class=firms["size_class"],
        park=firms["park"],
        leader=world.start["leader"][seen] == 1,
        links=pairs[(pairs.min(axis=1) >= 0) & (pairs[:, 0] < pairs[:, 1])],
        standing=standing[:, seen],
        level=level[:, seen],
    )
