"""The verbs contract, build and mature (7.11 to 7.14)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from odd_model import choice
from odd_model.entities import (
    BUILDING,
    DECEMBER,
    EQUIPMENT,
    FACTORY,
    IDLE,
    LIGHT,
    MAY,
    WORKSHOP,
    Firm,
    Market,
    held,
    level_of,
)
from odd_model.seeking import lottery

if TYPE_CHECKING:
    from odd_model.month import District


def contract(district: District) -> None:
    """7.11."""
    providers = district.parameters.providers
    for kind, market in enumerate(district.markets):
        orders = [firm for firm in district.orders if firm.project.kind == kind]
        for firm in sorted(orders, key=lambda firm: lottery(district, firm, firm.project.since)):
            firm.project.joined = district.month
            market.queue.append(firm)
        gained = district.capacity(kind, district.offer)
        market.credit = min(market.credit + gained, gained + 1)
        market.smoothed += (len(orders) - market.smoothed) / providers.smoothing_months
        starting = market.queue[: math.floor(market.credit)]
        market.queue = market.queue[len(starting) :]
        market.credit -= len(starting)
        for firm in starting:
            begin(district, firm)
        lose_patience(district, market)
        normal = district.normal_orders(kind)
        market.price = price(district, market, normal * market.scale)
        if providers.adjustment_months > 0 and normal > 0:
            months = max(providers.adjustment_months, 1)
            aim = max((market.smoothed + len(market.queue) / months) / normal, providers.lowest_scale)
            market.scale += (aim - market.scale) / months
    district.orders = []


def lose_patience(district: District, market: Market) -> None:
    """Patience (7.11)."""
    parameters = district.parameters
    patience, premium = parameters.providers.patience_months, parameters.providers.outside_premium
    leaving = [firm for firm in market.queue if patience > 0 and district.month >= firm.project.joined + patience]
    market.queue = [firm for firm in market.queue if firm not in leaving]
    for firm in leaving:
        if firm.project.surplus > premium * (1 + parameters.building.search_share):
            firm.project.cost *= 1 + premium
            district.record.count(firm, "bought_elsewhere")
            begin(district, firm)
        else:
            if firm.project.supported:
                district.ledger.void_grant(firm.project.by_tier)
            district.record.count(firm, "projects_cancelled")
            firm.status, firm.project = IDLE, None


def price(district: District, market: Market, normal_orders: float) -> float:
    providers = district.parameters.providers
    if providers.inverse_supply_elasticity == 0 or normal_orders == 0:
        return 1.0
    if market.smoothed <= 0:
        return providers.lowest_price
    index = (market.smoothed / normal_orders) ** providers.inverse_supply_elasticity
    return held(index, providers.lowest_price, providers.highest_price)


def begin(district: District, firm: Firm) -> None:
    """When work begins (7.11)."""
    parameters, offer, ledger, project = district.parameters, district.offer, district.ledger, firm.project
    firm.status, project.helped = BUILDING, firm.fresh_visit(district.month)
    project.pilot = (
        project.kind == LIGHT and not (project.supported or project.registered) and choice.on_list(firm, district.view)
    )
    if project.helped and offer.matchmaking_cost_cut > 0:
        ledger.spend("matchmaking", parameters.public_costs.match)
        district.record.count(firm, "matches")
    need = project.cost + choice.search_cost(project.cost, parameters, offer, helped=project.helped)
    project.advance = 0.0 if project.registered else project.grant * offer.grants_advance_share
    ledger.pay_grant([part * offer.grants_advance_share for part in project.by_tier])
    own = min(max(firm.cash, 0.0), need - project.advance)
    loan = need - project.advance - own
    firm.cash -= own
    ledger.book_start(own=own, loan=loan, grant=project.advance + project.state_part)
    if loan > 0:
        borrow(district, firm, loan)
    ledger.spend("provider_discount", project.state_part)
    project.tax_due = offer.tax_credit_rate * project.cost
    ledger.promise("tax", project.tax_due)
    plan_work(district, firm)
    district.record.count(firm, "projects_started")
    district.record.count(firm, "supported_started", float(project.supported or project.registered))
    chance = parameters.projects.recorded[project.kind]
    recorded = (
        project.supported or project.registered or district.luck.u("recording", firm.number, district.month) < chance
    )
    district.record.count(firm, "projects_recorded", float(recorded))
    district.record.count(firm, "private_investment", own + loan)
    district.record.count(firm, "waiting_months", district.month - project.since)


def borrow(district: District, firm: Firm, loan: float) -> None:
    parameters, offer, ledger, month = district.parameters, district.offer, district.ledger, district.month
    months = parameters.finance.loan_months
    ledger.spend("relief", loan * offer.relief_interest_points * months / 12 / 2)
    if firm.aware and offer.loans_guarantee_share > 0:
        above = loan - choice.credit_line(firm, district.view, guarantee=False)
        ledger.spend("loans", max(above, 0.0) * offer.loans_guarantee_cost)
    firm.project.interest_due = choice.interest_support(loan, firm, parameters, offer)
    ledger.promise("loans", firm.project.interest_due)
    rate = choice.loan_rate(firm, parameters, offer)
    firm.loan_payment = (firm.debt(month) + loan * (1 + rate / 2 * months / 12)) / months
    firm.loan_end = month + int(months)


def plan_work(district: District, firm: Firm) -> None:
    luck, month, project = district.luck, district.month, firm.project
    duration = int(district.parameters.projects.duration[project.kind])
    if luck.u("obstacle", firm.number, month) < district.parameters.building.obstacle_probability:
        worked = min(math.floor(luck.u("obstacle_month", firm.number, month) * duration), duration - 1)
        project.obstacle_month, project.work_left = month + worked, duration - worked
    else:
        project.end_month = month + duration - 1


def build(district: District) -> None:
    """7.12."""
    luck, month = district.luck, district.month
    for firm in district.standing():
        if firm.status != BUILDING:
            continue
        project = firm.project
        if project.stuck and luck.u("clearing", firm.number, month) < district.offer.clearing:
            project.stuck, project.end_month = False, month + project.work_left
            district.record.count(firm, "obstacles_cleared")
        if project.obstacle_month == month:
            project.stuck = True
        if project.end_month == month:
            chance = choice.chance_of_success(firm, district.parameters, district.offer, helped=project.helped)
            project.succeeded = luck.u("success", firm.number, month) < chance
            district.record.count(firm, "projects_completed" if project.succeeded else "projects_failed")


def mature(district: District) -> None:
    """7.13 and 7.14."""
    for firm in district.standing():
        if firm.finished:
            leave_results(district, firm)
    if district.month % 12 == MAY:
        publish_lists(district)
    if district.month % 12 == DECEMBER:
        for firm in district.standing():
            firm.score = max(firm.score - district.parameters.levels.erosion, 0.0)
            assess(district, firm)
            award_levels(district, firm)


def leave_results(district: District, firm: Firm) -> None:
    """7.13."""
    parameters, project, sectors, s = district.parameters, firm.project, district.parameters.sectors, firm.sector
    kind, part = project.kind, 1.0 if project.succeeded else parameters.building.failed_gain
    effect = choice.effects(firm, kind, parameters)
    additional = effect.output * (sectors.contribution[s] - sectors.margin[s])
    firm.saved += part * (choice.savings(firm, effect, parameters) + additional)
    firm.labour_factor *= 1 - part * effect.labour
    firm.energy_factor *= 1 - part * effect.energy
    firm.defect_factor *= 1 - part * effect.defects
    firm.revenue *= 1 + part * effect.output
    firm.output_factor *= 1 + part * effect.output
    firm.score = choice.score_after(firm, kind, part, parameters)
    firm.repeats[kind] += 1
    firm.robots = firm.robots or kind in (EQUIPMENT, WORKSHOP)
    if project.succeeded:
        firm.workshops_built += kind == WORKSHOP
        firm.factories_built += kind == FACTORY
        if project.pilot:
            district.samples.add(firm.sector)
        firm.evidence += 1
        firm.last_success = district.month
        for partner in firm.standing_partners():
            partner.evidence += parameters.valuation.partner_evidence


def publish_lists(district: District) -> None:
    """The yearly lists of 7.13."""
    offer, standing = district.offer, district.standing()
    workshops = [firm for firm in standing if workshop_qualifies(district, firm)]
    for firm in with_a_place(workshops, offer.lists_workshop_places):
        firm.workshops += 1
        give_award(district, firm, offer.awards_workshop)
        district.record.count(firm, "workshops_new")
    factories = [firm for firm in standing if factory_qualifies(district, firm)]
    for firm in with_a_place(factories, offer.lists_factory_places):
        firm.factories += 1
        give_award(district, firm, offer.awards_factory)
        district.record.count(firm, "factories_new")


def with_a_place(qualified: list[Firm], places: float) -> list[Firm]:
    return sorted(qualified, key=lambda firm: (-firm.reported, firm.slot))[: int(places)]


def workshop_qualifies(district: District, firm: Firm) -> bool:
    chance = district.luck.u("recognition", firm.number, district.month)
    return firm.workshops < firm.workshops_built and chance < district.parameters.levels.recognition


def factory_qualifies(district: District, firm: Firm) -> bool:
    levels = district.parameters.levels
    chance = district.luck.u("factory_recognition", firm.number, district.month)
    enough = firm.workshops_built >= levels.workshops_per_factory * (firm.factories + 1)
    return enough and firm.factories < firm.factories_built and chance < levels.factory_recognition


def give_award(district: District, firm: Firm, award: float) -> None:
    firm.cash += award
    district.ledger.spend("awards", award)


def assess(district: District, firm: Firm) -> None:
    """7.14."""
    levels, offer = district.parameters.levels, district.offer
    stake = 1.0 if any(choice.level_awards(offer)) else offer.assessment_target_pressure
    noise = levels.assessment_spread * district.luck.z("assessment", firm.number, district.month)
    inflation = (levels.inflation + levels.stake_inflation * stake) * (1 - offer.assessment_inflation_cut)
    firm.reported = held(firm.score + noise + inflation, 0.0, 100.0)
    firm.level = level_of(firm.reported)


def award_levels(district: District, firm: Firm) -> None:
    for level, award in zip((2, 3, 4), choice.level_awards(district.offer), strict=True):
        if firm.best_level < level <= firm.level:
            give_award(district, firm, award)
    firm.best_level = max(firm.best_level, firm.level)
