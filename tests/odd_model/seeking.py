"""The verbs announce, spread_word, serve, appraise and award (7.1 to 7.4, 7.10)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from odd_model import choice
from odd_model.entities import APPLYING, IDLE, JANUARY, QUEUED, SIZES, Claim, Filing, Firm, Offer, Project

if TYPE_CHECKING:
    from odd_model.month import District

LIKELIEST = 1 - 2.0**-20


def announce(district: District) -> None:
    """7.1."""
    offer, new_year = district.offer, district.month % 12 == JANUARY and district.month > 0
    if new_year:
        start = district.parameters.support.start_success
        news = district.funded / district.decided if district.decided else start
        district.success_rate = (district.success_rate + news) / 2
        district.funded = district.decided = 0
    if not offer.grants_on or (new_year and offer.grants_carry_over == "no"):
        district.ledger.lapse()
    district.ledger.appropriate(offer.monthly_budget)


def spread_word(district: District) -> None:
    """7.2."""
    awareness, luck = district.parameters.awareness, district.luck
    exposed = district.exposures({firm.slot for firm in district.standing() if firm.supported_before})
    for firm in district.standing():
        rate = awareness.media_rate * district.offer.drive + district.offer.campaign_rate
        rate += awareness.word_rate * exposed[firm.slot]
        if not firm.aware and luck.u("awareness", firm.number, district.month) < likely(rate):
            firm.aware = True


def likely(rate: float) -> float:
    return min(1 - math.exp(-rate / 12), LIKELIEST)


def serve(district: District) -> None:
    """7.3."""
    visits, coverage = visits_and_coverage(district)
    before, district.rounds = district.rounds, district.rounds + visits
    for firm in district.standing():
        turn = math.floor(district.rounds + firm.visit_phase) > math.floor(before + firm.visit_phase)
        if not turn or not may_be_visited(firm, district.offer) or not is_covered(district, firm, coverage):
            continue
        firm.aware = True
        firm.visited_until = district.month + int(district.parameters.attention.visit_months)
        if not firm.visited:
            firm.visited = True
            firm.evidence += district.parameters.valuation.visit_evidence
        district.record.count(firm, "visits")


def may_be_visited(firm: Firm, offer: Offer) -> bool:
    return choice.in_reach(firm, "specialists", offer.specialists_sizes, offer)


def visits_and_coverage(district: District) -> tuple[float, float]:
    """Return the month's visits to each covered firm, and the share of firms in reach that is covered."""
    offer = district.offer
    if not offer.visits_targeted:
        return offer.monthly_visits, offer.coverage
    reach = sum(may_be_visited(firm, offer) for firm in district.standing())
    if not reach:
        return 0.0, 0.0
    covered = min(offer.specialists_count * offer.specialists_caseload, reach)
    return offer.specialists_count * offer.specialists_visits / covered / 12 if covered else 0.0, covered / reach


def is_covered(district: District, firm: Firm, coverage: float) -> bool:
    order = district.offer.specialists_order
    if order == "all":
        return firm.coverage_rank < coverage
    small, medium, _ = district.parameters.population.class_share
    shares = (small, medium, 1 - small - medium)
    served = SIZES if order == "small-first" else SIZES[::-1]
    before = sum(shares[size] for size in served[: served.index(firm.size_class)])
    return before + firm.coverage_rank * shares[firm.size_class] < coverage


def appraise(district: District) -> None:
    """7.4, and 7.5 to 7.9 in `choice`."""
    offer, luck, month = district.offer, district.luck, district.month
    exposed = district.exposures({firm.slot for firm in district.standing() if firm.ahead(month)})
    for firm in district.standing():
        if firm.status != IDLE:
            continue
        planned = firm.waits_until == month
        if firm.waits_until > month:
            continue
        rate = looking_rate(district, firm, exposed[firm.slot])
        if not planned and luck.u("attention", firm.number, month) >= likely(rate):
            continue
        if firm.aware and not firm.diagnosed and offer.diagnosis_value > 0:
            firm.diagnosed = True
            firm.evidence += district.parameters.valuation.diagnosis_evidence
            district.ledger.spend("diagnosis", offer.diagnosis_value)
            district.record.count(firm, "diagnoses")
        decided = firm.waits_since if planned else month
        taste = luck.u("taste", firm.number, decided)
        chosen = choice.choose(firm, district.view, taste)
        if chosen is None:
            continue
        ahead = what_it_sees_coming(district, firm)
        if ahead is not None and choice.waits(firm, district.view, ahead, chosen[1], taste):
            firm.waits_until, firm.waits_since = month + ahead.months, decided
        else:
            act(district, firm, *chosen)


def what_it_sees_coming(district: District, firm: Firm) -> choice.Ahead | None:
    """Return what is announced and near enough, if the firm knows of support and looks ahead (7.9)."""
    choosing, ahead = district.parameters.choosing, district.ahead
    if ahead is None or ahead.months > choosing.foresight_months or not firm.aware:
        return None
    return ahead if district.luck.u("foresight", firm.number) < choosing.anticipation else None


def looking_rate(district: District, firm: Firm, exposure: float) -> float:
    attention, offer = district.parameters.attention, district.offer
    rate = attention.spontaneous_rate * offer.drive + attention.contagion_rate * exposure
    rate += attention.visit_rate if firm.fresh_visit(district.month) else 0.0
    rate += attention.deadline_rate if offer.deadline_on and firm.aware and choice.grants_for(firm, offer) else 0.0
    rate += attention.leader_rate if choice.is_asked(firm, offer) else 0.0
    return rate + (attention.stake_rate * choice.offered_share(firm, district.view) if firm.aware else 0.0)


def act(district: District, firm: Firm, option: choice.Option, surplus: float) -> None:
    """Fix what was chosen: queue for a provider this month, or apply."""
    firm.project = Project(option.kind, option.cost, option.state_part, since=district.month, surplus=surplus)
    if not option.applies:
        order(district, firm)
        return
    firm.project.grant = option.grant
    if district.offer.grants_regime == "after-the-fact":
        firm.project.registered = True
        order(district, firm)
    else:
        firm.status = APPLYING
        district.applications.append(firm)
    district.record.count(firm, "applications")
    district.record.count(firm, "burden_hours", option.hours)
    district.record.count(firm, "grant_asked", option.grant)


def order(district: District, firm: Firm) -> None:
    firm.status = QUEUED
    district.orders.append(firm)


def award(district: District) -> None:
    """7.10."""
    offer = district.offer
    applying = [firm for firm in district.applications if firm.status == APPLYING or firm.filing is not None]
    if not offer.grants_on:
        district.applications = []
        for firm in applying:
            reject(district, firm)
        return
    due = [firm for firm in applying if district.month >= asked(firm).since + offer.processing_months]
    district.applications = [firm for firm in applying if firm not in due]
    gain = district.parameters.support.weekend_gain * offer.handling_weekend_share
    capacity = math.floor(offer.handling_monthly_capacity * (1 + gain))
    if len(due) > capacity:
        due.sort(key=lambda firm: by_date(district, firm))
        district.applications += due[capacity:]
        due = due[:capacity]
    if sum(asked(firm).grant for firm in due) <= district.ledger.grants_left:
        for firm in due:
            fund(district, firm)
    else:
        ration(district, due)


def ration(district: District, due: list[Firm]) -> None:
    """Decide in the order of the rule on what does not all fit."""
    first_come, blocked = district.offer.grants_allocation == "first-come", False
    for firm in sorted(due, key=lambda firm: place_in_line(district, firm)):
        waited = district.month - asked(firm).since
        if not blocked and asked(firm).grant <= district.ledger.grants_left:
            fund(district, firm)
        elif first_come and waited < district.parameters.support.longest_wait:
            blocked = True
            district.applications.append(firm)
        else:
            reject(district, firm)


def asked(firm: Firm) -> Project | Filing:
    """Return what is to be decided: the claim for a registered project, or the application for the one in hand."""
    return firm.filing if firm.filing is not None else firm.project


def lottery(district: District, firm: Firm, since: int) -> float:
    return district.luck.u("queue", firm.number, since)


def by_date(district: District, firm: Firm) -> float:
    return asked(firm).since + lottery(district, firm, asked(firm).since)


def place_in_line(district: District, firm: Firm) -> float:
    rule = district.offer.grants_allocation
    if rule == "merit":
        return 1 - firm.capability
    if rule == "lottery":
        return lottery(district, firm, asked(firm).since)
    if rule == "small-first":
        return firm.size_class + lottery(district, firm, asked(firm).since)
    return by_date(district, firm)


def fund(district: District, firm: Firm) -> None:
    parts = district.ledger.promise_grant(asked(firm).grant)
    firm.supported_before = True
    district.funded += 1
    district.decided += 1
    district.record.count(firm, "awards")
    if firm.filing is not None:
        firm.filing, firm.claim = None, Claim(parts, due=district.month + int(district.offer.grants_payment_delay))
        return
    firm.project.by_tier, firm.project.supported = parts, True
    order(district, firm)


def reject(district: District, firm: Firm) -> None:
    district.decided += 1
    district.record.count(firm, "rejections")
    if firm.filing is not None:
        firm.filing = None
        return
    applied = firm.project.since
    firm.status, firm.project = IDLE, None
    if district.luck.u("refusal", firm.number, district.month) < district.parameters.support.alone_after_refusal:
        taste = district.luck.u("taste", firm.number, applied)
        chosen = choice.choose(firm, district.view, taste, only_alone=True)
        if chosen is not None:
            act(district, firm, *chosen)
