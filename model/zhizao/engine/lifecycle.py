"""The verbs `produce` and `turn_over`: firms grow, earn, leave and enter; and how a district begins."""

from __future__ import annotations

import numpy as np

from zhizao import draws
from zhizao.calendar import FIRST_OF_YEAR, YEAR_MONTH
from zhizao.compiled import internal, verb
from zhizao.engine import money
from zhizao.engine.appraisal import usual_starts
from zhizao.engine.building import assess
from zhizao.engine.choosing import strike_support
from zhizao.engine.firm import (
    active,
    count,
    over_sizes,
    rebound,
    set_ahead,
    set_exit_bound,
    settle_cash,
    tally,
    tally_all,
    widen_envelope,
)
from zhizao.engine.slot_scan import draw_block, draw_normals, firm_draw, slots_below, take
from zhizao.engine.state import (
    APPLYING,
    BLOCK,
    DEMAND_SUM,
    FLOWS,
    GONE,
    IDLE,
    QUEUED,
    RELIEF_SUM,
    STOCKS,
    SURCHARGE_SUM,
    WHOLE,
    World,
    place_of,
)
from zhizao.engine.terms import set_terms
from zhizao.records.parameters import ParameterRecord
from zhizao.records.state import FirmRecord, StartRecord
from zhizao.rules import business
from zhizao.rules.constants import HIGHEST_STARTING_SCORE, MONTHS_PER_YEAR
from zhizao.sectors import KIND_COUNT, TIER_COUNT

__all__ = ["begin", "produce", "turn_over"]

_ASSESSMENT = draws.STREAMS["assessment"].number
_GROWTH = draws.STREAMS["growth"].number
_EXIT = draws.STREAMS["exit"].number
_START_AWARENESS = draws.STREAMS["start_awareness"].number
_ENTRY = draws.STREAMS["entry"].number
_PILOT = draws.STREAMS["pilot"].number

_FIRMS = place_of("firms", STOCKS)
_ENTRIES = place_of("entries", FLOWS)
_EXITS = place_of("exits", FLOWS)

_NO_LEADER = 2.0


@verb
def produce(world: World, month: int) -> None:
    """Revenue grows once a year; every month output is sold and cash put aside (settled when next needed)."""
    state = world.district[0]
    offer = world.offers[month]
    if (month + FIRST_OF_YEAR) % 12 == YEAR_MONTH and month > 0:
        par = world.par[0]
        for first in range(0, state.slots_used, BLOCK):
            last = min(first + BLOCK, state.slots_used)
            draw_normals(world, _GROWTH, month, first, last)
            for slot in range(first, last):
                firm = world.firms[slot]
                if active(firm):
                    settle_cash(par, world.sums, firm, month)
                    if _grow(par, world.normals[slot - first], firm):
                        set_exit_bound(world, slot)
        tally_all(world.stocks, par, world.firms, state.slots_used)
    demand = offer.context_demand / MONTHS_PER_YEAR
    world.sums[DEMAND_SUM, month + 1] = world.sums[DEMAND_SUM, month] + demand
    price = offer.context_energy_price
    world.sums[RELIEF_SUM, month + 1] = world.sums[RELIEF_SUM, month] + demand * offer.relief_energy_share * price
    world.sums[SURCHARGE_SUM, month + 1] = world.sums[SURCHARGE_SUM, month] + demand * (price - 1.0)


@internal
def _grow(par: ParameterRecord, normal: float, firm: FirmRecord) -> bool:
    """A year's growth; firms that have run out of cash are in distress for the year. True if that changed."""
    before = firm.revenue
    firm.revenue = business.grown_revenue(before, par.sectors_growth[firm.sector], normal, par.production_growth_spread)
    distressed = 1 if firm.cash < 0.0 else 0
    changed = distressed != int(firm.distressed)
    firm.distressed = distressed
    return changed


@verb
def turn_over(world: World, month: int) -> None:
    """Firms leave and enter; better services attract more, and more digital, entrants."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        draw_block(world, _EXIT, month, first, last)
        leaving = slots_below(world, world.exit_bound, first, last)
        for index in range(leaving):
            _leave(world, take(world, world.slots_found[:leaving], index, WHOLE), month)
    mean = state.start_firms * par.turnover_entry_rate / MONTHS_PER_YEAR * (1.0 + offer.attraction_entry_gain)
    entering = draws.poisson_quantile(draws.uniform(state.seed, _ENTRY, 0, month), mean)
    head_start = business.head_start(
        par.turnover_entrant_score, par.turnover_entrant_gain, offer.attraction_score_gain, month
    )
    informed = _informed_share(world) if entering > 0 and par.awareness_entrants_follow > 0.0 else 0.0
    for _ in range(entering):
        if state.slots_used >= state.slots:
            state.overflow = 1
            return
        slot = state.slots_used
        state.slots_used += 1
        noise = draws.normal_quantile(firm_draw(world, _ASSESSMENT, slot, month))
        enter(world, slot, month, head_start, noise)
        firm = world.firms[slot]
        if par.awareness_entrants_follow > 0.0:
            firm.aware = 1 if firm_draw(world, _START_AWARENESS, slot, 0) < informed else 0
            world.unaware[slot] = 1 - firm.aware
        count(world.flows, firm, _ENTRIES, 1.0)
        set_ahead(world, slot, month)
        widen_envelope(world, int(firm.park), month)
        rebound(world, slot, month)


@internal
def _informed_share(world: World) -> float:
    """Share of this month's entrants that know of support: between that of the start and that of the firms here."""
    par = world.par[0]
    unaware = 0
    for slot in range(world.district[0].slots_used):
        unaware += int(world.unaware[slot])
    today = 1.0 - unaware / max(over_sizes(world.stocks, _FIRMS), 1.0)
    return business.informed_share(par.awareness_start_share, today, par.awareness_entrants_follow)


@internal
def enter(world: World, slot: int, month: int, head_start: float, noise: float) -> None:
    """Fill a slot with its firm and link it to the partners that are there; `noise` is that of its first report."""
    start = world.start[slot]
    firm = world.firms[slot]
    _copy_start(firm, start)
    firm.score = min(max(start.score + head_start, 0.0), HIGHEST_STARTING_SCORE)
    firm.labour_factor = firm.energy_factor = firm.defect_factor = 1.0
    firm.visited_until = firm.waits_until = firm.waits_since = -1
    firm.cash_month = firm.since_month = month
    firm.status = IDLE
    firm.log_line = -1
    assess(world.par[0], world.offers[month], noise, firm)
    firm.best_level = firm.start_level = firm.level
    firm.asking_rank = _NO_LEADER
    firm.partners_ahead = firm.partners_supported = 0  # partners counted themselves before the firm was there
    firm.evidence = 0.0
    for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[index])
        partner = world.firms[partner_slot]
        if not active(partner):
            continue
        partner.partners_active += 1
        firm.partners_active += 1
        firm.partners_ahead += partner.ahead
        firm.partners_supported += partner.supported_before
        if world.start[partner_slot].leader == 1:
            firm.asking_rank = min(firm.asking_rank, world.start[partner_slot].leader_rank)
        if start.leader == 1 and start.leader_rank < partner.asking_rank:
            partner.asking_rank = start.leader_rank
            rebound(world, partner_slot, month)
    world.unaware[slot] = 1 - firm.aware
    world.parks[firm.park].active += 1
    tally(world.stocks, world.par[0], firm, 1.0)
    set_exit_bound(world, slot)


@internal
def _copy_start(firm: FirmRecord, start: StartRecord) -> None:
    firm.revenue = start.revenue
    firm.cash = start.cash
    firm.park = start.park
    firm.coverage_rank = start.coverage_rank
    firm.sector = start.sector
    firm.size_class = start.size_class
    firm.robots = start.robots
    firm.aware = start.aware
    firm.workshops = start.workshops
    firm.workshops_built = start.workshops
    firm.factories = start.factories
    firm.factories_built = start.factories


@internal
def _leave(world: World, slot: int, month: int) -> None:
    """The firm leaves: its promises are void, its partners and its park lose it."""
    firm = world.firms[slot]
    if not active(firm):
        return
    count(world.flows, firm, _EXITS, 1.0)
    tally(world.stocks, world.par[0], firm, -1.0)
    _void_promises(world, firm)
    if firm.status == QUEUED:
        world.markets[firm.kind].gone += 1  # its place in the queue is skipped when its turn comes
    world.due[:, slot] = -1
    firm.status = GONE
    world.unaware[slot] = 0
    world.attention_bound[slot] = np.uint32(0)
    world.exit_bound[slot] = np.uint32(0)
    set_ahead(world, slot, month)
    park = world.parks[firm.park]
    park.active -= 1
    park.supported -= firm.supported_before
    for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = int(world.partners[index])
        partner = world.firms[partner_slot]
        if not active(partner):
            continue
        partner.partners_active -= 1
        partner.partners_supported -= firm.supported_before
        if world.start[slot].leader == 1:
            _find_leader(world, partner_slot)
        rebound(world, partner_slot, month)
    widen_envelope(world, int(firm.park), month)


@internal
def _find_leader(world: World, slot: int) -> None:
    """Find the chain leader among the partners that would be the first to ask."""
    firm = world.firms[slot]
    firm.asking_rank = _NO_LEADER
    for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
        partner_slot = world.partners[index]
        if active(world.firms[partner_slot]) and world.start[partner_slot].leader == 1:
            firm.asking_rank = min(firm.asking_rank, world.start[partner_slot].leader_rank)


@internal
def _void_promises(world: World, firm: FirmRecord) -> None:
    """What was promised and not yet paid to a firm that leaves will not be paid; advances are lost."""
    promised = money.over_tiers(firm.grant)
    if firm.registered != 0:  # what is only asked for was never promised
        firm.registered = 0
        strike_support(world, firm)
    elif firm.status != APPLYING and promised > 0.0:  # while applying, `grant` holds what was asked for
        for tier in range(TIER_COUNT):
            money.void(world, tier, money.GRANTS, firm.grant[tier] * (1.0 - firm.advance / promised))
            firm.grant[tier] = 0.0
    if firm.tax_due > 0.0:
        money.void(world, money.TIER_OF[money.TAX], money.TAX, firm.tax_due)
        firm.tax_due = 0.0
    if firm.interest_due > 0.0:
        money.void(world, money.TIER_OF[money.LOANS], money.LOANS, firm.interest_due)
        firm.interest_due = 0.0


@verb
def begin(world: World, month: int) -> None:
    """Set up the district, before its first month, which is `month`."""
    par = world.par[0]
    state = world.district[0]
    state.success_rate = par.support_start_success
    set_terms(world)
    _draw_pilots(world)
    for kind in range(KIND_COUNT):
        world.markets[kind].orders = usual_starts(par, kind) * par.providers_normal_use
        world.markets[kind].price = 1.0
        world.markets[kind].scale = 1.0
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        draw_normals(world, _ASSESSMENT, month, first, last)
        for slot in range(first, last):
            enter(world, slot, month, 0.0, world.normals[slot - first])
    for slot in range(state.slots_used):
        set_ahead(world, slot, month)
    for park in range(world.parks.size):
        widen_envelope(world, park, month)
    for slot in range(state.slots_used):
        rebound(world, slot, month)


@internal
def _draw_pilots(world: World) -> None:
    """Draw, once for each firm that is there or will enter, what decides whether it is on the pilot city's list."""
    slots = world.district[0].slots
    for first in range(0, slots, BLOCK):
        last = min(first + BLOCK, slots)
        draw_block(world, _PILOT, 0, first, last)
        for slot in range(first, last):
            world.pilot_draw[slot] = draws.unit(world.words[slot - first])
