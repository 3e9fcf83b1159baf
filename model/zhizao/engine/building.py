"""The verbs `build` and `mature`: projects come to their end, scores rise and erode, lists are published."""

from __future__ import annotations

from zhizao import draws
from zhizao.calendar import FIRST_OF_YEAR, LISTS_MONTH, SELF_ASSESSMENT_MONTH
from zhizao.compiled import internal, verb
from zhizao.engine.appraisal import project_saving, success_chance
from zhizao.engine.firm import active, count, is_asked, rebound, set_ahead, settle_cash, tally, tally_level
from zhizao.engine.listing import give_award, publish_lists
from zhizao.engine.slot_scan import draw_normals, fetch_later, firm_draw, slots_due, take, take_with_partners
from zhizao.engine.state import (
    BLOCK,
    BUILDING,
    FINISHED,
    FLOWS,
    IDLE,
    JUDGING,
    KNOWING,
    RECENT,
    STUCK,
    VALUING,
    WORK,
    World,
    place_of,
)
from zhizao.engine.terms import set_sizes
from zhizao.records.parameters import ParameterRecord
from zhizao.records.state import FirmRecord, OfferRecord
from zhizao.rules import progress, support
from zhizao.rules.constants import MONTHS_AHEAD
from zhizao.sectors import BRINGS_ROBOTS, IS_FACTORY, IS_WORKSHOP

__all__ = ["assess", "build", "mature"]

_CLEARING = draws.STREAMS["clearing"].number
_SUCCESS = draws.STREAMS["success"].number
_ASSESSMENT = draws.STREAMS["assessment"].number

_COMPLETED = place_of("projects_completed", FLOWS)
_FAILED = place_of("projects_failed", FLOWS)
_CLEARED = place_of("obstacles_cleared", FLOWS)


@verb
def build(world: World, month: int) -> None:
    """Projects advance, get stuck, get unstuck, and come to their end, well or badly."""
    state = world.district[0]
    _clear_obstacles(world, month)
    for first in range(0, state.slots_used, BLOCK):
        count = slots_due(world, WORK, month, first, min(first + BLOCK, state.slots_used))
        for index in range(count):
            _meet_event(world, take(world, world.slots_found[:count], index, JUDGING), month)


@internal
def _clear_obstacles(world: World, month: int) -> None:
    """Each stuck project may be cleared this month; its work goes on from the next."""
    state = world.district[0]
    clearing = world.offers[month].clearing
    stuck = world.lists[STUCK]
    kept = 0
    for index in range(state.stuck):
        slot = int(stuck[index])
        firm = world.firms[slot]
        if firm.status != BUILDING:
            continue
        if firm_draw(world, _CLEARING, slot, month) < clearing:
            firm.stuck = 0
            count(world.flows, firm, _CLEARED, 1.0)
            world.due[WORK, slot] = month + firm.work_left
        else:
            stuck[kept] = slot
            kept += 1
    state.stuck = kept


@internal
def _meet_event(world: World, slot: int, month: int) -> None:
    """What was planned for this month happens to the firm's project: an obstacle, or its end."""
    state = world.district[0]
    firm = world.firms[slot]
    if firm.status != BUILDING:
        return
    if firm.stuck == 1:
        world.lists[STUCK, state.stuck] = slot
        state.stuck += 1
    else:
        _end_project(world, slot, month)


@internal
def _end_project(world: World, slot: int, month: int) -> None:
    firm = world.firms[slot]
    state = world.district[0]
    luck = firm_draw(world, _SUCCESS, slot, month)
    chance = success_chance(world.par[0], world.offers[month], world.start[slot], firm.helped == 1)
    firm.succeeded = 1 if luck < chance else 0
    firm.status = IDLE
    world.lists[FINISHED, state.finished] = slot
    state.finished += 1
    count(world.flows, firm, _COMPLETED if firm.succeeded == 1 else _FAILED, 1.0)


@verb
def mature(world: World, month: int) -> None:
    """Scores rise with what was finished; once a year lists of recognition come out, and firms assess themselves."""
    state = world.district[0]
    finished = world.lists[FINISHED, : state.finished]
    for index in range(finished.size):
        _take_effect(world, take_with_partners(world, finished, index), month)
    _forget_successes(world, month)
    if (month + FIRST_OF_YEAR) % 12 == LISTS_MONTH:
        publish_lists(world, month)
    if (month + FIRST_OF_YEAR) % 12 == SELF_ASSESSMENT_MONTH:
        _assess_all(world, month)


@internal
def _take_effect(world: World, slot: int, month: int) -> None:
    """A finished project raises the score and changes the channels; a success is seen by partners."""
    firm = world.firms[slot]
    par = world.par[0]
    kind = int(firm.kind)
    part = 1.0 if firm.succeeded == 1 else par.building_failed_gain
    settle_cash(world.par[0], world.sums, firm, month)
    tally(world.stocks, world.par[0], firm, -1.0)
    sector = firm.sector
    set_sizes(world, slot)
    equipped = world.sizes[slot].equipped[kind]
    labour, energy, defects, output = project_saving(par, firm, world.start[slot], kind, equipped)
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
    world.output_factor[slot] *= 1.0 + part * output
    if firm.repeats[kind] < 255:
        firm.repeats[kind] += 1
    firm.score = progress.score_after(firm.score, par.projects_score_gain[kind], part)
    firm.level_true = progress.level_of(firm.score)
    if BRINGS_ROBOTS[kind]:
        firm.robots = 1
    if firm.succeeded == 1:
        if IS_WORKSHOP[kind]:
            firm.workshops_built += 1
        elif IS_FACTORY[kind]:
            firm.factories_built += 1
        if firm.pilot == 1:
            world.district[0].samples[firm.sector] = 1
    tally(world.stocks, world.par[0], firm, 1.0)
    if firm.succeeded == 1:
        _show_success(world, slot, month)
    rebound(world, slot, month)


@internal
def _show_success(world: World, slot: int, month: int) -> None:
    """Partners gain evidence, and for a year the firm counts as ahead."""
    gain = world.par[0].valuation_partner_evidence
    for index in range(world.partner_start[slot], world.partner_start[slot + 1]):
        world.firms[world.partners[index]].evidence += gain
    world.firms[slot].evidence += 1.0
    world.due[RECENT, slot] = month + MONTHS_AHEAD
    set_ahead(world, slot, month)


@internal
def _forget_successes(world: World, month: int) -> None:
    """A success a year old no longer counts by itself."""
    slots = world.district[0].slots_used
    for first in range(0, slots, BLOCK):
        count = slots_due(world, RECENT, month, first, min(first + BLOCK, slots))
        for index in range(count):
            set_ahead(world, take(world, world.slots_found[:count], index, KNOWING), month)


@internal
def _assess_all(world: World, month: int) -> None:
    """Standards rise, every firm reports a score, and those whose standing changed tell their partners."""
    par = world.par[0]
    offer = world.offers[month]
    state = world.district[0]
    for first in range(0, state.slots_used, BLOCK):
        last = min(first + BLOCK, state.slots_used)
        draw_normals(world, _ASSESSMENT, month, first, last)
        for slot in range(first, last):
            fetch_later(world, slot, VALUING)
            firm = world.firms[slot]
            if not active(firm):
                continue
            level, level_true = int(firm.level), int(firm.level_true)
            firm.score = max(firm.score - par.levels_erosion, 0.0)
            assess(par, offer, world.normals[slot - first], firm)
            if int(firm.level) != level or int(firm.level_true) != level_true:
                _change_level(world, slot, level, level_true, month)
            elif is_asked(firm, offer):
                rebound(world, slot, month)


@internal
def _change_level(world: World, slot: int, level_before: int, true_before: int, month: int) -> None:
    """A firm's level changed: count it again, pay awards for a level first reported, and tell its partners."""
    firm = world.firms[slot]
    tally_level(world.stocks, world.par[0], firm, level_before, true_before)
    if firm.level > firm.best_level:
        _award_levels(world, firm, month)
    rebound(world, slot, month)
    set_ahead(world, slot, month)


@internal
def _award_levels(world: World, firm: FirmRecord, month: int) -> None:
    """Pay for levels reported for the first time."""
    offer = world.offers[month]
    before = progress.least_score(firm.best_level)
    amount = support.level_awards(
        before, progress.least_score(firm.level), offer.awards_level2, offer.awards_level3, offer.awards_level4
    )
    if amount > 0.0:
        settle_cash(world.par[0], world.sums, firm, month)
        give_award(world, firm, amount)
    firm.best_level = firm.level


@internal
def assess(par: ParameterRecord, offer: OfferRecord, noise: float, firm: FirmRecord) -> None:
    """Report a score: the true one, with (standard normal) noise and inflation."""
    money_at_stake = offer.awards_level2 + offer.awards_level3 + offer.awards_level4 > 0.0
    stake = 1.0 if money_at_stake else offer.assessment_target_pressure
    firm.reported = progress.reported_score(
        firm.score,
        noise,
        par.levels_assessment_spread,
        par.levels_inflation,
        par.levels_stake_inflation,
        stake,
        offer.assessment_inflation_cut,
    )
    firm.level = progress.level_of(firm.reported)
    firm.level_true = progress.level_of(firm.score)
