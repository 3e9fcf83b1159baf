"""Element 6: what follows from the policy of a month and the parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from types import SimpleNamespace

from odd_model.choice import Ahead
from odd_model.entities import Offer
from zhizao.parameters.registry import Parameters
from zhizao.policy.announced import Announcement
from zhizao.policy.levers import Grants, Handling, PilotCity, Policy

DAYS_A_MONTH = 30.4
PLAN_BEGINS, PLAN_IS_OVER = 36, 72
"""Months (0 is 2018-01) in which the second and third phase of policy begin: 2021-01 and 2024-01."""


def offer_of(policy: Policy, parameters: Parameters, month: int) -> Offer:
    """Return the offers of a month (0 is 2018-01)."""
    grants_on = has_something_to_give(policy, parameters)
    if not grants_on:
        unset = Handling()
        handling = replace(
            policy.handling, processing_days=unset.processing_days, monthly_capacity=unset.monthly_capacity
        )
        policy = replace(policy, grants=Grants(), handling=handling)
    pilot_on = pilot_gives(policy.pilot)
    if not pilot_on:
        policy = replace(policy, pilot=PilotCity())
    offer = SimpleNamespace(grants_on=grants_on, pilot_on=pilot_on)
    visited = policy.specialists
    every_level = visited.lowest_level == 0 and visited.highest_level == 4
    offer.visits_targeted = not (every_level and all(visited.sizes) and all(visited.sectors))
    for group in fields(policy):
        for lever in fields(getattr(policy, group.name)):
            setattr(offer, f"{group.name}_{lever.name}", getattr(getattr(policy, group.name), lever.name))
    offer.monthly_budget = [budget / 12 if grants_on else 0.0 for budget in yearly_budget(policy, parameters)]
    offer.processing_months = math.ceil(policy.handling.processing_days / DAYS_A_MONTH)
    offer.grants_open, offer.deadline_on = calendar(policy.grants, 1 + month % 12) if grants_on else (False, False)
    firms = max(parameters.population.firms, 1)
    covered = min(policy.specialists.count * policy.specialists.caseload, firms)
    offer.coverage = covered / firms
    offer.monthly_visits = policy.specialists.count * policy.specialists.visits / covered / 12 if covered > 0 else 0.0
    offer.drive = parameters.phases.drive[0 if month < PLAN_BEGINS else 1 if month < PLAN_IS_OVER else 2]
    days, answer = parameters.building.clearing_days, policy.response.days
    offer.clearing = 1 - math.exp(-DAYS_A_MONTH / (answer if 0 < answer < days else days))
    return offer


def ahead_of(
    announced: Announcement | None, policies: Sequence[Policy], parameters: Parameters, month: int
) -> Ahead | None:
    """Return what is announced in a month as firms weigh it (7.9), and when it can be used."""
    if announced is None:
        return None
    first, last = announced.first, min(announced.last, announced.first + 11)
    open_in = (m for m in range(first, last + 1) if offer_of(announced.policy, parameters, m).grants_open)
    used = next(open_in, first)
    unchanged = offer_of(policies[month], parameters, month)
    unchanged.grants_open = offer_of(policies[month], parameters, used).grants_open
    return Ahead(used - month, offer_of(announced.policy, parameters, used), unchanged)


def yearly_budget(policy: Policy, parameters: Parameters) -> list[float]:
    funding, grants = parameters.funding, policy.grants
    money = grants.fund_multiple * funding.annual_fund * funding.digital_share
    return [money * share + more for share, more in zip(funding.tier_share, grants.additional_budget, strict=True)]


def has_something_to_give(policy: Policy, parameters: Parameters) -> bool:
    grants = policy.grants
    some_kind = any(rate > 0 and cap > 0 for rate, cap in zip(grants.rate, grants.cap, strict=True))
    if not any(grants.sectors) or grants.lowest_level > grants.highest_level:
        return False
    return some_kind and any(grants.size_factor) and sum(yearly_budget(policy, parameters)) > 0


def pilot_gives(pilot: PilotCity) -> bool:
    something = (pilot.rate > 0 and any(pilot.cap)) or pilot.bulk_cut or pilot.copy_cut or pilot.copy_evidence
    return bool(pilot.share > 0 and any(pilot.sectors) and something)


def calendar(grants: Grants, calendar_month: int) -> tuple[bool, bool]:
    """Return whether applications are open, and whether a deadline is felt."""
    opens, closes = grants.window_open, grants.window_close
    if opens <= closes:
        is_open = opens <= calendar_month <= closes
    else:
        is_open = calendar_month >= opens or calendar_month <= closes
    all_year = (closes - opens) % 12 == 11
    return is_open, is_open and not all_year and (closes - calendar_month) % 12 < grants.deadline_months
