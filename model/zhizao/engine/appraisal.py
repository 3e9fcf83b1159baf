"""How one firm values its options: every feasible project, alone or with support, against its cost."""

from __future__ import annotations

from typing import NamedTuple

from zhizao.compiled import innermost
from zhizao.engine.firm import fresh_visit, grants_for, is_asked, on_pilot_list
from zhizao.engine.state import CLAIM, World
from zhizao.engine.terms import set_sizes, terms_of
from zhizao.records.parameters import ParameterRecord
from zhizao.records.state import FirmRecord, MarketRecord, OfferRecord, StartRecord
from zhizao.rules import business, market, progress, support, value
from zhizao.rules.constants import AFTER_THE_FACT, LEVEL2_SCORE, MONTHS_PER_YEAR, MOST_SAVED
from zhizao.sectors import IS_FACTORY, IS_LIGHT, IS_WORKSHOP, KIND_COUNT, PLAN_LEVEL

__all__ = [
    "best_option",
    "firm_rate",
    "offered_share",
    "pilot_cap",
    "project_saving",
    "provider_capacity",
    "queue_wait",
    "quoted_cost",
    "success_chance",
    "usual_starts",
]


@innermost
def usual_starts(par: ParameterRecord, kind: int) -> float:
    """Projects of a kind that providers can begin in a month, before any policy or shock."""
    return float(par.providers_capacity[kind] * par.providers_capacity_level * par.population_firms / MONTHS_PER_YEAR)


@innermost
def provider_capacity(par: ParameterRecord, offer: OfferRecord, market_now: MarketRecord, kind: int) -> float:
    """Projects of a kind that providers can begin this month."""
    return market.monthly_capacity(
        usual_starts(par, kind), market_now.scale, offer.providers_capacity_gain, offer.context_provider_capacity
    )


@innermost
def queue_wait(par: ParameterRecord, offer: OfferRecord, market_now: MarketRecord, kind: int) -> float:
    """Months that the queue of a kind would take at its length and the capacity of today."""
    queue = float(market_now.waiting - market_now.gone)
    return market.expected_wait(queue, provider_capacity(par, offer, market_now, kind))


@innermost
def project_saving(
    par: ParameterRecord, firm: FirmRecord, trait: StartRecord, kind: int, equipped: float
) -> tuple[float, float, float, float]:
    """Yearly gain of the next project of a kind, as a share of revenue, by channel: labour, energy, defects, output.

    The first three are shares of the firm's present cost in that channel, the last of its revenue; `equipped` is how
    much of the firm the project equips (`engine.terms.set_sizes`).
    """
    scale = par.valuation_benefit_level * value.repeated(
        trait.intensity[kind], par.valuation_repeat_effect, int(firm.repeats[kind])
    )
    if par.projects_size_alike > 0.0:
        scale *= equipped
    return (
        min(par.projects_labour_effect[kind] * scale, MOST_SAVED),
        min(par.projects_energy_effect[kind] * scale, MOST_SAVED),
        min(par.projects_quality_effect[kind] * scale, MOST_SAVED),
        min(par.projects_capacity_effect[kind] * scale, MOST_SAVED),
    )


@innermost
def saved_share(
    par: ParameterRecord, firm: FirmRecord, saving: tuple[float, float, float, float], energy_bill: float
) -> float:
    """Yearly gain of a project as a share of revenue, all channels together.

    `saving` is by channel (`project_saving`), `energy_bill` what the firm pays for energy, relative to the price of
    2018.
    """
    labour, energy, defects, output = saving
    sector = firm.sector
    return value.saving_share(
        labour * par.sectors_labour_share[sector] * firm.labour_factor,
        energy * par.sectors_energy_share[sector] * firm.energy_factor * energy_bill,
        defects * par.sectors_defect_share[sector] * firm.defect_factor,
        output * par.sectors_contribution[sector],
    )


@innermost
def _gains_worth(
    par: ParameterRecord,
    offer: OfferRecord,
    firm: FirmRecord,
    trait: StartRecord,
    kind: int,
    equipped: float,
    terms: tuple[float, float, float],
) -> float:
    """Present value of all that a project gains (million RMB), before doubt, on a firm's `terms_of` it."""
    _, years, shock_years = terms
    saving = project_saving(par, firm, trait, kind, equipped)
    gain = saved_share(par, firm, saving, 1.0)
    weight = par.valuation_price_outlook
    if weight <= 0.0:
        return gain * firm.revenue * years
    today = saved_share(par, firm, saving, offer.context_energy_price * (1.0 - offer.relief_energy_share))
    return value.present_gain(gain, today, offer.context_demand, years, shock_years, weight) * firm.revenue


@innermost
def firm_rate(par: ParameterRecord, offer: OfferRecord, trait: StartRecord) -> float:
    """The firm's own yearly rate, after public relief on interest."""
    return support.discount_rate(par.finance_prime_rate, trait.premium, offer.relief_interest_points)


@innermost
def success_chance(par: ParameterRecord, offer: OfferRecord, trait: StartRecord, helped: bool) -> float:
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


@innermost
def quoted_cost(
    par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, kind: int, price: float, relative: float
) -> float:
    """What a provider asks of this firm (million RMB), after templates and infrastructure, before discounts.

    `relative` is what the firm's revenue makes of the cost (`engine.terms.set_sizes`).
    """
    cost = value.project_cost(
        par.projects_cost[kind] * par.projects_cost_level,
        relative,
        price,
        par.projects_connected[kind] * offer.infrastructure_cost_cut,
    )
    if IS_LIGHT[kind] and is_asked(firm, offer):
        cost *= 1.0 - offer.leaders_template_cut
    return cost


@innermost
def _feasible(par: ParameterRecord, firm: FirmRecord, kind: int) -> bool:
    """Whether the firm stands high enough, for a smart factory also on the workshops that must come first."""
    if firm.score < par.projects_lowest_score[kind]:
        return False
    first = par.levels_workshops_per_factory * par.levels_workshops_first
    return not IS_FACTORY[kind] or progress.has_workshops(firm.workshops_built, firm.factories_built, first)


@innermost
def _certain_money(
    par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, kind: int, cost: float, expected: float
) -> float:
    """What comes without an application when the work is done (million RMB): tax credit and awards.

    `expected` is the score after a success.
    """
    after_work = offer.tax_credit_rate * cost + support.level_awards(
        firm.reported, expected, offer.awards_level2, offer.awards_level3, offer.awards_level4
    )
    if IS_WORKSHOP[kind]:
        after_work += par.levels_recognition * offer.awards_workshop
    if IS_FACTORY[kind]:
        after_work += par.levels_factory_recognition * offer.awards_factory
    return float(after_work)


@innermost
def _other_money(
    par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, kind: int, cost: float, worked: float, years: float
) -> float:
    """What comes beside a grant (million RMB today): tax credit, awards, and orders kept with a chain leader.

    `worked` discounts to the end of the work, `years` is the annuity over the project's life.
    """
    expected = progress.score_after(firm.score, par.projects_score_gain[kind], 1.0)
    total = float(_certain_money(par, offer, firm, kind, cost, expected) * worked)
    if is_asked(firm, offer) and firm.score < LEVEL2_SCORE <= expected:
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
    cash: float
    means: float
    """Cash and credit: what a project may cost at most."""
    helped: bool
    aware: bool
    can_apply: bool
    waited: float
    """Discount to the decision on an application; `delayed` the one from acceptance to payment; if it can apply."""
    delayed: float
    burden: float
    listed: bool
    """On the list of the pilot city; `copies` if a sample firm of its sub-industry is finished too."""
    copies: bool
    copied: float
    """Factor on `counted` for light projects, from what a sample firm shows."""


@innermost
def _standing(world: World, offer: OfferRecord, slot: int, month: int, is_open: bool) -> Standing:
    par = world.par[0]
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
        par.support_application_hours,
        offer.handling_online_share,
        offer.handling_online_cut,
        helped,
        par.support_helped_burden_cut,
    )
    can_apply = is_open and aware and _may_apply(world, offer, slot)
    listed = on_pilot_list(world, offer, slot)
    copies = listed and world.district[0].samples[firm.sector] > 0
    copied = 1.0
    if copies:
        evidence = firm.evidence + offer.pilot_copy_evidence
        copied = value.seen_share(par.valuation_doubt, evidence, par.valuation_doubt_aversion) / seen
    return Standing(
        rate,
        chance,
        seen * hoped / par.valuation_waiting_multiple,
        cash,
        cash + support.credit_left(par.finance_credit_share[firm.size_class], guarantee, firm.revenue, debt),
        helped,
        aware,
        can_apply,
        value.discount(rate, offer.processing_months) if can_apply else 1.0,
        value.discount(rate, offer.grants_payment_delay) if can_apply else 1.0,
        par.support_hour_cost * par.support_burden_multiple * hours,
        listed,
        copies,
        copied,
    )


@innermost
def _price_to(
    par: ParameterRecord,
    offer: OfferRecord,
    firm: FirmRecord,
    stand: Standing,
    kind: int,
    price: float,
    relative: float,
) -> tuple[float, float]:
    """Return the cost of a project to this firm, and what it needs to begin: that and the search for a provider."""
    cost = quoted_cost(par, offer, firm, kind, price, relative)
    if IS_LIGHT[kind] and stand.aware:
        cost *= 1.0 - offer.provider_discount_waived_share - offer.provider_discount_state_share
    if IS_LIGHT[kind] and stand.listed:
        cost *= (1.0 - offer.pilot_bulk_cut) * (1.0 - (offer.pilot_copy_cut if stand.copies else 0.0))
    search = par.building_search_share * cost
    if stand.helped:
        search *= 1.0 - offer.matchmaking_cost_cut
    return cost, cost + search


@innermost
def _grant_for(offer: OfferRecord, firm: FirmRecord, stand: Standing, kind: int, cost: float) -> float:
    """Return the grant the firm can ask for, 0 if it cannot."""
    return _grant_amount(offer, firm, kind, cost) if stand.can_apply else 0.0


@innermost
def _grant_amount(offer: OfferRecord, firm: FirmRecord, kind: int, cost: float) -> float:
    return support.grant_amount(
        offer.grants_rate[kind],
        offer.grants_cap[kind],
        offer.grants_floor[kind],
        offer.grants_size_factor[firm.size_class],
        cost,
    )


@innermost
def _pilot_money(
    par: ParameterRecord, offer: OfferRecord, firm: FirmRecord, stand: Standing, kind: int, cost: float, worked: float
) -> float:
    """Return what a firm on the pilot city's list counts on for a project (million RMB today)."""
    if not stand.listed or not IS_LIGHT[kind]:
        return 0.0
    expected = progress.score_after(firm.score, par.projects_score_gain[kind], 1.0)
    cap = pilot_cap(offer, progress.level_of(expected))
    return stand.chance * worked * support.pilot_money(offer.pilot_rate, cost, cap, firm.pilot_paid)


@innermost
def pilot_cap(offer: OfferRecord, level: int) -> float:
    """Most that the pilot city pays a firm of a level, in all (million RMB)."""
    return offer.pilot_cap[level - PLAN_LEVEL] if level >= PLAN_LEVEL else 0.0


@innermost
def _with_interest(par: ParameterRecord, offer: OfferRecord, stand: Standing, net: float, need: float) -> float:
    """Add what the public pays of the interest on what must be borrowed to meet `need`."""
    if not stand.aware or offer.loans_interest_points <= 0.0:
        return net
    return net + support.interest_support(
        max(need - stand.cash, 0.0), offer.loans_interest_points, offer.loans_interest_years, par.finance_loan_months
    )


@innermost
def _may_apply(world: World, offer: OfferRecord, slot: int) -> bool:
    """Whether an aware firm may apply while the window is open: no grant is open still, and grants are for it."""
    firm = world.firms[slot]
    return world.due[CLAIM, slot] < 0 and firm.registered == 0 and grants_for(offer, firm)


@innermost
def offered_share(world: World, slot: int, month: int) -> float:
    """Share of cost that support would pay of the aware firm's best supported feasible project, 0 to 1.

    Counted are a grant that it may apply for or the pilot city's money, whichever is more, tax credit, awards, and what
    a voucher takes off a light project. The firm's probabilities of success and of being funded are not.
    """
    par = world.par[0]
    offer = world.offers[month]
    firm = world.firms[slot]
    set_sizes(world, slot)
    size = world.sizes[slot]
    applies = offer.grants_open > 0.0 and _may_apply(world, offer, slot)
    listed = on_pilot_list(world, offer, slot)
    voucher = offer.provider_discount_waived_share + offer.provider_discount_state_share
    best = 0.0
    for kind in range(KIND_COUNT):
        if not _feasible(par, firm, kind):
            continue
        whole = quoted_cost(par, offer, firm, kind, world.markets[kind].price, size.cost[kind])
        taken_off = voucher if IS_LIGHT[kind] else 0.0
        cost = whole * (1.0 - taken_off)
        expected = progress.score_after(firm.score, par.projects_score_gain[kind], 1.0)
        money = _certain_money(par, offer, firm, kind, cost, expected)
        promised = _grant_amount(offer, firm, kind, cost) if applies else 0.0
        if IS_LIGHT[kind] and listed:
            cap = pilot_cap(offer, progress.level_of(expected))
            promised = max(promised, support.pilot_money(offer.pilot_rate, cost, cap, firm.pilot_paid))
        best = max(best, support.offered_share(money + promised, whole, taken_off))
    return best


@innermost
def best_option(
    world: World, offer: OfferRecord, slot: int, month: int, is_open: bool, later: float
) -> tuple[float, int, bool, float, float]:
    """Return the firm's best option under an offer, in its state of this month.

    Parameters
    ----------
    is_open
        Whether it may apply for support at all.
    later
        Months from now in which it would begin: what a project brings until then is lost, and not made up at its end.

    Returns
    -------
    tuple
        Profitability index (net value per unit of cost), kind of project (-1 if none is feasible), whether to
        apply for support, cost to the firm (million RMB) and the grant to ask for.
    """
    par = world.par[0]
    firm = world.firms[slot]
    stand = _standing(world, offer, slot, month, is_open)
    after_the_fact = offer.grants_regime == AFTER_THE_FACT
    advance_share = 0.0 if after_the_fact else offer.grants_advance_share
    best_index, best_kind, best_applies, best_cost, best_grant = -1e300, -1, False, 0.0, 0.0
    set_sizes(world, slot)
    size = world.sizes[slot]
    for kind in range(KIND_COUNT):
        if not _feasible(par, firm, kind):
            continue
        cost, need = _price_to(par, offer, firm, stand, kind, world.markets[kind].price, size.cost[kind])
        grant = _grant_for(offer, firm, stand, kind, cost)
        advance = grant * advance_share
        if need - advance > stand.means:
            continue
        terms = terms_of(world, slot, kind, stand.rate, later)
        worked, years, _ = terms
        worth = _gains_worth(par, offer, firm, world.start[slot], kind, size.equipped[kind], terms)
        if IS_LIGHT[kind] and stand.copies:
            worth *= stand.copied
        other = _other_money(par, offer, firm, kind, cost, worked, years)
        net = worth * stand.counted - need + other
        if par.providers_queue_foresight > 0.0:
            wait = par.providers_queue_foresight * queue_wait(par, offer, world.markets[kind], kind)
            if wait > 0.0:
                net -= (1.0 - value.discount(stand.rate, wait)) * (worth * stand.counted + other)
        if need <= stand.means:
            alone = net + _pilot_money(par, offer, firm, stand, kind, cost, worked)
            index = _with_interest(par, offer, stand, alone, need) / cost
            if index > best_index:
                best_index, best_kind, best_applies, best_cost, best_grant = index, kind, False, cost, 0.0
        if grant > 0.0:
            promised = support.promised_value(
                grant,
                world.district[0].success_rate * stand.chance,
                advance_share,
                stand.waited,
                stand.waited * worked * stand.delayed,
            )
            own = _with_interest(par, offer, stand, net, need - advance)
            if not after_the_fact:
                own = min(own, own * stand.waited)
            index = (own + promised - stand.burden) / cost
            if index > best_index:
                best_index, best_kind, best_applies, best_cost, best_grant = index, kind, True, cost, grant
    return best_index, best_kind, best_applies, best_cost, best_grant
