"""Element 6: what follows from the policy of a month and the parameters."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from types import SimpleNamespace

from odd_model.entities import Offer
from zhizao.parameters.registry import Parameters
from zhizao.policy.levers import Grants, Handling, Policy

DAYS_A_MONTH = 30.4


def offer_of(policy: Policy, parameters: Parameters, month: int) -> Offer:
    """Return the offers of a month (0 is 2018-01)."""
    grants_on = has_something_to_give(policy, parameters)
    if not grants_on:
        unset = Handling()
        handling = replace(
            policy.handling, processing_days=unset.processing_days, monthly_capacity=unset.monthly_capacity
        )
        policy = replace(policy, grants=Grants(), handling=handling)
    offer = SimpleNamespace(grants_on=grants_on)
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
    days, answer = parameters.building.clearing_days, policy.response.days
    offer.clearing = 1 - math.exp(-DAYS_A_MONTH / (answer if 0 < answer < days else days))
    return offer


def yearly_budget(policy: Policy, parameters: Parameters) -> list[float]:
    funding, grants = parameters.funding, policy.grants
    money = grants.fund_multiple * funding.annual_fund * funding.digital_share
    return [money * share + more for share, more in zip(funding.tier_share, grants.additional_budget, strict=True)]


def has_something_to_give(policy: Policy, parameters: Parameters) -> bool:
    grants = policy.grants
    some_kind = any(rate > 0 and cap > 0 for rate, cap in zip(grants.rate, grants.cap, strict=True))
    return some_kind and any(grants.size_factor) and sum(yearly_budget(policy, parameters)) > 0


def calendar(grants: Grants, calendar_month: int) -> tuple[bool, bool]:
    """Return whether applications are open, and whether a deadline is felt."""
    opens, closes = grants.window_open, grants.window_close
    if opens <= closes:
        is_open = opens <= calendar_month <= closes
    else:
        is_open = calendar_month >= opens or calendar_month <= closes
    all_year = (closes - opens) % 12 == 11
    return is_open, is_open and not all_year and (closes - calendar_month) % 12 < grants.deadline_months
