"""Small steps on one firm's record that several verbs share: counting it, its cash, its attention, its links."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.compiled import internal
from zhizao.engine.slot_scan import fetch_later, word_above
from zhizao.engine.state import (
    DEMAND_SUM,
    EMPTY,
    FIRST_LEVEL,
    FIRST_SECTOR,
    FIRST_SIZE,
    GONE,
    IDLE,
    KNOWING,
    ORDERS,
    RECENT,
    RELIEF_SUM,
    REPORTED_AT_LEAST,
    STOCKS,
    SURCHARGE_SUM,
    TRULY_AT_LEAST,
    World,
    place_of,
)
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records
from zhizao.records.state import FirmRecord, OfferRecord
from zhizao.rules import attention, business, support
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import KIND_COUNT, PLAN_LEVEL, SIZE_COUNT, SME_COUNT

__all__ = [
    "active",
    "bound_of",
    "count",
    "fresh_visit",
    "grants_for",
    "has_specialist",
    "is_asked",
    "looking_rate",
    "may_be_visited",
    "on_pilot_list",
    "over_sizes",
    "place_order",
    "raise_bound",
    "rebound",
    "rebound_all",
    "set_ahead",
    "set_exit_bound",
    "settle_cash",
    "tally",
    "tally_all",
    "tally_level",
    "widen_envelope",
]

_TWO_32 = 4294967296.0
_ENVELOPE_STEPS = 20.0
_REPORTED, _TRULY = place_of(REPORTED_AT_LEAST[0], STOCKS), place_of(TRULY_AT_LEAST[0], STOCKS)
_STEPS = len(REPORTED_AT_LEAST)
_AMOUNTS = len(STOCKS) - 2 * _STEPS
"""Columns of `STOCKS` before those that count each level."""
_LEVEL2, _LEVEL3 = place_of("level2", STOCKS), place_of("level3", STOCKS)


@internal
def active(firm: FirmRecord) -> bool:
    """Whether the slot holds a firm that has entered and not left."""
    return bool(firm.status != EMPTY and firm.status != GONE)


@internal
def _add_to_group(stocks: FloatArray, group: int, amounts: Sequence[float], level: int, level_true: int) -> None:
    """Add a firm's amounts, the first of which says whether it comes (1.0) or goes (-1.0), and count its levels."""
    for column in range(_AMOUNTS):
        stocks[group, column] += amounts[column]
    _add_levels(stocks, group, amounts[0], level, level_true)


@internal
def _add_levels(stocks: FloatArray, group: int, sign: float, level: int, level_true: int) -> None:
    for step in range(_STEPS):
        if level > step:
            stocks[group, _REPORTED + step] += sign
        if level_true > step:
            stocks[group, _TRULY + step] += sign


@internal
def _amounts(par: ParameterRecord, firm: FirmRecord, level: int, level_true: int, sign: float) -> tuple[float, ...]:
    """What a firm of these levels is counted with, in the order of the first of `STOCKS`, times `sign`."""
    sector = firm.sector
    revenue = sign * firm.revenue
    return (
        sign,
        sign if level >= PLAN_LEVEL else 0.0,
        sign if level_true >= PLAN_LEVEL else 0.0,
        sign if level >= PLAN_LEVEL + 1 else 0.0,
        sign * float(firm.robots),
        sign * float(firm.workshops),
        sign * float(firm.factories),
        revenue,
        revenue * par.sectors_labour_share[sector] * firm.labour_factor,
        revenue * par.sectors_energy_share[sector] * firm.energy_factor,
        revenue * par.sectors_defect_share[sector] * firm.defect_factor,
    )


@internal
def tally(stocks: FloatArray, par: ParameterRecord, firm: FirmRecord, sign: float) -> None:
    """Add a firm to the stocks of its groups (`sign` 1.0), or take it out (-1.0) before it changes.

    The groups of all firms and of SMEs are sums of size classes, formed when needed (`over_sizes`, `record`).
    """
    level, level_true = int(firm.level), int(firm.level_true)
    amounts = _amounts(par, firm, level, level_true, sign)
    _add_to_group(stocks, FIRST_SIZE + int(firm.size_class), amounts, level, level_true)
    _add_to_group(stocks, FIRST_SECTOR + int(firm.sector), amounts, level, level_true)
    _add_to_group(stocks, FIRST_LEVEL + level, amounts, level, level_true)


@internal
def tally_level(
    stocks: FloatArray, par: ParameterRecord, firm: FirmRecord, level_before: int, true_before: int
) -> None:
    """Count a firm under the levels that it has now, and no longer under those before."""
    level, level_true = int(firm.level), int(firm.level_true)
    gone = _amounts(par, firm, level_before, true_before, -1.0)
    come = _amounts(par, firm, level, level_true, 1.0)
    size, sector = FIRST_SIZE + int(firm.size_class), FIRST_SECTOR + int(firm.sector)
    for column in range(_LEVEL2, _LEVEL3 + 1):  # of size class and sector only the counts by level change
        stocks[size, column] += gone[column] + come[column]
        stocks[sector, column] += gone[column] + come[column]
    _add_levels(stocks, size, -1.0, level_before, true_before)
    _add_levels(stocks, size, 1.0, level, level_true)
    _add_levels(stocks, sector, -1.0, level_before, true_before)
    _add_levels(stocks, sector, 1.0, level, level_true)
    _add_to_group(stocks, FIRST_LEVEL + level_before, gone, level_before, true_before)
    _add_to_group(stocks, FIRST_LEVEL + level, come, level, level_true)


@internal
def tally_all(stocks: FloatArray, par: ParameterRecord, firms: Records[FirmRecord], slots: int) -> None:
    """Count all stocks afresh, so that no rounding gathers over the years."""
    stocks[:, :] = 0.0
    for slot in range(slots):
        firm = firms[slot]
        if active(firm):
            tally(stocks, par, firm, 1.0)


@internal
def count(flows: FloatArray, firm: FirmRecord, flow: int, amount: float) -> None:
    """Count `amount` of an event of this month under each group of the firm."""
    flows[FIRST_SIZE + int(firm.size_class), flow] += amount
    flows[FIRST_SECTOR + int(firm.sector), flow] += amount
    flows[FIRST_LEVEL + int(firm.level), flow] += amount


@internal
def over_sizes(amounts: FloatArray, column: int) -> float:
    """Sum of a column of stocks or flows over all firms, from the size classes."""
    total = 0.0
    for size in range(SIZE_COUNT):
        total += amounts[FIRST_SIZE + size, column]
    return total


@internal
def place_order(world: World, slot: int) -> None:
    """Let the firm order its project; an order holds slot and kind, so that providers can tell it by kind."""
    state = world.district[0]
    world.lists[ORDERS, state.orders] = slot * KIND_COUNT + int(world.firms[slot].kind)
    state.orders += 1


@internal
def settle_cash(par: ParameterRecord, sums: FloatArray, firm: FirmRecord, month: int) -> None:
    """Bring cash up to the start of `month`: what the months since the last settling earned, less loan payments."""
    if firm.cash_month >= month:
        return
    since = int(firm.cash_month)
    sector = firm.sector
    firm.cash += business.cash_flow(
        firm.revenue,
        par.finance_retained_share,
        par.sectors_margin[sector],
        firm.saved,
        par.sectors_energy_share[sector] * firm.energy_factor,
        sums[DEMAND_SUM, month] - sums[DEMAND_SUM, since],
        sums[RELIEF_SUM, month] - sums[RELIEF_SUM, since],
        sums[SURCHARGE_SUM, month] - sums[SURCHARGE_SUM, since],
    )
    firm.cash -= business.balance(firm.loan_payment, int(firm.loan_end), since) - business.balance(
        firm.loan_payment, int(firm.loan_end), month
    )
    firm.cash_month = month


@internal
def fresh_visit(firm: FirmRecord, month: int) -> bool:
    """Whether a specialist's visit is still fresh."""
    return bool(firm.visited_until > month)


@internal
def has_specialist(par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, coverage: float) -> bool:
    """Whether the firm is among those that have a specialist this month; `coverage` is of the firms in reach."""
    return may_be_visited(offer, firm) and business.covered(
        firm.size_class, firm.coverage_rank, coverage, int(offer.specialists_order), par.population_class_share
    )


@internal
def may_be_visited(offer: OfferRecord, firm: FirmRecord) -> bool:
    """Whether specialists visit firms of this level, size and sector."""
    return support.in_reach(
        int(firm.level),
        offer.specialists_lowest_level,
        offer.specialists_highest_level,
        offer.specialists_sizes[firm.size_class],
        offer.specialists_sectors[firm.sector],
    )


@internal
def grants_for(offer: OfferRecord, firm: FirmRecord) -> bool:
    """Whether grants are for firms of this level, size and sector."""
    return support.in_reach(
        int(firm.level),
        offer.grants_lowest_level,
        offer.grants_highest_level,
        offer.grants_size_factor[firm.size_class],
        offer.grants_sectors[firm.sector],
    )


@internal
def on_pilot_list(world: World, offer: OfferRecord, slot: int) -> bool:
    """Whether the firm is on the list of the pilot city: an SME of a chosen sub-industry, drawn once."""
    firm = world.firms[slot]
    if offer.pilot_on == 0.0 or offer.pilot_sectors[firm.sector] == 0.0 or firm.size_class >= SME_COUNT:
        return False
    return bool(world.pilot_draw[slot] < offer.pilot_share)


@internal
def is_asked(firm: FirmRecord, offer: OfferRecord) -> bool:
    """Whether a chain leader that takes part asks this firm for level 2, which it does not report yet."""
    return bool(firm.asking_rank < offer.leaders_share and firm.level < PLAN_LEVEL)


@internal
def looking_rate(
    par: ParameterRecord,
    offer: OfferRecord,
    firm: FirmRecord,
    month: int,
    neighbours_ahead: float,
    neighbours: float,
    offered: float,
) -> float:
    """Rate of looking of one firm this month, given how many park neighbours are ahead.

    `offered` is the share of cost that support would pay of its best supported project.
    """
    exposed = attention.exposure(
        par.attention_partner_weight, firm.partners_ahead, firm.partners_active, neighbours_ahead, neighbours
    )
    visit = par.attention_visit_rate if fresh_visit(firm, month) else 0.0
    felt = offer.deadline_on > 0.0 and firm.aware == 1 and grants_for(offer, firm)
    deadline = par.attention_deadline_rate if felt else 0.0
    leader = par.attention_leader_rate if is_asked(firm, offer) else 0.0
    stakes = par.attention_stake_rate * offered if firm.aware == 1 else 0.0
    return attention.looking_rate(
        par.attention_spontaneous_rate * offer.drive,
        par.attention_contagion_rate,
        exposed,
        visit,
        deadline,
        leader,
        stakes,
    )


@internal
def bound_of(par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, month: int, envelope: float) -> np.uint32:
    """Return the firm's 32-bit attention bound: no draw at or above it can mean looking, this month or later.

    The bound takes the park at its envelope, so it holds until something raises this firm's own pressure;
    every such event sets it again. A firm that is not free to look has bound 0.
    """
    if firm.status != IDLE:
        return np.uint32(0)
    # a probability within a month is at most the rate over twelve: a bound without an exponential
    offered = offer.support_bound[firm.size_class]
    return word_above(looking_rate(par, offer, firm, month, envelope, 1.0, offered) / MONTHS_PER_YEAR)


@internal
def raise_bound(world: World, slot: int, rate: float) -> None:
    """Raise the attention bound of a firm that is free to look, for `rate` more pressure to look (per year)."""
    bound = world.attention_bound[slot]
    if bound > 0:
        raised = float(bound) + math.ceil(rate / MONTHS_PER_YEAR * (1.0 + 1e-9) * _TWO_32)
        world.attention_bound[slot] = np.uint32(min(raised, _TWO_32 - 1.0))


@internal
def rebound(world: World, slot: int, month: int) -> None:
    """Set the firm's attention bound."""
    firm = world.firms[slot]
    envelope = world.parks[firm.park].envelope
    world.attention_bound[slot] = bound_of(world.par[0], world.offers[month], firm, month, envelope)


@internal
def rebound_all(world: World, month: int) -> None:
    """Set the attention bound of every firm that is free to look: when policy changes the pressure to."""
    par = world.par[0]
    offer = world.offers[month]
    for slot in range(world.district[0].slots_used):
        fetch_later(world, slot, KNOWING)
        if world.attention_bound[slot] > 0:
            firm = world.firms[slot]
            envelope = world.parks[firm.park].envelope
            world.attention_bound[slot] = bound_of(par, offer, firm, month, envelope)


@internal
def widen_envelope(world: World, park_index: int, month: int) -> None:
    """Raise the park's envelope to hold the share of its firms that are ahead, and its firms' bounds with it."""
    park = world.parks[park_index]
    share = park.ahead / max(park.active - 1, 1)
    if share <= park.envelope:
        return
    park.envelope = min(math.ceil(share * _ENVELOPE_STEPS) / _ENVELOPE_STEPS, 1.0)
    par = world.par[0]
    offer = world.offers[month]
    for index in range(world.park_start[park_index], world.park_start[park_index + 1]):
        slot = world.park_firms[index]
        world.attention_bound[slot] = bound_of(par, offer, world.firms[slot], month, park.envelope)


@internal
def set_ahead(world: World, slot: int, month: int) -> None:
    """Work out whether the firm is ahead, and tell its partners and its park if that changed."""
    firm = world.firms[slot]
    ahead = 1 if active(firm) and (firm.level >= PLAN_LEVEL or world.due[RECENT, slot] > month) else 0
    change = ahead - int(firm.ahead)
    if change == 0:
        return
    firm.ahead = ahead
    pressure = world.par[0].attention_contagion_rate * world.par[0].attention_partner_weight
    for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[index])
        partner = world.firms[partner_slot]
        partner.partners_ahead += change
        if change > 0:
            raise_bound(world, partner_slot, pressure / max(partner.partners_active, 1))
    world.parks[firm.park].ahead += change
    widen_envelope(world, int(firm.park), month)


@internal
def set_exit_bound(world: World, slot: int) -> None:
    """Set the 32-bit bound below which the firm's monthly draw means exit."""
    firm = world.firms[slot]
    par = world.par[0]
    probability = business.exit_probability(
        par.turnover_exit_rate[firm.size_class], firm.distressed == 1, par.turnover_distress_multiple
    )
    world.exit_bound[slot] = np.uint32(max(math.ceil(probability * _TWO_32 - 0.5), 0.0))
