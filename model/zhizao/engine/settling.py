"""The verb `settle`: grants are paid or taken back, certain money is paid, services are booked."""

from __future__ import annotations

from typing import Any

from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.firm import (
    active,
    over_sizes,
    settle_cash,
)
from zhizao.engine.scan import slots_due, take
from zhizao.engine.state import BLOCK, CLAIM, FINISHED, FLOWS, GONE, RELIEF_SUM, STOCKS, WHOLE, World, place_of
from zhizao.policy.levers import INSTRUMENTS

__all__ = ["settle"]


_APPLICATIONS = place_of("applications", FLOWS)
_ENTRIES = place_of("entries", FLOWS)
_ENERGY_USE = place_of("energy_use", STOCKS)

_SPECIALISTS = place_of("specialists", INSTRUMENTS)
_HANDLING = place_of("handling", INSTRUMENTS)
_RESPONSE = place_of("response", INSTRUMENTS)
_LEADERS = place_of("leaders", INSTRUMENTS)
_PROVIDERS = place_of("providers", INSTRUMENTS)
_CAMPAIGN = place_of("campaign", INSTRUMENTS)
_ATTRACTION = place_of("attraction", INSTRUMENTS)
_INFRASTRUCTURE = place_of("infrastructure", INSTRUMENTS)


@internal
def settle(world: World, month: int) -> None:
    """Grants are paid on acceptance and taken back on failure, service costs are booked."""
    state = world.district[0]
    offer = world.offers[month]
    finished = world.lists[FINISHED, : state.finished]
    for place in range(finished.size):
        slot = take(world, finished, place, WHOLE)
        if world.firms[slot].status != GONE:
            _close_project(world, slot, month)
    state.finished = 0
    for first in range(0, state.slots_used, BLOCK):
        many = slots_due(world, CLAIM, month, first, min(first + BLOCK, state.slots_used))
        for place in range(many):
            slot = take(world, world.found[:many], place, WHOLE)
            world.due[CLAIM, slot] = -1
            _pay_claim(world, world.firms[slot], month)
    _book_services(world, offer, month)


@internal
def _close_project(world: World, slot: int, month: int) -> None:
    """Certain money is paid now; a grant becomes a claim, or is taken back after failure."""
    firm = world.firms[slot]
    state = world.district[0]
    offer = world.offers[month]
    settle_cash(world.par[0], world.sums, firm, month)
    if firm.tax_due > 0.0:
        money.pay_promised(world, money.TIER_OF[money.TAX], money.TAX, firm.tax_due)
        firm.cash += firm.tax_due
        state.own -= firm.tax_due
        state.grant += firm.tax_due
        firm.tax_due = 0.0
    if firm.interest_due > 0.0:
        money.pay_promised(world, money.TIER_OF[money.LOANS], money.LOANS, firm.interest_due)
        firm.cash += firm.interest_due
        firm.interest_due = 0.0
    if firm.supported == 0:
        return
    total = firm.grant[0] + firm.grant[1] + firm.grant[2]
    advanced = firm.advance / total if total > 0.0 else 0.0
    for tier in range(3):
        granted = firm.grant[tier]
        early = granted * advanced
        firm.grant[tier] = granted - early if firm.succeeded == 1 else 0.0
        if firm.succeeded == 1:
            continue
        back = early * offer.grants_clawback_share
        money.void(world, tier, money.GRANTS, granted - early)
        money.take_back(world, tier, back)
        firm.cash -= back
        state.own += back
        state.grant -= back
    firm.advance = 0.0
    if firm.succeeded == 1:
        world.due[CLAIM, slot] = month + int(offer.grants_payment_delay)


@internal
def _pay_claim(world: World, firm: Any, month: int) -> None:
    state = world.district[0]
    settle_cash(world.par[0], world.sums, firm, month)
    for tier in range(3):
        amount = firm.grant[tier]
        money.pay_promised(world, tier, money.GRANTS, amount)
        firm.cash += amount
        state.own -= amount
        state.grant += amount
        firm.grant[tier] = 0.0


@internal
def _book_services(world: World, offer: Any, month: int) -> None:
    """Book what services cost this month, used or not, and relief on energy bills."""
    par = world.par[0]
    flows = world.flows
    _spend_monthly(world, _SPECIALISTS, offer.specialists_count * par.public_costs_specialist_year)
    money.spend(world, _HANDLING, over_sizes(flows, _APPLICATIONS) * par.public_costs_handling)
    _spend_monthly(
        world,
        _HANDLING,
        offer.handling_online_share * par.public_costs_online_year
        + offer.handling_weekend_share * par.public_costs_weekend_year,
    )
    if offer.response_days > 0.0:
        _spend_monthly(world, _RESPONSE, par.public_costs_response_year)
    if offer.leaders_share > 0.0:
        joined = 0.0
        for slot in world.leader_slots:
            firm = world.firms[slot]
            if active(firm) and world.start[slot].leader_rank < offer.leaders_share:
                joined += 1.0
        _spend_monthly(world, _LEADERS, joined * par.public_costs_leader_year)
    _spend_monthly(
        world,
        _PROVIDERS,
        offer.providers_capacity_gain * par.public_costs_capacity_year
        + offer.providers_competence_gain / 0.1 * par.public_costs_competence_year,
    )
    _spend_monthly(world, _CAMPAIGN, offer.campaign_rate * par.public_costs_campaign_year)
    _spend_monthly(world, _INFRASTRUCTURE, offer.infrastructure_cost_cut / 0.1 * par.public_costs_infrastructure_year)
    gain = offer.attraction_entry_gain
    if gain > 0.0:
        money.spend(
            world,
            _ATTRACTION,
            over_sizes(flows, _ENTRIES) * gain / (1.0 + gain) * par.public_costs_attraction_plant,
        )
    relief = world.sums[RELIEF_SUM, month + 1] - world.sums[RELIEF_SUM, month]
    if relief > 0.0:
        money.spend(world, money.RELIEF, over_sizes(world.stocks, _ENERGY_USE) * relief)


@internal
def _spend_monthly(world: World, instrument: int, yearly: float) -> None:
    if yearly > 0.0:
        money.spend(world, instrument, yearly / 12.0)
