"""Element 6, policies that adapt: what a government sees at the beginning of a month, and what follows from it."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from odd_model.ledger import INSTRUMENTS
from odd_model.offers import ahead_of, offer_of
from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.signposts import Signpost

if TYPE_CHECKING:
    from odd_model.month import District

SHARES = {f"level{level}_share": f"reported{level}" for level in (1, 2, 3, 4)}
NUMBERS = {f"level{level}_firms": f"reported{level}" for level in (1, 2, 3, 4)}
STOCKS = {"workshops": "workshops", "factories": "factories", "firms": "firms", "robot_firms": "robots"}
MONEY = {
    "public_spend": "public_spend",
    "public_committed": "public_committed",
    "service_cost": "service_cost",
    "public_appropriated": "appropriated",
    "public_clawed_back": "clawed_back",
    **{f"paid_{name}": name for name in INSTRUMENTS},
}
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Outlook:
    """What has been decided so far."""

    def __init__(self, plan: AdaptivePlan | None) -> None:
        self.plan = plan
        self.held: list[Signpost] = []

    def decide(self, district: District) -> None:
        """Look at all signposts of the month; what holds changes the policy from this month on."""
        due = [] if self.plan is None else [one for one in self.plan.signposts if one.at == district.month]
        if self.plan is None or not due:
            return
        self.held += [one for one in due if COMPARE[one.relation](figure(one, district), one.bound)]
        policies, announced = self.plan.course(self.held)
        numbers = district.parameters
        district.offers = [offer_of(policy, numbers, month) for month, policy in enumerate(policies)]
        district.coming = [ahead_of(one, policies, numbers, month) for month, one in enumerate(announced)]


def figure(one: Signpost, district: District) -> float:
    """Return what is published by the beginning of the month."""
    months, money = district.record.by_group, district.record.district
    last, name = one.at - 1, one.series
    if name in SHARES:
        return months[last][SHARES[name], "sme"] / months[last]["firms", "sme"]
    if name in NUMBERS:
        return months[last][NUMBERS[name], "sme"]
    if name in STOCKS:
        return months[last][STOCKS[name], "all"]
    if name == "robot_share":
        return months[last]["robots", "all"] / months[last]["firms", "all"]
    if name == "budget_left":
        return money[last]["budget_left"]
    if name == "budget_used":
        promised, put_up = (money[last][line] - money[last - 12][line] for line in ("public_committed", "appropriated"))
        return promised / max(put_up, 1e-9)
    if name in MONEY:
        return money[last][MONEY[name]] - money[last - one.over][MONEY[name]]
    flows = months[one.at - one.over : one.at]
    if name == "output":
        demand = [offer.context_demand for offer in district.offers[one.at - one.over : one.at]]
        sold = (
            row["revenue", "all"] / 12 * d - row["output_lost", "all"] for row, d in zip(flows, demand, strict=True)
        )
        return sum(sold)
    return sum(row[name, "all"] for row in flows)
