"""How a firm fixes what it has chosen, and how a refused firm chooses again."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine.appraisal import best_option
from zhizao.engine.firm import place_order, settle_cash
from zhizao.engine.slot_scan import firm_draw
from zhizao.engine.state import QUEUED, World
from zhizao.records.state import FirmRecord
from zhizao.rules import support, value
from zhizao.sectors import IS_LIGHT

__all__ = ["fix_project", "order_alone", "strike_support", "weigh_going_alone"]

_TASTE = draws.STREAMS["taste"].number
_REFUSAL = draws.STREAMS["refusal"].number


@internal
def fix_project(world: World, slot: int, month: int, kind: int, cost: float) -> None:
    """Fix kind, cost, price and the state's part of the project that the firm chose this month."""
    firm = world.firms[slot]
    offer = world.offers[month]
    firm.kind = kind
    firm.cost = cost
    firm.price = world.markets[kind].price
    firm.state_part = 0.0
    if IS_LIGHT[kind] and firm.aware == 1:
        firm.state_part = support.state_part(
            cost, offer.provider_discount_waived_share, offer.provider_discount_state_share
        )
    firm.since_month = month
    world.attention_bound[slot] = np.uint32(0)


@internal
def order_alone(world: World, slot: int) -> None:
    """Order the project that was fixed, with nothing promised for it."""
    world.firms[slot].status = QUEUED
    world.firms[slot].supported = 0
    place_order(world, slot)


@internal
def strike_support(world: World, firm: FirmRecord) -> None:
    """Note that a registered project will not be supported: nothing is asked for any more."""
    firm.grant[0] = 0.0
    if firm.log_line >= 0:
        line = world.log[firm.log_line]
        line.supported = 0
        line.grant = 0.0
        firm.log_line = -1


@internal
def weigh_going_alone(world: World, slot: int, month: int) -> bool:
    """Let a firm that was refused this month weigh going alone, if it is one of those; return whether it does.

    It is the decision of the month of application again, with the same taste and without the grant.
    """
    par = world.par[0]
    firm = world.firms[slot]
    if par.support_alone_after_refusal <= 0.0:
        return False
    if firm_draw(world, _REFUSAL, slot, month) >= par.support_alone_after_refusal:
        return False
    taste = firm_draw(world, _TASTE, slot, int(firm.since_month))
    settle_cash(par, world.sums, firm, month)
    index, kind, _, cost, _ = best_option(world, slot, month, True)
    if kind < 0 or not value.acts(index, par.choosing_taste_spread, taste):
        return False
    fix_project(world, slot, month, kind, cost)
    firm.surplus = value.surplus(index, par.choosing_taste_spread, taste)
    order_alone(world, slot)
    return True
