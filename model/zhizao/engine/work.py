"""Projects and firms: `build`, `mature`, `produce`, `turn_over`; and how a firm enters and leaves."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.appraisal import project_saving, success_chance
from zhizao.engine.firm import (
    CHUNK, active, bound_of, count, draw_chunk, rebound, rebound_all, set_ahead, is_asked, set_exit_bound, settle_cash,
    tally, tally_all, widen_envelope,
)  # fmt: skip
from zhizao.engine.state import (
    APPLYING, BUILDING, DEMAND_SUM, FINISHED, FLOWS, GONE, IDLE, RECENT, RELIEF_SUM, STUCK, UNAWARE,
    WORK, place_of,
)  # fmt: skip
from zhizao.rules import business, progress, support

__all__ = ["begin", "build", "mature", "produce", "turn_over"]

_CLEARING = draws.STREAMS["clearing"].number
_SUCCESS = draws.STREAMS["success"].number
_ASSESSMENT = draws.STREAMS["assessment"].number
_RECOGNITION = draws.STREAMS["recognition"].number
_FACTORY_RECOGNITION = draws.STREAMS["factory_recognition"].number
_GROWTH = draws.STREAMS["growth"].number
_EXIT = draws.STREAMS["exit"].number
_ENTRY = draws.STREAMS["entry"].number

_COMPLETED = place_of("projects_completed", FLOWS)
_FAILED = place_of("projects_failed", FLOWS)
_CLEARED = place_of("obstacles_cleared", FLOWS)
_WORKSHOPS_NEW = place_of("workshops_new", FLOWS)
_FACTORIES_NEW = place_of("factories_new", FLOWS)
_ENTRIES = place_of("entries", FLOWS)
_EXITS = place_of("exits", FLOWS)

_JANUARY, _MAY, _DECEMBER = 0, 4, 11
_NO_LEADER = 2.0


@internal
def build(world, month):  # type: ignore[no-untyped-def]
    """Projects advance, get stuck, get unstuck, and come to their end, well or badly."""
    state = world.district[0]
    _clear_obstacles(world, month)
    for slot in range(state.slots_used):
        if world.due[WORK, slot] == month and world.firms[slot].status == BUILDING:
            if world.firms[slot].stuck == 1:
                world.lists[STUCK, state.stuck] = slot
                state.stuck += 1
            else:
                _end_project(world, slot, month)


@internal
def _clear_obstacles(world, month):  # type: ignore[no-untyped-def]
    """Each stuck project may be cleared this month; its work goes on from the next."""
    state = world.district[0]
    clearing = world.offers[month].clearing
    stuck = world.lists[STUCK]
    kept = 0
    for place in range(state.stuck):
        slot = int(stuck[place])
        firm = world.firms[slot]
        if firm.status != BUILDING:
            continue
        if draws.uniform(state.seed, _CLEARING, slot, month) < clearing:
            firm.stuck = 0
            count(world.flows, firm, _CLEARED, 1.0)
            world.due[WORK, slot] = month + firm.work_left
        else:
            stuck[kept] = slot
            kept += 1
    state.stuck = kept


@internal
def _end_project(world, slot, month):  # type: ignore[no-untyped-def]
    firm = world.firms[slot]
    state = world.district[0]
    chance = success_chance(world.par[0], world.offers[month], world.start[slot], firm.helped == 1)
    firm.succeeded = 1 if draws.uniform(state.seed, _SUCCESS, slot, month) < chance else 0
    firm.status = IDLE
    world.lists[FINISHED, state.finished] = slot
    state.finished += 1
    count(world.flows, firm, _COMPLETED if firm.succeeded == 1 else _FAILED, 1.0)


@internal
def mature(world, month):  # type: ignore[no-untyped-def]
    """Scores rise with what was finished; in May lists of recognition come out; in December firms assess themselves."""
    state = world.district[0]
    for place in range(state.finished):
        _take_effect(world, int(world.lists[FINISHED, place]), month)
    _forget_successes(world, month)
    if month % 12 == _MAY:
        for slot in range(state.slots_used):
            firm = world.firms[slot]
            if firm.workshops_built > firm.workshops or firm.factories_built > firm.factories:
                _recognise(world, slot, month)
    if month % 12 == _DECEMBER:
        _assess_all(world, month)


@internal
def _take_effect(world, slot, month):  # type: ignore[no-untyped-def]
    """A finished project raises the score and changes the channels; a success is seen by partners."""
    firm = world.firms[slot]
    par = world.par[0]
    kind = int(firm.kind)
    part = 1.0 if firm.succeeded == 1 else par.building_failed_gain
    settle_cash(world.par[0], world.sums, firm, month)
    tally(world.stocks, world.par[0], firm, -1.0)
    sector = firm.sector
    labour, energy, defects, output = project_saving(par, firm, world.start[slot], kind)
    firm.saved += part * (
        labour * par.sectors_labour_share[sector] * firm.labour_factor
        + energy * par.sectors_energy_share[sector] * firm.energy_factor
        + defects * par.sectors_defect_share[sector] * firm.defect_factor
        + output * (par.sectors_contribution[sector] - par.sectors_margin[sector])
    )
    firm.labour_factor *= 1.0 - part * labour
    firm.energy_factor *= 1.0 - part * energy
    firm.defect_factor *= 1.0 - part * defects
    firm.revenue *= 1.0 + part * output
    if firm.repeats[kind] < 255:
        firm.repeats[kind] += 1
    firm.score = progress.score_after(firm.score, par.projects_score_gain[kind], part)
    firm.level_true = progress.level_of(firm.score)
    if kind == 1 or kind == 2:
        firm.robots = 1
    if firm.succeeded == 1:
        if kind == 2:
            firm.workshops_built += 1
        elif kind == 3:
            firm.factories_built += 1
    tally(world.stocks, world.par[0], firm, 1.0)
    if firm.succeeded == 1:
        _show_success(world, slot, month)
    rebound(world, slot, month)


@internal
def _show_success(world, slot, month):  # type: ignore[no-untyped-def]
    """Partners gain evidence, and for a year the firm counts as ahead."""
    firm = world.firms[slot]
    gain = world.par[0].valuation_partner_evidence
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        world.ties[world.partners[place]].evidence += gain
    world.ties[slot].evidence += 1.0
    world.due[RECENT, slot] = month + 12
    set_ahead(world, slot, month)


@internal
def _forget_successes(world, month):  # type: ignore[no-untyped-def]
    """A success a year old no longer counts by itself."""
    for slot in range(world.district[0].slots_used):
        if world.due[RECENT, slot] == month:
            set_ahead(world, slot, month)


@internal
def _recognise(world, slot, month):  # type: ignore[no-untyped-def]
    """One workshop and one factory of a firm can be put on the list each year; recognition can carry an award."""
    firm = world.firms[slot]
    if not active(firm):
        return
    par = world.par[0]
    offer = world.offers[month]
    seed = world.district[0].seed
    settle_cash(world.par[0], world.sums, firm, month)
    tally(world.stocks, world.par[0], firm, -1.0)
    if (
        firm.workshops_built > firm.workshops
        and draws.uniform(seed, _RECOGNITION, slot, month) < par.levels_recognition
    ):
        firm.workshops += 1
        _give_award(world, firm, offer.awards_workshop)
        count(world.flows, firm, _WORKSHOPS_NEW, 1.0)
    if (
        firm.factories_built > firm.factories
        and draws.uniform(seed, _FACTORY_RECOGNITION, slot, month) < par.levels_factory_recognition
    ):
        firm.factories += 1
        _give_award(world, firm, offer.awards_factory)
        count(world.flows, firm, _FACTORIES_NEW, 1.0)
    tally(world.stocks, world.par[0], firm, 1.0)


@internal
def _give_award(world, firm, amount):  # type: ignore[no-untyped-def]
    if amount > 0.0:
        money.spend(world, money.AWARDS, amount)
        firm.cash += amount


@internal
def _assess_all(world, month):  # type: ignore[no-untyped-def]
    """Standards rise, every firm reports a score, and those whose standing changed tell their partners."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    for first in range(0, state.slots_used, CHUNK):
        last = min(first + CHUNK, state.slots_used)
        draw_chunk(world, _ASSESSMENT, month, first, last)
        for slot in range(first, last):
            firm = world.firms[slot]
            if not active(firm):
                continue
            level, level_true = int(firm.level), int(firm.level_true)
            firm.score = max(firm.score - par.levels_erosion, 0.0)
            _assess(par, offer, draws.unit(world.words[slot - first]), firm)
            if int(firm.level) != level or int(firm.level_true) != level_true:
                _change_level(world, slot, level, level_true, month)
            elif is_asked(firm, offer):
                rebound(world, slot, month)


@internal
def _change_level(world, slot, level_before, true_before, month):  # type: ignore[no-untyped-def]
    """A firm's level changed: count it anew, pay awards for a level first reported, and tell its partners."""
    firm = world.firms[slot]
    level, level_true = firm.level, firm.level_true
    firm.level, firm.level_true = level_before, true_before
    tally(world.stocks, world.par[0], firm, -1.0)
    firm.level, firm.level_true = level, level_true
    tally(world.stocks, world.par[0], firm, 1.0)
    if firm.level > firm.best_level:
        _award_levels(world, firm, month)
    rebound(world, slot, month)
    set_ahead(world, slot, month)


@internal
def _award_levels(world, firm, month):  # type: ignore[no-untyped-def]
    """Pay for levels reported for the first time."""
    offer = world.offers[month]
    before = 20.0 * firm.best_level
    amount = support.level_awards(
        before, 20.0 * firm.level, offer.awards_level2, offer.awards_level3, offer.awards_level4
    )
    if amount > 0.0:
        settle_cash(world.par[0], world.sums, firm, month)
        _give_award(world, firm, amount)
    firm.best_level = firm.level


@internal
def _assess(par, offer, draw, firm):  # type: ignore[no-untyped-def]
    """Report a score: the true one, with noise and inflation."""
    money_at_stake = offer.awards_level2 + offer.awards_level3 + offer.awards_level4 > 0.0
    stake = 1.0 if money_at_stake else offer.assessment_target_pressure
    noise = draws.normal_quantile(draw)
    firm.reported = progress.reported_score(
        firm.score, noise, par.levels_assessment_spread, par.levels_inflation, par.levels_stake_inflation, stake,
        offer.assessment_inflation_cut,
    )  # fmt: skip
    firm.level = progress.level_of(firm.reported)
    firm.level_true = progress.level_of(firm.score)


@internal
def produce(world, month):  # type: ignore[no-untyped-def]
    """Revenue grows in January; every month output is sold and cash put aside (settled when next needed)."""
    state = world.district[0]
    offer = world.offers[month]
    if month % 12 == _JANUARY and month > 0:
        par = world.par[0]
        for first in range(0, state.slots_used, CHUNK):
            last = min(first + CHUNK, state.slots_used)
            draw_chunk(world, _GROWTH, month, first, last)
            for slot in range(first, last):
                firm = world.firms[slot]
                if active(firm):
                    settle_cash(par, world.sums, firm, month)
                    if _grow(par, draws.unit(world.words[slot - first]), firm):
                        set_exit_bound(world, slot)
        tally_all(world.stocks, par, world.firms, state.slots_used)
    demand = offer.context_demand / 12.0
    world.sums[DEMAND_SUM, month + 1] = world.sums[DEMAND_SUM, month] + demand
    world.sums[RELIEF_SUM, month + 1] = world.sums[RELIEF_SUM, month] + demand * offer.relief_energy_share


@internal
def _grow(par, draw, firm):  # type: ignore[no-untyped-def]
    """A year's growth; firms that have run out of cash are in distress for the year. True if that changed."""
    normal = draws.normal_quantile(draw)
    before = firm.revenue
    firm.revenue = business.grown_revenue(
        before, par.sectors_growth[firm.sector], normal, par.production_growth_spread
    )
    distressed = 1 if firm.cash < 0.0 else 0
    changed = distressed != int(firm.distressed)
    firm.distressed = distressed
    return changed


@internal
def turn_over(world, month):  # type: ignore[no-untyped-def]
    """Firms leave and enter; better services attract more, and more digital, entrants."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    bound = world.exit_bound
    for first in range(0, state.slots_used, CHUNK):
        last = min(first + CHUNK, state.slots_used)
        draw_chunk(world, _EXIT, month, first, last)
        for slot in range(first, last):
            if world.words[slot - first] < bound[slot]:
                _leave(world, slot, month)
    mean = state.start_firms * par.turnover_entry_rate / 12.0 * (1.0 + offer.attraction_entry_gain)
    entering = draws.poisson_quantile(draws.uniform(state.seed, _ENTRY, 0, month), mean)
    for _ in range(entering):
        if state.slots_used >= state.slots:
            state.overflow = 1
            return
        slot = state.slots_used
        state.slots_used += 1
        enter(world, slot, month, par.turnover_entrant_score + offer.attraction_score_gain)
        firm = world.firms[slot]
        count(world.flows, firm, _ENTRIES, 1.0)
        set_ahead(world, slot, month)
        widen_envelope(world, int(firm.park), month)
        rebound(world, slot, month)


@internal
def enter(world, slot, month, head_start):  # type: ignore[no-untyped-def]
    """Fill a slot with its firm and link it to the partners that are there."""
    start = world.start[slot]
    firm = world.firms[slot]
    state = world.district[0]
    _copy_start(firm, start)
    firm.score = min(max(start.score + head_start, 0.0), 95.0)
    firm.labour_factor = firm.energy_factor = firm.defect_factor = 1.0
    firm.visited_until = -1
    firm.cash_month = firm.since_month = month
    firm.status = IDLE
    _assess(world.par[0], world.offers[month], draws.uniform(state.seed, _ASSESSMENT, slot, month), firm)
    firm.best_level = firm.start_level = firm.level
    firm.asking_rank = _NO_LEADER
    tie = world.ties[slot]
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[place])
        partner = world.firms[partner_slot]
        if not active(partner):
            continue
        world.ties[partner_slot].partners_active += 1
        tie.partners_active += 1
        tie.partners_ahead += partner.ahead
        tie.partners_supported += partner.supported_before
        if world.start[partner_slot].leader == 1:
            firm.asking_rank = min(firm.asking_rank, world.start[partner_slot].leader_rank)
        if start.leader == 1 and start.leader_rank < partner.asking_rank:
            partner.asking_rank = start.leader_rank
            rebound(world, partner_slot, month)
    world.parks[firm.park].active += 1
    if firm.aware == 0:
        world.lists[UNAWARE, state.unaware] = slot
        state.unaware += 1
    tally(world.stocks, world.par[0], firm, 1.0)
    set_exit_bound(world, slot)


@internal
def _copy_start(firm, start):  # type: ignore[no-untyped-def]
    firm.revenue = start.revenue
    firm.cash = start.cash
    firm.park = start.park
    firm.sector = start.sector
    firm.size = start.size
    firm.robots = start.robots
    firm.aware = start.aware
    firm.workshops = start.workshops
    firm.workshops_built = start.workshops
    firm.factories = start.factories
    firm.factories_built = start.factories


@internal
def _leave(world, slot, month):  # type: ignore[no-untyped-def]
    """The firm leaves: its promises are void, its partners and its park lose it."""
    firm = world.firms[slot]
    if not active(firm):
        return
    count(world.flows, firm, _EXITS, 1.0)
    tally(world.stocks, world.par[0], firm, -1.0)
    _void_promises(world, firm)
    world.due[:, slot] = -1
    firm.status = GONE
    world.attention_bound[slot] = np.uint32(0)
    world.exit_bound[slot] = np.uint32(0)
    set_ahead(world, slot, month)
    park = world.parks[firm.park]
    park.active -= 1
    park.supported -= firm.supported_before
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[place])
        partner = world.firms[partner_slot]
        if not active(partner):
            continue
        world.ties[partner_slot].partners_active -= 1
        world.ties[partner_slot].partners_supported -= firm.supported_before
        if world.start[slot].leader == 1:
            _find_leader(world, partner_slot)
        rebound(world, partner_slot, month)
    widen_envelope(world, int(firm.park), month)


@internal
def _find_leader(world, slot):  # type: ignore[no-untyped-def]
    """Find the chain leader among the partners that would be the first to ask."""
    firm = world.firms[slot]
    firm.asking_rank = _NO_LEADER
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = world.partners[place]
        if active(world.firms[partner_slot]) and world.start[partner_slot].leader == 1:
            firm.asking_rank = min(firm.asking_rank, world.start[partner_slot].leader_rank)


@internal
def _void_promises(world, firm):  # type: ignore[no-untyped-def]
    """What was promised and not yet paid to a firm that leaves will not be paid; advances are lost."""
    promised = firm.grant[0] + firm.grant[1] + firm.grant[2]
    if firm.status != APPLYING and promised > 0.0:  # while applying, `grant` holds what was asked for
        paid = firm.advance if firm.status == BUILDING and firm.supported == 1 else 0.0
        for tier in range(3):
            money.void(world, tier, money.GRANTS, firm.grant[tier] * (1.0 - paid / promised))
            firm.grant[tier] = 0.0
    if firm.tax_due > 0.0:
        money.void(world, money.TIER_OF[money.TAX], money.TAX, firm.tax_due)
        firm.tax_due = 0.0
    if firm.interest_due > 0.0:
        money.void(world, money.TIER_OF[money.LOANS], money.LOANS, firm.interest_due)
        firm.interest_due = 0.0


@internal
def begin(world):  # type: ignore[no-untyped-def]
    """Set up the district in 2018-01, before its first month."""
    par = world.par[0]
    state = world.district[0]
    state.success_rate = par.support_start_success
    for kind in range(4):
        monthly = par.providers_capacity[kind] * par.population_firms / 12.0
        world.markets[kind].orders = monthly * par.providers_normal_use
        world.markets[kind].price = 1.0
    for slot in range(state.slots_used):
        enter(world, slot, 0, 0.0)
    for slot in range(state.slots_used):
        set_ahead(world, slot, 0)
    for park in range(world.parks.size):
        widen_envelope(world, park, 0)
    rebound_all(world, 0)

