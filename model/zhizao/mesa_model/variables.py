"""What the `DataCollector` holds of each month: names, and how each is worked out."""

from __future__ import annotations

from typing import Any

from zhizao.mesa_model.numbers import share
from zhizao.policy.levers import SERVICES
from zhizao.rules.constants import MONTHS_PER_YEAR
from zhizao.sectors import PLAN_LEVEL, SME_COUNT

__all__ = ["VARIABLES", "variables_of"]

_COUNTED: tuple[str, ...] = (
    "projects_started",
    "projects_completed",
    "applications",
    "awards",
    "private_investment",
    "projects_recorded",
    "burden_hours",
    "entries",
    "exits",
)
"""Variables that count a month's events."""

VARIABLES: tuple[str, ...] = (
    "level2_share",
    "level2_share_true",
    "level3_share",
    *_COUNTED,
    "waiting_months",
    "public_spend",
    "public_committed",
    "service_cost",
    "workshops",
    "factories",
    "robot_share",
    "provider_price",
    "provider_backlog",
    "firms",
    "output",
    "output_lost",
    "labour_cost",
    "energy_use",
    "defect_rate",
)
"""Variables that the `DataCollector` holds, one value a month."""


def variables_of(model: Any) -> dict[str, float]:
    """Return the variables of the month that a model (`DistrictModel`) is about to end."""
    smes = [firm for firm in model.firms if firm.size_class < SME_COUNT]
    money = model.government
    paid, promised = money.total("paid"), money.total("promised")
    paid_for_services = money.total("paid", SERVICES)
    started, waited = model.total_noted("projects_started"), model.total_noted("waiting_months")
    revenue = sum(firm.revenue for firm in model.firms)
    this_month = model.offer.context_demand / MONTHS_PER_YEAR
    lost_in_all = model.total_noted("output_lost")
    return {
        "firms": len(model.firms),
        "level2_share": share(firm.level >= PLAN_LEVEL for firm in smes),
        "level2_share_true": share(firm.true_level >= PLAN_LEVEL for firm in smes),
        "level3_share": share(firm.level >= PLAN_LEVEL + 1 for firm in smes),
        "robot_share": share(firm.robots for firm in model.firms),
        "workshops": sum(firm.workshops for firm in model.firms),
        "factories": sum(firm.factories for firm in model.firms),
        "output": revenue * this_month - lost_in_all,
        "output_lost": lost_in_all,
        "labour_cost": sum(firm.labour_cost for firm in model.firms) * this_month,
        "energy_use": sum(firm.energy_cost for firm in model.firms) * this_month,
        "defect_rate": sum(firm.defect_cost for firm in model.firms) / revenue if revenue > 0.0 else 0.0,
        "public_spend": paid - model.paid_before,
        "public_committed": promised - model.promised_before,
        "service_cost": paid_for_services - model.paid_for_services_before,
        "provider_price": model.providers.mean_price,
        "provider_backlog": model.providers.backlog,
        "waiting_months": waited / max(started, 1.0),
        **{name: model.total_noted(name) for name in _COUNTED},
    }
