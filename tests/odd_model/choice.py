"""Submodels 7.5 to 7.9: what a firm that looks counts on, and what it chooses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from odd_model.entities import CUTS, FACTORY, LIGHT, WORKSHOP, Firm, Offer, level_of
from zhizao.parameters.registry import Parameters

SECOND_LEVEL = CUTS[1]


@dataclass(frozen=True)
class View:
    """What all firms see in a month."""

    parameters: Parameters
    offer: Offer
    month: int
    prices: tuple[float, ...]
    success_rate: float


@dataclass(frozen=True)
class Option:
    """A way to act: a kind of project, alone or with an application."""

    kind: int
    applies: bool
    index: float
    cost: float
    need: float
    grant: float
    state_part: float
    hours: float


@dataclass(frozen=True)
class Effects:
    """What a project does to a firm's costs and output (7.5)."""

    labour: float
    energy: float
    defects: float
    output: float


def effects(firm: Firm, kind: int, parameters: Parameters) -> Effects:
    projects, valuation = parameters.projects, parameters.valuation
    strength = valuation.benefit_level * firm.intensity[kind] * valuation.repeat_effect ** firm.repeats[kind]
    catalogue = (projects.labour_effect, projects.energy_effect, projects.quality_effect, projects.capacity_effect)
    return Effects(*(min(effect[kind] * strength, 0.9) for effect in catalogue))


def savings(firm: Firm, effect: Effects, parameters: Parameters) -> float:
    """Return the labour, energy and defect terms of 7.5, as a share of revenue."""
    sectors, s = parameters.sectors, firm.sector
    return (
        effect.labour * sectors.labour_share[s] * firm.labour_factor
        + effect.energy * sectors.energy_share[s] * firm.energy_factor
        + effect.defects * sectors.defect_share[s] * firm.defect_factor
    )


def loan_rate(firm: Firm, parameters: Parameters, offer: Offer) -> float:
    return max(parameters.finance.prime_rate + firm.premium - offer.relief_interest_points, 0.0)


def chance_of_success(firm: Firm, parameters: Parameters, offer: Offer, *, helped: bool) -> float:
    building = parameters.building
    competence = min(parameters.providers.competence + offer.providers_competence_gain, 1.0)
    x = building.success_intercept + building.success_capability * (firm.capability - 0.5)
    x += building.success_competence * (competence - 0.5) + building.success_help * helped
    return 1 / (1 + math.exp(-x))


def is_asked(firm: Firm, offer: Offer) -> bool:
    ranks = [partner.leader_rank for partner in firm.standing_partners() if partner.leader]
    return firm.level < 2 and min(ranks, default=2.0) < offer.leaders_share


def cost_of(firm: Firm, kind: int, view: View) -> tuple[float, float]:
    """Return what a project costs the firm, and what the state adds under a provider's discount (7.7)."""
    parameters, offer, projects = view.parameters, view.offer, view.parameters.projects
    cost = projects.cost[kind] * projects.cost_level
    cost *= (firm.revenue / projects.reference_revenue) ** projects.cost_elasticity[kind] * view.prices[kind]
    cost *= 1 - parameters.projects.connected[kind] * offer.infrastructure_cost_cut
    state_part = 0.0
    if kind == LIGHT and is_asked(firm, offer):
        cost *= 1 - offer.leaders_template_cut
    if kind == LIGHT and firm.aware:
        whole, state = cost, offer.provider_discount_state_share
        cost *= 1 - offer.provider_discount_waived_share - state
        state_part = whole * state
    return cost, state_part


def search_cost(cost: float, parameters: Parameters, offer: Offer, *, helped: bool) -> float:
    return cost * parameters.building.search_share * (1 - (offer.matchmaking_cost_cut if helped else 0.0))


def grant_of(firm: Firm, kind: int, cost: float, offer: Offer) -> float:
    if cost < offer.grants_floor[kind]:
        return 0.0
    factor = offer.grants_size_factor[firm.size_class]
    return min(offer.grants_rate[kind] * factor * cost, offer.grants_cap[kind] * factor, cost)


def credit_line(firm: Firm, view: View, *, guarantee: bool) -> float:
    share = view.parameters.finance.credit_share[firm.size_class]
    share += view.offer.loans_guarantee_share if guarantee else 0.0
    return max(share * firm.revenue - firm.debt(view.month), 0.0)


def interest_support(loan: float, firm: Firm, parameters: Parameters, offer: Offer) -> float:
    if not firm.aware:
        return 0.0
    years = min(offer.loans_interest_years, parameters.finance.loan_months / 12)
    return loan * offer.loans_interest_points * years / 2


def score_after(firm: Firm, kind: int, part: float, parameters: Parameters) -> float:
    return firm.score + part * parameters.projects.score_gain[kind] * (1 - firm.score / 100)


def feasible(firm: Firm, kind: int, parameters: Parameters) -> bool:
    if firm.score < parameters.projects.lowest_score[kind]:
        return False
    return kind != FACTORY or firm.workshops_built >= 2 * (firm.factories_built + 1)


def other_gains(firm: Firm, kind: int, cost: float, rate: float, years: float, view: View) -> float:
    """Return ``other`` of 7.8."""
    parameters, offer = view.parameters, view.offer
    expected = score_after(firm, kind, 1.0, parameters)
    awards = offer.tax_credit_rate * cost
    for level, award in zip((2, 3, 4), level_awards(offer), strict=True):
        awards += award if level_of(firm.reported) < level <= level_of(expected) else 0.0
    if kind == WORKSHOP:
        awards += parameters.levels.recognition * offer.awards_workshop
    if kind == FACTORY:
        awards += parameters.levels.factory_recognition * offer.awards_factory
    gains = awards * math.exp(-rate * parameters.projects.duration[kind] / 12)
    if is_asked(firm, offer) and firm.score < SECOND_LEVEL <= expected:
        contribution = parameters.sectors.contribution[firm.sector]
        gains += parameters.valuation.order_at_risk * firm.revenue * contribution * years
    return gains


def level_awards(offer: Offer) -> tuple[float, float, float]:
    return offer.awards_level2, offer.awards_level3, offer.awards_level4


def worth_of(firm: Firm, kind: int, chance: float, years: float, view: View) -> float:
    """Return ``worth`` of 7.6."""
    parameters, valuation = view.parameters, view.parameters.valuation
    effect = effects(firm, kind, parameters)
    gain = savings(firm, effect, parameters) + effect.output * parameters.sectors.contribution[firm.sector]
    seen = math.exp(-0.5 * valuation.doubt_aversion * valuation.doubt / (1 + firm.evidence))
    hoped = chance + (1 - chance) * parameters.building.failed_gain
    return gain * firm.revenue * years * seen * hoped / valuation.waiting_multiple


def options(firm: Firm, view: View) -> list[Option]:
    """Return all possible options, kinds in order, alone before applying."""
    found: list[Option] = []
    for kind in range(4):
        if feasible(firm, kind, view.parameters):
            found += _options_of_kind(firm, kind, view)
    return found


def _options_of_kind(firm: Firm, kind: int, view: View) -> list[Option]:
    parameters, offer = view.parameters, view.offer
    helped = firm.fresh_visit(view.month)
    rate = loan_rate(firm, parameters, offer)
    life = parameters.projects.life[kind]
    years = life if rate < 1e-9 else (1 - math.exp(-rate * life)) / rate
    chance = chance_of_success(firm, parameters, offer, helped=helped)
    cost, state_part = cost_of(firm, kind, view)
    need = cost + search_cost(cost, parameters, offer, helped=helped)
    cash = max(firm.cash, 0.0)
    means = cash + credit_line(firm, view, guarantee=firm.aware)
    gains = worth_of(firm, kind, chance, years, view) - need + other_gains(firm, kind, cost, rate, years, view)
    found = []
    if need <= means:
        alone = gains + interest_support(max(need - cash, 0.0), firm, parameters, offer)
        found.append(Option(kind, False, alone / cost, cost, need, 0.0, state_part, 0.0))
    grant = grant_of(firm, kind, cost, offer)
    advance = grant * offer.grants_advance_share
    may_apply = firm.aware and offer.grants_open and firm.claim is None
    if may_apply and grant > 0 and need - advance <= means:
        own = gains + interest_support(max(need - advance - cash, 0.0), firm, parameters, offer)
        wait = math.exp(-rate * offer.processing_months / 12)
        work = math.exp(-rate * parameters.projects.duration[kind] / 12)
        payment = math.exp(-rate * offer.grants_payment_delay / 12)
        share = offer.grants_advance_share
        promised = view.success_rate * chance * grant * (share * wait + (1 - share) * wait * work * payment)
        hours = burden_hours(parameters, offer, helped=helped)
        burden = parameters.support.hour_cost * parameters.support.burden_multiple * hours
        index = (min(own, own * wait) + promised - burden) / cost
        found.append(Option(kind, True, index, cost, need, grant, state_part, hours))
    return found


def burden_hours(parameters: Parameters, offer: Offer, *, helped: bool) -> float:
    hours = parameters.support.application_hours * (1 - offer.handling_online_share * offer.handling_online_cut)
    return hours * (1 - (parameters.support.helped_burden_cut if helped else 0.0))


def choose(firm: Firm, view: View, taste: float) -> Option | None:
    """Return what the firm begins, if anything (7.9); of equal options the first."""
    possible = options(firm, view)
    if not possible:
        return None
    best = max(possible, key=lambda option: option.index)
    acts = best.index / view.parameters.choosing.taste_spread + math.log(taste / (1 - taste)) > 0
    return best if acts else None
