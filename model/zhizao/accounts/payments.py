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
    starts, others = pairs.starts, pairs.others
    at_work, pending, carried = _project_state(
        (starts.slot, starts.supported, starts.registered),
        (others.slot, others.supported, others.registered),
        _firms(world, "status"),
        _firms(world, "supported"),
        world.due[CLAIM],
    )
    return ProjectState(at_work=at_work, pending=pending, carried=carried)


@compiled
def _project_state(
    starts: tuple[IntArray, BoolArray, BoolArray],
    others: tuple[IntArray, BoolArray, BoolArray],
    status: IntArray,
    supported_now: IntArray,
    claim_due: IntArray,
) -> tuple[BoolArray, BoolArray, BoolArray]:
    slot, supported, registered = starts
    other_slot, other_supported, other_registered = others
    at_work, pending = np.zeros(slot.size, np.bool_), np.zeros(slot.size, np.bool_)
    carried, carries = np.zeros(slot.size, np.bool_), np.zeros(status.size, np.bool_)
    for place in range(other_slot.size):
        if other_supported[place] and not other_registered[place]:
            carries[other_slot[place]] = True
    last_supported, firm = np.int64(-1), np.int64(-1)
    for place in range(slot.size):
        if slot[place] != firm:
            firm, last_supported = slot[place], np.int64(-1)
        if supported[place]:
            carried[place] = last_supported < 0 and carries[firm] and not registered[place]
            last_supported = np.int64(place)
        if place + 1 == slot.size or slot[place + 1] != firm:
            building = status[firm] == BUILDING
            at_work[place] = building
            if last_supported >= 0:
                pending[last_supported] = (building and supported_now[firm] == 1) or claim_due[firm] >= 0
    return at_work, pending, carried


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
        if money[place] <= 0.0 or (amount := money[place] - _known_payments(world, name, first)) <= 0.0:
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
        delay = _lever(world, "grants_payment_delay")
        return float(_claims_since(written(world), delay, first).sum())
    return 0.0


@compiled
def _claims_since(log: np.ndarray[Any, Any], delay: FloatArray, first: int) -> FloatArray:
    """Return the claims for registered work that were promised from month `first` on, and paid."""
    found, claims = np.empty(log.size), 0
    for number in range(log.size):
        one = log[number]
        if one.registered == 1 and one.paid_month >= 0 and one.paid_month - delay[one.paid_month] >= first:
            found[claims] = one.grant
            claims += 1
    return found[:claims]


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
    for name, is_kind, lever in _RECOGNISED:
        listed = world.series[first:, GROUPS.index("all"), len(STOCKS) + FLOWS.index(f"{name}_new")]
        award = _lever(world, lever)[first:]
        if (money := float(listed @ award)) <= 0.0:
            continue
        recognised, at_start = _firms(world, name), world.start.view(np.ndarray)[name]
        newer = _begun_and_listed(log, first, np.array(is_kind), recognised, at_start)
        _share_out(awards, money / listed.sum(), np.array(is_kind), newer, starts.slot, starts.kind)
    return awards


@compiled
def _begun_and_listed(
    log: np.ndarray[Any, Any], first: int, is_kind: BoolArray, recognised: IntArray, at_start: IntArray
) -> IntArray:
    """Return how many of each firm's projects of some kinds were begun since `first` and are recognised by now."""
    found = np.empty(recognised.size, np.int64)
    for firm in range(recognised.size):
        found[firm] = np.int64(recognised[firm]) - np.int64(at_start[firm])
    for number in range(log.size):
        if log[number].month >= first:
            break
        if is_kind[log[number].kind]:
            found[log[number].slot] -= 1
    return found


@compiled
def _share_out(
    awards: FloatArray, award: float, is_kind: BoolArray, newer: IntArray, slot: IntArray, kind: IntArray
) -> None:
    """Give the award to the first projects of some kinds of each firm, as many as are recognised; to others, 0."""
    firm, number = np.int64(-1), 0
    for place in range(slot.size):
        if slot[place] != firm:
            firm, number = slot[place], 0
        if is_kind[kind[place]]:
            awards[place] = award if number < newer[firm] else 0.0
            number += 1


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
    wait = _lever(world, "processing_months")
    return np.asarray(
        _extra_cost((starts.month, starts.kind, starts.supported, starts.registered), starts.cost, wait, here, twin)
    )


@compiled
def _extra_cost(
    starts: tuple[IntArray, IntArray, BoolArray, BoolArray],
    cost: FloatArray,
    wait: FloatArray,
    here: FloatArray,
    twin: FloatArray,
) -> FloatArray:
    month, kind, supported, registered = starts
    extra = np.empty(cost.size)
    for place in range(cost.size):
        ordered = month[place]
        if supported[place] and not registered[place]:
            ordered = max(ordered - np.int64(wait[month[place]]), 0)
        price = here[ordered, kind[place]]
        relative = twin[ordered, kind[place]] / price if price > 0.0 else 1.0
        extra[place] = cost[place] * max(1.0 - relative, 0.0)
    return extra


def prices(world: World) -> FloatArray:
    """Return the price index that firms meet, by month and kind, as the starts in the log imply it."""
    par = world.par.view(np.ndarray)[0]
    months = world.money.shape[0]
    normal = np.asarray(
        par["providers_capacity"]
        * (par["population_firms"] * par["providers_normal_use"] / MONTHS_PER_YEAR * par["providers_capacity_level"])
    )
    return _prices(
        written(world),
        months,
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
    log: np.ndarray[Any, Any],
    months: int,
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
    found, begun = np.ones((months, KIND_COUNT)), np.zeros((months, KIND_COUNT))
    for number in range(log.size):
        begun[log[number].month, log[number].kind] += 1.0
    for kind in range(KIND_COUNT):
        orders, scale = normal[kind], 1.0
        for month in range(months - 1):
            orders = market.smoothed_orders(orders, begun[month, kind], smoothing)
            found[month + 1, kind] = market.price_index(
                orders, normal[kind] * scale, inverse_elasticity, lowest, highest
            )
            scale = market.adjusted_scale(scale, orders, 0.0, normal[kind], adjustment, lowest_scale)
    return found
