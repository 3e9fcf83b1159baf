"""The offers in force month by month: what firms and officials see, worked out once from a scenario's policies.

An instrument with nothing to give is not announced: grants with no rate, no cap, nobody eligible or no budget
become the very same offers as no grants, so that null policies stay null to the bit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
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
``clearing`` is the monthly probability that an obstacle is cleared; ``attention_changed`` says that firms must
be asked anew how attentive they are.
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
    cached: dict[int, np.recarray[Any, Any]] = {}
    rows = []
    for month, policy in enumerate(policies):
        if id(policy) not in cached:
            cached[id(policy)] = _offer_of_policy(policy, parameters)
        row = cached[id(policy)].copy()
        _set_calendar(row, policy, 1 + month % 12)
        rows.append(row)
    offers = np.concatenate(rows).view(np.recarray)
    _mark_changes(offers)
    return offers


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
        money * share + more
        for share, more in zip(funding.tier_share, policy.grants.additional_budget, strict=True)
    )


def _offer_of_policy(policy: Policy, parameters: Parameters) -> np.recarray[Any, Any]:
    on = grants_are_on(policy, parameters)
    if not on:  # not announced: the same offers, to the bit, as if the grants did not exist
        policy = dataclasses.replace(policy, grants=Grants(), handling=_handling_without_grants(policy.handling))
    levers = record_of(policy)
    dtype = np.dtype(levers.dtype.descr + list(OFFER_FIELDS))
    row = np.zeros(1, dtype=dtype).view(np.recarray)
    for name in levers.dtype.names or ():
        row[name] = levers[name]
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


def _handling_without_grants(handling: Handling) -> Handling:
    """Keep what costs money (the service goes on) and drop what bears on applications only."""
    return dataclasses.replace(handling, processing_days=Handling.processing_days, monthly_capacity=1e6)


def _set_calendar(row: np.recarray[Any, Any], policy: Policy, calendar_month: int) -> None:
    if not row["grants_on"][0]:
        return
    first, last = int(policy.grants.window_open), int(policy.grants.window_close)
    is_open = first <= calendar_month <= last if first <= last else not last < calendar_month < first
    left = (last - calendar_month) % 12
    always_open = (last - first) % 12 == 11
    row["grants_open"] = float(is_open)
    row["deadline_on"] = float(is_open and not always_open and left < policy.grants.deadline_months)


def _mark_changes(offers: np.recarray[Any, Any]) -> None:
    """Mark the months in which the pressure on firms to look changes by policy."""
    for month in range(1, offers.size):
        before, now = offers[month - 1], offers[month]
        changed = before["deadline_on"] != now["deadline_on"] or before["leaders_share"] != now["leaders_share"]
        offers["attention_changed"][month] = float(changed)


def first_difference(one: np.recarray[Any, Any], other: np.recarray[Any, Any]) -> int:
    """Return the first month in which two runs of offers differ; their common length if they never do."""
    months = min(one.size, other.size)
    different = np.flatnonzero([one[month].tobytes() != other[month].tobytes() for month in range(months)])
    return int(different[0]) if different.size else months
