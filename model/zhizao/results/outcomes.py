"""What a run has brought about by its last month, by name.

`OUTCOMES` holds every name once, with its unit, its label in both languages and its formula.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from zhizao.arrays import FloatArray
from zhizao.calendar import BRANCH_MONTH, TARGET_MONTH
from zhizao.district.in_force import DISTRICT, in_currency
from zhizao.results.variables import MONEY_UNIT, History, series
from zhizao.words.place import of_place

__all__ = ["OUTCOMES", "OUTCOMES_BY_NAME", "TARGET_SHARE", "Formula", "Outcome", "outcomes", "pooled", "share_at_end"]

TARGET_SHARE = DISTRICT.own.plan.share
"""The plan: the share of SMEs that are to be at the level that the plan names."""


Formula = Callable[[History, History], float]
"""Works out an outcome from a run and from the same run and luck without any programme from the branch on."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A number at the horizon.

    Attributes
    ----------
    name, unit, english, chinese
        How it is called in files, what it is measured in, and what it is called in print.
    better
        1 if more is better, -1 if less is, 0 if neither.
    formula
        Works it out; None for a ratio, and for the user's own outcome, which needs more than two histories.
    over, under
        For a ratio, the outcomes of which it is one; over several runs it is the ratio of their means.
    own
        Whether the user declared it, so that it is worked out elsewhere (`zhizao.ideas.declare.OwnOutcome`).
    """

    name: str
    unit: str
    english: str
    chinese: str
    better: int = 0
    formula: Formula | None = None
    over: str = ""
    under: str = ""
    own: bool = False

    def __post_init__(self) -> None:
        if (self.formula is None) != (bool(self.over and self.under) or self.own):
            raise ValueError(f"outcome '{self.name}' needs a formula, or both over and under")


def _once(formula: Formula) -> Formula:
    """Have a formula that asks nothing of the reference worked out once for each history."""

    def known(history: History, reference: History) -> float:
        if known not in history.known:
            history.known[known] = formula(history, reference)
        return history.known[known]

    return known


def share_at_end(column: str, group: str) -> Formula:
    """Return what works out the share of a group of firms in the last month."""
    return lambda history, reference: _share_at(history, column, -1, group)


@cache
def _of_line(name: str) -> Formula:
    """What a line of the money grew by from the branch on."""
    return _once(lambda history, reference: _total_line(history, name))


@cache
def _of_flow(name: str) -> Formula:
    """What was counted from the branch on."""
    return _once(lambda history, reference: float(history.column(name)[BRANCH_MONTH:].sum()))


@_once
def _output(history: History, reference: History) -> float:
    """Output from the branch on, net of what firms of one sector take from each other."""
    return float(series(history, names=("output",))["output"][BRANCH_MONTH:].sum())


@_once
def _level2_firms(history: History, reference: History) -> float:
    """SMEs truly at level 2 in the last month: a public target raises reports without raising levels."""
    return float(history.column("level2_true", "sme")[-1])


def _additional(formula: Formula) -> Formula:
    """How much more than in the run without any programme."""
    return lambda history, reference: formula(history, reference) - formula(reference, reference)


def _target_met(history: History, reference: History) -> float:
    if history.months <= TARGET_MONTH:
        return math.nan
    return float(_share_at(history, "level2", TARGET_MONTH, "sme") >= TARGET_SHARE)


def _gap(history: History, reference: History) -> float:
    return _share_at(history, "level2", -1, "large") - _share_at(history, "level2", -1, "small")


def _outcome(
    name: str,
    unit: str,
    english: str,
    chinese: str,
    better: int,
    formula: Formula | None = None,
    *,
    over: str = "",
    under: str = "",
) -> Outcome:
    return Outcome(
        name=name,
        unit=in_currency(unit),
        english=of_place(english, "en"),
        chinese=of_place(chinese, "zh"),
        better=better,
        formula=formula,
        over=over,
        under=under,
    )


OUTCOMES: tuple[Outcome, ...] = (
    _outcome(
        "level2_share_end",
        "share of firms",
        "SMEs at {level}, reported",
        "中小企业{level}以上占比（自评）",
        1,
        share_at_end("level2", "sme"),
    ),
    _outcome(
        "level2_share_true_end",
        "share of firms",
        "SMEs at {level}, true",
        "中小企业{level}以上占比（真实）",
        1,
        share_at_end("level2_true", "sme"),
    ),
    _outcome("target_met", "share of runs", "Plan met", "规划目标达成", 1, _target_met),
    _outcome(
        "public_spend_total",
        MONEY_UNIT,
        "Public money from {branch_short}",
        "{branch_short}起财政支出",
        -1,
        _of_line("public_spend"),
    ),
    _outcome("service_cost_total", MONEY_UNIT, "of which for services", "其中：服务支出", 0, _of_line("service_cost")),
    _outcome(
        "projects_started_total",
        "projects",
        "Projects from {branch_short}",
        "{branch_short}起开工项目",
        1,
        _of_flow("projects_started"),
    ),
    _outcome(
        "private_investment_total",
        MONEY_UNIT,
        "Firms' own investment from {branch_short}",
        "{branch_short}起企业自投资金",
        0,
        _of_flow("private_investment"),
    ),
    _outcome(
        "additional_projects",
        "projects",
        "Additional projects",
        "额外带动的项目",
        1,
        _additional(_of_flow("projects_started")),
    ),
    _outcome(
        "additional_level2_firms",
        "firms",
        "Additional SMEs truly at {level}",
        "额外带动的{level}中小企业（真实）",
        1,
        _additional(_level2_firms),
    ),
    _outcome(
        "additional_public_spend",
        MONEY_UNIT,
        "Additional public money",
        "额外的财政支出",
        0,
        _additional(_of_line("public_spend")),
    ),
    _outcome(
        "additional_investment",
        MONEY_UNIT,
        "Additional investment of firms",
        "额外带动的企业投资",
        1,
        _additional(_of_flow("private_investment")),
    ),
    _outcome("additional_output", MONEY_UNIT, "Additional output", "额外带动的产值", 1, _additional(_output)),
    _outcome(
        "leverage",
        "RMB per RMB",
        "Additional investment per additional {currency} of public money",
        "每{coin}额外财政资金带动的企业投资",
        1,
        over="additional_investment",
        under="additional_public_spend",
    ),
    _outcome(
        "cost_per_additional_level2_firm",
        "million RMB per firm",
        "Cost per additional SME truly at {level}",
        "每新增一家真实{level}中小企业的财政成本",
        -1,
        over="additional_public_spend",
        under="additional_level2_firms",
    ),
    _outcome(
        "level2_firms_per_million",
        "firms per million RMB",
        "Additional SMEs truly at {level} per million {currency}",
        "每百万{currency}财政资金新增的真实{level}中小企业",
        1,
        over="additional_level2_firms",
        under="additional_public_spend",
    ),
    _outcome(
        "gap_small_large",
        "share of firms",
        "{Level}: large firms less small firms",
        "大型与小型企业{level}占比之差",
        -1,
        _gap,
    ),
)
"""Every outcome. "Additional" is against the same run and luck without any programme from the branch on."""
OUTCOMES_BY_NAME: dict[str, Outcome] = {outcome.name: outcome for outcome in OUTCOMES}


def outcomes(history: History, reference: History) -> dict[str, float]:
    """Return the outcomes of a run in its last month; what cannot be known is not a number.

    Parameters
    ----------
    history
        The run. Totals count from the branch.
    reference
        The same run without any programme from the branch on: same firms, same luck.
    """
    found = {item.name: item.formula(history, reference) for item in OUTCOMES if item.formula is not None}
    for item in OUTCOMES:
        if item.over:
            found[item.name] = _quotient(found[item.over], found[item.under])
    return {item.name: found[item.name] for item in OUTCOMES}


def _total_line(history: History, name: str) -> float:
    line = history.line(name)
    return float(line[-1] - line[BRANCH_MONTH - 1])


def _share_at(history: History, column: str, month: int, group: str) -> float:
    firms = float(history.column("firms", group)[month])
    return float(history.column(column, group)[month]) / firms if firms > 0 else math.nan


def _quotient(over: float, under: float) -> float:
    """A ratio; without end where something was had for nothing in return, unknown where there was neither."""
    if under > 0:
        return over / under
    return math.inf if over > 0 else math.nan


def pooled(outcome: Outcome, by_name: Mapping[str, FloatArray]) -> float:
    """Return the mean of an outcome over runs; for a ratio, the ratio of the means."""
    if outcome.over:
        return _quotient(float(by_name[outcome.over].mean()), float(by_name[outcome.under].mean()))
    return float(by_name[outcome.name].mean())
