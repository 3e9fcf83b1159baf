"""How a firm fixes what it has chosen, and how a refused firm chooses again."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.compiled import innermost
from zhizao.engine.appraisal import best_option, firm_rate
from zhizao.engine.firm import place_order, settle_cash
from zhizao.engine.slot_scan import firm_draw
from zhizao.engine.state import QUEUED, World
from zhizao.records.state import FirmRecord, OfferRecord
from zhizao.rules import support, value
from zhizao.sectors import IS_LIGHT

__all__ = ["fix_project", "look_for_project", "order_alone", "strike_support", "weigh_going_alone"]

_TASTE = draws.STREAMS["taste"].number
_REFUSAL = draws.STREAMS["refusal"].number
_FORESIGHT = draws.STREAMS["foresight"].number
_NOW, _ANNOUNCED, _UNCHANGED = range(3)
"""What a firm that looks ahead compares: to begin now, and later under what is announced or under today's policy."""


@innermost
def look_for_project(world: World, slot: int, month: int, taste: float) -> tuple[float, int, bool, float, float, int]:
    """Return what the firm begins this month, with its taste, and for how many months it waits instead (0: not).

    Index, kind (-1: nothing), whether it applies, cost and grant are as of `best_option`. A firm that would begin waits
    if announced support makes beginning later worth more, and more than it would be without what is announced.
    """
    par, today, foreseen = world.par[0], world.offers[month], world.foreseen[month]
    spread = par.choosing_taste_spread
    index, kind, applies, cost, grant = -1e300, -1, False, 0.0, 0.0
    announced = 0.0
    waits = 0
    for view in range(3):  # one call for all three: its code is large
        offer = foreseen if view == _ANNOUNCED else today
        is_open = foreseen.opens_anyway if view == _UNCHANGED else offer.grants_open
        months = 0.0 if view == _NOW else foreseen.ahead_months
        found, its_kind, its_way, its_cost, its_grant = best_option(world, offer, slot, month, is_open > 0.0, months)
        if view == _NOW:
            if its_kind < 0 or not value.acts(found, spread, taste):
                break
            index, kind, applies, cost, grant = found, its_kind, its_way, its_cost, its_grant
            if not _looks_ahead(world, slot, foreseen):
                break
        elif view == _ANNOUNCED:
            announced = value.surplus(found, spread, taste)
        else:
            discounted = value.discount(firm_rate(par, today, world.start[slot]), foreseen.ahead_months)
            now, unchanged = value.surplus(index, spread, taste), value.surplus(found, spread, taste)
            if value.is_worth_waiting(now, announced, unchanged, discounted):
                waits = int(foreseen.ahead_months)
    return index, kind, applies, cost, grant, waits


@innermost
def _looks_ahead(world: World, slot: int, foreseen: OfferRecord) -> bool:
    """Whether something is announced that is near enough, and the firm knows of support and looks ahead."""
    par = world.par[0]
    near = 0.0 < foreseen.ahead_months <= par.choosing_foresight_months
    if not near or world.firms[slot].aware == 0:
        return False
    return firm_draw(world, _FORESIGHT, slot, 0) < par.choosing_anticipation


@innermost
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


@innermost
def order_alone(world: World, slot: int) -> None:
    """Order the project that was fixed, with nothing promised for it."""
    world.firms[slot].status = QUEUED
    world.firms[slot].supported = 0
    place_order(world, slot)


@innermost
def strike_support(world: World, firm: FirmRecord) -> None:
    """Note that a registered project will not be supported: nothing is asked for any more."""
    firm.grant[0] = 0.0
    if firm.log_line >= 0:
        line = world.log[firm.log_line]
        line.supported = 0
        line.grant = 0.0
        firm.log_line = -1


@innermost
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
    index, kind, _, cost, _ = best_option(world, world.offers[month], slot, month, False, 0.0)
    if kind < 0 or not value.acts(index, par.choosing_taste_spread, taste):
        return False
    fix_project(world, slot, month, kind, cost)
    firm.surplus = value.surplus(index, par.choosing_taste_spread, taste)
    order_alone(world, slot)
    return True
