"""The verb `settle`: grants are paid or taken back, certain money is paid, services are booked."""

from __future__ import annotations

from zhizao.compiled import internal, verb
from zhizao.engine import money
from zhizao.engine.appraisal import pilot_cap
from zhizao.engine.choosing import strike_support
from zhizao.engine.firm import active, over_sizes, settle_cash
from zhizao.engine.slot_scan import slots_due, take
from zhizao.engine.state import (
    BLOCK,
    CLAIM,
    FILED,
    FINISHED,
    FLOWS,
    GONE,
    PENDING,
    REGISTERED,
    RELIEF_SUM,
    STOCKS,
    WHOLE,
    World,
    place_of,
)
from zhizao.policy.levers import INSTRUMENTS
from zhizao.records.state import FirmRecord, OfferRecord
from zhizao.rules import support
from zhizao.rules.constants import MONTHS_PER_YEAR, TENTH
from zhizao.sectors import TIER_COUNT

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


@verb
def settle(world: World, month: int) -> None:
    """Grants are paid on acceptance and taken back on failure, service costs are booked."""
    state = world.district[0]
    offer = world.offers[month]
    finished = world.lists[FINISHED, : state.finished]
    for index in range(finished.size):
        slot = take(world, finished, index, WHOLE)
        if world.firms[slot].status != GONE:
            _close_project(world, slot, month)
    state.finished = 0
    for first in range(0, state.slots_used, BLOCK):
        count = slots_due(world, CLAIM, month, first, min(first + BLOCK, state.slots_used))
        for index in range(count):
            slot = take(world, world.slots_found[:count], index, WHOLE)
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
    if firm.pilot == 1 and firm.succeeded == 1:
        _pay_pilot(world, firm, offer)
    if firm.registered == REGISTERED:
        _file_claim(world, slot, month)
    if firm.supported == 0:
        return
    total = money.over_tiers(firm.grant)
    advanced = firm.advance / total if total > 0.0 else 0.0
    for tier in range(TIER_COUNT):
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
def _pay_pilot(world: World, firm: FirmRecord, offer: OfferRecord) -> None:
    """Pay for an accepted project of the pilot city, up to what the level reached leaves."""
    cap = pilot_cap(offer, int(firm.level_true))
    amount = support.pilot_money(offer.pilot_rate, firm.cost, cap, firm.pilot_paid)
    if amount > 0.0:
        money.spend(world, money.PILOT, amount)
        firm.pilot_paid += amount
        firm.cash += amount
        world.district[0].own -= amount
        world.district[0].grant += amount


@internal
def _file_claim(world: World, slot: int, month: int) -> None:
    """File the claim for a registered project that ended well; after a failure there is none."""
    firm = world.firms[slot]
    state = world.district[0]
    if firm.succeeded == 0:
        firm.registered = 0
        strike_support(world, firm)
        return
    firm.registered = FILED
    firm.filed_month = month
    world.lists[PENDING, state.pending] = slot
    state.pending += 1


@internal
def _pay_claim(world: World, firm: FirmRecord, month: int) -> None:
    state = world.district[0]
    settle_cash(world.par[0], world.sums, firm, month)
    for tier in range(TIER_COUNT):
        amount = firm.grant[tier]
        money.pay_promised(world, tier, money.GRANTS, amount)
        firm.cash += amount
        state.own -= amount
        state.grant += amount
        firm.grant[tier] = 0.0
    if firm.log_line >= 0:
        world.log[firm.log_line].paid_month = month
        firm.log_line = -1


@internal
def _book_services(world: World, offer: OfferRecord, month: int) -> None:
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
        + offer.providers_competence_gain / TENTH * par.public_costs_competence_year,
    )
    _spend_monthly(world, _CAMPAIGN, offer.campaign_rate * par.public_costs_campaign_year)
    _spend_monthly(world, _INFRASTRUCTURE, offer.infrastructure_cost_cut / TENTH * par.public_costs_infrastructure_year)
    gain = offer.attraction_entry_gain
    if gain > 0.0:
        money.spend(
            world, _ATTRACTION, over_sizes(flows, _ENTRIES) * gain / (1.0 + gain) * par.public_costs_attraction_plant
        )
    relief = world.sums[RELIEF_SUM, month + 1] - world.sums[RELIEF_SUM, month]
    if relief > 0.0:
        money.spend(world, money.RELIEF, over_sizes(world.stocks, _ENERGY_USE) * relief)


@internal
def _spend_monthly(world: World, instrument: int, yearly: float) -> None:
    if yearly > 0.0:
        money.spend(world, instrument, yearly / MONTHS_PER_YEAR)
