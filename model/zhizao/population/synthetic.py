"""A synthetic district: firms matched to the marginals that are known, each a pure function of its luck number.

A firm's attributes depend on the seed and its own number only, so adding a firm changes nobody else. The number of a
synthetic firm is its slot. Marginals are nevertheless matched closely at any number of synthetic firms, because
classes, sectors and flags follow additive (Kronecker) sequences over the slots with a random start, rather than
independent draws. The numbers of registered firms come from their ids and have no order; theirs are independent.
"""

from __future__ import annotations

import math

import numpy as np

from zhizao import draws
from zhizao.arrays import IntArray
from zhizao.compiled import compiled, internal
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records, Row
from zhizao.records.state import StartRecord
from zhizao.rules import value
from zhizao.rules.constants import HIGHEST_STARTING_SCORE, MIDDLE, SCORE_WITH_WORKSHOP
from zhizao.sectors import KIND_COUNT, KIND_DRAW, LARGE, SME_COUNT

__all__ = ["FIRM_AT_START", "fill_firms", "impute_firms", "impute_parks"]

FIRM_AT_START = np.dtype(
    [
        # what a firm values projects with all its life comes first, and so is together
        ("capability", np.float64),
        ("premium", np.float64),
        ("intensity", np.float64, (KIND_COUNT,)),
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
"""A firm as it is when it appears: in the first month, or when it enters. Revenue and cash in million RMB."""
CONSTANT = (2 + KIND_COUNT) * 8
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
_PARK = draws.STREAMS["park"].number

# One irrational step per sequence: independent over the rationals, so that no two sequences run together.
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_STEP_SECTOR = math.sqrt(2.0) - 1.0
_STEP_RD = math.sqrt(3.0) - 1.0
_STEP_ROBOTS = math.sqrt(7.0) - 2.0
_STEP_WORKSHOPS = math.sqrt(11.0) - 3.0
_STEP_COVERAGE = math.sqrt(13.0) - 3.0
_STEP_VISIT = math.sqrt(17.0) - 4.0


@internal
def sequence(seed: np.uint64, stream: int, step: float, number: int) -> float:
    """Place of a number in the additive sequence of a stream: evenly spread over (0, 1) for any run of slots.

    The number of a registered firm is not part of a run: its place is a draw of its own.
    """
    if number >= draws.FIRST_OF_IDS:
        return draws.uniform(seed, stream, number, 0)
    start = draws.uniform(seed, stream, 0, 0)
    place = start + step * number
    place -= math.floor(place)
    return min(max(place, 1e-12), 1.0 - 1e-12)


@internal
def _class_and_place(place: float, shares: Row[float]) -> tuple[int, float]:
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
def _normal(seed: np.uint64, stream: int, number: int) -> float:
    return draws.normal_quantile(draws.uniform(seed, stream, number, 0))


@compiled
def fill_firms(firms: Records[StartRecord], first: int, seed: np.uint64, par: ParameterRecord) -> None:
    """Fill the slots of `firms` from `first` on with synthetic firms, numbered from 0.

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
        number = slot - first
        _fill_size(firm, number, seed, par)
        sector, _ = _class_and_place(sequence(seed, _SECTOR, _STEP_SECTOR, number), par.sectors_share)
        firm.sector = sector
        firm.park = number // int(par.links_firms_per_park)
        _fill_rest(firm, number, seed, par)


@compiled
def impute_firms(firms: Records[StartRecord], luck: IntArray, seed: np.uint64, par: ParameterRecord) -> None:
    """Fill, for the firms with the luck numbers `luck`, all that depends on size class and revenue, which are given."""
    for slot in range(luck.size):
        _fill_rest(firms[slot], int(luck[slot]), seed, par)


@compiled
def impute_parks(luck: IntArray, parks: int, seed: np.uint64) -> IntArray:
    """Return one of `parks` parks for each luck number: as many firms in each, as far as chance has it.

    One park more moves only those firms into it that it needs (jump consistent hashing, Lamping and Veach 2014).
    """
    found = np.zeros(luck.size, np.int32)
    for slot in range(luck.size):
        park = 0
        while park < parks:
            found[slot] = park
            park = int(min((park + 1.0) / draws.uniform(seed, _PARK, int(luck[slot]), park), 1e9))
    return found


@internal
def _fill_rest(firm: StartRecord, number: int, seed: np.uint64, par: ParameterRecord) -> None:
    """Everything but size, sector and park: capability, digital standing, gains, money, places in queues."""
    _fill_capability(firm, number, seed, par)
    _fill_digital(firm, number, seed, par)
    for kind in range(KIND_COUNT):
        normal = draws.normal_quantile(draws.uniform(seed, _INTENSITY, number, KIND_DRAW[kind]))
        firm.intensity[kind] = value.intensity(
            normal, firm.capability, par.valuation_capability_effect, par.valuation_benefit_spread
        )
    premium_spread = math.exp(par.finance_premium_spread * _normal(seed, _FINANCE, number))
    firm.premium = par.finance_premium[firm.size_class] * premium_spread
    cash_spread = math.exp(par.finance_cash_spread * _normal(seed, _START_CASH, number))
    firm.cash = par.finance_cash_share * firm.revenue * cash_spread
    firm.aware = 1 if draws.uniform(seed, _START_AWARENESS, number, 0) < par.awareness_start_share else 0
    firm.visit_phase = sequence(seed, _VISIT, _STEP_VISIT, number)
    firm.coverage_rank = sequence(seed, _COVERAGE, _STEP_COVERAGE, number)
    firm.leader_rank = draws.uniform(seed, _LEADER, number, 1)
    leads = firm.size_class == LARGE and draws.uniform(seed, _LEADER, number, 0) < par.links_leader_share
    firm.leader = 1 if leads else 0


@internal
def _fill_size(firm: StartRecord, number: int, seed: np.uint64, par: ParameterRecord) -> None:
    """Size class, revenue and staff: one sequence orders all firms by size, so totals are matched closely."""
    size, place = _class_and_place(sequence(seed, _SIZE, _GOLDEN, number), par.population_class_share)
    normal = draws.normal_quantile(min(max(place, 1e-9), 1.0 - 1e-9))
    spread = par.population_revenue_spread[size]
    firm.size_class = size
    excess = _large_excess(par) if size == LARGE else par.population_mean_excess_revenue[size]
    firm.revenue = par.population_lowest_revenue[size] + excess * math.exp(spread * normal - 0.5 * spread * spread)
    correlation = par.population_staff_correlation
    mixed = correlation * normal + math.sqrt(1.0 - correlation * correlation) * _normal(seed, _STAFF, number)
    rank = 0.5 * math.erfc(-mixed / math.sqrt(2.0))
    firm.employees = math.floor(
        par.population_lowest_staff[size] + par.population_staff_range[size] * rank ** par.population_staff_shape[size]
    )


@internal
def _large_excess(par: ParameterRecord) -> float:
    """Mean revenue of large firms above the least in their class: what the district's output leaves for them."""
    made_by_smes = 0.0
    for size in range(SME_COUNT):
        mean = par.population_lowest_revenue[size] + par.population_mean_excess_revenue[size]
        made_by_smes += par.population_firms * par.population_class_share[size] * mean
    large = max(par.population_firms * par.population_class_share[LARGE], 1.0)
    return float(max((par.population_output - made_by_smes) / large - par.population_lowest_revenue[LARGE], 0.0))


@internal
def _fill_capability(firm: StartRecord, number: int, seed: np.uint64, par: ParameterRecord) -> None:
    """R&D activity, and capability in (0, 1): logistic in R&D, size and the firm's own draw."""
    active = sequence(seed, _RD_ACTIVE, _STEP_RD, number) < par.population_rd_share
    firm.rd_active = 1 if active else 0
    logit = (
        par.population_rd_capability * (firm.rd_active - par.population_rd_share)
        + par.population_size_capability * firm.size_class
        + par.population_capability_spread * _normal(seed, _CAPABILITY, number)
    )
    firm.capability = 1.0 / (1.0 + math.exp(-logit))


@internal
def _fill_digital(firm: StartRecord, number: int, seed: np.uint64, par: ParameterRecord) -> None:
    """Starting score, robots and workshops; a large firm with early workshops has two of them."""
    score = (
        par.levels_start_mean
        + par.levels_start_capability * (firm.capability - MIDDLE)
        + par.levels_start_spread * _normal(seed, _START_SCORE, number)
    )
    firm.robots = 1 if sequence(seed, _START_ROBOTS, _STEP_ROBOTS, number) < par.population_robot_share else 0
    firm.workshops = 0
    firm.factories = 0
    place = sequence(seed, _START_WORKSHOPS, _STEP_WORKSHOPS, number)
    if place < par.population_workshop_share[firm.size_class]:
        firm.workshops = 2 if firm.size_class == LARGE else 1
        firm.robots = 1
        score = max(score, SCORE_WITH_WORKSHOP)
    firm.score = min(max(score, 0.0), HIGHEST_STARTING_SCORE)
