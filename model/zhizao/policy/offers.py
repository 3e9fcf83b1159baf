"""The offers in force month by month: what firms and officials see, worked out once from the policies.

An instrument with nothing to give is not announced: grants with no rate, no cap, nobody eligible or no budget
become the very same offers as no grants, so that null policies stay null to the bit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from zhizao.parameters.registry import Parameters, record_of
from zhizao.policy.levers import Grants, Handling, Policy
from zhizao.rules.progress import clearing_probability

__all__ = ["OFFER_FIELDS", "first_difference", "monthly_offers"]

OFFER_FIELDS: tuple[tuple[str, Any] | tuple[str, Any, tuple[int, ...]], ...] = (
    ("grants_on", np.float64),
    ("grants_open", np.float64),
    ("deadline_on", np.float64),
    ("monthly_budget", np.float64, (3,)),
    ("processing_months", np.float64),
    ("coverage", np.float64),
    ("monthly_visits", np.float64),
    ("clearing", np.float64),
    ("attention_changed", np.float64),
)
"""Fields that stand beside the levers in a month's offers.

``grants_on``, ``grants_open`` and ``deadline_on`` are 0 or 1; ``monthly_budget`` is in million RMB by tier;
``coverage`` is the share of firms with a specialist and ``monthly_visits`` the visits to each of them;
``clearing`` is the monthly probability that an obstacle is cleared; ``attention_changed`` says that firms
must be asked anew how attentive they are.
"""


def monthly_offers(policies: Sequence[Policy], parameters: Parameters) -> np.recarray[Any, Any]:
    """Return the offers of each month from 2018-01 on.

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
        place = places[id(policy)], month % 12
        if place not in calendar:
            calendar[place] = _calendar(policy, rows[place[0]], 1 + month % 12)
    which = [places[id(policy)] for policy in policies]
    offers = np.array([row[0] for row in rows], dtype=_offer_fields())[which]
    opening = np.array([calendar[place, month % 12] for month, place in enumerate(which)]).reshape(-1, 2)
    offers["grants_open"], offers["deadline_on"] = opening[:, 0], opening[:, 1]
    _mark_changes(offers)
    return offers.view(np.recarray)


def grants_are_on(policy: Policy, parameters: Parameters) -> bool:
    """Whether the grants have anything to give to anyone."""
    grants = policy.grants
    some_rate = any(rate > 0 and cap > 0 for rate, cap in zip(grants.rate, grants.cap, strict=True))
    some_size = any(factor > 0 for factor in grants.size_factor)
    return some_rate and some_size and sum(yearly_budget(policy, parameters)) > 0


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
    row = _levers(policy).view(np.ndarray).copy()
    row["grants_on"] = float(on)
    if on:
        row["monthly_budget"] = np.array(yearly_budget(policy, parameters)) / 12.0
        row["processing_months"] = math.ceil(policy.handling.processing_days / 30.4)
    specialists = policy.specialists
    firms = max(parameters.population.firms, 1.0)
    looked_after = min(specialists.count * specialists.caseload, firms)
    row["coverage"] = looked_after / firms
    if looked_after > 0:
        row["monthly_visits"] = specialists.count * specialists.visits / looked_after / 12.0
    row["clearing"] = clearing_probability(parameters.building.clearing_days, policy.response.days)
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


def _mark_changes(offers: np.ndarray[Any, Any]) -> None:
    """Mark the months in which the pressure on firms to look changes by policy."""
    deadline, leaders = offers["deadline_on"], offers["leaders_share"]
    offers["attention_changed"][1:] = (deadline[1:] != deadline[:-1]) | (leaders[1:] != leaders[:-1])


def first_difference(one: np.recarray[Any, Any], other: np.recarray[Any, Any]) -> int:
    """Return the first month in which two runs of offers differ; their common length if they never do."""
    months = min(one.size, other.size)
    rows = [np.ascontiguousarray(offers[:months]).view(np.uint8).reshape(months, -1) for offers in (one, other)]
    different = np.flatnonzero((rows[0] != rows[1]).any(axis=1))
    return int(different[0]) if different.size else months
