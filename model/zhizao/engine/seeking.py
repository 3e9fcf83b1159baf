"""The first half of the month: `announce`, `spread_word`, `serve`, `appraise`."""

from __future__ import annotations

from zhizao import draws
from zhizao.calendar import FIRST_OF_YEAR, YEAR_MONTH
from zhizao.compiled import internal, verb
from zhizao.engine import money
from zhizao.engine.appraisal import offered_share
from zhizao.engine.choosing import fix_project, look_for_project, order_alone
from zhizao.engine.firm import (
    active,
    count,
    fresh_visit,
    has_specialist,
    looking_rate,
    may_be_visited,
    raise_bound,
    rebound,
    rebound_all,
    settle_cash,
)
from zhizao.engine.slot_scan import draw_block, firm_draw, slots_below, slots_unaware, slots_visited, take, word_above
from zhizao.engine.state import APPLYING, BLOCK, FLOWS, KNOWING, PENDING, REGISTERED, VALUING, World, place_of
from zhizao.records.state import OfferRecord
from zhizao.rules import ASK_EVERYONE, attention, support, value
from zhizao.rules.constants import AFTER_THE_FACT, MONTHS_PER_YEAR
from zhizao.sectors import TIER_COUNT

__all__ = ["announce", "appraise", "become_aware", "serve", "spread_word"]

_ATTENTION = draws.STREAMS["attention"].number
_TASTE = draws.STREAMS["taste"].number
_AWARENESS = draws.STREAMS["awareness"].number

_APPLICATIONS = place_of("applications", FLOWS)
_BURDEN_HOURS = place_of("burden_hours", FLOWS)
_VISITS = place_of("visits", FLOWS)
_DIAGNOSES = place_of("diagnoses", FLOWS)
_GRANT_ASKED = place_of("grant_asked", FLOWS)


@verb
def announce(world: World, month: int) -> None:
    """The policy in force this month: budgets open or lapse, the public success rate is known, deadlines near."""
    offer = world.offers[month]
    state = world.district[0]
    new_year = (month + FIRST_OF_YEAR) % 12 == YEAR_MONTH
    if new_year and month > 0:
        state.success_rate = support.expected_success(
            state.success_rate, state.funded_year, state.decided_year, world.par[0].support_start_success
        )
        state.decided_year = 0.0
        state.funded_year = 0.0
    if offer.grants_on == 0.0 or (new_year and offer.grants_carry_over == 0.0):
        money.lapse(world)
    for tier in range(TIER_COUNT):
        if offer.monthly_budget[tier] > 0.0:
            money.appropriate(world, tier, offer.monthly_budget[tier])
    if offer.attention_changed > 0.0:
        rebound_all(world, month)


@internal
def become_aware(world: World, slot: int, month: int) -> None:
    """The firm now knows of support; a deadline and offers that it has just heard of press it too."""
    firm = world.firms[slot]
    firm.aware = 1
    world.unaware[slot] = 0
    offer = world.offers[month]
    if offer.deadline_on > 0.0 or offer.support_bound[firm.size_class] > 0.0:
        rebound(world, slot, month)


@verb
def spread_word(world: World, month: int) -> None:
    """Awareness spreads along supply links and inside parks, by notices and by campaigns.

    Only firms whose draw lies below what it would be if all others had been supported are asked; the rule then
    decides exactly. Evidence of results spreads along the same links when a project ends well (`mature`).
    """
    par = world.par[0]
    offer = world.offers[month]
    notices = par.awareness_media_rate * offer.drive
    highest = word_above(attention.hearing_probability(notices, offer.campaign_rate, par.awareness_word_rate, 1.0))
    slots = world.district[0].slots_used
    for first in range(0, slots, BLOCK):
        last = min(first + BLOCK, slots)
        draw_block(world, _AWARENESS, month, first, last)
        count = slots_unaware(world, highest, first, last)
        for index in range(count):
            slot = take(world, world.slots_found[:count], index, KNOWING)
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
    offer = world.offers[month]
    notices = par.awareness_media_rate * offer.drive
    if draw < attention.hearing_probability(notices, offer.campaign_rate, par.awareness_word_rate, supported):
        become_aware(world, slot, month)


@verb
def serve(world: World, month: int) -> None:
    """Specialists visit the firms whose turn it is on the rota: they diagnose, inform and help for some months."""
    offer = world.offers[month]
    if offer.monthly_visits <= 0.0:
        return
    state = world.district[0]
    before = state.rounds
    after = before + _visits_to_each(world, offer)
    state.rounds = after
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        count = slots_visited(world, before, after, first, last)
        for index in range(count):
            _visit(world, take(world, world.slots_found[:count], index, KNOWING), month)


@internal
def _visits_to_each(world: World, offer: OfferRecord) -> float:
    """Visits of this month to each firm that has a specialist, after working out which share of the firms has one.

    Where only some firms are visited, specialists share out among those of them that stand.
    """
    state = world.district[0]
    state.coverage = offer.coverage
    if offer.visits_targeted == 0.0:
        return offer.monthly_visits
    in_reach = 0.0
    for slot in range(state.slots_used):
        firm = world.firms[slot]
        if active(firm) and may_be_visited(offer, firm):
            in_reach += 1.0
    looked_after = min(offer.specialists_count * offer.specialists_caseload, in_reach)
    if looked_after == 0.0:
        return 0.0
    state.coverage = looked_after / in_reach
    return offer.specialists_count * offer.specialists_visits / looked_after / MONTHS_PER_YEAR


@internal
def _visit(world: World, slot: int, month: int) -> None:
    firm = world.firms[slot]
    par = world.par[0]
    if not active(firm) or not has_specialist(par, world.offers[month], firm, world.district[0].coverage):
        return
    firm.visited_until = month + int(par.attention_visit_months)
    if firm.visited == 0:
        firm.visited = 1
        firm.evidence += par.valuation_visit_evidence
    count(world.flows, firm, _VISITS, 1.0)
    raise_bound(world, slot, par.attention_visit_rate)
    become_aware(world, slot, month)


@verb
def appraise(world: World, month: int) -> None:
    """Attentive firms value every feasible project, and wait, go alone, or apply for support.

    Only firms whose draw lies below their bound are asked; the rule itself then decides exactly.
    """
    state = world.district[0]
    state.orders = 0
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        draw_block(world, _ATTENTION, month, first, last)
        if world.foreseen[month].awaited > 0.0:
            _look_as_planned(world, month, first, last)
        count = slots_below(world, world.attention_bound, first, last)
        for index in range(count):
            slot = take(world, world.slots_found[:count], index, VALUING)
            _consider(world, slot, month, draws.unit(world.words[slot - first]))


@internal
def _look_as_planned(world: World, month: int, first: int, last: int) -> None:
    """Put the lowest word in place of the draw of each firm of a block that has waited for this month."""
    for slot in range(first, last):
        if world.firms[slot].waits_until == month:
            world.words[slot - first] = 0


@internal
def _looks(world: World, slot: int, month: int, draw: float) -> bool:
    """Ask one firm exactly: does it look this month? Set its bound if it does not."""
    par, firm = world.par[0], world.firms[slot]
    park = world.parks[firm.park]
    ahead, others = park.ahead - firm.ahead, park.active - 1
    drawn_by_support = par.attention_stake_rate > 0.0 and firm.aware == 1
    rate = looking_rate(par, world.offers[month], firm, month, ahead, others, 0.0)
    if not (ASK_EVERYONE and drawn_by_support) and attention.comes(draw, rate):
        return True  # support on offer only adds to the rate, and need not be worked out
    if drawn_by_support:
        offered = offered_share(world, slot, month)
        rate = looking_rate(par, world.offers[month], firm, month, ahead, others, offered)
        if attention.comes(draw, rate):
            return True
    rebound(world, slot, month)
    return False


@internal
def _consider(world: World, slot: int, month: int, draw: float) -> None:
    """Ask one firm: does it look this month, and if so, what does it do?

    A firm that waits for announced support does not look before its month, and then surely does.
    """
    firm = world.firms[slot]
    if firm.waits_until > month or (firm.waits_until != month and not _looks(world, slot, month, draw)):
        return
    settle_cash(world.par[0], world.sums, firm, month)
    offer = world.offers[month]
    if offer.diagnosis_value > 0.0 and firm.aware == 1 and firm.diagnosed == 0:
        firm.diagnosed = 1
        firm.evidence += world.par[0].valuation_diagnosis_evidence
        money.spend(world, money.DIAGNOSIS, offer.diagnosis_value)
        count(world.flows, firm, _DIAGNOSES, 1.0)
    decided = int(firm.waits_since) if firm.waits_until == month else month
    firm.waits_until = -1
    taste = firm_draw(world, _TASTE, slot, decided)  # here, so that it is drawn meanwhile
    index, kind, applies, cost, grant, waits = look_for_project(world, slot, month, taste)
    if waits > 0:
        firm.waits_until = month + waits
        firm.waits_since = decided
    if kind < 0 or waits > 0:
        return
    fix_project(world, slot, month, kind, cost)
    firm.surplus = value.surplus(index, world.par[0].choosing_taste_spread, taste)
    if applies:
        _apply(world, slot, month, grant)
    else:
        order_alone(world, slot)


@internal
def _apply(world: World, slot: int, month: int, grant: float) -> None:
    """Apply and wait for the decision, or register the project and order it at once."""
    firm = world.firms[slot]
    state = world.district[0]
    offer = world.offers[month]
    firm.grant[:] = 0.0
    firm.grant[0] = grant
    if offer.grants_regime == AFTER_THE_FACT:
        firm.registered = REGISTERED
        order_alone(world, slot)
    else:
        firm.status = APPLYING
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
