"""Signposts: what a change of policy can depend on. In a month the government looks at a figure that is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from zhizao.calendar import month_name

__all__ = ["YEAR", "Relation", "Seen", "Signpost"]

Relation = Literal["<", "<=", ">", ">="]

YEAR = 12
"""Months over which a flow is added up where a change does not say."""


@dataclass(frozen=True, kw_only=True)
class Signpost:
    """A condition on a published figure, looked at once.

    Attributes
    ----------
    at
        The month at whose beginning it is looked at: months before it count.
    series
        The figure, by the name of its monthly series.
    relation, bound
        What it is compared with, and how.
    over
        Months before `at` over which a flow is added up; 0 for a stock, of which the last month before counts.
    """

    at: int
    series: str
    relation: Relation
    bound: float
    over: int = 0

    def holds(self, value: float) -> bool:
        """Whether the condition holds for what is seen."""
        if self.relation == "<":
            return value < self.bound
        if self.relation == "<=":
            return value <= self.bound
        if self.relation == ">":
            return value > self.bound
        return value >= self.bound

    @property
    def condition(self) -> str:
        """The condition as a file says it."""
        return f"{self.series} {self.relation} {self.bound:.12g}"

    def __str__(self) -> str:
        over = f", {self.over} months" if self.over else ""
        return f"{month_name(self.at)}: {self.condition}{over}"


class Seen(NamedTuple):
    """What was seen at a signpost in one run, and whether its condition held."""

    signpost: Signpost
    value: float
    held: bool
