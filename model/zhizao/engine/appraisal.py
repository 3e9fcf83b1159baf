"""How one firm values its options: every feasible project, alone or with support, against its cost."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from zhizao.compiled import internal
from zhizao.engine.firm import fresh_visit, is_asked
from zhizao.engine.state import CLAIM, World
from zhizao.rules import business, progress, support, value

__all__ = ["best_option", "firm_rate", "project_saving", "quoted_cost", "success_chance"]


@internal
def project_saving(par: Any, firm: Any, trait: Any, kind: int) -> tuple[float, float, float, float]:
    """Yearly gain of the next project of a kind, as a share of revenue, by channel: labour, energy, defects, output.

    The first three are shares of the firm's present cost in that channel, the last of its revenue.
    """
    scale = par.valuation_benefit_level * value.repeated(
        trait.intensity[kind], par.valuation_repeat_effect, int(firm.repeats[kind])
    )
    return (
        min(par.projects_labour_effect[kind] * scale, 0.9),
        min(par.projects_energy_effect[kind] * scale, 0.9),
        min(par.projects_quality_effect[kind] * scale, 0.9),
        min(par.projects_capacity_effect[kind] * scale, 0.9),
    )


@internal
def saved_share(par: Any, firm: Any, trait: Any, kind: int) -> float:
    """Yearly gain of the next project of a kind as a share of revenue, all channels together."""
    labour, energy, defects, output = project_saving(par, firm, trait, kind)
    sector = firm.sector
    return value.saving_share(
        labour * par.sectors_labour_share[sector] * firm.labour_factor,
        energy * par.sectors_energy_share[sector] * firm.energy_factor,
        defects * par.sectors_defect_share[sector] * firm.defect_factor,
        output * par.sectors_contribution[sector],
    )


@internal
def firm_rate(par: Any, offer: Any, trait: Any) -> float:
    """The firm's own yearly rate, after public relief on interest."""
    return support.discount_rate(par.finance_prime_rate, trait.premium, offer.relief_interest_points)


@internal
def success_chance(par: Any, offer: Any, trait: Any, helped: bool) -> float:
    """Probability that a project of this firm works as hoped."""
    return progress.success_probability(
        par.building_success_intercept,
        par.building_success_capability,
        trait.capability,
        par.building_success_competence,
        min(par.providers_competence + offer.providers_competence_gain, 1.0),
        par.building_success_help,
        helped,
    )


@internal
def quoted_cost(par: Any, offer: Any, firm: Any, kind: int, price: float, log_revenue: float) -> float:
    """What a provider asks of this firm (million RMB), after templates and infrastructure, before discounts."""
    cost = value.project_cost(
        par.projects_cost[kind] * par.projects_cost_level,
        log_revenue,
        par.projects_cost_elasticity[kind],
        price,
        par.projects_connected[kind] * offer.infrastructure_cost_cut,
    )
    if kind == 0 and is_asked(firm, offer):
        cost *= 1.0 - offer.leaders_template_cut
    return cost


@internal
def _feasible(par: Any, firm: Any, kind: int) -> bool:
    """Whether the firm stands high enough; a smart factory needs two more workshops than the factories before it."""
    if firm.score < par.projects_lowest_score[kind]:
        return False
    return kind != 3 or firm.workshops_built >= 2 * (firm.factories_built + 1)


@internal
def _other_money(par: Any, offer: Any, firm: Any, kind: int, cost: float, worked: float, years: float) -> float:
    """What comes beside a grant (million RMB today): tax credit, awards, and orders kept with a chain leader.

    `worked` discounts to the end of the work, `years` is the annuity over the project's life.
    """
    expected = progress.score_after(firm.score, par.projects_score_gain[kind], 1.0)
    after_work = offer.tax_credit_rate * cost + support.level_awards(
        firm.reported, expected, offer.awards_level2, offer.awards_level3, offer.awards_level4
    )
    if kind == 2:
        after_work += par.levels_recognition * offer.awards_workshop
    if kind == 3:
        after_work += par.levels_factory_recognition * offer.awards_factory
    total = float(after_work * worked)
    if is_asked(firm, offer) and firm.score < 40.0 <= expected:
        total += par.valuation_order_at_risk * firm.revenue * par.sectors_contribution[firm.sector] * years
    return total


class Standing(NamedTuple):
    """What holds for all options of one firm this month, worked out once."""

    rate: float
    """The firm's own yearly rate."""
    chance: float
    """Probability that its project works as hoped."""
    counted: float
    """Share of a project's worth that it counts on: seen, hoped for, and worth not waiting."""
    log_revenue: float
    cash: float
    means: float
    """Cash and credit: what a project may cost at most."""
    helped: bool
    aware: bool
    can_apply: bool
    waited: float
    """Discount to the decision on an application; `delayed` the one from acceptance to payment."""
    delayed: float
    burden: float


@internal
def _standing(world: World, slot: int, month: int) -> Standing:
    par = world.par[0]
    offer = world.offers[month]
    firm = world.firms[slot]
    trait = world.start[slot]
    rate = firm_rate(par, offer, trait)
    helped = fresh_visit(firm, month)
    aware = firm.aware == 1
    chance = success_chance(par, offer, trait, helped)
    hoped = chance + (1.0 - chance) * par.building_failed_gain
    seen = value.seen_share(par.valuation_doubt, firm.evidence, par.valuation_doubt_aversion)
    debt = business.balance(firm.loan_payment, firm.loan_end, month)
    guarantee = offer.loans_guarantee_share if aware else 0.0
    cash = max(firm.cash, 0.0)
    hours = support.application_burden(
        par.support_application_hours, offer.handling_online_share, offer.handling_online_cut, helped,
        par.support_helped_burden_cut,
    )  # fmt: skip
    return Standing(
        rate,
        chance,
        seen * hoped / par.valuation_waiting_multiple,
        math.log(firm.revenue / par.projects_reference_revenue),
        cash,
        cash + support.credit_left(par.finance_credit_share[firm.size_class], guarantee, firm.revenue, debt),
        helped,
        aware,
        aware and offer.grants_open > 0.0 and world.due[CLAIM, slot] < 0,
        value.discount(rate, offer.processing_months),
        value.discount(rate, offer.grants_payment_delay),
        par.support_hour_cost * par.support_burden_multiple * hours,
    )


@internal
def _price_to(par: Any, offer: Any, firm: Any, stand: Standing, kind: int, price: float) -> tuple[float, float]:
    """Return the cost of a project to this firm, and what it needs to begin: that and the search for a provider."""
    cost = quoted_cost(par, offer, firm, kind, price, stand.log_revenue)
    if kind == 0 and stand.aware:
        cost *= 1.0 - offer.provider_discount_waived_share - offer.provider_discount_state_share
    search = par.building_search_share * cost
    if stand.helped:
        search *= 1.0 - offer.matchmaking_cost_cut
    return cost, cost + search


@internal
def _grant_for(offer: Any, firm: Any, stand: Standing, kind: int, cost: float) -> float:
    """Return the grant the firm can ask for, 0 if it cannot."""
    if not stand.can_apply:
        return 0.0
    return support.grant_amount(
        offer.grants_rate[kind], offer.grants_cap[kind], offer.grants_floor[kind],
        offer.grants_size_factor[firm.size_class], cost,
    )  # fmt: skip


@internal
def _with_interest(par: Any, offer: Any, stand: Standing, net: float, need: float) -> float:
    """Add what the public pays of the interest on what must be borrowed to meet `need`."""
    if not stand.aware or offer.loans_interest_points <= 0.0:
        return net
    return net + support.interest_support(
        max(need - stand.cash, 0.0), offer.loans_interest_points, offer.loans_interest_years, par.finance_loan_months
    )


@internal
def best_option(world: World, slot: int, month: int) -> tuple[float, int, bool, float, float]:
    """Return the firm's best option this month.

    Returns
    -------
    tuple
        Profitability index (net value per unit of cost), kind of project (-1 if none is feasible), whether to
        apply for support, cost to the firm (million RMB) and the grant to ask for.
    """
    par = world.par[0]
    offer = world.offers[month]
    firm = world.firms[slot]
    stand = _standing(world, slot, month)
    best_index, best_kind, best_applies, best_cost, best_grant = -1e300, -1, False, 0.0, 0.0
    for kind in range(4):
        if not _feasible(par, firm, kind):
            continue
        cost, need = _price_to(par, offer, firm, stand, kind, world.markets[kind].price)
        grant = _grant_for(offer, firm, stand, kind, cost)
        advance = grant * offer.grants_advance_share
        if need - advance > stand.means:
            continue
        worked = value.discount(stand.rate, par.projects_duration[kind])
        years = value.annuity(stand.rate, par.projects_life[kind])
        worth = saved_share(par, firm, world.start[slot], kind) * firm.revenue * years
        net = worth * stand.counted - need + _other_money(par, offer, firm, kind, cost, worked, years)
        if need <= stand.means:
            index = _with_interest(par, offer, stand, net, need) / cost
            if index > best_index:
                best_index, best_kind, best_applies, best_cost, best_grant = index, kind, False, cost, 0.0
        if grant > 0.0:
            promised = support.promised_value(
                grant, world.district[0].success_rate * stand.chance, offer.grants_advance_share, stand.waited,
                stand.waited * worked * stand.delayed,
            )  # fmt: skip
            own = _with_interest(par, offer, stand, net, need - advance)
            index = (min(own, own * stand.waited) + promised - stand.burden) / cost
            if index > best_index:
                best_index, best_kind, best_applies, best_cost, best_grant = index, kind, True, cost, grant
    return best_index, best_kind, best_applies, best_cost, best_grant
