"""One month's offer: the levers in force, and what follows from them and from the numbers of the district.

An instrument with nothing to give is not announced: grants with no rate, no cap, nobody eligible or no budget
become the very same offers as no grants, so that null policies stay null to the bit.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.calendar import month_of_change
from zhizao.compiled import compiled
from zhizao.district.in_force import DISTRICT
from zhizao.parameters.registry import Parameters, record_of
from zhizao.policy.levers import Policy
from zhizao.policy.money import Grants, PilotCity
from zhizao.policy.services import Handling
from zhizao.records.rows import Records, records_of
from zhizao.records.state import OfferRecord
from zhizao.rules import progress
from zhizao.rules.constants import DAYS_PER_MONTH, MONTHS_PER_YEAR
from zhizao.sectors import IS_LIGHT, LEVELS, SIZE_COUNT, TIER_COUNT

__all__ = [
    "OFFER_FIELDS",
    "PHASE_STARTS",
    "Asked",
    "Place",
    "asked_of",
    "follow_up",
    "grants_on",
    "levers_in_force",
    "numbers_of",
    "offer_fields",
    "offer_of",
    "open_and_deadline",
    "phase_of",
    "pilot_is_on",
    "place_numbers",
    "put_numbers",
    "year_of",
]

OFFER_FIELDS: tuple[tuple[str, Any] | tuple[str, Any, tuple[int, ...]], ...] = (
    ("grants_on", np.float64),
    ("grants_open", np.float64),
    ("deadline_on", np.float64),
    ("monthly_budget", np.float64, (TIER_COUNT,)),
    ("processing_months", np.float64),
    ("coverage", np.float64),
    ("monthly_visits", np.float64),
    ("clearing", np.float64),
    ("drive", np.float64),
    ("pilot_on", np.float64),
    ("visits_targeted", np.float64),
    ("attention_changed", np.float64),
    ("support_bound", np.float64, (SIZE_COUNT,)),
    ("ahead_months", np.float64),
    ("opens_anyway", np.float64),
    ("awaited", np.float64),
)
"""Fields in addition to the levers in a month's offers.

``grants_on``, ``grants_open``, ``deadline_on``, ``pilot_on`` and ``visits_targeted`` (to some firms only) are 0 or 1;
``monthly_budget`` is in million RMB by tier;
``coverage`` is the share of firms with a specialist and ``monthly_visits`` the visits to each of them;
``clearing`` is the monthly probability that an obstacle is cleared; ``drive`` is the multiple of the rates of looking
and hearing in this phase of policy; ``attention_changed`` says that firms must be asked again how attentive they are;
``support_bound`` is, by size class, a share of cost that support for no project exceeds (0 where firms' attention does
not depend on it). Of what is foreseen (`foreseen_offers`) only: ``ahead_months`` until it can be used (0 where nothing
is announced), ``opens_anyway`` whether applications would be open then under the policy of the month itself,
``awaited`` whether firms may have waited for this very month (0 or 1).
"""


PHASE_STARTS: tuple[int, ...] = tuple(month_of_change(phase.begins) for phase in DISTRICT.own.phase[1:])
"""First months of the district's phases of policy after the first."""


def phase_of(month: int) -> int:
    """Index of the phase of policy of a month."""
    return sum(month >= first for first in PHASE_STARTS)


class Asked(NamedTuple):
    """What a policy asks for that depends on the district as well, and whether its grants have anything to give."""

    some_grant: bool
    fund_multiple: float
    additional_budget: tuple[float, ...]
    specialists: float
    caseload: float
    visits: float
    response_days: float


class Place(NamedTuple):
    """The numbers of a district that bear on offers."""

    annual_fund: float
    digital_share: float
    tier_share: tuple[float, ...]
    firms: float
    clearing_days: float


def asked_of(policy: Policy) -> Asked:
    grants, specialists = policy.grants, policy.specialists
    some_rate = any(rate > 0 and cap > 0 for rate, cap in zip(grants.rate, grants.cap, strict=True))
    some_size = any(factor > 0 for factor in grants.size_factor)
    some_firm = any(grants.sectors) and grants.lowest_level <= grants.highest_level
    return Asked(
        some_grant=some_rate and some_size and some_firm,
        fund_multiple=grants.fund_multiple,
        additional_budget=tuple(grants.additional_budget),
        specialists=specialists.count,
        caseload=specialists.caseload,
        visits=specialists.visits,
        response_days=policy.response.days,
    )


def place_numbers(parameters: Parameters) -> Place:
    funding = parameters.funding
    return Place(
        annual_fund=funding.annual_fund,
        digital_share=funding.digital_share,
        tier_share=tuple(funding.tier_share),
        firms=parameters.population.firms,
        clearing_days=parameters.building.clearing_days,
    )


def grants_on(asked: Asked, place: Place) -> bool:
    """Whether the grants have anything to give to anyone."""
    return asked.some_grant and sum(_yearly_budget(asked, place)) > 0


def pilot_is_on(policy: Policy) -> bool:
    """Whether the pilot city has anything to give to anyone."""
    pilot = policy.pilot
    pays = pilot.rate > 0 and any(pilot.cap)
    gives = pays or pilot.bulk_cut > 0 or pilot.copy_cut > 0 or pilot.copy_evidence > 0
    return pilot.share > 0 and any(pilot.sectors) and gives


@lru_cache(maxsize=1024)
def _yearly_budget(asked: Asked, place: Place) -> tuple[float, ...]:
    """Budget for grants by tier, million RMB per year."""
    money = asked.fund_multiple * place.annual_fund * place.digital_share
    return tuple(money * share + more for share, more in zip(place.tier_share, asked.additional_budget, strict=True))


def offer_of(policy: Policy, parameters: Parameters) -> np.ndarray[Any, Any]:
    """Return one offer, but for what depends on the month and on others."""
    asked, place = asked_of(policy), place_numbers(parameters)
    on = grants_on(asked, place)
    row = levers_in_force(policy, on)
    numbers = np.array([numbers_of(asked, on, place)])
    put_numbers(records_of(row, OfferRecord), np.zeros(1, np.intp), numbers, np.zeros(1, np.intp), row["drive"].copy())
    return row


def levers_in_force(policy: Policy, on: bool) -> np.ndarray[Any, Any]:
    """Return one offer that holds the levers and what follows from them alone.

    What gives nothing is not announced: the same offers, to the bit, as if it did not exist.
    """
    if not on:
        handling = _handling_without_grants(policy.handling)
        policy = dataclasses.replace(policy, grants=Grants(), handling=handling)
    pilot_on = pilot_is_on(policy)
    if not pilot_on:
        policy = dataclasses.replace(policy, pilot=PilotCity())
    row = _levers(policy).view(np.ndarray).copy()
    row["pilot_on"] = float(pilot_on)
    row["grants_on"] = float(on)
    if on:
        row["processing_months"] = math.ceil(policy.handling.processing_days / DAYS_PER_MONTH)
    specialists = policy.specialists
    everyone = specialists.lowest_level <= 0 and specialists.highest_level >= len(LEVELS) - 1
    row["visits_targeted"] = float(not (everyone and all(specialists.sizes) and all(specialists.sectors)))
    return row


@compiled
def put_numbers(
    offers: Records[OfferRecord], which: IntArray, numbers: FloatArray, phases: IntArray, drive: FloatArray
) -> None:
    """Put into each month's offers what depends on the district: `numbers_of` its policy, and the drive of its phase.

    `which` says which policy is in force in each month, `phases` which phase of policy.
    """
    for month in range(offers.size):
        offer, given = offers[month], numbers[which[month]]
        for tier in range(TIER_COUNT):
            offer.monthly_budget[tier] = given[tier]
        offer.coverage = given[TIER_COUNT]
        offer.monthly_visits = given[TIER_COUNT + 1]
        offer.clearing = given[TIER_COUNT + 2]
        offer.drive = drive[phases[month]]
        if month > 0 and drive[phases[month]] != drive[phases[month - 1]]:
            offer.attention_changed = 1.0


@lru_cache(maxsize=1024)
def numbers_of(asked: Asked, on: bool, place: Place) -> tuple[float, ...]:
    """Return what of an offer depends on the district as well.

    Monthly budget by tier, coverage with specialists, visits in a month to each firm that has one, and the probability
    that an obstacle is cleared.
    """
    budget = np.array(_yearly_budget(asked, place)) / MONTHS_PER_YEAR if on else np.zeros(TIER_COUNT)
    firms = max(place.firms, 1.0)
    looked_after = min(asked.specialists * asked.caseload, firms)
    visits = asked.specialists * asked.visits / looked_after / MONTHS_PER_YEAR if looked_after > 0 else 0.0
    clearing = progress.clearing_probability(place.clearing_days, asked.response_days)
    return (*budget.tolist(), looked_after / firms, visits, clearing)


@cache
def offer_fields() -> np.dtype[Any]:
    fields: list[Any] = [*record_of(Policy()).dtype.descr, *OFFER_FIELDS]
    return np.dtype(fields)


@lru_cache(maxsize=1024)
def _levers(policy: Policy) -> np.recarray[Any, Any]:
    """Return an offer that holds nothing yet but the levers."""
    levers = record_of(policy)
    row = np.zeros(1, dtype=offer_fields()).view(np.recarray)
    for name in levers.dtype.names or ():
        row[name] = levers[name]
    return row


def _handling_without_grants(handling: Handling) -> Handling:
    """Keep what costs money (the service goes on) and drop what bears on applications only."""
    return dataclasses.replace(handling, processing_days=Handling.processing_days, monthly_capacity=1e6)


def year_of(policy: Policy, row: np.ndarray[Any, Any]) -> list[tuple[float, float]]:
    """Return `open_and_deadline` of each month of the year."""
    return [open_and_deadline(policy, row, 1 + month) for month in range(int(MONTHS_PER_YEAR))]


def open_and_deadline(policy: Policy, row: np.ndarray[Any, Any], calendar_month: int) -> tuple[float, float]:
    """Whether applications are open in a calendar month (0 or 1), and whether a deadline is felt."""
    if not row["grants_on"][0]:
        return 0.0, 0.0
    first, last = int(policy.grants.window_open), int(policy.grants.window_close)
    is_open = first <= calendar_month <= last if first <= last else not last < calendar_month < first
    left = (last - calendar_month) % 12
    always_open = (last - first) % 12 == 11
    return float(is_open), float(is_open and not always_open and left < policy.grants.deadline_months)


def follow_up(offers: np.ndarray[Any, Any], *, stakes: bool) -> None:
    """Fill in what depends on several fields or months: how far support draws firms, and where attention changes."""
    if stakes:
        offers["support_bound"] = _most_support(offers)
    names = ("deadline_on", "leaders_share", "drive", "support_bound", "grants_lowest_level", "grants_highest_level")
    pressures = [offers[name].reshape(offers.size, -1) for name in (*names, "grants_size_factor", "grants_sectors")]
    offers["attention_changed"][1:] = np.any([(row[1:] != row[:-1]).any(axis=1) for row in pressures], axis=0)


def _most_support(offers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a share of cost that no support exceeds, by month and size class: no cap, floor or score is looked at."""
    grants = offers["grants_rate"][:, None, :] * offers["grants_size_factor"][:, :, None]
    pilot = (offers["pilot_on"] * offers["pilot_rate"])[:, None, None] * np.array(IS_LIGHT, float)
    vouchers = offers["provider_discount_waived_share"] + offers["provider_discount_state_share"]
    promised = np.maximum(grants * offers["grants_open"][:, None, None], pilot)
    shares = promised + vouchers[:, None, None] * np.array(IS_LIGHT, float)
    most = shares.max(axis=2) + offers["tax_credit_rate"][:, None]
    awards = [offers[f"awards_{name}"] > 0.0 for name in ("workshop", "factory", "level2", "level3", "level4")]
    return np.where(np.any(awards, axis=0)[:, None], 1.0, np.minimum(most, 1.0))
