"""The verb `contract`: providers accept work, firms pay, and the work is planned."""

from __future__ import annotations

from typing import Any

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.appraisal import firm_rate
from zhizao.engine.awarding import sort_slots
from zhizao.engine.firm import (
    count,
    fresh_visit,
    settle_cash,
)
from zhizao.engine.scan import fetch_slot, take
from zhizao.engine.state import BUILDING, FLOWS, ORDERS, QUEUED, SCRATCH, WHOLE, WORK, World, place_of
from zhizao.rules import business, market, progress, support

__all__ = ["contract", "usual_starts"]

_OBSTACLE = draws.STREAMS["obstacle"].number
_OBSTACLE_MONTH = draws.STREAMS["obstacle_month"].number

_STARTED = place_of("projects_started", FLOWS)
_SUPPORTED_STARTED = place_of("supported_started", FLOWS)
_PRIVATE_INVESTMENT = place_of("private_investment", FLOWS)
_WAITING = place_of("waiting_months", FLOWS)
_MATCHES = place_of("matches", FLOWS)


@internal
def usual_starts(par: Any, kind: int) -> float:
    """Projects of a kind that providers can begin in a month, before any policy or shock."""
    return float(par.providers_capacity[kind] * par.population_firms / 12.0)


@internal
def contract(world: World, month: int) -> None:
    """Providers accept work up to capacity; the rest queues; prices move."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    orders = world.lists[ORDERS, : state.orders]
    arrivals = world.lists[SCRATCH]
    for kind in range(4):
        many = 0
        for place in range(orders.size):
            order = int(orders[place])
            if order % 4 == kind:
                arrivals[many] = order // 4
                many += 1
        market_now = world.markets[kind]
        usual = usual_starts(par, kind)
        capacity = usual * (1.0 + offer.providers_capacity_gain) * offer.context_provider_capacity
        market_now.credit = market.available_starts(market_now.credit, capacity)
        normal = usual * par.providers_normal_use
        market_now.orders = market.smoothed_orders(market_now.orders, float(many), par.providers_smoothing_months)
        _start_work(world, kind, arrivals[:many], month)
        market_now.price = market.price_index(
            market_now.orders, normal, par.providers_inverse_supply_elasticity, par.providers_lowest_price,
            par.providers_highest_price,
        )  # fmt: skip
    state.orders = 0


@internal
def _start_work(world: World, kind: int, arrivals: Any, month: int) -> None:
    """Begin those who waited longest first; sort newcomers only when not all can begin."""
    market_now = world.markets[kind]
    starts = int(market_now.credit)
    if market_now.waiting == 0 and arrivals.size <= starts:
        for place in range(arrivals.size):
            _begin_project(world, take(world, arrivals, place, WHOLE), month)
        market_now.credit -= arrivals.size
        return
    sort_slots(world, arrivals, 2)
    for place in range(arrivals.size):
        _join_queue(world, market_now, take(world, arrivals, place, WHOLE))
    while starts > 0 and market_now.waiting > 0:
        slot = int(market_now.first)
        market_now.first = world.firms[slot].next_in_queue
        market_now.waiting -= 1
        if market_now.waiting > 0:
            fetch_slot(world, int(market_now.first), WHOLE)
        if world.firms[slot].status == QUEUED:
            _begin_project(world, slot, month)
            market_now.credit -= 1.0
            starts -= 1
        else:
            market_now.gone -= 1


@internal
def _join_queue(world: World, market_now: Any, slot: int) -> None:
    """Stand at the end of the queue, which is chained through the firms' records."""
    world.firms[slot].next_in_queue = -1
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
    search = par.building_search_share * firm.cost
    if helped and offer.matchmaking_cost_cut > 0.0:
        search *= 1.0 - offer.matchmaking_cost_cut
        money.spend(world, money.MATCHMAKING, par.public_costs_match)
        count(world.flows, firm, _MATCHES, 1.0)
    if firm.state_part > 0.0:
        money.spend(world, money.PROVIDER_DISCOUNT, firm.state_part)
    firm.advance = 0.0
    if firm.supported == 1:
        for tier in range(3):
            part = firm.grant[tier] * offer.grants_advance_share
            money.pay_promised(world, tier, money.GRANTS, part)
            firm.advance += part
    _finance(world, firm, world.start[slot], firm.cost + search, month)
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
def _finance(world: World, firm: Any, trait: Any, need: float, month: int) -> None:
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
            relief = support.interest_support(loan, offer.relief_interest_points, months / 12.0, months)
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
def _plan_work(world: World, slot: int, firm: Any, month: int) -> None:
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
def _log_start(world: World, slot: int, firm: Any, month: int) -> None:
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
