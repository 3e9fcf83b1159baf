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

from typing import NamedTuple, cast

import numpy as np

from zhizao.accounts.matching import Starts, written
from zhizao.arrays import BoolArray, FloatArray, IntArray
from zhizao.compiled import compiled
from zhizao.engine.state import ALL_FIRMS, BUILDING, CLAIM, FLOWS, MONEY, RELIEF_SUM, STOCKS, World, place_of
from zhizao.policy.levers import INSTRUMENTS
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records
from zhizao.records.state import FirmRecord, LogRecord, OfferRecord, StartRecord
from zhizao.rules import market
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import IS_FACTORY, IS_LIGHT, IS_WORKSHOP, KIND_COUNT, PLAN_LEVEL

__all__ = [
    "FALLEN_DUE",
    "LookedAt",
    "ProjectState",
    "extra_costs",
    "level_awards_earned",
    "looked_at",
    "owed",
    "paid_since",
    "payments",
    "prices",
    "project_state",
]

FALLEN_DUE: tuple[str, ...] = ("grants", "loans", "tax", "provider_discount", "pilot", "relief")
"""The instruments whose money depends on projects, of which `_fallen_due` says what each project was promised."""
_GRANTS, _LOANS, _TAX, _DISCOUNT, _PILOT, _RELIEF = (place_of(name, INSTRUMENTS) for name in FALLEN_DUE)
_DUE = (_GRANTS, _LOANS, _TAX, _DISCOUNT, _PILOT, _RELIEF)
_AWARDS = place_of("awards", INSTRUMENTS)
_ENERGY_USE = place_of("energy_use", STOCKS)
_WORKSHOPS_NEW, _FACTORIES_NEW = (len(STOCKS) + place_of(name, FLOWS) for name in ("workshops_new", "factories_new"))


class LookedAt(NamedTuple):
    """What an account looks at of a finished run: plain arrays, since records that know attributes are slow to read.

    Attributes
    ----------
    par, offers, firms, at_start
        Parameters, offers by month, and the firms as they are and as they came.
    claim_due
        Month in which a firm's grant falls due, -1 where none does.
    log
        The starts, in the order of months.
    all_firms
        Series of all firms together: months by columns.
    relief
        Running sum of the relief on energy bills.
    """

    par: Records[ParameterRecord]
    offers: Records[OfferRecord]
    firms: Records[FirmRecord]
    at_start: Records[StartRecord]
    claim_due: IntArray
    log: Records[LogRecord]
    all_firms: FloatArray
    relief: FloatArray


def looked_at(world: World) -> LookedAt:
    """Return what an account looks at of a finished run that kept its log."""
    par, offers, firms, start = (
        array.view(np.ndarray) for array in (world.par, world.offers, world.firms, world.start)
    )
    return LookedAt(
        par=cast("Records[ParameterRecord]", par),
        offers=cast("Records[OfferRecord]", offers),
        firms=cast("Records[FirmRecord]", firms),
        at_start=cast("Records[StartRecord]", start),
        claim_due=world.due[CLAIM],
        log=cast("Records[LogRecord]", written(world)),
        all_firms=world.series[:, ALL_FIRMS],
        relief=world.sums[RELIEF_SUM],
    )


def paid_since(world: World, first: int) -> FloatArray:
    """Return what each instrument paid from month `first` on, net of advances taken back, in million RMB."""
    paid = world.money[:, len(MONEY) :]
    return np.array(paid[-1] - paid[first - 1] if first > 0 else paid[-1])


# ------------------------------------------------------------------------------------- grants and other money


class ProjectState(NamedTuple):
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


@compiled
def project_state(run: LookedAt, starts: Starts, others: Starts) -> ProjectState:
    """Find out how far the projects of a run have come, given those of its twin.

    What is only registered, or claimed and not decided, is not pending: nothing has been promised for it.
    A firm has one claim at a time: what is pending is that of its last supported project, and what was promised
    before the branch is the first grant of a firm in both runs (where grants are off in the twin, it has no others).
    """
    projects = starts.slot.size
    at_work, pending = np.zeros(projects, np.bool_), np.zeros(projects, np.bool_)
    carried, carries = np.zeros(projects, np.bool_), np.zeros(run.firms.size, np.bool_)
    for place in range(others.slot.size):
        if others.supported[place] and not others.registered[place]:
            carries[others.slot[place]] = True
    last_supported, firm = np.int64(-1), np.int64(-1)
    for place in range(projects):
        if starts.slot[place] != firm:
            firm, last_supported = starts.slot[place], np.int64(-1)
        if starts.supported[place]:
            carried[place] = last_supported < 0 and carries[firm] and not starts.registered[place]
            last_supported = np.int64(place)
        if place + 1 == projects or starts.slot[place + 1] != firm:
            building = run.firms[firm].status == BUILDING
            at_work[place] = building
            if last_supported >= 0:
                claims = building and run.firms[firm].supported == 1
                pending[last_supported] = claims or run.claim_due[firm] >= 0
    return ProjectState(at_work, pending, carried)


@compiled
def payments(
    run: LookedAt, starts: Starts, state: ProjectState, first: int, money: FloatArray, table: FloatArray
) -> None:
    """Put into `table` what each project was paid by each instrument (rows: `INSTRUMENTS`), in million RMB.

    Parameters
    ----------
    starts, state
        The projects begun from month `first` on, and how far they have come.
    money
        What each instrument paid since, less what the twin pays as well; 0 for instruments not asked about.
    """
    _fallen_due(run, starts, state, table)
    for row in _DUE:
        known = 0.0
        if row == _RELIEF:
            known = _energy_relief(run, first)
        elif row == _GRANTS:
            known = _claims_since(run, first)
        amount, total = money[row] - known, 0.0
        for place in range(table.shape[1]):
            total += table[row, place]
        part = amount / total if money[row] > 0.0 and amount > 0.0 and total > 0.0 else 0.0
        for place in range(table.shape[1]):
            table[row, place] *= part
    if money[_GRANTS] > 0.0:
        for place in range(table.shape[1]):
            if starts.registered[place] and starts.paid_month[place] >= 0:
                table[_GRANTS, place] += starts.grant[place]
    if money[_AWARDS] > 0.0:
        _recognition_awards(run, starts, first, table[_AWARDS])


@compiled
def _fallen_due(run: LookedAt, starts: Starts, state: ProjectState, table: FloatArray) -> None:
    """Find what each project was promised and should have been paid; of loans and relief, what that grows with.

    Offers are those of the month in which it began.
    """
    table[:, :] = 0.0
    for place in range(starts.slot.size):
        offer, firm = run.offers[starts.month[place]], run.firms[starts.slot[place]]
        cost, light = starts.cost[place], IS_LIGHT[starts.kind[place]]
        if not state.carried[place] and not starts.registered[place]:
            paid_part = offer.grants_advance_share if state.pending[place] else 1.0
            table[_GRANTS, place] = starts.grant[place] * paid_part
        if not state.at_work[place]:
            table[_TAX, place] = cost * offer.tax_credit_rate
            table[_LOANS, place] = offer.loans_interest_points
            if light and not starts.supported[place] and firm.pilot_paid > 0.0:
                table[_PILOT, place] = cost * offer.pilot_rate
        guaranteed = 1.0 if offer.loans_guarantee_share > 0.0 else 0.0
        table[_LOANS, place] = cost * (table[_LOANS, place] + guaranteed)
        if light and firm.aware == 1:
            waived, added = offer.provider_discount_waived_share, offer.provider_discount_state_share
            table[_DISCOUNT, place] = cost * added / (1.0 - waived - added)
        table[_RELIEF, place] = cost * offer.relief_interest_points


@compiled
def _claims_since(run: LookedAt, first: int) -> float:
    """Return what was paid on claims for registered work that were promised from month `first` on.

    Claims that were promised before `first` are paid in the twin as well and not counted.
    """
    total = 0.0
    for number in range(run.log.size):
        one = run.log[number]
        if one.registered == 0 or one.paid_month < 0:
            continue
        if one.paid_month - run.offers[one.paid_month].grants_payment_delay >= first:
            total += one.grant
    return total


@compiled
def _energy_relief(run: LookedAt, first: int) -> float:
    """Return what was paid for energy bills from month `first` on; the rest of the relief is on loans."""
    total = 0.0
    for month in range(first, run.all_firms.shape[0]):
        total += run.all_firms[month, _ENERGY_USE] * (run.relief[month + 1] - run.relief[month])
    return total


@compiled
def owed(run: LookedAt, starts: Starts, state: ProjectState, table: FloatArray) -> None:
    """Put into `table` what each project is promised and not yet paid at the horizon, by instrument, in million RMB."""
    table[:, :] = 0.0
    for place in range(starts.slot.size):
        offer, firm = run.offers[starts.month[place]], run.firms[starts.slot[place]]
        if state.pending[place] and not state.carried[place]:
            still = 1.0 if starts.registered[place] else 1.0 - offer.grants_advance_share
            table[_GRANTS, place] = starts.grant[place] * still
        if state.at_work[place]:
            table[_TAX, place] = firm.tax_due
            table[_LOANS, place] = firm.interest_due


# ----------------------------------------------------------------------------------------------------- awards


@compiled
def _recognition_awards(run: LookedAt, starts: Starts, first: int, awards: FloatArray) -> None:
    """Awards of projects begun since `first`: lists take a firm's oldest workshop (or factory) first."""
    for factories in (False, True):
        is_kind = IS_FACTORY if factories else IS_WORKSHOP
        listed = money = 0.0
        for month in range(first, run.all_firms.shape[0]):
            new = run.all_firms[month, _FACTORIES_NEW if factories else _WORKSHOPS_NEW]
            offer = run.offers[month]
            listed += new
            money += new * (offer.awards_factory if factories else offer.awards_workshop)
        if money > 0.0:
            newer = _begun_and_listed(run, first, factories)
            firm, number = np.int64(-1), 0
            for place in range(starts.slot.size):
                if starts.slot[place] != firm:
                    firm, number = starts.slot[place], 0
                if is_kind[starts.kind[place]]:
                    awards[place] = money / listed if number < newer[firm] else 0.0
                    number += 1


@compiled
def _begun_and_listed(run: LookedAt, first: int, factories: bool) -> IntArray:
    """Return how many of each firm's workshops, or factories, were begun since `first` and are recognised by now."""
    is_kind = IS_FACTORY if factories else IS_WORKSHOP
    found = np.empty(run.firms.size, np.int64)
    for slot in range(run.firms.size):
        firm, start = run.firms[slot], run.at_start[slot]
        if factories:
            found[slot] = np.int64(firm.factories) - np.int64(start.factories)
        else:
            found[slot] = np.int64(firm.workshops) - np.int64(start.workshops)
    for number in range(run.log.size):
        if run.log[number].month >= first:
            break
        if is_kind[run.log[number].kind]:
            found[run.log[number].slot] -= 1
    return found


@compiled
def level_awards_earned(here: LookedAt, twin: LookedAt, first: int) -> float:
    """Return awards for levels at which firms truly stand, and that the twin's firms neither reach nor report.

    Everything else that was paid for levels (million RMB) was paid for what firms would have reported anyway, or for
    a report without the level.
    """
    awards = np.zeros(3)
    for month in range(first, here.offers.size):
        offer = here.offers[month]
        awards[0] = max(awards[0], offer.awards_level2)
        awards[1] = max(awards[1], offer.awards_level3)
        awards[2] = max(awards[2], offer.awards_level4)
    earned = 0.0
    for above in range(3):
        level, firms = PLAN_LEVEL + above, 0
        if awards[above] > 0.0:
            for slot in range(here.firms.size):
                one, other = here.firms[slot], twin.firms[slot]
                reported = one.best_level >= level and other.best_level < level
                firms += int(reported and one.level_true >= level and other.level_true < level)
            earned += awards[above] * firms
    return earned


# ----------------------------------------------------------------------------------------------------- prices


@compiled
def extra_costs(run: LookedAt, starts: Starts, here: FloatArray, twin: FloatArray) -> FloatArray:
    """Return how much more each project costs here than it would at the twin's prices, at least 0, in million RMB.

    A price is that of the month of the order; a supported project was ordered when the firm applied.

    Parameters
    ----------
    here, twin
        What `prices` gives for the run and for its twin.
    """
    extra = np.empty(starts.slot.size)
    for place in range(extra.size):
        ordered, kind = starts.month[place], starts.kind[place]
        if starts.supported[place] and not starts.registered[place]:
            ordered = max(ordered - np.int64(run.offers[ordered].processing_months), 0)
        price = here[ordered, kind]
        relative = twin[ordered, kind] / price if price > 0.0 else 1.0
        extra[place] = starts.cost[place] * max(1.0 - relative, 0.0)
    return extra


@compiled
def prices(run: LookedAt) -> FloatArray:
    """Return the price index of providers, by month and kind, as the starts in the log imply it.

    Each market is followed from its start, at normal orders and price 1; a month meets the price of the one before.
    Starts say nothing of the queue, so where capacity follows orders it is taken to follow what begins.
    """
    par, months = run.par[0], run.offers.size
    found, begun = np.ones((months, KIND_COUNT)), np.zeros((months, KIND_COUNT))
    for number in range(run.log.size):
        begun[run.log[number].month, run.log[number].kind] += 1.0
    firms = par.population_firms * par.providers_normal_use / MONTHS_PER_YEAR * par.providers_capacity_level
    for kind in range(KIND_COUNT):
        normal = par.providers_capacity[kind] * firms
        orders, scale = normal, 1.0
        for month in range(months - 1):
            orders = market.smoothed_orders(orders, begun[month, kind], par.providers_smoothing_months)
            found[month + 1, kind] = market.price_index(
                orders,
                normal * scale,
                par.providers_inverse_supply_elasticity,
                par.providers_lowest_price,
                par.providers_highest_price,
            )
            scale = market.adjusted_scale(
                scale, orders, 0.0, normal, par.providers_adjustment_months, par.providers_lowest_scale
            )
    return found
