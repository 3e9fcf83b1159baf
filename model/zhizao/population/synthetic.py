"""A synthetic district: firms matched to the marginals that are known, each a pure function of its slot.

A firm's attributes depend on the seed and its own slot only, so adding a firm changes nobody else. Marginals are
nevertheless matched closely at any number of firms, because classes, sectors and flags follow additive
(Kronecker) sequences over the slots with a random start, rather than independent draws.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from zhizao import draws
from zhizao.compiled import compiled, internal
from zhizao.rules import value

__all__ = ["FIRM_AT_START", "fill_firms", "impute_firms"]

FIRM_AT_START = np.dtype(
    [
        # what a firm values projects with all its life comes first, and so lies together
        ("capability", np.float64),
        ("premium", np.float64),
        ("intensity", np.float64, (4,)),
        ("sector", np.uint8),
        ("size_class", np.uint8),
        ("leader", np.uint8),
        ("rd_active", np.uint8),
        ("robots", np.uint8),
        ("aware", np.uint8),
        ("workshops", np.int16),
        ("factories", np.int16),
        ("park", np.int32),
        ("revenue", np.float64),
        ("employees", np.float64),
        ("cash", np.float64),
        ("score", np.float64),
        ("visit_phase", np.float32),
        ("coverage_rank", np.float32),
        ("leader_rank", np.float32),
    ]
)
"""A firm as it stands when it appears: in 2018-01, or when it enters. Revenue and cash in million RMB."""
CONSTANT = 6 * 8
"""Bytes of its record that it values projects with all its life: capability, premium, intensities."""

_SIZE = draws.STREAMS["size"].number
_SECTOR = draws.STREAMS["sector"].number
_STAFF = draws.STREAMS["staff"].number
_RD_ACTIVE = draws.STREAMS["rd_active"].number
_CAPABILITY = draws.STREAMS["capability"].number
_START_SCORE = draws.STREAMS["start_score"].number
_START_ROBOTS = draws.STREAMS["start_robots"].number
_START_WORKSHOPS = draws.STREAMS["start_workshops"].number
_START_CASH = draws.STREAMS["start_cash"].number
_START_AWARENESS = draws.STREAMS["start_awareness"].number
_INTENSITY = draws.STREAMS["intensity"].number
_FINANCE = draws.STREAMS["finance"].number
_COVERAGE = draws.STREAMS["coverage"].number
_VISIT = draws.STREAMS["visit"].number
_LEADER = draws.STREAMS["leader"].number

# One irrational step per sequence: independent over the rationals, so that no two sequences run together.
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_STEP_SECTOR = math.sqrt(2.0) - 1.0
_STEP_RD = math.sqrt(3.0) - 1.0
_STEP_ROBOTS = math.sqrt(7.0) - 2.0
_STEP_WORKSHOPS = math.sqrt(11.0) - 3.0
_STEP_COVERAGE = math.sqrt(13.0) - 3.0
_STEP_VISIT = math.sqrt(17.0) - 4.0


@internal
def sequence(seed: Any, stream: int, step: float, slot: int) -> float:
    """Place of `slot` in the additive sequence of a stream: evenly spread over (0, 1) for any run of slots."""
    start = draws.uniform(seed, stream, 0, 0)
    place = start + step * slot
    place -= math.floor(place)
    return min(max(place, 1e-12), 1.0 - 1e-12)


@internal
def _class_and_place(place: float, shares: Any) -> tuple[int, float]:
    """Class of a place in (0, 1) under `shares`, and the place within that class."""
    below = 0.0
    last = shares.size - 1
    for i in range(last):
        if place < below + shares[i]:
            return i, (place - below) / shares[i]
        below += shares[i]
    width = 1.0 - below
    return last, (place - below) / width if width > 1e-12 else 0.5


@internal
def _normal(seed: Any, stream: int, slot: int) -> float:
    return draws.normal_quantile(draws.uniform(seed, stream, slot, 0))


@compiled
def fill_firms(firms: Any, first: int, seed: Any, par: Any) -> None:
    """Fill the slots of `firms` from `first` on with synthetic firms.

    Parameters
    ----------
    firms
        Record array of `FIRM_AT_START`; changed in place.
    first
        First slot to fill.
    seed
        Seed of the run (``np.uint64``).
    par
        The record of parameters.
    """
    for slot in range(first, firms.size):
        firm = firms[slot]
        _fill_size(firm, slot, seed, par)
        sector, _ = _class_and_place(sequence(seed, _SECTOR, _STEP_SECTOR, slot), par.sectors_share)
        firm.sector = sector
        firm.park = slot // int(par.links_firms_per_park)
        _fill_rest(firm, slot, seed, par)


@compiled
def impute_firms(firms: Any, count: int, seed: Any, par: Any) -> None:
    """Fill anew, for the first `count` slots, all that hangs on a firm's size class and revenue, which are given."""
    for slot in range(count):
        _fill_rest(firms[slot], slot, seed, par)


@internal
def _fill_rest(firm: Any, slot: int, seed: Any, par: Any) -> None:
    """Everything but size, sector and park: capability, digital standing, gains, money, places in queues."""
    _fill_capability(firm, slot, seed, par)
    _fill_digital(firm, slot, seed, par)
    for kind in range(4):
        normal = draws.normal_quantile(draws.uniform(seed, _INTENSITY, slot, kind))
        firm.intensity[kind] = value.intensity(
            normal, firm.capability, par.valuation_capability_effect, par.valuation_benefit_spread
        )
    premium_spread = math.exp(par.finance_premium_spread * _normal(seed, _FINANCE, slot))
    firm.premium = par.finance_premium[firm.size_class] * premium_spread
    cash_spread = math.exp(par.finance_cash_spread * _normal(seed, _START_CASH, slot))
    firm.cash = par.finance_cash_share * firm.revenue * cash_spread
    firm.aware = 1 if draws.uniform(seed, _START_AWARENESS, slot, 0) < par.awareness_start_share else 0
    firm.visit_phase = sequence(seed, _VISIT, _STEP_VISIT, slot)
    firm.coverage_rank = sequence(seed, _COVERAGE, _STEP_COVERAGE, slot)
    firm.leader_rank = draws.uniform(seed, _LEADER, slot, 1)
    leads = firm.size_class == 2 and draws.uniform(seed, _LEADER, slot, 0) < par.links_leader_share
    firm.leader = 1 if leads else 0


@internal
def _fill_size(firm: Any, slot: int, seed: Any, par: Any) -> None:
    """Size class, revenue and staff: one sequence orders all firms by size, so totals are matched closely."""
    size, place = _class_and_place(sequence(seed, _SIZE, _GOLDEN, slot), par.population_class_share)
    normal = draws.normal_quantile(min(max(place, 1e-9), 1.0 - 1e-9))
    spread = par.population_revenue_spread[size]
    firm.size_class = size
    excess = _large_excess(par) if size == 2 else par.population_mean_excess_revenue[size]
    firm.revenue = par.population_lowest_revenue[size] + excess * math.exp(spread * normal - 0.5 * spread * spread)
    correlation = par.population_staff_correlation
    mixed = correlation * normal + math.sqrt(1.0 - correlation * correlation) * _normal(seed, _STAFF, slot)
    rank = 0.5 * math.erfc(-mixed / math.sqrt(2.0))
    firm.employees = math.floor(
        par.population_lowest_staff[size] + par.population_staff_range[size] * rank ** par.population_staff_shape[size]
    )


@internal
def _large_excess(par: Any) -> float:
    """Mean revenue of large firms above the least in their class: what the district's output leaves for them."""
    made_by_smes = 0.0
    for size in range(2):
        mean = par.population_lowest_revenue[size] + par.population_mean_excess_revenue[size]
        made_by_smes += par.population_firms * par.population_class_share[size] * mean
    large = max(par.population_firms * par.population_class_share[2], 1.0)
    return float(max((par.population_output - made_by_smes) / large - par.population_lowest_revenue[2], 0.0))


@internal
def _fill_capability(firm: Any, slot: int, seed: Any, par: Any) -> None:
    """R&D activity, and capability in (0, 1): logistic in R&D, size and the firm's own draw."""
    active = sequence(seed, _RD_ACTIVE, _STEP_RD, slot) < par.population_rd_share
    firm.rd_active = 1 if active else 0
    logit = (
        par.population_rd_capability * (firm.rd_active - par.population_rd_share)
        + par.population_size_capability * firm.size_class
        + par.population_capability_spread * _normal(seed, _CAPABILITY, slot)
    )
    firm.capability = 1.0 / (1.0 + math.exp(-logit))


@internal
def _fill_digital(firm: Any, slot: int, seed: Any, par: Any) -> None:
    """Starting score, robots and workshops; a large firm with early workshops has two of them."""
    score = (
        par.levels_start_mean
        + par.levels_start_capability * (firm.capability - 0.5)
        + par.levels_start_spread * _normal(seed, _START_SCORE, slot)
    )
    firm.robots = 1 if sequence(seed, _START_ROBOTS, _STEP_ROBOTS, slot) < par.population_robot_share else 0
    firm.workshops = 0
    firm.factories = 0
    place = sequence(seed, _START_WORKSHOPS, _STEP_WORKSHOPS, slot)
    if place < par.population_workshop_share[firm.size_class]:
        firm.workshops = 2 if firm.size_class == 2 else 1
        firm.robots = 1
        score = max(score, 45.0)
    firm.score = min(max(score, 0.0), 95.0)
