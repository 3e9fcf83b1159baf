"""Submodels 7.5 to 7.9: what a firm that looks counts on, and what it chooses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from odd_model.entities import CUTS, FACTORY, LARGE, LIGHT, WORKSHOP, Firm, Offer, held, level_of
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
    wait: Callable[[int, Offer], float]
    list_draw: Callable[[Firm], float]
    samples: frozenset[int]
    put_off: int = 0

    def life(self, kind: int) -> float:
        """Return how long a project brings gains that is begun as many months later as it is put off (7.9)."""
        return max(self.parameters.projects.life[kind] - self.put_off / 12, 0.0)


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
    exponent = projects.size_alike * (projects.cost_elasticity[kind] - 1)
    strength *= (firm.revenue / projects.reference_revenue) ** exponent
    catalogue = (projects.labour_effect, projects.energy_effect, projects.quality_effect, projects.capacity_effect)
    return Effects(*(min(effect[kind] * strength, 0.9) for effect in catalogue))


def savings(firm: Firm, effect: Effects, parameters: Parameters, energy_price: float = 1.0) -> float:
    """Return the labour, energy and defect terms of 7.5, as a share of revenue."""
    sectors, s = parameters.sectors, firm.sector
    return (
        effect.labour * sectors.labour_share[s] * firm.labour_factor
        + effect.energy * sectors.energy_share[s] * firm.energy_factor * energy_price
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


def pilot_price(firm: Firm, kind: int, view: View) -> float:
    """Return what the pilot city leaves of a project's cost to the firm, as a share (7.18)."""
    if kind != LIGHT or not on_list(firm, view):
        return 1.0
    return float((1 - view.offer.pilot_bulk_cut) * (1 - view.offer.pilot_copy_cut * copies(firm, view)))


def on_list(firm: Firm, view: View) -> bool:
    """Whether a firm is on the list of the pilot city (7.18)."""
    offer = view.offer
    chosen = offer.pilot_on and firm.size_class != LARGE and offer.pilot_sectors[firm.sector]
    return bool(chosen) and view.list_draw(firm) < offer.pilot_share


def copies(firm: Firm, view: View) -> bool:
    return on_list(firm, view) and firm.sector in view.samples


def pilot_cap(offer: Offer, level: int) -> float:
    return offer.pilot_cap[level - 2] if level >= 2 else 0.0


def pilot_payment(firm: Firm, cost: float, level: int, offer: Offer) -> float:
    return min(offer.pilot_rate * cost, max(pilot_cap(offer, level) - firm.pilot_paid, 0.0))


def in_reach(firm: Firm, group: str, sizes: tuple[float, ...], offer: Offer) -> bool:
    """Whether grants or visits are for firms like this one (7.3, 7.8)."""
    lowest, highest = getattr(offer, f"{group}_lowest_level"), getattr(offer, f"{group}_highest_level")
    sectors = getattr(offer, f"{group}_sectors")
    return bool(lowest <= firm.level <= highest and sizes[firm.size_class] > 0 and sectors[firm.sector] > 0)


def grants_for(firm: Firm, offer: Offer) -> bool:
    return in_reach(firm, "grants", offer.grants_size_factor, offer)


def search_cost(cost: float, parameters: Parameters, offer: Offer, *, helped: bool) -> float:
    return cost * parameters.building.search_share * (1 - (offer.matchmaking_cost_cut if helped else 0.0))


def grant_of(firm: Firm, kind: int, cost: float, offer: Offer) -> float:
    if cost < offer.grants_floor[kind]:
        return 0.0
    factor = offer.grants_size_factor[firm.size_class]
    return min(offer.grants_rate[kind] * factor * cost, offer.grants_cap[kind] * factor, cost)


def may_apply(firm: Firm, offer: Offer) -> bool:
    free = firm.claim is None and firm.filing is None
    return firm.aware and offer.grants_open and free and grants_for(firm, offer)


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
    levels = parameters.levels
    needed = levels.workshops_per_factory * levels.workshops_first * (firm.factories_built + 1)
    return kind != FACTORY or firm.workshops_built >= needed


def certain_money(firm: Firm, kind: int, cost: float, view: View) -> float:
    """Return tax credit and awards, as they are when the work is done (7.8)."""
    parameters, offer = view.parameters, view.offer
    expected = score_after(firm, kind, 1.0, parameters)
    awards = offer.tax_credit_rate * cost
    for level, award in zip((2, 3, 4), level_awards(offer), strict=True):
        awards += award if level_of(firm.reported) < level <= level_of(expected) else 0.0
    if kind == WORKSHOP:
        awards += parameters.levels.recognition * offer.awards_workshop
    if kind == FACTORY:
        awards += parameters.levels.factory_recognition * offer.awards_factory
    return awards


def offered_share(firm: Firm, view: View) -> float:
    """Return what support offers of the cost of the firm's best supported project (7.4)."""
    offer, best = view.offer, 0.0
    for kind in range(len(view.parameters.projects.cost)):
        if feasible(firm, kind, view.parameters):
            discount = offer.provider_discount_waived_share + offer.provider_discount_state_share
            taken_off = discount if kind == LIGHT else 0.0
            cost, _ = cost_of(firm, kind, view)
            promised = grant_of(firm, kind, cost, offer) if may_apply(firm, offer) else 0.0
            if kind == LIGHT and on_list(firm, view):
                level = level_of(score_after(firm, kind, 1.0, view.parameters))
                promised = max(promised, pilot_payment(firm, cost, level, offer))
            money = certain_money(firm, kind, cost, view) + promised
            best = max(best, min(money / (cost / (1 - taken_off)) + taken_off, 1.0))
    return best


def other_gains(firm: Firm, kind: int, cost: float, rate: float, years: float, view: View) -> float:
    """Return ``other`` of 7.8."""
    parameters, offer = view.parameters, view.offer
    expected = score_after(firm, kind, 1.0, parameters)
    gains = certain_money(firm, kind, cost, view) * math.exp(-rate * parameters.projects.duration[kind] / 12)
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
    more = effect.output * parameters.sectors.contribution[firm.sector]
    gain = savings(firm, effect, parameters) + more
    bill = view.offer.context_energy_price * (1 - view.offer.relief_energy_share)
    today = (savings(firm, effect, parameters, bill) + more) * view.offer.context_demand
    q = loan_rate(firm, parameters, view.offer) + 1 / valuation.outlook_years
    shock = (1 - math.exp(-q * view.life(kind))) / q
    evidence = firm.evidence + (view.offer.pilot_copy_evidence if kind == LIGHT and copies(firm, view) else 0.0)
    seen = math.exp(-0.5 * valuation.doubt_aversion * valuation.doubt / (1 + evidence))
    hoped = chance + (1 - chance) * parameters.building.failed_gain
    worth = (gain * years + valuation.price_outlook * (today - gain) * shock) * firm.revenue
    return worth * seen * hoped / valuation.waiting_multiple


def options(firm: Firm, view: View) -> list[Option]:
    """Return all possible options, kinds in order, alone before applying."""
    found: list[Option] = []
    for kind in range(len(view.parameters.projects.cost)):
        if feasible(firm, kind, view.parameters):
            found += _options_of_kind(firm, kind, view)
    return found


def _options_of_kind(firm: Firm, kind: int, view: View) -> list[Option]:
    parameters, offer = view.parameters, view.offer
    helped = firm.fresh_visit(view.month)
    rate = loan_rate(firm, parameters, offer)
    life = view.life(kind)
    years = life if rate < 1e-9 else (1 - math.exp(-rate * life)) / rate
    chance = chance_of_success(firm, parameters, offer, helped=helped)
    cost, state_part = (amount * pilot_price(firm, kind, view) for amount in cost_of(firm, kind, view))
    need = cost + search_cost(cost, parameters, offer, helped=helped)
    cash = max(firm.cash, 0.0)
    means = cash + credit_line(firm, view, guarantee=firm.aware)
    later = math.exp(-rate * parameters.providers.queue_foresight * view.wait(kind, view.offer) / 12)
    worth, other = worth_of(firm, kind, chance, years, view), other_gains(firm, kind, cost, rate, years, view)
    gains = (worth + other) * later - need
    found = []
    if need <= means:
        alone = gains + interest_support(max(need - cash, 0.0), firm, parameters, offer)
        if kind == LIGHT and on_list(firm, view):
            level = level_of(score_after(firm, kind, 1.0, parameters))
            later = math.exp(-rate * parameters.projects.duration[kind] / 12)
            alone += chance * later * pilot_payment(firm, cost, level, offer)
        found.append(Option(kind, False, alone / cost, cost, need, 0.0, state_part, 0.0))
    grant = grant_of(firm, kind, cost, offer)
    after = offer.grants_regime == "after-the-fact"
    share = 0.0 if after else offer.grants_advance_share
    advance = grant * share
    if may_apply(firm, offer) and grant > 0 and need - advance <= means:
        own = gains + interest_support(max(need - advance - cash, 0.0), firm, parameters, offer)
        wait = math.exp(-rate * offer.processing_months / 12)
        work = math.exp(-rate * parameters.projects.duration[kind] / 12)
        payment = math.exp(-rate * offer.grants_payment_delay / 12)
        promised = view.success_rate * chance * grant * (share * wait + (1 - share) * wait * work * payment)
        hours = burden_hours(parameters, offer, helped=helped)
        burden = parameters.support.hour_cost * parameters.support.burden_multiple * hours
        index = ((own if after else min(own, own * wait)) + promised - burden) / cost
        found.append(Option(kind, True, index, cost, need, grant, state_part, hours))
    return found


def burden_hours(parameters: Parameters, offer: Offer, *, helped: bool) -> float:
    hours = parameters.support.application_hours * (1 - offer.handling_online_share * offer.handling_online_cut)
    return hours * (1 - (parameters.support.helped_burden_cut if helped else 0.0))


def choose(firm: Firm, view: View, taste: float, *, only_alone: bool = False) -> tuple[Option, float] | None:
    """Return what the firm begins, if anything, and its surplus (7.9); of equal options the first."""
    possible = [option for option in options(firm, view) if not (only_alone and option.applies)]
    if not possible:
        return None
    best = max(possible, key=lambda option: option.index)
    spread = view.parameters.choosing.taste_spread
    acts = best.index / spread + math.log(taste / (1 - taste)) > 0
    return (best, surplus_of(best, view, taste)) if acts else None


def surplus_of(option: Option, view: View, taste: float) -> float:
    spread = view.parameters.choosing.taste_spread
    return held(option.index + spread * math.log(taste / (1 - taste)), -1e6, 1e6)


@dataclass(frozen=True)
class Ahead:
    """What is announced: in how many months it can be used, its offers, and those of today's policy in that month."""

    months: int
    announced: Offer
    unchanged: Offer


def waits(firm: Firm, view: View, ahead: Ahead, surplus: float, taste: float) -> bool:
    """Whether a firm that would act with a surplus waits for what is announced (7.9)."""
    found = []
    for offer in (ahead.announced, ahead.unchanged):
        later = replace(view, offer=offer, put_off=ahead.months)
        best = max(options(firm, later), key=lambda option: option.index, default=None)
        found.append(-1e6 if best is None else surplus_of(best, view, taste))
    announced, unchanged = found
    rate = loan_rate(firm, view.parameters, view.offer)
    return announced > unchanged and math.exp(-rate * ahead.months / 12) * announced > surplus
