"""What is worked out of a firm once for several projects: what its revenue and its own rate make of them."""

from __future__ import annotations

import math

from zhizao.compiled import innermost, internal
from zhizao.engine.state import World
from zhizao.records.parameters import ParameterRecord
from zhizao.rules import support, value
from zhizao.sectors import KIND_COUNT

__all__ = ["set_sizes", "set_terms", "terms_of"]


@internal
def set_sizes(world: World, slot: int) -> None:
    """Work out what a firm's revenue makes of each kind of project, if that is not known for the revenue that it has.

    That is the cost, and how much of the firm one project equips: both relative to a firm of reference revenue.
    """
    known, revenue = world.sizes[slot], world.firms[slot].revenue
    if known.revenue == revenue:
        return
    par = world.par[0]
    log_revenue = math.log(revenue / par.projects_reference_revenue)
    alike = par.projects_size_alike
    known.revenue = revenue
    for kind in range(KIND_COUNT):
        elasticity = par.projects_cost_elasticity[kind]
        if kind > 0 and elasticity == par.projects_cost_elasticity[kind - 1]:
            known.cost[kind], known.equipped[kind] = known.cost[kind - 1], known.equipped[kind - 1]
            continue
        known.cost[kind] = value.relative_cost(log_revenue, elasticity)
        known.equipped[kind] = value.part_equipped(log_revenue, elasticity, alike) if alike > 0.0 else 1.0


@innermost
def _terms_at(par: ParameterRecord, kind: int, rate: float, later: float) -> tuple[float, float, float]:
    """What a yearly rate makes of a project of a kind that begins `later` months from now.

    Discount to the end of the work; annuity over the project's life; and over it, that of what fades as prices do.
    """
    life = value.life_left(par.projects_life[kind], later)
    shock_years = value.annuity(rate + 1.0 / par.valuation_outlook_years, life)
    return value.discount(rate, par.projects_duration[kind]), value.annuity(rate, life), shock_years


@innermost
def terms_of(world: World, slot: int, kind: int, rate: float, later: float) -> tuple[float, float, float]:
    """What the firm's own rate makes of a project: as worked out at the start, if that is still its rate."""
    known = world.terms[slot]
    if later == 0.0 and rate == known.rate:
        return known.worked[kind], known.years[kind], known.shock_years[kind]
    return _terms_at(world.par[0], kind, rate, later)


@internal
def set_terms(world: World) -> None:
    """Work out what each firm's own rate, without relief on it, makes of each kind of project."""
    par = world.par[0]
    for slot in range(world.terms.size):
        known = world.terms[slot]
        rate = support.discount_rate(par.finance_prime_rate, world.start[slot].premium, 0.0)
        known.rate = rate
        for kind in range(KIND_COUNT):
            known.worked[kind], known.years[kind], known.shock_years[kind] = _terms_at(par, kind, rate, 0.0)
