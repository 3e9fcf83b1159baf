"""One scenario of a comparison: its outcomes draw by draw, against another's under the same draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from zhizao.accounts.many import amounts_of, outstanding_of, together
from zhizao.accounts.subsidy_account import PARTS, SubsidyAccount
from zhizao.arrays import FloatArray
from zhizao.policy.signposts import Seen
from zhizao.results.groups import GROUP_KINDS, GROUPED
from zhizao.results.outcomes import Outcome, pooled
from zhizao.results.variables import MONEY_UNIT
from zhizao.scenario.scenario import Scenario
from zhizao.studies.describe import better_share, differences, draws_to_settle, interval, known_mean, prefixed
from zhizao.studies.seen import seen_in_draws

__all__ = ["Compared", "is_shock"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """One scenario of a comparison, draw by draw.

    Attributes
    ----------
    label
        Its name, which no other scenario of the comparison has.
    outcomes
        Every outcome by name: one value a draw.
    monthly
        The series of `CHART_SERIES`: draws by months.
    groups
        By kind of group (`GROUP_KINDS`): the shares of `GROUPED`, draws by groups by shares; none for the second
        treatment.
    accounts
        The subsidy account of every draw; none for the second treatment.
    seen
        Of a policy that adapts, what was seen at its signposts, by draw.
    """

    label: str
    scenario: Scenario
    outcomes: dict[str, FloatArray]
    monthly: dict[str, FloatArray]
    groups: dict[str, FloatArray]
    accounts: Sequence[SubsidyAccount]
    seen: tuple[tuple[Seen, ...], ...] = ()

    def __repr__(self) -> str:
        draws = next(iter(self.outcomes.values())).size
        return f"<{self.label} in {draws:,} draws; see .summary(), .difference(), .account>"

    @property
    def target_probability(self) -> float:
        """The share of draws in which the plan is met; NaN if the run ends before its date."""
        return float(self.outcomes["target_met"].mean())

    @cached_property
    def account(self) -> SubsidyAccount:
        """The accounts of all draws added up: its shares are those of the pooled money."""
        return together(self.accounts)

    def signpost_lines(self) -> list[dict[str, Any]]:
        """Return what was seen at each signpost and in which share of the draws its condition held; none if none."""
        return seen_in_draws(self.seen)

    def account_lines(self) -> list[dict[str, Any]]:
        """Return spending, its five parts and what is shown beside them: million RMB per draw, and shares of the whole.

        `committed_before` is a part of the deadweight, and `entrants` of what is additional; `outstanding` is on top.
        """
        names = ("spending", *PARTS, "committed_before", "entrants")
        amounts = {name: amounts_of(self.accounts, name) for name in names}
        amounts["outstanding"] = outstanding_of(self.accounts)
        spending = float(amounts["spending"].sum())
        return [_account_line("all", name, values, spending) for name, values in amounts.items()]

    def instrument_lines(self) -> list[dict[str, Any]]:
        """Return spending and its five parts for every instrument that paid anything, in the same form."""
        lines = []
        for instrument in self.account.by_instrument:
            spending = sum(amounts_of(self.accounts, "spending", instrument).tolist())
            for name in ("spending", *PARTS):
                values = amounts_of(self.accounts, name, instrument)
                lines.append(_account_line(instrument, name, values, spending))
        return lines

    def summary(self, outcome: Outcome) -> dict[str, float]:
        """Return mean, median, low and high of an outcome over the draws."""
        return {"mean": pooled(outcome, self.outcomes), **interval(self.outcomes[outcome.name])}

    def difference(self, outcome: Outcome, first: Compared) -> dict[str, float]:
        """Return mean, median, low, high of the paired differences from `first`; how often it is better.

        `draws_to_settle` is how many draws would settle the sign of the mean; not a number for ratios.
        """
        mine, other = self.outcomes[outcome.name], first.outcomes[outcome.name]
        means = pooled(outcome, self.outcomes), pooled(outcome, first.outcomes)
        apart = differences(mine, other)
        return {
            "mean": 0.0 if means[0] == means[1] else means[0] - means[1],
            **interval(apart),
            "p_better": better_share(mine, other, outcome.better),
            "draws_to_settle": math.nan if outcome.over else draws_to_settle(apart),
        }

    def group_lines(self, first: Compared) -> list[dict[str, Any]]:
        """Return the shares of every group with their intervals, and paired differences from `first`."""
        lines = []
        for kind, names in GROUP_KINDS.items():
            mine, other = self.groups[kind], first.groups[kind]
            for (place, group), (column, variable) in product(enumerate(names), enumerate(GROUPED)):
                values, others = mine[:, place, column], other[:, place, column]
                apart = differences(values, others)
                lines.append(
                    {
                        "kind": kind,
                        "group": group,
                        "variable": variable,
                        "unit": "share of firms",
                        "mean": known_mean(values),
                        **interval(values),
                        **prefixed({"mean": known_mean(apart), **interval(apart)}),
                    }
                )
        return lines


def is_shock(entry: Compared) -> bool:
    """Whether a scenario is something that befalls the district, which nobody chooses: no policy to rank."""
    return entry.scenario.is_shock


def _account_line(instrument: str, name: str, values: FloatArray, spending: float) -> dict[str, Any]:
    return {
        "instrument": instrument,
        "line": name,
        "unit": MONEY_UNIT,
        "mean": float(values.mean()),
        **interval(values),
        "share": float(values.sum()) / spending if spending > 0.0 else math.nan,
    }
