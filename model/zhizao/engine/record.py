"""The last verb: `record` writes the month's aggregates and checks that the ledgers close."""

from __future__ import annotations

from zhizao.arrays import FloatArray
from zhizao.compiled import internal, verb
from zhizao.engine.firm import active, over_sizes
from zhizao.engine.money import over_tiers
from zhizao.engine.state import (
    ALL_FIRMS,
    APPROPRIATED,
    CLAWED_BACK,
    FIRST_LEVEL,
    FIRST_SECTOR,
    FIRST_SIZE,
    FLOWS,
    LAPSED,
    LEFT,
    MONEY,
    OUTSTANDING,
    PAID,
    PROMISED,
    SME,
    STOCKS,
    World,
    place_of,
)
from zhizao.policy.levers import DECLARED
from zhizao.rules import business
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import KIND_COUNT, SIZE_COUNT, SME_COUNT, TIER_COUNT

__all__ = ["record"]

_IS_SERVICE: tuple[bool, ...] = tuple(not instrument.direct for instrument in DECLARED.values())
"""Whether an instrument is a service or a condition; the others hand money to firms."""
_FIXED = len(MONEY)
_PUBLIC_SPEND = place_of("public_spend", MONEY)
_PUBLIC_COMMITTED = place_of("public_committed", MONEY)
_SERVICE_COST = place_of("service_cost", MONEY)
_APPROPRIATED = place_of("appropriated", MONEY)
_BUDGET_LEFT = place_of("budget_left", MONEY)
_PROVIDER_PRICE = place_of("provider_price", MONEY)
_PROVIDER_BACKLOG = place_of("provider_backlog", MONEY)
_RESIDUAL = place_of("residual", MONEY)
_SPENDING = place_of("spending", MONEY)
_OWN = place_of("own", MONEY)
_GRANT = place_of("grant", MONEY)
_LOAN = place_of("loan", MONEY)
_CLAWED_BACK = place_of("clawed_back", MONEY)
_REVENUE = place_of("revenue", STOCKS)
_OUTPUT_LOST = place_of("output_lost", FLOWS)


@verb
def record(world: World, month: int) -> None:
    """Write stocks and flows by group, money by instrument, and how far the ledgers are from closing."""
    stocks, flows = world.stocks, world.flows
    gap = _take_from_rivals(world, month) if world.par[0].production_rivalry > 0.0 else 0.0
    _sum_over_sizes(stocks)
    _sum_over_sizes(flows)
    for group in range(stocks.shape[0]):
        for column in range(stocks.shape[1]):
            world.series[month, group, column] = stocks[group, column]
        for column in range(flows.shape[1]):
            world.series[month, group, stocks.shape[1] + column] = flows[group, column]
            flows[group, column] = 0.0
    _record_money(world, month)
    world.money[month, _RESIDUAL] += gap


@internal
def _take_from_rivals(world: World, month: int) -> float:
    """Count the output that firms lose to others of their sector this month; return how far it is from what is taken.

    The sum of a sector is what its firms take; what each loses is counted under its size and level, and must come to
    the same.
    """
    flows, first = world.flows, FIRST_SECTOR
    slots = world.district[0].slots_used
    this_month = world.par[0].production_rivalry * world.offers[month].context_demand / MONTHS_PER_YEAR
    taken = 0.0
    for slot in range(slots):
        firm = world.firms[slot]
        if active(firm):
            gained = business.gained_revenue(firm.revenue, world.output_factor[slot]) * this_month
            flows[first + int(firm.sector), _OUTPUT_LOST] += gained
            taken += gained
    for slot in range(slots):
        firm = world.firms[slot]
        if active(firm):
            sector = first + int(firm.sector)
            lost = business.lost_output(firm.revenue, world.stocks[sector, _REVENUE], flows[sector, _OUTPUT_LOST])
            flows[FIRST_SIZE + int(firm.size_class), _OUTPUT_LOST] += lost
            flows[FIRST_LEVEL + int(firm.level), _OUTPUT_LOST] += lost
    return abs(over_sizes(flows, _OUTPUT_LOST) - taken) / max(taken, 1.0)


@internal
def _sum_over_sizes(amounts: FloatArray) -> None:
    """Form the groups of SMEs and of all firms from the size classes."""
    for column in range(amounts.shape[1]):
        smes = 0.0
        for size in range(SME_COUNT):
            smes += amounts[FIRST_SIZE + size, column]
        amounts[SME, column] = smes
        for size in range(SME_COUNT, SIZE_COUNT):
            smes += amounts[FIRST_SIZE + size, column]
        amounts[ALL_FIRMS, column] = smes


@internal
def _record_money(world: World, month: int) -> None:
    """Money columns are running totals, so that a month's amount is a difference."""
    ledger = world.ledger
    money = world.money[month]
    state = world.district[0]
    paid = promised = services = appropriated = clawed = 0.0
    gaps = 0.0  # a sum and not a maximum: what is not a number must not be lost
    for instrument in range(ledger.shape[2]):
        of_instrument = 0.0
        for tier in range(TIER_COUNT):
            paid_here = ledger[PAID, tier, instrument]
            of_instrument += paid_here
            promised += ledger[PROMISED, tier, instrument]
            appropriated += ledger[APPROPRIATED, tier, instrument]
            clawed += ledger[CLAWED_BACK, tier, instrument]
            gaps += _residual(ledger, tier, instrument)
        money[_FIXED + instrument] = of_instrument
        paid += of_instrument
        if _IS_SERVICE[instrument]:
            services += of_instrument
    gaps += abs(state.spending - state.own - state.grant - state.loan) / max(state.spending, 1.0)
    money[_PUBLIC_SPEND] = paid
    money[_PUBLIC_COMMITTED] = promised
    money[_SERVICE_COST] = services
    money[_APPROPRIATED] = appropriated
    money[_BUDGET_LEFT] = over_tiers(state.left)
    price = backlog = 0.0
    for kind in range(KIND_COUNT):
        price += world.markets[kind].price / float(KIND_COUNT)
        backlog += world.markets[kind].waiting - world.markets[kind].gone
    money[_PROVIDER_PRICE] = price
    money[_PROVIDER_BACKLOG] = backlog
    money[_RESIDUAL] = gaps
    money[_SPENDING] = state.spending
    money[_OWN] = state.own
    money[_GRANT] = state.grant
    money[_LOAN] = state.loan
    money[_CLAWED_BACK] = clawed


@internal
def _residual(ledger: FloatArray, tier: int, instrument: int) -> float:
    """How far one tier's account of one instrument is from closing, relative to what was appropriated.

    Appropriated = promised + lapsed + left, and promised = paid + clawed back + outstanding.
    """
    appropriated = ledger[APPROPRIATED, tier, instrument]
    promised = ledger[PROMISED, tier, instrument]
    one = appropriated - promised - ledger[LAPSED, tier, instrument] - ledger[LEFT, tier, instrument]
    other = (
        promised
        - ledger[PAID, tier, instrument]
        - ledger[CLAWED_BACK, tier, instrument]
        - ledger[OUTSTANDING, tier, instrument]
    )
    return float((abs(one) + abs(other)) / max(appropriated, 1.0))
