"""The first half of the month: `announce`, `spread_word`, `serve`, `appraise`."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.appraisal import best_option
from zhizao.engine.firm import (
    active,
    count,
    fresh_visit,
    has_specialist,
    looking_rate,
    place_order,
    raise_bound,
    rebound,
    rebound_all,
    settle_cash,
)
from zhizao.engine.scan import draw_block, slots_below, slots_unaware, slots_visited, take, word_above
from zhizao.engine.state import APPLYING, BLOCK, FLOWS, KNOWING, PENDING, QUEUED, VALUING, World, place_of
from zhizao.rules import attention, support, value

__all__ = ["announce", "appraise", "become_aware", "serve", "spread_word"]

_ATTENTION = draws.STREAMS["attention"].number
_TASTE = draws.STREAMS["taste"].number
_AWARENESS = draws.STREAMS["awareness"].number

_APPLICATIONS = place_of("applications", FLOWS)
_BURDEN_HOURS = place_of("burden_hours", FLOWS)
_VISITS = place_of("visits", FLOWS)
_DIAGNOSES = place_of("diagnoses", FLOWS)
_GRANT_ASKED = place_of("grant_asked", FLOWS)


@internal
def announce(world: World, month: int) -> None:
    """The policy in force this month: budgets open or lapse, the public success rate is known, deadlines near."""
    offer = world.offers[month]
    state = world.district[0]
    new_year = month % 12 == 0
    if new_year and month > 0:
        state.success_rate = support.expected_success(
            state.success_rate, state.funded_year, state.decided_year, world.par[0].support_start_success
        )
        state.decided_year = 0.0
        state.funded_year = 0.0
    if offer.grants_on == 0.0 or (new_year and offer.grants_carry_over == 0.0):
        money.lapse(world)
    for tier in range(3):
        if offer.monthly_budget[tier] > 0.0:
            money.appropriate(world, tier, offer.monthly_budget[tier])
    if offer.attention_changed > 0.0:
        rebound_all(world, month)


@internal
def become_aware(world: World, slot: int, month: int) -> None:
    """The firm now knows of support; a deadline it has just heard of presses it too."""
    firm = world.firms[slot]
    firm.aware = 1
    world.unaware[slot] = 0
    if world.offers[month].deadline_on > 0.0:
        rebound(world, slot, month)


@internal
def spread_word(world: World, month: int) -> None:
    """Awareness spreads along supply links and inside parks, by notices and by campaigns.

    Only firms whose draw lies below what it would be if all others had been supported are asked; the rule then
    decides exactly. Evidence of results spreads along the same links when a project ends well (`mature`).
    """
    par = world.par[0]
    campaign = world.offers[month].campaign_rate
    highest = word_above(
        attention.hearing_probability(par.awareness_media_rate, campaign, par.awareness_word_rate, 1.0)
    )
    slots = world.district[0].slots_used
    for first in range(0, slots, BLOCK):
        last = min(first + BLOCK, slots)
        draw_block(world, _AWARENESS, month, first, last)
        many = slots_unaware(world, highest, first, last)
        for place in range(many):
            slot = take(world, world.found[:many], place, KNOWING)
            _hear(world, slot, month, draws.unit(world.words[slot - first]))


@internal
def _hear(world: World, slot: int, month: int, draw: float) -> None:
    """Ask one firm exactly whether it hears of support this month."""
    firm = world.firms[slot]
    par = world.par[0]
    park = world.parks[firm.park]
    supported = attention.exposure(
        par.attention_partner_weight,
        firm.partners_supported,
        firm.partners_active,
        park.supported - firm.supported_before,
        park.active - 1,
    )
    campaign = world.offers[month].campaign_rate
    if draw < attention.hearing_probability(par.awareness_media_rate, campaign, par.awareness_word_rate, supported):
        become_aware(world, slot, month)


@internal
def serve(world: World, month: int) -> None:
    """Specialists visit the firms whose turn it is on the rota: they diagnose, inform and help for some months."""
    offer = world.offers[month]
    if offer.monthly_visits <= 0.0:
        return
    state = world.district[0]
    before = state.rounds
    after = before + offer.monthly_visits
    state.rounds = after
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        many = slots_visited(world, before, after, first, last)
        for place in range(many):
            _visit(world, take(world, world.found[:many], place, KNOWING), month)


@internal
def _visit(world: World, slot: int, month: int) -> None:
    firm = world.firms[slot]
    par = world.par[0]
    if not active(firm) or not has_specialist(par, world.offers[month], firm):
        return
    firm.visited_until = month + int(par.attention_visit_months)
    if firm.visited == 0:
        firm.visited = 1
        firm.evidence += par.valuation_visit_evidence
    count(world.flows, firm, _VISITS, 1.0)
    raise_bound(world, slot, par.attention_visit_rate)
    become_aware(world, slot, month)


@internal
def appraise(world: World, month: int) -> None:
    """Attentive firms value every feasible project, and wait, go alone, or apply for support.

    Only firms whose draw lies below their bound are asked; the rule itself then decides exactly.
    """
    state = world.district[0]
    state.orders = 0
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        draw_block(world, _ATTENTION, month, first, last)
        many = slots_below(world, world.attention_bound, first, last)
        for place in range(many):
            slot = take(world, world.found[:many], place, VALUING)
            _consider(world, slot, month, draws.unit(world.words[slot - first]))


@internal
def _consider(world: World, slot: int, month: int, draw: float) -> None:
    """Ask one firm exactly: does it look this month, and if so, what does it do?"""
    firm = world.firms[slot]
    park = world.parks[firm.park]
    rate = looking_rate(
        world.par[0],
        world.offers[month],
        firm,
        month,
        park.ahead - firm.ahead,
        park.active - 1,
    )
    # below its lower bound x - x^2/2 the probability 1 - exp(-x) need not be worked out
    surely = (rate / 12.0 - 0.5 * (rate / 12.0) ** 2) * (1.0 - 1e-9)
    if draw >= surely and draw >= attention.looking_probability(rate):
        rebound(world, slot, month)
        return
    settle_cash(world.par[0], world.sums, firm, month)
    offer = world.offers[month]
    if offer.diagnosis_value > 0.0 and firm.aware == 1 and firm.diagnosed == 0:
        firm.diagnosed = 1
        firm.evidence += world.par[0].valuation_diagnosis_evidence
        money.spend(world, money.DIAGNOSIS, offer.diagnosis_value)
        count(world.flows, firm, _DIAGNOSES, 1.0)
    taste = draws.uniform(world.district[0].seed, _TASTE, slot, month)  # here, so that it is drawn meanwhile
    index, kind, applies, cost, grant = best_option(world, slot, month)
    if kind < 0 or not value.acts(index, world.par[0].choosing_taste_spread, taste):
        return
    firm.kind = kind
    firm.cost = cost
    firm.price = world.markets[kind].price
    firm.state_part = 0.0
    if kind == 0 and firm.aware == 1:
        firm.state_part = support.state_part(
            cost, offer.provider_discount_waived_share, offer.provider_discount_state_share
        )
    firm.since_month = month
    world.attention_bound[slot] = np.uint32(0)
    if applies:
        _apply(world, slot, month, grant)
    else:
        firm.status = QUEUED
        firm.supported = 0
        place_order(world, slot)


@internal
def _apply(world: World, slot: int, month: int, grant: float) -> None:
    firm = world.firms[slot]
    state = world.district[0]
    offer = world.offers[month]
    firm.status = APPLYING
    firm.grant[0] = grant
    firm.grant[1] = 0.0
    firm.grant[2] = 0.0
    world.lists[PENDING, state.pending] = slot
    state.pending += 1
    par = world.par[0]
    hours = support.application_burden(
        par.support_application_hours,
        offer.handling_online_share,
        offer.handling_online_cut,
        fresh_visit(firm, month),
        par.support_helped_burden_cut,
    )
    count(world.flows, firm, _APPLICATIONS, 1.0)
    count(world.flows, firm, _BURDEN_HOURS, hours)
    count(world.flows, firm, _GRANT_ASKED, grant)
