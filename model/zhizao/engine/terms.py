"""What is worked out of a firm once for several projects: what its revenue and its own rate make of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from zhizao.compiled import innermost, internal
from zhizao.engine.state import World
from zhizao.records.parameters import ParameterRecord
from zhizao.records.state import FirmRecord
from zhizao.rules import support, value
from zhizao.sectors import KIND_COUNT

__all__ = ["NO_SIZE", "Size", "log_size", "set_terms", "size_of", "terms_of"]


class Size(NamedTuple):
    """What a firm's revenue makes of projects whose cost has this elasticity in it."""

    elasticity: float
    cost: float
    """Relative to the cost for a firm of reference revenue."""
    equipped: float
    """How much of the firm one project equips, likewise."""


NO_SIZE = Size(math.nan, 1.0, 1.0)
"""What is known of a firm before its first project is looked at."""


@innermost
def size_of(par: ParameterRecord, log_revenue: float, kind: int, before: Size) -> Size:
    """What its revenue makes of a project of a kind to a firm; what was found for a kind `before` it where that holds.

    `log_revenue` is the logarithm of revenue over the catalogue's reference revenue.
    """
    elasticity = par.projects_cost_elasticity[kind]
    if elasticity == before.elasticity:
        return before
    alike = par.projects_size_alike
    equipped = value.part_equipped(log_revenue, elasticity, alike) if alike > 0.0 else 1.0
    return Size(elasticity, value.relative_cost(log_revenue, elasticity), equipped)


@innermost
def log_size(par: ParameterRecord, firm: FirmRecord) -> float:
    """Return the logarithm of the firm's revenue over the catalogue's reference revenue."""
    return math.log(firm.revenue / par.projects_reference_revenue)


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
