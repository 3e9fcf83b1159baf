"""The offers in force month by month: what firms and officials see, worked out once from the policies.

An instrument with nothing to give is not announced: grants with no rate, no cap, nobody eligible or no budget
become the very same offers as no grants, so that null policies stay null to the bit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from zhizao.calendar import month_of_change, month_of_year
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

__all__ = ["OFFER_FIELDS", "first_difference", "monthly_offers", "plain_offer", "replace_offer"]

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
)
"""Fields in addition to the levers in a month's offers.

``grants_on``, ``grants_open``, ``deadline_on``, ``pilot_on`` and ``visits_targeted`` (to some firms only) are 0 or 1;
``monthly_budget`` is in million RMB by tier;
``coverage`` is the share of firms with a specialist and ``monthly_visits`` the visits to each of them;
``clearing`` is the monthly probability that an obstacle is cleared; ``drive`` is the multiple of the rates of looking
and hearing in this phase of policy; ``attention_changed`` says that firms must be asked again how attentive they are;
``support_bound`` is, by size class, a share of cost that support for no project exceeds (0 where firms' attention does
not depend on it).
"""


PHASE_STARTS: tuple[int, ...] = tuple(month_of_change(phase.begins) for phase in DISTRICT.own.phase[1:])
"""First months of the district's phases of policy after the first."""


def monthly_offers(policies: Sequence[Policy], parameters: Parameters) -> Records[OfferRecord]:
    """Return the offers of each month from the first on.

    Parameters
    ----------
    policies
        The policy in force in each month.
    parameters
        Numbers of the district, some of which bear on offers (yearly money, firms, time to clear obstacles).
    """
    places: dict[int, int] = {}
    rows: list[np.ndarray[Any, Any]] = []
    calendar: dict[tuple[int, int], tuple[float, float]] = {}
    for month, policy in enumerate(policies):
        if id(policy) not in places:
            places[id(policy)] = len(rows)
            rows.append(_offer_of_policy(policy, parameters))
        place = places[id(policy)], month_of_year(month)
        if place not in calendar:
            calendar[place] = _calendar(policy, rows[place[0]], 1 + month_of_year(month))
    which = [places[id(policy)] for policy in policies]
    offers = np.array([row[0] for row in rows], dtype=_offer_fields())[which]
    opening = np.array([calendar[place, month_of_year(month)] for month, place in enumerate(which)]).reshape(-1, 2)
    offers["grants_open"], offers["deadline_on"] = opening[:, 0], opening[:, 1]
    offers["drive"] = [parameters.phases.drive[phase_of(month)] for month in range(len(policies))]
    _follow_up(offers, parameters)
    return records_of(offers, OfferRecord)


def replace_offer(offers: Records[OfferRecord], month: int, policy: Policy, parameters: Parameters) -> None:
    """Put what another policy offers in place in one month of `offers`, which nothing else may share."""
    rows = offers.view(np.ndarray)
    row = _offer_of_policy(policy, parameters)
    rows[month] = row[0]
    rows["grants_open"][month], rows["deadline_on"][month] = _calendar(policy, row, 1 + month_of_year(month))
    rows["drive"][month] = parameters.phases.drive[phase_of(month)]
    _follow_up(rows, parameters)


def phase_of(month: int) -> int:
    """Index of the phase of policy of a month."""
    return sum(month >= first for first in PHASE_STARTS)


def plain_offer(offer: Any) -> OfferRecord:
    """Return a month's offers with plain numbers and tuples in place of array fields."""
    plain = {}
    for name in offer.dtype.names:
        held = offer[name].tolist()
        plain[name] = tuple(held) if isinstance(held, list) else held
    return cast(OfferRecord, SimpleNamespace(**plain))


def grants_are_on(policy: Policy, parameters: Parameters) -> bool:
    """Whether the grants have anything to give to anyone."""
    grants = policy.grants
    some_rate = any(rate > 0 and cap > 0 for rate, cap in zip(grants.rate, grants.cap, strict=True))
    some_size = any(factor > 0 for factor in grants.size_factor)
    some_firm = any(grants.sectors) and grants.lowest_level <= grants.highest_level
    return some_rate and some_size and some_firm and sum(yearly_budget(policy, parameters)) > 0


def pilot_is_on(policy: Policy) -> bool:
    """Whether the pilot city has anything to give to anyone."""
    pilot = policy.pilot
    pays = pilot.rate > 0 and any(pilot.cap)
    gives = pays or pilot.bulk_cut > 0 or pilot.copy_cut > 0 or pilot.copy_evidence > 0
    return pilot.share > 0 and any(pilot.sectors) and gives


def yearly_budget(policy: Policy, parameters: Parameters) -> tuple[float, ...]:
    """Budget for grants by tier, million RMB per year."""
    funding = parameters.funding
    money = policy.grants.fund_multiple * funding.annual_fund * funding.digital_share
    return tuple(
        money * share + more for share, more in zip(funding.tier_share, policy.grants.additional_budget, strict=True)
    )


def _offer_of_policy(policy: Policy, parameters: Parameters) -> np.ndarray[Any, Any]:
    on = grants_are_on(policy, parameters)
    if not on:  # not announced: the same offers, to the bit, as if the grants did not exist
        handling = _handling_without_grants(policy.handling)
        policy = dataclasses.replace(policy, grants=Grants(), handling=handling)
    pilot_on = pilot_is_on(policy)
    if not pilot_on:
        policy = dataclasses.replace(policy, pilot=PilotCity())
    row = _levers(policy).view(np.ndarray).copy()
    row["pilot_on"] = float(pilot_on)
    row["grants_on"] = float(on)
    if on:
        row["monthly_budget"] = np.array(yearly_budget(policy, parameters)) / MONTHS_PER_YEAR
        row["processing_months"] = math.ceil(policy.handling.processing_days / DAYS_PER_MONTH)
    specialists = policy.specialists
    firms = max(parameters.population.firms, 1.0)
    everyone = specialists.lowest_level <= 0 and specialists.highest_level >= len(LEVELS) - 1
    row["visits_targeted"] = float(not (everyone and all(specialists.sizes) and all(specialists.sectors)))
    looked_after = min(specialists.count * specialists.caseload, firms)
    row["coverage"] = looked_after / firms
    if looked_after > 0:
        row["monthly_visits"] = specialists.count * specialists.visits / looked_after / MONTHS_PER_YEAR
    row["clearing"] = progress.clearing_probability(parameters.building.clearing_days, policy.response.days)
    return row


@cache
def _offer_fields() -> np.dtype[Any]:
    fields: list[Any] = [*record_of(Policy()).dtype.descr, *OFFER_FIELDS]
    return np.dtype(fields)


@lru_cache(maxsize=1024)
def _levers(policy: Policy) -> np.recarray[Any, Any]:
    """Return an offer that holds nothing yet but the levers."""
    levers = record_of(policy)
    row = np.zeros(1, dtype=_offer_fields()).view(np.recarray)
    for name in levers.dtype.names or ():
        row[name] = levers[name]
    return row


def _handling_without_grants(handling: Handling) -> Handling:
    """Keep what costs money (the service goes on) and drop what bears on applications only."""
    return dataclasses.replace(handling, processing_days=Handling.processing_days, monthly_capacity=1e6)


def _calendar(policy: Policy, row: np.ndarray[Any, Any], calendar_month: int) -> tuple[float, float]:
    """Whether applications are open in a calendar month (0 or 1), and whether a deadline is felt."""
    if not row["grants_on"][0]:
        return 0.0, 0.0
    first, last = int(policy.grants.window_open), int(policy.grants.window_close)
    is_open = first <= calendar_month <= last if first <= last else not last < calendar_month < first
    left = (last - calendar_month) % 12
    always_open = (last - first) % 12 == 11
    return float(is_open), float(is_open and not always_open and left < policy.grants.deadline_months)


def _follow_up(offers: np.ndarray[Any, Any], parameters: Parameters) -> None:
    """Fill in what depends on several fields or months: how far support draws firms, and where attention changes."""
    if parameters.attention.stake_rate > 0.0:
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


def first_difference(one: np.recarray[Any, Any], other: np.recarray[Any, Any]) -> int:
    """Return the first month in which two runs of offers differ; their common length if they never do."""
    months = min(one.size, other.size)
    rows = [np.ascontiguousarray(offers[:months]).view(np.uint8).reshape(months, -1) for offers in (one, other)]
    different = np.flatnonzero((rows[0] != rows[1]).any(axis=1))
    return int(different[0]) if different.size else months
