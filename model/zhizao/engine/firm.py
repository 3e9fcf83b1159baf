"""Small steps on one firm's record that several verbs share: counting it, its cash, its attention, its links."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zhizao.compiled import internal
from zhizao.engine.scan import fetch_later, word_above
from zhizao.engine.state import DEMAND_SUM, EMPTY, GONE, IDLE, KNOWING, ORDERS, RECENT, RELIEF_SUM, World
from zhizao.rules import attention, business

__all__ = [
    "active", "bound_of", "count", "fresh_visit", "has_specialist", "is_asked",
    "looking_rate", "over_sizes", "place_order", "raise_bound", "rebound", "rebound_all", "set_ahead", "set_exit_bound",
    "settle_cash", "tally", "tally_all", "tally_level", "widen_envelope",
]  # fmt: skip

_TWO_32 = 4294967296.0
_GROUP_SIZE = 2
_GROUP_SECTOR = 5
_GROUP_LEVEL = 14
_ENVELOPE_STEPS = 20.0
_KINDS = 4


@internal
def active(firm: Any) -> bool:
    """Whether the slot holds a firm that has entered and not left."""
    return bool(firm.status != EMPTY and firm.status != GONE)


@internal
def _add_to_group(stocks: Any, group: int, amounts: Any) -> None:
    stocks[group, 0] += amounts[0]
    stocks[group, 1] += amounts[1]
    stocks[group, 2] += amounts[2]
    stocks[group, 3] += amounts[3]
    stocks[group, 4] += amounts[4]
    stocks[group, 5] += amounts[5]
    stocks[group, 6] += amounts[6]
    stocks[group, 7] += amounts[7]
    stocks[group, 8] += amounts[8]
    stocks[group, 9] += amounts[9]
    stocks[group, 10] += amounts[10]


@internal
def _amounts(par: Any, firm: Any, level: int, level_true: int, sign: float) -> Any:
    """What a firm of these levels is counted with, in the order of `STOCKS`, times `sign`."""
    sector = firm.sector
    revenue = sign * firm.revenue
    return (
        sign,
        sign if level >= 2 else 0.0,
        sign if level_true >= 2 else 0.0,
        sign if level >= 3 else 0.0,
        sign * float(firm.robots),
        sign * float(firm.workshops),
        sign * float(firm.factories),
        revenue,
        revenue * par.sectors_labour_share[sector] * firm.labour_factor,
        revenue * par.sectors_energy_share[sector] * firm.energy_factor,
        revenue * par.sectors_defect_share[sector] * firm.defect_factor,
    )


@internal
def tally(stocks: Any, par: Any, firm: Any, sign: float) -> None:
    """Add a firm to the stocks of its groups (`sign` 1.0), or take it out (-1.0) before it changes.

    The groups of all firms and of SMEs are sums of size classes, formed when needed (`over_sizes`, `record`).
    """
    level = int(firm.level)
    amounts = _amounts(par, firm, level, int(firm.level_true), sign)
    _add_to_group(stocks, _GROUP_SIZE + int(firm.size_class), amounts)
    _add_to_group(stocks, _GROUP_SECTOR + int(firm.sector), amounts)
    _add_to_group(stocks, _GROUP_LEVEL + level, amounts)


@internal
def tally_level(stocks: Any, par: Any, firm: Any, level_before: int, true_before: int) -> None:
    """Count a firm under the levels that it has now, and no longer under those before."""
    level = int(firm.level)
    gone = _amounts(par, firm, level_before, true_before, -1.0)
    come = _amounts(par, firm, level, int(firm.level_true), 1.0)
    size, sector = _GROUP_SIZE + int(firm.size_class), _GROUP_SECTOR + int(firm.sector)
    for column in range(1, 4):  # of size class and sector only the counts by level change
        stocks[size, column] += gone[column] + come[column]
        stocks[sector, column] += gone[column] + come[column]
    _add_to_group(stocks, _GROUP_LEVEL + level_before, gone)
    _add_to_group(stocks, _GROUP_LEVEL + level, come)


@internal
def tally_all(stocks: Any, par: Any, firms: Any, slots: Any) -> None:
    """Count all stocks afresh, so that no rounding gathers over the years."""
    stocks[:, :] = 0.0
    for slot in range(slots):
        firm = firms[slot]
        if active(firm):
            tally(stocks, par, firm, 1.0)


@internal
def count(flows: Any, firm: Any, flow: int, amount: float) -> None:
    """Count `amount` of an event of this month under each group of the firm."""
    flows[_GROUP_SIZE + int(firm.size_class), flow] += amount
    flows[_GROUP_SECTOR + int(firm.sector), flow] += amount
    flows[_GROUP_LEVEL + int(firm.level), flow] += amount


@internal
def over_sizes(amounts: Any, column: int) -> float:
    """Sum of a column of stocks or flows over all firms, from the size classes."""
    return float(amounts[_GROUP_SIZE, column] + amounts[_GROUP_SIZE + 1, column] + amounts[_GROUP_SIZE + 2, column])


@internal
def place_order(world: World, slot: int) -> None:
    """Let the firm order its project; an order is ``slot * 4 + kind``, so that providers can tell it by kind."""
    state = world.district[0]
    world.lists[ORDERS, state.orders] = slot * _KINDS + int(world.firms[slot].kind)
    state.orders += 1


@internal
def settle_cash(par: Any, sums: Any, firm: Any, month: int) -> None:
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
    )
    firm.cash -= business.balance(firm.loan_payment, int(firm.loan_end), since) - business.balance(
        firm.loan_payment, int(firm.loan_end), month
    )
    firm.cash_month = month


@internal
def fresh_visit(firm: Any, month: int) -> bool:
    """Whether a specialist's visit is still fresh."""
    return bool(firm.visited_until > month)


@internal
def has_specialist(par: Any, offer: Any, firm: Any) -> bool:
    """Whether the firm is among those that have a specialist this month."""
    shares = par.population_class_share
    return business.covered(
        firm.size_class, firm.coverage_rank, offer.coverage, int(offer.specialists_order), shares[0], shares[1]
    )


@internal
def is_asked(firm: Any, offer: Any) -> bool:
    """Whether a chain leader that takes part asks this firm for level 2, which it does not report yet."""
    return bool(firm.asking_rank < offer.leaders_share and firm.level < 2)


@internal
def looking_rate(par: Any, offer: Any, firm: Any, month: int, neighbours_ahead: float, neighbours: float) -> float:
    """Rate of looking of one firm this month, given how many park neighbours are ahead."""
    exposed = attention.exposure(
        par.attention_partner_weight, firm.partners_ahead, firm.partners_active, neighbours_ahead, neighbours
    )
    visit = par.attention_visit_rate if fresh_visit(firm, month) else 0.0
    deadline = par.attention_deadline_rate if offer.deadline_on > 0.0 and firm.aware == 1 else 0.0
    leader = par.attention_leader_rate if is_asked(firm, offer) else 0.0
    return attention.looking_rate(
        par.attention_spontaneous_rate, par.attention_contagion_rate, exposed, visit, deadline, leader
    )


@internal
def bound_of(par: Any, offer: Any, firm: Any, month: int, envelope: float) -> Any:
    """Return the firm's 32-bit attention bound: no draw at or above it can mean looking, this month or later.

    The bound takes the park at its envelope, so it holds until something raises this firm's own pressure;
    every such event sets it again. A firm that is not free to look has bound 0.
    """
    if firm.status != IDLE:
        return np.uint32(0)
    # a probability within a month is at most the rate over twelve: a bound without an exponential
    return word_above(looking_rate(par, offer, firm, month, envelope, 1.0) / 12.0)


@internal
def raise_bound(world: World, slot: int, rate: float) -> None:
    """Raise the attention bound of a firm that is free to look, for `rate` more pressure to look (per year)."""
    bound = world.attention_bound[slot]
    if bound > 0:
        raised = float(bound) + math.ceil(rate / 12.0 * (1.0 + 1e-9) * _TWO_32)
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
    for place in range(world.park_start[park_index], world.park_start[park_index + 1]):
        slot = world.park_firms[place]
        world.attention_bound[slot] = bound_of(par, offer, world.firms[slot], month, park.envelope)


@internal
def set_ahead(world: World, slot: int, month: int) -> None:
    """Work out whether the firm is ahead, and tell its partners and its park if that changed."""
    firm = world.firms[slot]
    ahead = 1 if active(firm) and (firm.level >= 2 or world.due[RECENT, slot] > month) else 0
    change = ahead - int(firm.ahead)
    if change == 0:
        return
    firm.ahead = ahead
    pressure = world.par[0].attention_contagion_rate * world.par[0].attention_partner_weight
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[place])
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
