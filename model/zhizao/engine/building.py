"""The verbs `build` and `mature`: projects come to their end, scores rise and erode, lists are published."""

from __future__ import annotations

from typing import Any

from zhizao import draws
from zhizao.compiled import internal
from zhizao.engine import money
from zhizao.engine.appraisal import project_saving, success_chance
from zhizao.engine.firm import (
    active,
    count,
    is_asked,
    rebound,
    set_ahead,
    settle_cash,
    tally,
    tally_level,
)
from zhizao.engine.scan import draw_normals, fetch_later, slots_due, take, take_with_partners
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
from zhizao.rules import progress, support

__all__ = ["assess", "build", "mature"]

_CLEARING = draws.STREAMS["clearing"].number
_SUCCESS = draws.STREAMS["success"].number
_ASSESSMENT = draws.STREAMS["assessment"].number
_RECOGNITION = draws.STREAMS["recognition"].number
_FACTORY_RECOGNITION = draws.STREAMS["factory_recognition"].number

_COMPLETED = place_of("projects_completed", FLOWS)
_FAILED = place_of("projects_failed", FLOWS)
_CLEARED = place_of("obstacles_cleared", FLOWS)
_WORKSHOPS_NEW = place_of("workshops_new", FLOWS)
_FACTORIES_NEW = place_of("factories_new", FLOWS)

_MAY, _DECEMBER = 4, 11


@internal
def build(world: World, month: int) -> None:
    """Projects advance, get stuck, get unstuck, and come to their end, well or badly."""
    state = world.district[0]
    _clear_obstacles(world, month)
    for first in range(0, state.slots_used, BLOCK):
        many = slots_due(world, WORK, month, first, min(first + BLOCK, state.slots_used))
        for place in range(many):
            _meet_event(world, take(world, world.found[:many], place, JUDGING), month)


@internal
def _clear_obstacles(world: World, month: int) -> None:
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
    luck = draws.uniform(state.seed, _SUCCESS, slot, month)
    chance = success_chance(world.par[0], world.offers[month], world.start[slot], firm.helped == 1)
    firm.succeeded = 1 if luck < chance else 0
    firm.status = IDLE
    world.lists[FINISHED, state.finished] = slot
    state.finished += 1
    count(world.flows, firm, _COMPLETED if firm.succeeded == 1 else _FAILED, 1.0)


@internal
def mature(world: World, month: int) -> None:
    """Scores rise with what was finished; in May lists of recognition come out; in December firms assess themselves."""
    state = world.district[0]
    finished = world.lists[FINISHED, : state.finished]
    for place in range(finished.size):
        _take_effect(world, take_with_partners(world, finished, place), month)
    _forget_successes(world, month)
    if month % 12 == _MAY:
        for slot in range(state.slots_used):
            fetch_later(world, slot, VALUING)
            firm = world.firms[slot]
            if firm.workshops_built > firm.workshops or firm.factories_built > firm.factories:
                _recognise(world, slot, month)
    if month % 12 == _DECEMBER:
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
def _show_success(world: World, slot: int, month: int) -> None:
    """Partners gain evidence, and for a year the firm counts as ahead."""
    gain = world.par[0].valuation_partner_evidence
    for place in range(world.partner_start[slot], world.partner_start[slot + 1]):
        world.firms[world.partners[place]].evidence += gain
    world.firms[slot].evidence += 1.0
    world.due[RECENT, slot] = month + 12
    set_ahead(world, slot, month)


@internal
def _forget_successes(world: World, month: int) -> None:
    """A success a year old no longer counts by itself."""
    slots = world.district[0].slots_used
    for first in range(0, slots, BLOCK):
        many = slots_due(world, RECENT, month, first, min(first + BLOCK, slots))
        for place in range(many):
            set_ahead(world, take(world, world.found[:many], place, KNOWING), month)


@internal
def _recognise(world: World, slot: int, month: int) -> None:
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
def _give_award(world: World, firm: Any, amount: float) -> None:
    if amount > 0.0:
        money.spend(world, money.AWARDS, amount)
        firm.cash += amount


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
    """A firm's level changed: count it anew, pay awards for a level first reported, and tell its partners."""
    firm = world.firms[slot]
    tally_level(world.stocks, world.par[0], firm, level_before, true_before)
    if firm.level > firm.best_level:
        _award_levels(world, firm, month)
    rebound(world, slot, month)
    set_ahead(world, slot, month)


@internal
def _award_levels(world: World, firm: Any, month: int) -> None:
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
def assess(par: Any, offer: Any, noise: float, firm: Any) -> None:
    """Report a score: the true one, with (standard normal) noise and inflation."""
    money_at_stake = offer.awards_level2 + offer.awards_level3 + offer.awards_level4 > 0.0
    stake = 1.0 if money_at_stake else offer.assessment_target_pressure
    firm.reported = progress.reported_score(
        firm.score, noise, par.levels_assessment_spread, par.levels_inflation, par.levels_stake_inflation, stake,
        offer.assessment_inflation_cut,
    )  # fmt: skip
    firm.level = progress.level_of(firm.reported)
    firm.level_true = progress.level_of(firm.score)
