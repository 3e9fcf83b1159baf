"""What the government of the Mesa model looks at before it decides: the figures that are published, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhizao.policy.adapting import AdaptivePlan
from zhizao.policy.levers import INSTRUMENTS, SERVICES, Policy
from zhizao.policy.offers import plain_offer
from zhizao.policy.signposts import Seen, Signpost
from zhizao.sectors import LEVELS, SME_COUNT

__all__ = ["Outlook"]

_EVENTS = (
    "projects_recorded",
    "applications",
    "awards",
    "entries",
    "exits",
    "supported_started",
    "rejections",
    "grant_asked",
    "visits",
    "diagnoses",
    "matches",
    "obstacles_cleared",
    "workshops_new",
    "factories_new",
)
_TINY = 1e-9


class Outlook:
    """The figures that have come out so far, and what was seen in them.

    Parameters
    ----------
    plan
        The courses of policy by what holds.

    Attributes
    ----------
    seen
        What has been looked at, in order.
    """

    def __init__(self, plan: AdaptivePlan) -> None:
        self.plan = plan
        self.seen: list[Seen] = []
        self._months: list[dict[str, float]] = []
        self._totals: list[dict[str, float]] = [{}]

    def publish(self, model: Any) -> None:
        """Take down the figures of a month, at its end."""
        totals = _running(model)
        before = self._totals[-1]
        self._totals.append(totals)
        flows = {name: total - before.get(name, 0.0) for name, total in totals.items()}
        flows |= {name: model.total_noted(name) for name in _EVENTS}
        year_ago = self._totals[max(len(self._totals) - 13, 0)]
        promised, put_up = (
            totals[name] - year_ago.get(name, 0.0) for name in ("public_committed", "public_appropriated")
        )
        used = {"budget_used": promised / max(put_up, _TINY)}
        self._months.append({**flows, **_stocks(model), **used, "output": model.variables["output"]})

    @property
    def policies(self) -> Sequence[Policy]:
        """The policy of each month, as far as it is decided."""
        return self.plan.course(self._held).policies

    @property
    def _held(self) -> list[Signpost]:
        return [one.signpost for one in self.seen if one.held]

    def look(self, model: Any) -> None:
        """Look at what is due this month, once; what follows from it is in force from now on."""
        done = [one.signpost for one in self.seen]
        due = [one for one in self.plan.signposts if one.at == model.month and one not in done]
        for one in due:
            value = self._figure(one)
            self.seen.append(Seen(one, value, one.holds(value)))
        if due:
            plan = self.plan.offers(self._held)
            offers = plan.under(model.parameters)
            foreseen = plan.foreseen(offers, model.parameters)
            model.offers[model.month :] = map(plain_offer, offers[model.month :])
            model.foreseen[model.month :] = map(plain_offer, foreseen[model.month :])

    def _figure(self, signpost: Signpost) -> float:
        months = self._months[-signpost.over :] if signpost.over else self._months[-1:]
        return sum(month[signpost.series] for month in months)


def _stocks(model: Any) -> dict[str, float]:
    """What there is at the end of a month."""
    smes = [firm for firm in model.firms if firm.size_class < SME_COUNT]
    stocks: dict[str, float] = {}
    for level in range(1, len(LEVELS)):
        count = sum(firm.level >= level for firm in smes)
        stocks |= {f"level{level}_firms": count, f"level{level}_share": count / len(smes) if smes else 0.0}
    robots = sum(firm.robots for firm in model.firms)
    return stocks | {
        "firms": len(model.firms),
        "robot_firms": robots,
        "robot_share": robots / len(model.firms) if model.firms else 0.0,
        "workshops": sum(firm.workshops for firm in model.firms),
        "factories": sum(firm.factories for firm in model.firms),
        "budget_left": model.government.budget_left(),
    }


def _running(model: Any) -> dict[str, float]:
    """Public money since the first month."""
    money = model.government
    return {
        "public_spend": money.total("paid"),
        "public_committed": money.total("promised"),
        "service_cost": money.total("paid", SERVICES),
        "public_appropriated": money.total("appropriated"),
        "public_clawed_back": money.total("clawed_back"),
        **{f"paid_{name}": money.total("paid", (name,)) for name in INSTRUMENTS},
    }
