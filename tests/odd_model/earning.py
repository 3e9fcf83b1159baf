"""The verbs produce, turn_over and settle (7.15 to 7.17)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from odd_model import choice
from odd_model.entities import EMPTY, GONE, IDLE, JANUARY, Claim, Filing, Firm, held, level_of
from odd_model.working import assess
from zhizao.draws import poisson_quantile

if TYPE_CHECKING:
    from odd_model.month import District


def produce(district: District) -> None:
    """7.15."""
    spread, growth = district.parameters.production.growth_spread, district.parameters.sectors.growth
    for firm in district.standing():
        if district.month % 12 == JANUARY and district.month > 0:
            luck = spread * district.luck.z("growth", firm.number, district.month) - spread**2 / 2
            firm.revenue *= (1 + growth[firm.sector]) * math.exp(luck)
            firm.distressed = firm.cash < 0
        sell(district, firm)


def sell(district: District, firm: Firm) -> None:
    """Put aside what a month brings."""
    sectors, offer, s = district.parameters.sectors, district.offer, firm.sector
    kept = district.parameters.finance.retained_share * (sectors.margin[s] + firm.saved)
    price = offer.context_energy_price
    relieved = price * offer.relief_energy_share - district.parameters.finance.retained_share * (price - 1)
    relieved *= sectors.energy_share[s] * firm.energy_factor
    firm.cash += firm.revenue * (kept + relieved) * offer.context_demand / 12
    firm.cash -= firm.loan_payment if district.month < firm.loan_end else 0.0


def turn_over(district: District) -> None:
    """7.16."""
    turnover, luck, offer = district.parameters.turnover, district.luck, district.offer
    for firm in district.standing():
        rate = turnover.exit_rate[firm.size_class] * (turnover.distress_multiple if firm.distressed else 1.0)
        if luck.u("exit", firm.number, district.month) < 1 - math.exp(-rate / 12):
            leave(district, firm)
    mean = district.firms_at_start * turnover.entry_rate / 12 * (1 + offer.attraction_entry_gain)
    awareness, here = district.parameters.awareness, district.standing()
    today = sum(firm.aware for firm in here) / max(len(here), 1)
    informed = awareness.start_share + awareness.entrants_follow * (today - awareness.start_share)
    for _ in range(poisson_quantile(luck.u("entry", 0, district.month), mean)):
        firm = next(district.waiting_room)
        head_start = turnover.entrant_score + turnover.entrant_gain * district.month / 12 + offer.attraction_score_gain
        firm.score = held(firm.score + head_start, 0.0, 95.0)
        firm.aware = luck.u("start_awareness", firm.number) < informed
        enter(district, firm)
        sell(district, firm)
        district.record.count(firm, "entries")


def enter(district: District, firm: Firm) -> None:
    """Let a firm stand from now on, at the start or later."""
    assert firm.status == EMPTY
    firm.status = IDLE
    firm.evidence = 0.0
    assess(district, firm)
    firm.best_level = firm.level


def leave(district: District, firm: Firm) -> None:
    district.record.count(firm, "exits")
    ledger, project = district.ledger, firm.project
    if project is not None:
        ledger.void_grant(project.rest_by_tier)
        ledger.void("tax", project.tax_due)
        ledger.void("loans", project.interest_due)
        queue = district.markets[project.kind].queue
        if firm in queue:
            queue.remove(firm)
    if firm.claim is not None:
        ledger.void_grant(firm.claim.by_tier)
    firm.status, firm.project, firm.filing, firm.claim = GONE, None, None, None


def settle(district: District) -> None:
    """7.17."""
    for firm in district.standing():
        if firm.finished:
            settle_project(district, firm)
        if firm.claim is not None and firm.claim.due <= district.month:
            district.ledger.pay_grant(firm.claim.by_tier)
            district.ledger.book_later(sum(firm.claim.by_tier))
            firm.cash += sum(firm.claim.by_tier)
            firm.claim = None
    book_services(district)


def settle_project(district: District, firm: Firm) -> None:
    ledger, project, offer = district.ledger, firm.project, district.offer
    ledger.pay("tax", project.tax_due)
    ledger.pay("loans", project.interest_due)
    ledger.book_later(project.tax_due)
    firm.cash += project.tax_due + project.interest_due
    if project.succeeded and project.pilot:
        payment = choice.pilot_payment(firm, project.cost, level_of(firm.score), offer)
        ledger.spend("pilot", payment)
        ledger.book_later(payment)
        firm.pilot_paid += payment
        firm.cash += payment
    if project.succeeded and project.supported:
        firm.claim = Claim(project.rest_by_tier, due=district.month + int(offer.grants_payment_delay))
    elif project.registered and project.succeeded:
        firm.filing = Filing(project.grant, since=district.month)
        district.applications.append(firm)
    elif project.supported:
        ledger.void_grant(project.rest_by_tier)
        back = project.advanced_share * offer.grants_clawback_share
        ledger.claw_back([part * back for part in project.by_tier])
        ledger.book_later(-project.advance * offer.grants_clawback_share)
        firm.cash -= project.advance * offer.grants_clawback_share
    firm.status, firm.project = IDLE, None


def book_services(district: District) -> None:
    offer, costs, flows = district.offer, district.parameters.public_costs, district.record
    gain = offer.attraction_entry_gain
    leaders = sum(firm.leader and firm.leader_rank < offer.leaders_share for firm in district.standing())
    energy_share = district.parameters.sectors.energy_share
    bills = sum(firm.revenue * energy_share[firm.sector] * firm.energy_factor for firm in district.standing())
    online, weekend = offer.handling_online_share, offer.handling_weekend_share
    capacity, competence = offer.providers_capacity_gain, offer.providers_competence_gain
    for name, amount in (
        ("specialists", offer.specialists_count * costs.specialist_year / 12),
        ("handling", flows.this_month("applications") * costs.handling),
        ("handling", (online * costs.online_year + weekend * costs.weekend_year) / 12),
        ("response", costs.response_year / 12 if offer.response_days > 0 else 0.0),
        ("leaders", leaders * costs.leader_year / 12),
        ("providers", (capacity * costs.capacity_year + competence / 0.1 * costs.competence_year) / 12),
        ("campaign", offer.campaign_rate * costs.campaign_year / 12),
        ("infrastructure", offer.infrastructure_cost_cut / 0.1 * costs.infrastructure_year / 12),
        ("attraction", flows.this_month("entries") * gain / (1 + gain) * costs.attraction_plant),
        ("relief", bills * offer.relief_energy_share * offer.context_demand * offer.context_energy_price / 12),
    ):
        district.ledger.spend(name, amount)
