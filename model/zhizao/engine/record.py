"""The last verb: `record` writes the month's aggregates and checks that the ledgers close."""

from __future__ import annotations

from typing import Any

from zhizao.compiled import internal
from zhizao.engine.state import (
    APPROPRIATED,
    CLAWED_BACK,
    LAPSED,
    LEFT,
    MONEY,
    OUTSTANDING,
    PAID,
    PROMISED,
    World,
)

__all__ = ["record"]

_DIRECT = 6
"""The first instruments give money to firms; the rest, from `specialists` on, are services and conditions."""
_FIXED = len(MONEY)


@internal
def record(world: World, month: int) -> None:
    """Write stocks and flows by group, money by instrument, and how far the ledgers are from closing."""
    stocks, flows = world.stocks, world.flows
    _sum_over_sizes(stocks)
    _sum_over_sizes(flows)
    for group in range(stocks.shape[0]):
        for column in range(stocks.shape[1]):
            world.series[month, group, column] = stocks[group, column]
        for column in range(flows.shape[1]):
            world.series[month, group, stocks.shape[1] + column] = flows[group, column]
            flows[group, column] = 0.0
    _record_money(world, month)


@internal
def _sum_over_sizes(amounts: Any) -> None:
    """Form the groups of all firms (0) and of SMEs (1) from the size classes (2 small, 3 medium, 4 large)."""
    for column in range(amounts.shape[1]):
        amounts[1, column] = amounts[2, column] + amounts[3, column]
        amounts[0, column] = amounts[1, column] + amounts[4, column]


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
        for tier in range(3):
            paid_here = ledger[PAID, tier, instrument]
            of_instrument += paid_here
            promised += ledger[PROMISED, tier, instrument]
            appropriated += ledger[APPROPRIATED, tier, instrument]
            clawed += ledger[CLAWED_BACK, tier, instrument]
            gaps += _residual(ledger, tier, instrument)
        money[_FIXED + instrument] = of_instrument
        paid += of_instrument
        if instrument >= _DIRECT:
            services += of_instrument
    gaps += abs(state.spending - state.own - state.grant - state.loan) / max(state.spending, 1.0)
    money[0] = paid
    money[1] = promised
    money[2] = services
    money[3] = appropriated
    money[4] = state.left[0] + state.left[1] + state.left[2]
    price = backlog = 0.0
    for kind in range(4):
        price += world.markets[kind].price / 4.0
        backlog += world.markets[kind].waiting - world.markets[kind].gone
    money[5] = price
    money[6] = backlog
    money[7] = gaps
    money[8] = state.spending
    money[9] = state.own
    money[10] = state.grant
    money[11] = state.loan
    money[12] = clawed


@internal
def _residual(ledger: Any, tier: int, instrument: int) -> float:
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
