"""What each project was paid and is owed, by instrument, and what it paid for higher prices.

The ledger knows to the yuan what every instrument paid; the log of starts knows what every project was promised. So
the money that an instrument paid since the branch is spread over the projects whose promises have fallen due, in
proportion to these. A project that failed, whose grant was never paid, takes part like any other: this is right on
average, not one by one. Prices are worked out from the starts in the log by the rule of the market itself; where
projects queue for providers, orders come earlier than starts, and prices are known a little less well.

Measured against a log that notes every payment and price, over 100 draws of the baseline: each part of the account is
off by less than 0.3 % of the spending on average, and by about 1 % (root mean square) in a single run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhizao.accounts.matching import Pairs, Starts, written
from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.engine.state import BUILDING, CLAIM, FLOWS, GROUPS, MONEY, RELIEF_SUM, STOCKS, World
from zhizao.policy.levers import INSTRUMENTS
from zhizao.rules import market
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import IS_FACTORY, IS_LIGHT, IS_WORKSHOP, KIND_COUNT, PLAN_LEVEL

__all__ = [
    "FALLEN_DUE",
    "ProjectState",
    "extra_cost",
    "level_awards_earned",
    "owed",
    "paid_since",
    "payments",
    "prices",
    "project_state",
]

_GRANTS, _TAX, _LOANS, _AWARDS = (INSTRUMENTS.index(name) for name in ("grants", "tax", "loans", "awards"))
_RECOGNISED = (("workshops", IS_WORKSHOP, "awards_workshop"), ("factories", IS_FACTORY, "awards_factory"))
"""For each list of recognition: what is counted, the kinds of project that it is for, and the award."""


def paid_since(world: World, first: int) -> FloatArray:
    """Return what each instrument paid from month `first` on, net of advances taken back, in million RMB."""
    paid = world.money[:, len(MONEY) :]
    return np.array(paid[-1] - paid[first - 1] if first > 0 else paid[-1])


def _lever(world: World, name: str) -> np.ndarray[Any, Any]:
    """Return an offer month by month; plain arrays, since records that know attributes are slow to read."""
    return world.offers.view(np.ndarray)[name]


def _firms(world: World, name: str) -> np.ndarray[Any, Any]:
    return world.firms.view(np.ndarray)[name]


# ------------------------------------------------------------------------------------- grants and other money


@dataclass(frozen=True, kw_only=True, eq=False)
class ProjectState:
    """How far the projects begun since the branch have come by the last month.

    Attributes
    ----------
    at_work
        The project has not come to its end.
    pending
        Its grant, or what was not advanced of it, is still to be paid.
    carried
        Its grant was promised before the branch.
    """

    at_work: BoolArray
    pending: BoolArray
    carried: BoolArray


def project_state(world: World, pairs: Pairs) -> ProjectState:
    """Find out how far the projects of a run have come.

    What is only registered, or claimed and not decided, is not pending: nothing has been promised for it.
    A firm has one claim at a time: what is pending is that of its last supported project, and what was promised
    before the branch is the first grant of a firm in both runs (where grants are off in the twin, it has no others).
    """
    slot = pairs.starts.slot
    building = _firms(world, "status") == BUILDING
    waiting = (building & (_firms(world, "supported") == 1)) | (world.due[CLAIM] >= 0)
    carries = np.zeros(world.firms.size, np.bool_)
    carries[pairs.others.slot[pairs.others.supported & ~pairs.others.registered]] = True
    supported = np.flatnonzero(pairs.starts.supported)
    firm = slot[supported]
    pending, carried = np.zeros(slot.size, np.bool_), np.zeros(slot.size, np.bool_)
    pending[supported] = _last_of_firm(firm) & waiting[firm]
    carried[supported] = _first_of_firm(firm) & carries[firm] & ~pairs.starts.registered[supported]
    return ProjectState(at_work=np.asarray(_last_of_firm(slot) & building[slot]), pending=pending, carried=carried)


def _first_of_firm(slot: IntArray) -> BoolArray:
    return np.append(True, slot[1:] != slot[:-1])[: slot.size]


def _last_of_firm(slot: IntArray) -> BoolArray:
    return np.append(slot[1:] != slot[:-1], True)[: slot.size]


def payments(world: World, starts: Starts, state: ProjectState, first: int, money: FloatArray) -> FloatArray:
    """Return what each project was paid by each instrument (rows: `INSTRUMENTS`), in million RMB.

    Parameters
    ----------
    starts, stand
        The projects begun from month `first` on.
    money
        What each instrument paid since, less what the twin pays as well; 0 for instruments not asked about.
    """
    table = np.zeros((len(INSTRUMENTS), starts.slot.size))
    for name, fallen_due in FALLEN_DUE.items():
        place = INSTRUMENTS.index(name)
        amount = money[place] - _known_payments(world, name, first)
        if amount <= 0.0:
            continue
        due = fallen_due(world, starts, state)
        if (total := float(due.sum())) > 0.0:
            table[place] = due * (amount / total)
    if money[_GRANTS] > 0.0:
        table[_GRANTS] += starts.grant * (starts.registered & (starts.paid_month >= 0))
    if money[_AWARDS] > 0.0:
        table[_AWARDS] = _recognition_awards(world, starts, first)
    return table


def _known_payments(world: World, name: str, first: int) -> float:
    """Return what is known of an instrument's payments from month `first` on: energy bills, claims for registered work.

    Claims that were promised before `first` are paid in the twin as well and not counted.
    """
    if name == "relief":
        return _energy_relief(world, first)
    if name == "grants":
        log = written(world)
        claims = log[(log["registered"] == 1) & (log["paid_month"] >= 0)]
        promised = claims["paid_month"] - _lever(world, "grants_payment_delay")[claims["paid_month"]]
        return float(claims["grant"][promised >= first].sum())
    return 0.0


def _then(world: World, lever: str, starts: Starts) -> FloatArray:
    """Return an offer as it was when each project began."""
    return np.asarray(_lever(world, lever)[starts.month])


def _grants_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    paid_part = np.where(state.pending, _then(world, "grants_advance_share", starts), 1.0)
    return np.asarray(starts.grant * paid_part * ~state.carried * ~starts.registered)


def _tax_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    return np.asarray(starts.cost * _then(world, "tax_credit_rate", starts) * ~state.at_work)


def _loans_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    interest = _then(world, "loans_interest_points", starts) * ~state.at_work
    return np.asarray(starts.cost * (interest + (_then(world, "loans_guarantee_share", starts) > 0.0)))


def _discount_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    waived = _then(world, "provider_discount_waived_share", starts)
    added = _then(world, "provider_discount_state_share", starts)
    entitled = np.array(IS_LIGHT)[starts.kind] & (_firms(world, "aware")[starts.slot] == 1)
    return np.asarray(starts.cost * added / (1.0 - waived - added) * entitled)


def _pilot_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    paid = np.array(IS_LIGHT)[starts.kind] & ~starts.supported & (_firms(world, "pilot_paid")[starts.slot] > 0.0)
    return np.asarray(starts.cost * _then(world, "pilot_rate", starts) * paid * ~state.at_work)


def _relief_due(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    return np.asarray(starts.cost * _then(world, "relief_interest_points", starts))


FALLEN_DUE: dict[str, Callable[[World, Starts, ProjectState], FloatArray]] = {
    "grants": _grants_due,
    "loans": _loans_due,
    "tax": _tax_due,
    "provider_discount": _discount_due,
    "pilot": _pilot_due,
    "relief": _relief_due,
}
"""For each instrument whose money depends on projects: what each project was promised and should have been paid; of
loans and relief, what that grows with."""


def owed(world: World, starts: Starts, state: ProjectState) -> FloatArray:
    """Return what each project is promised and not yet paid at the horizon, by instrument, in million RMB."""
    table = np.zeros((len(INSTRUMENTS), starts.slot.size))
    still = np.where(starts.registered, 1.0, 1.0 - _lever(world, "grants_advance_share")[starts.month])
    table[_GRANTS] = starts.grant * still * (state.pending & ~state.carried)
    table[_TAX] = _firms(world, "tax_due")[starts.slot] * state.at_work
    table[_LOANS] = _firms(world, "interest_due")[starts.slot] * state.at_work
    return table


def _energy_relief(world: World, first: int) -> float:
    """Return what was paid for energy bills from month `first` on; the rest of the relief is on loans."""
    energy_use = world.series[first:, GROUPS.index("all"), STOCKS.index("energy_use")]
    return float(energy_use @ np.diff(world.sums[RELIEF_SUM, first:]))


# ----------------------------------------------------------------------------------------------------- awards


def _recognition_awards(world: World, starts: Starts, first: int) -> FloatArray:
    """Awards of projects begun since `first`: lists take a firm's oldest workshop (or factory) first."""
    awards = np.zeros(starts.slot.size)
    log = written(world)
    before = log[: np.searchsorted(log["month"], first)]
    for name, is_kind, lever in _RECOGNISED:
        listed = world.series[first:, GROUPS.index("all"), len(STOCKS) + FLOWS.index(f"{name}_new")]
        award = _lever(world, lever)[first:]
        if (money := float(listed @ award)) <= 0.0:
            continue
        listed_kinds = np.array(is_kind)
        older = np.bincount(before["slot"][listed_kinds[before["kind"]]], minlength=world.firms.size)
        newer = _firms(world, name) - world.start.view(np.ndarray)[name].astype(np.int64) - older
        mine = np.flatnonzero(listed_kinds[starts.kind])
        slot = starts.slot[mine]
        number = np.arange(slot.size) - np.searchsorted(slot, slot)
        awards[mine] = np.where(number < newer[slot], money / listed.sum(), 0.0)
    return awards


def level_awards_earned(here: World, twin: World, first: int) -> float:
    """Return awards for levels at which firms truly stand, and that the twin's firms neither reach nor report.

    Everything else that was paid for levels (million RMB) was paid for what firms would have reported anyway, or for
    a report without the level.
    """
    earned = 0.0
    for above, lever in enumerate(("awards_level2", "awards_level3", "awards_level4")):
        level = PLAN_LEVEL + above
        award = float(_lever(here, lever)[first:].max())
        if award > 0.0:
            reported = (_firms(here, "best_level") >= level) & (_firms(twin, "best_level") < level)
            reached = (_firms(here, "level_true") >= level) & (_firms(twin, "level_true") < level)
            earned += award * float(np.count_nonzero(reported & reached))
    return earned


# ----------------------------------------------------------------------------------------------------- prices


def extra_cost(world: World, starts: Starts, here: FloatArray, twin: FloatArray) -> FloatArray:
    """Return how much more each project costs here than it would at the twin's prices, at least 0, in million RMB.

    A price is that of the month of the order; a supported project was ordered when the firm applied.

    Parameters
    ----------
    here, twin
        What `prices` gives for the run and for its twin.
    """
    wait = np.where(starts.supported & ~starts.registered, _lever(world, "processing_months")[starts.month], 0.0)
    ordered = np.maximum(starts.month - wait.astype(np.int64), 0)
    other, price = twin[ordered, starts.kind], here[ordered, starts.kind]
    relative = np.divide(other, price, out=np.ones_like(price), where=price > 0.0)
    return np.asarray(starts.cost * np.maximum(1.0 - relative, 0.0))


def prices(world: World) -> FloatArray:
    """Return the price index that firms meet, by month and kind, as the starts in the log imply it."""
    par = world.par.view(np.ndarray)[0]
    months = world.money.shape[0]
    log = written(world)
    place = log["month"].astype(np.int64) * KIND_COUNT + log["kind"]
    begun = np.bincount(place, minlength=KIND_COUNT * months).reshape(months, KIND_COUNT).astype(np.float64)
    normal = np.asarray(
        par["providers_capacity"]
        * (par["population_firms"] * par["providers_normal_use"] / MONTHS_PER_YEAR * par["providers_capacity_level"])
    )
    return _prices(
        begun,
        normal,
        float(par["providers_smoothing_months"]),
        float(par["providers_inverse_supply_elasticity"]),
        float(par["providers_lowest_price"]),
        float(par["providers_highest_price"]),
        float(par["providers_adjustment_months"]),
        float(par["providers_lowest_scale"]),
    )


@compiled
def _prices(
    begun: FloatArray,
    normal: FloatArray,
    smoothing: float,
    inverse_elasticity: float,
    lowest: float,
    highest: float,
    adjustment: float,
    lowest_scale: float,
) -> FloatArray:
    """Follow each market from its start, at normal orders and price 1; a month meets the price of the one before.

    Starts say nothing of the queue, so where capacity follows orders it is taken to follow what begins.
    """
    found = np.ones(begun.shape)
    for kind in range(begun.shape[1]):
        orders, scale = normal[kind], 1.0
        for month in range(begun.shape[0] - 1):
            orders = market.smoothed_orders(orders, begun[month, kind], smoothing)
            found[month + 1, kind] = market.price_index(
                orders, normal[kind] * scale, inverse_elasticity, lowest, highest
            )
            scale = market.adjusted_scale(scale, orders, 0.0, normal[kind], adjustment, lowest_scale)
    return found
