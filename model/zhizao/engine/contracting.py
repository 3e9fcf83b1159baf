"""The verb `contract`: providers accept work, firms pay, and the work is planned."""

from __future__ import annotations

from zhizao import draws
from zhizao.arrays import IntArray
from zhizao.compiled import internal, verb
from zhizao.engine import money
from zhizao.engine.appraisal import firm_rate, provider_capacity, usual_starts
from zhizao.engine.awarding import sort_slots
from zhizao.engine.choosing import strike_support
from zhizao.engine.firm import count, fresh_visit, on_pilot_list, rebound, settle_cash
from zhizao.engine.slot_scan import fetch_slot, firm_draw, take
from zhizao.engine.state import BUILDING, FLOWS, IDLE, ORDERS, QUEUED, REGISTERED, SCRATCH, WHOLE, WORK, World, place_of
from zhizao.records.state import FirmRecord, MarketRecord, StartRecord
from zhizao.rules import business, market, progress, support
from zhizao.rules.constants import LOTTERY, MONTHS_PER_YEAR
from zhizao.sectors import IS_LIGHT, KIND_COUNT, TIER_COUNT

__all__ = ["contract"]

_OBSTACLE = draws.STREAMS["obstacle"].number
_OBSTACLE_MONTH = draws.STREAMS["obstacle_month"].number
_RECORDING = draws.STREAMS["recording"].number

_STARTED = place_of("projects_started", FLOWS)
_SUPPORTED_STARTED = place_of("supported_started", FLOWS)
_PRIVATE_INVESTMENT = place_of("private_investment", FLOWS)
_WAITING = place_of("waiting_months", FLOWS)
_MATCHES = place_of("matches", FLOWS)
_RECORDED = place_of("projects_recorded", FLOWS)
_CANCELLED = place_of("projects_cancelled", FLOWS)
_ELSEWHERE = place_of("bought_elsewhere", FLOWS)


@verb
def contract(world: World, month: int) -> None:
    """Providers accept work up to capacity; the rest queues; prices move."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    orders = world.lists[ORDERS, : state.orders]
    arrivals = world.lists[SCRATCH]
    for kind in range(KIND_COUNT):
        count = 0
        for index in range(orders.size):
            order = int(orders[index])
            if order % KIND_COUNT == kind:
                arrivals[count] = order // KIND_COUNT
                count += 1
        market_now = world.markets[kind]
        capacity = provider_capacity(par, offer, market_now, kind)
        market_now.credit = market.available_starts(market_now.credit, capacity)
        normal = usual_starts(par, kind) * par.providers_normal_use
        market_now.orders = market.smoothed_orders(market_now.orders, float(count), par.providers_smoothing_months)
        _start_work(world, kind, arrivals[:count], month)
        market_now.price = market.price_index(
            market_now.orders,
            normal * market_now.scale,
            par.providers_inverse_supply_elasticity,
            par.providers_lowest_price,
            par.providers_highest_price,
        )
        market_now.scale = market.adjusted_scale(
            market_now.scale,
            market_now.orders,
            float(market_now.waiting - market_now.gone),
            normal,
            par.providers_adjustment_months,
            par.providers_lowest_scale,
        )
    state.orders = 0


@internal
def _start_work(world: World, kind: int, arrivals: IntArray, month: int) -> None:
    """Begin those who waited longest first; sort newcomers only when not all can begin."""
    market_now = world.markets[kind]
    starts = int(market_now.credit)
    if market_now.waiting == 0 and arrivals.size <= starts:
        for index in range(arrivals.size):
            _begin_project(world, take(world, arrivals, index, WHOLE), month)
        market_now.credit -= arrivals.size
        return
    sort_slots(world, arrivals, LOTTERY, False)
    for index in range(arrivals.size):
        _join_queue(world, market_now, take(world, arrivals, index, WHOLE), month)
    while starts > 0 and market_now.waiting > 0:
        slot = _leave_queue(world, market_now)
        if world.firms[slot].status == QUEUED:
            _begin_project(world, slot, month)
            market_now.credit -= 1.0
            starts -= 1
        else:
            market_now.gone -= 1
    patience = int(world.par[0].providers_patience_months)
    while patience > 0 and market_now.waiting > 0:
        if month - world.firms[int(market_now.first)].queued_month < patience:
            return
        slot = _leave_queue(world, market_now)
        if world.firms[slot].status == QUEUED:
            _lose_patience(world, slot, month)
        else:
            market_now.gone -= 1


@internal
def _leave_queue(world: World, market_now: MarketRecord) -> int:
    """Take the first firm out of the queue."""
    slot = int(market_now.first)
    market_now.first = world.firms[slot].next_in_queue
    market_now.waiting -= 1
    if market_now.waiting > 0:
        fetch_slot(world, int(market_now.first), WHOLE)
    return slot


@internal
def _lose_patience(world: World, slot: int, month: int) -> None:
    """Buy from elsewhere at a premium if the project is still worth that to the firm, else cancel it."""
    firm = world.firms[slot]
    par = world.par[0]
    premium = par.providers_outside_premium
    if firm.surplus > premium * (1.0 + par.building_search_share):
        firm.cost *= 1.0 + premium
        firm.price *= 1.0 + premium
        count(world.flows, firm, _ELSEWHERE, 1.0)
        _begin_project(world, slot, month)
        return
    if firm.supported == 1:
        for tier in range(TIER_COUNT):
            money.void(world, tier, money.GRANTS, firm.grant[tier])
            firm.grant[tier] = 0.0
        firm.supported = 0
    elif firm.registered == REGISTERED:
        firm.registered = 0
        strike_support(world, firm)
    firm.status = IDLE
    count(world.flows, firm, _CANCELLED, 1.0)
    rebound(world, slot, month)


@internal
def _join_queue(world: World, market_now: MarketRecord, slot: int, month: int) -> None:
    """Join the end of the queue, which is chained through the firms' records."""
    world.firms[slot].next_in_queue = -1
    world.firms[slot].queued_month = month
    if market_now.waiting == 0:
        market_now.first = slot
    else:
        world.firms[market_now.last].next_in_queue = slot
    market_now.last = slot
    market_now.waiting += 1


@internal
def _begin_project(world: World, slot: int, month: int) -> None:
    """Sign the contract: pay from cash and credit, draw the advance, and learn whether an obstacle will come."""
    firm = world.firms[slot]
    par = world.par[0]
    offer = world.offers[month]
    settle_cash(world.par[0], world.sums, firm, month)
    helped = fresh_visit(firm, month)
    firm.status = BUILDING
    firm.helped = 1 if helped else 0
    firm.stuck = 0
    unsupported = firm.supported == 0 and firm.registered != REGISTERED
    listed = unsupported and IS_LIGHT[int(firm.kind)] and on_pilot_list(world, world.offers[month], slot)
    firm.pilot = 1 if listed else 0
    search = par.building_search_share * firm.cost
    if helped and offer.matchmaking_cost_cut > 0.0:
        search *= 1.0 - offer.matchmaking_cost_cut
        money.spend(world, money.MATCHMAKING, par.public_costs_match)
        count(world.flows, firm, _MATCHES, 1.0)
    if firm.state_part > 0.0:
        money.spend(world, money.PROVIDER_DISCOUNT, firm.state_part)
    firm.advance = 0.0
    if firm.supported == 1:
        for tier in range(TIER_COUNT):
            part = firm.grant[tier] * offer.grants_advance_share
            money.pay_promised(world, tier, money.GRANTS, part)
            firm.advance += part
    _finance(world, firm, world.start[slot], firm.cost + search, month)
    firm.tax_due = offer.tax_credit_rate * firm.cost
    if firm.tax_due > 0.0:
        money.promise_entitlement(world, money.TAX, firm.tax_due)
    count(world.flows, firm, _STARTED, 1.0)
    count(world.flows, firm, _WAITING, float(month - firm.since_month))
    surely = firm.supported == 1 or firm.registered == REGISTERED
    if surely:
        count(world.flows, firm, _SUPPORTED_STARTED, 1.0)
    recorded = par.projects_recorded[int(firm.kind)]
    if surely or (recorded > 0.0 and firm_draw(world, _RECORDING, slot, month) < recorded):
        count(world.flows, firm, _RECORDED, 1.0)
    _log_start(world, slot, firm, month)
    _plan_work(world, slot, firm, month)


@internal
def _finance(world: World, firm: FirmRecord, trait: StartRecord, need: float, month: int) -> None:
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
        if offer.relief_interest_points > 0.0:
            relief = support.interest_support(loan, offer.relief_interest_points, months / MONTHS_PER_YEAR, months)
            money.spend(world, money.RELIEF, relief)
        if firm.aware == 1 and offer.loans_interest_points > 0.0:
            firm.interest_due = support.interest_support(
                loan, offer.loans_interest_points, offer.loans_interest_years, par.finance_loan_months
            )
            money.promise_entitlement(world, money.LOANS, firm.interest_due)
        if firm.aware == 1 and offer.loans_guarantee_share > 0.0:
            line = support.credit_left(par.finance_credit_share[firm.size_class], 0.0, firm.revenue, before)
            guaranteed = max(loan - line, 0.0)
            if guaranteed > 0.0:
                money.spend(world, money.LOANS, guaranteed * offer.loans_guarantee_cost)
    state.spending += need + firm.state_part
    state.own += own
    state.loan += loan
    state.grant += firm.advance + firm.state_part
    count(world.flows, firm, _PRIVATE_INVESTMENT, own + loan)


@internal
def _plan_work(world: World, slot: int, firm: FirmRecord, month: int) -> None:
    """Work begins this month; if an obstacle will come, the next event is the obstacle, else the end."""
    par = world.par[0]
    months = int(par.projects_duration[int(firm.kind)])
    firm.work_left = months
    if firm_draw(world, _OBSTACLE, slot, month) < par.building_obstacle_probability:
        worked = progress.months_before_obstacle(firm_draw(world, _OBSTACLE_MONTH, slot, month), months)
        firm.work_left = months - worked
        firm.stuck = 1
        world.due[WORK, slot] = month + worked
    else:
        world.due[WORK, slot] = month + months - 1


@internal
def _log_start(world: World, slot: int, firm: FirmRecord, month: int) -> None:
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
    line.cost = firm.cost
    line.price = firm.price
    line.registered = 1 if firm.registered == REGISTERED else 0
    line.supported = max(firm.supported, line.registered)
    line.grant = money.over_tiers(firm.grant) if line.supported == 1 else 0.0
    line.paid_month = -1
    if line.registered == 1:
        firm.log_line = state.logged
    state.logged += 1
