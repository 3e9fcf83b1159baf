"""Money and providers: `award`, `contract`, `settle`."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.appraisal import firm_rate
from zhizao.engine.firm import (
    active, count, fresh_visit, over_sizes, rebound, settle_cash,
)  # fmt: skip
from zhizao.engine.state import (
    APPLYING, BUILDING, CLAIM, FINISHED, FLOWS, GONE, IDLE, ORDERS, PENDING, QUEUED, SCRATCH, WORK,
    RELIEF_SUM, STOCKS, place_of,
)  # fmt: skip
from zhizao.policy.levers import INSTRUMENTS
from zhizao.rules import business, market, progress, support

__all__ = ["award", "contract", "settle"]

_QUEUE = draws.STREAMS["queue"].number
_OBSTACLE = draws.STREAMS["obstacle"].number
_OBSTACLE_MONTH = draws.STREAMS["obstacle_month"].number

_AWARDS = place_of("awards", FLOWS)
_REJECTIONS = place_of("rejections", FLOWS)
_STARTED = place_of("projects_started", FLOWS)
_SUPPORTED_STARTED = place_of("supported_started", FLOWS)
_PRIVATE_INVESTMENT = place_of("private_investment", FLOWS)
_WAITING = place_of("waiting_months", FLOWS)
_MATCHES = place_of("matches", FLOWS)
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
def award(world, month):  # type: ignore[no-untyped-def]
    """Applications that are due are decided; the budget binds here and nowhere else."""
    offer = world.offers[month]
    state = world.district[0]
    pending = world.lists[PENDING]
    due = world.lists[SCRATCH]
    many = 0
    kept = 0
    for place in range(state.pending):
        slot = int(pending[place])
        firm = world.firms[slot]
        if firm.status != APPLYING:
            continue
        if offer.grants_on == 0.0:
            _reject(world, slot, month)
        elif firm.since_month + int(offer.processing_months) <= month:
            due[many] = slot
            many += 1
        else:
            pending[kept] = slot
            kept += 1
    state.pending = kept
    if many > 0:
        _decide(world, due[:many], month)


@internal
def _decide(world, due, month):  # type: ignore[no-untyped-def]
    """Decide as many as the office can handle, in the order of the rule, while the money lasts."""
    offer = world.offers[month]
    state = world.district[0]
    weekend = 1.0 + world.par[0].support_weekend_gain * offer.handling_weekend_share
    capacity = int(offer.handling_monthly_capacity * weekend)
    if due.size > capacity:
        _sort(world, due, 0)
        for place in range(capacity, due.size):
            _keep_pending(world, int(due[place]))
        due = due[:capacity]
    asked = 0.0
    for slot_ in due:
        slot=int(slot_)
        asked += world.firms[slot].grant[0]
    budget = state.left[0] + state.left[1] + state.left[2]
    if asked <= budget:
        for slot_ in due:
            slot=int(slot_)
            _fund(world, slot, month)
        return
    rule = int(offer.grants_allocation)
    _sort(world, due, rule)
    blocked = False
    for slot_ in due:
        slot=int(slot_)
        budget = state.left[0] + state.left[1] + state.left[2]
        if not blocked and world.firms[slot].grant[0] <= budget:
            _fund(world, slot, month)
        elif rule == 0 and month - world.firms[slot].since_month < world.par[0].support_longest_wait:
            blocked = True  # first come, first served: nobody overtakes the one who waits for money
            _keep_pending(world, slot)
        else:
            _reject(world, slot, month)


@internal
def _sort(world, slots, rule):  # type: ignore[no-untyped-def]
    """Put slots in the order in which an allocation rule takes them; ties by slot. A heap sort, in place."""
    seed = world.district[0].seed
    keys = world.sort_keys
    for place in range(slots.size):
        slot = int(slots[place])
        firm = world.firms[slot]
        draw = draws.uniform(seed, _QUEUE, slot, int(firm.since_month))
        keys[place] = support.priority(rule, float(firm.since_month), draw, world.start[slot].capability, float(firm.size))
    for root in range(slots.size // 2 - 1, -1, -1):
        _sift_down(keys, slots, root, slots.size)
    for last in range(slots.size - 1, 0, -1):
        keys[0], keys[last] = keys[last], keys[0]
        slots[0], slots[last] = slots[last], slots[0]
        _sift_down(keys, slots, 0, last)


@internal
def _sift_down(keys, slots, root, size):  # type: ignore[no-untyped-def]
    while True:
        child = 2 * root + 1
        if child >= size:
            return
        if child + 1 < size and _before(keys, slots, child, child + 1):
            child += 1
        if not _before(keys, slots, root, child):
            return
        keys[root], keys[child] = keys[child], keys[root]
        slots[root], slots[child] = slots[child], slots[root]
        root = child


@internal
def _before(keys, slots, one, other):  # type: ignore[no-untyped-def]
    return keys[one] < keys[other] or (keys[one] == keys[other] and slots[one] < slots[other])


@internal
def _keep_pending(world, slot):  # type: ignore[no-untyped-def]
    state = world.district[0]
    world.lists[PENDING, state.pending] = slot
    state.pending += 1


@internal
def _reject(world, slot, month):  # type: ignore[no-untyped-def]
    firm = world.firms[slot]
    firm.grant[0] = 0.0
    firm.status = IDLE
    world.district[0].decided_year += 1.0
    count(world.flows, firm, _REJECTIONS, 1.0)
    rebound(world, slot, month)


@internal
def _fund(world, slot, month):  # type: ignore[no-untyped-def]
    """Promise the grant and let the firm order; its partners and park hear that it was supported."""
    firm = world.firms[slot]
    state = world.district[0]
    money.promise_grant(world, firm, firm.grant[0])
    firm.status = QUEUED
    firm.supported = 1
    state.decided_year += 1.0
    state.funded_year += 1.0
    count(world.flows, firm, _AWARDS, 1.0)
    if firm.supported_before == 0:
        firm.supported_before = 1
        world.parks[firm.park].supported += 1
        for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
            world.ties[world.partners[place]].partners_supported += 1
    world.lists[ORDERS, state.orders] = slot
    state.orders += 1


@internal
def contract(world, month):  # type: ignore[no-untyped-def]
    """Providers accept work up to capacity; the rest queues; prices move."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    arrivals = world.lists[SCRATCH]
    for kind in range(4):
        many = 0
        for place in range(state.orders):
            slot = int(world.lists[ORDERS, place])
            if world.firms[slot].kind == kind:
                arrivals[many] = slot
                many += 1
        market_now = world.markets[kind]
        capacity = (
            par.providers_capacity[kind] * par.population_firms / 12.0
            * (1.0 + offer.providers_capacity_gain) * offer.context_provider_capacity
        )  # fmt: skip
        market_now.credit = market.available_starts(market_now.credit, capacity)
        normal = par.providers_capacity[kind] * par.population_firms / 12.0 * par.providers_normal_use
        market_now.orders = market.smoothed_orders(market_now.orders, float(many), par.providers_smoothing_months)
        _start_work(world, kind, arrivals[:many], month)
        market_now.price = market.price_index(
            market_now.orders, normal, par.providers_inverse_supply_elasticity, par.providers_lowest_price,
            par.providers_highest_price,
        )  # fmt: skip
    state.orders = 0


@internal
def _start_work(world, kind, arrivals, month):  # type: ignore[no-untyped-def]
    """Begin those who waited longest first; sort newcomers only when not all can begin."""
    market_now = world.markets[kind]
    starts = int(market_now.credit)
    if market_now.waiting == 0 and arrivals.size <= starts:
        for slot_ in arrivals:
            slot=int(slot_)
            _begin_project(world, slot, month)
        market_now.credit -= arrivals.size
        return
    _sort(world, arrivals, 2)
    for slot_ in arrivals:
        slot=int(slot_)
        _join_queue(world, market_now, slot)
    while starts > 0 and market_now.waiting > 0:
        slot = int(market_now.first)
        market_now.first = world.firms[slot].next_in_queue
        market_now.waiting -= 1
        if world.firms[slot].status == QUEUED:
            _begin_project(world, slot, month)
            market_now.credit -= 1.0
            starts -= 1


@internal
def _join_queue(world, market_now, slot):  # type: ignore[no-untyped-def]
    """Stand at the end of the queue, which is chained through the firms' records."""
    world.firms[slot].next_in_queue = -1
    if market_now.waiting == 0:
        market_now.first = slot
    else:
        world.firms[market_now.last].next_in_queue = slot
    market_now.last = slot
    market_now.waiting += 1


@internal
def _begin_project(world, slot, month):  # type: ignore[no-untyped-def]
    """Sign the contract: pay from cash and credit, draw the advance, and learn whether an obstacle will come."""
    firm = world.firms[slot]
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    kind = int(firm.kind)
    settle_cash(world.par[0], world.sums, firm, month)
    helped = fresh_visit(firm, month)
    firm.status = BUILDING
    firm.helped = 1 if helped else 0
    firm.stuck = 0
    search = par.building_search_share * firm.cost
    if helped and offer.matchmaking_cost_cut > 0.0:
        search *= 1.0 - offer.matchmaking_cost_cut
        money.spend(world, money.MATCHMAKING, par.public_costs_match)
        count(world.flows, firm, _MATCHES, 1.0)
    aware = firm.aware == 1
    state_part = 0.0
    if kind == 0 and aware and offer.provider_discount_state_share > 0.0:
        paid_share = 1.0 - offer.provider_discount_waived_share - offer.provider_discount_state_share
        state_part = firm.cost / paid_share * offer.provider_discount_state_share
        money.spend(world, money.PROVIDER_DISCOUNT, state_part)
    firm.advance = 0.0
    if firm.supported == 1:
        for tier in range(3):
            part = firm.grant[tier] * offer.grants_advance_share
            money.pay_promised(world, tier, money.GRANTS, part)
            firm.advance += part
    _finance(world, firm, world.start[slot], firm.cost + search, state_part, month)
    firm.tax_due = offer.tax_credit_rate * firm.cost
    if firm.tax_due > 0.0:
        money.promise_entitlement(world, money.TAX, firm.tax_due)
    count(world.flows, firm, _STARTED, 1.0)
    count(world.flows, firm, _WAITING, float(month - firm.since_month))
    if firm.supported == 1:
        count(world.flows, firm, _SUPPORTED_STARTED, 1.0)
    _log_start(world, slot, firm, month)
    _plan_work(world, slot, firm, month)


@internal
def _finance(world, firm, trait, need, state_part, month):  # type: ignore[no-untyped-def]
    """Pay `need` from the advance, then cash, then a loan; book both sides of the firms' ledger."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    rest = need - firm.advance
    own = min(max(firm.cash, 0.0), rest)
    loan = rest - own
    firm.cash -= own
    firm.interest_due = 0.0
    if loan > 0.0:
        months = int(par.finance_loan_months)
        before = business.balance(firm.loan_payment, firm.loan_end, month)
        firm.loan_payment = support.loan_payment(before, loan, firm_rate(par, offer, trait), months)
        firm.loan_end = month + months
        if firm.aware == 1 and offer.loans_interest_points > 0.0:
            firm.interest_due = support.interest_support(
                loan, offer.loans_interest_points, offer.loans_interest_years, par.finance_loan_months
            )
            money.promise_entitlement(world, money.LOANS, firm.interest_due)
        if firm.aware == 1 and offer.loans_guarantee_share > 0.0:
            line = support.credit_left(par.finance_credit_share[firm.size], 0.0, firm.revenue, before)
            guaranteed = max(loan - line, 0.0)
            if guaranteed > 0.0:
                money.spend(world, money.LOANS, guaranteed * offer.loans_guarantee_cost)
    state.spending += need + state_part
    state.own += own
    state.loan += loan
    state.grant += firm.advance + state_part
    count(world.flows, firm, _PRIVATE_INVESTMENT, own + loan)


@internal
def _plan_work(world, slot, firm, month):  # type: ignore[no-untyped-def]
    """Work begins this month; if an obstacle will come, the next event is the obstacle, else the end."""
    par = world.par[0]
    seed = world.district[0].seed
    months = int(par.projects_duration[int(firm.kind)])
    firm.work_left = months
    if draws.uniform(seed, _OBSTACLE, slot, month) < par.building_obstacle_probability:
        worked = progress.months_before_obstacle(draws.uniform(seed, _OBSTACLE_MONTH, slot, month), months)
        firm.work_left = months - worked
        firm.stuck = 1
        world.due[WORK, slot] = month + worked
    else:
        world.due[WORK, slot] = month + months - 1


@internal
def _log_start(world, slot, firm, month):  # type: ignore[no-untyped-def]
    state = world.district[0]
    if world.log.size == 0:
        return
    if state.logged >= world.log.size:
        state.overflow = 1
        return
    line = world.log[state.logged]
    line.slot = slot
    line.month = month
    line.kind = firm.kind
    line.supported = firm.supported
    line.cost = firm.cost
    line.grant = firm.grant[0] + firm.grant[1] + firm.grant[2] if firm.supported == 1 else 0.0
    line.price = firm.price
    state.logged += 1


@internal
def settle(world, month):  # type: ignore[no-untyped-def]
    """Grants are paid on acceptance and taken back on failure, service costs are booked."""
    state = world.district[0]
    offer = world.offers[month]
    for place in range(state.finished):
        slot = int(world.lists[FINISHED, place])
        if world.firms[slot].status != GONE:
            _close_project(world, slot, month)
    state.finished = 0
    for slot in range(state.slots_used):
        if world.due[CLAIM, slot] == month:
            world.due[CLAIM, slot] = -1
            _pay_claim(world, world.firms[slot], month)
    _book_services(world, offer, month)


@internal
def _close_project(world, slot, month):  # type: ignore[no-untyped-def]
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
    if firm.succeeded == 1:
        world.due[CLAIM, slot] = month + int(offer.grants_payment_delay)


@internal
def _pay_claim(world, firm, month):  # type: ignore[no-untyped-def]
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
def _book_services(world, offer, month):  # type: ignore[no-untyped-def]
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
        money.spend(world, _ATTRACTION, over_sizes(flows, _ENTRIES) * gain / (1.0 + gain) * par.public_costs_attraction_plant)
    relief = world.sums[RELIEF_SUM, month + 1] - world.sums[RELIEF_SUM, month]
    if relief > 0.0:
        money.spend(world, money.RELIEF, over_sizes(world.stocks, _ENERGY_USE) * relief)


@internal
def _spend_monthly(world, instrument, yearly):  # type: ignore[no-untyped-def]
    if yearly > 0.0:
        money.spend(world, instrument, yearly / 12.0)
