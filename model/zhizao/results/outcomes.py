"""What a run has brought about by its last month, by name.

`OUTCOMES` holds every name once, with its unit and its label in both languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from zhizao.results.variables import MONEY_UNIT, FloatArray, History

__all__ = [
    "BRANCH_MONTH", "OUTCOMES", "OUTCOMES_BY_NAME", "TARGET_MONTH", "TARGET_SHARE", "Outcome", "outcomes", "pooled",
]  # fmt: skip

BRANCH_MONTH = 72
"""Number of 2024-01, the first month that is not history: totals at the horizon count from here."""
TARGET_SHARE = 0.90
"""The plan: 90 % of above-scale SMEs at level 2 (report of December 2023)."""
TARGET_MONTH = 95
"""Number of 2025-12, the month by which the plan is to be met."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A number at the horizon.

    Attributes
    ----------
    better
        1 if more is better, -1 if less is, 0 if neither.
    over, under
        For a ratio, the outcomes of which it is one; over several runs it is the ratio of their means.
    """

    name: str
    unit: str
    english: str
    chinese: str
    better: int = 0
    over: str = ""
    under: str = ""


def _outcome(name: str, unit: str, english: str, chinese: str, better: int = 0, **more: str) -> Outcome:
    return Outcome(name=name, unit=unit, english=english, chinese=chinese, better=better, **more)


OUTCOMES: tuple[Outcome, ...] = (
    _outcome(
        "level2_share_end", "share of firms", "SMEs at level 2, reported",
        "中小企业二级以上占比（自评）", 1,
    ),
    _outcome(
        "level2_share_true_end", "share of firms", "SMEs at level 2, true",
        "中小企业二级以上占比（真实）", 1,
    ),
    _outcome("target_met", "share of runs", "Plan met", "规划目标达成", 1),
    _outcome("public_spend_total", MONEY_UNIT, "Public money from 2024", "2024年起财政支出", -1),
    _outcome("service_cost_total", MONEY_UNIT, "of which for services", "其中：服务支出", 0),
    _outcome("projects_started_total", "projects", "Projects from 2024", "2024年起开工项目", 1),
    _outcome(
        "private_investment_total", MONEY_UNIT, "Firms' own investment from 2024",
        "2024年起企业自投资金", 0,
    ),
    _outcome("additional_projects", "projects", "Additional projects", "额外带动的项目", 1),
    _outcome(
        "additional_level2_firms", "firms", "Additional SMEs truly at level 2",
        "额外带动的二级中小企业（真实）", 1,
    ),
    _outcome("additional_public_spend", MONEY_UNIT, "Additional public money", "额外的财政支出", 0),
    _outcome("additional_investment", MONEY_UNIT, "Additional investment of firms", "额外带动的企业投资", 1),
    _outcome(
        "leverage", "RMB per RMB", "Additional investment per additional RMB of public money",
        "每元额外财政资金带动的企业投资", 1, over="additional_investment", under="additional_public_spend",
    ),
    _outcome(
        "cost_per_additional_level2_firm", "million RMB per firm", "Cost per additional SME truly at level 2",
        "每新增一家真实二级中小企业的财政成本", -1,
        over="additional_public_spend", under="additional_level2_firms",
    ),
    _outcome(
        "level2_firms_per_million", "firms per million RMB", "Additional SMEs truly at level 2 per million RMB",
        "每百万元财政资金新增的真实二级中小企业", 1,
        over="additional_level2_firms", under="additional_public_spend",
    ),
    _outcome(
        "gap_small_large", "share of firms", "Level 2: large firms less small firms",
        "大型与小型企业二级占比之差", -1,
    ),
)  # fmt: skip
"""Every outcome. "Additional" is against the same run and luck without any programme from 2024-01."""
OUTCOMES_BY_NAME: dict[str, Outcome] = {outcome.name: outcome for outcome in OUTCOMES}


def outcomes(history: History, reference: History) -> dict[str, float]:
    """Return the outcomes of a run in its last month; what cannot be known is not a number.

    Parameters
    ----------
    history
        The run. Totals count from 2024-01.
    reference
        The same run without any programme from 2024-01: same firms, same luck.
    """
    own, other = _totals(history), _totals(reference)
    found = {
        "level2_share_end": _share_at(history, "level2", -1, "sme"),
        "level2_share_true_end": _share_at(history, "level2_true", -1, "sme"),
        "target_met": math.nan,
        "public_spend_total": own["spend"],
        "service_cost_total": own["services"],
        "projects_started_total": own["projects"],
        "private_investment_total": own["investment"],
        "additional_projects": own["projects"] - other["projects"],
        "additional_level2_firms": own["level2"] - other["level2"],
        "additional_public_spend": own["spend"] - other["spend"],
        "additional_investment": own["investment"] - other["investment"],
    }
    shares = {size: _share_at(history, "level2", -1, size) for size in ("small", "large")}
    found["gap_small_large"] = shares["large"] - shares["small"]
    if history.months > TARGET_MONTH:
        found["target_met"] = float(_share_at(history, "level2", TARGET_MONTH, "sme") >= TARGET_SHARE)
    for outcome in OUTCOMES:
        if outcome.over:
            found[outcome.name] = _quotient(found[outcome.over], found[outcome.under])
    return {outcome.name: found[outcome.name] for outcome in OUTCOMES}


def _totals(history: History) -> dict[str, float]:
    since = slice(BRANCH_MONTH, None)
    return {
        "spend": _total_line(history, "public_spend"),
        "services": _total_line(history, "service_cost"),
        "projects": float(history.column("projects_started")[since].sum()),
        "investment": float(history.column("private_investment")[since].sum()),
        # truly at level 2: a public target raises reports without raising levels
        "level2": float(history.column("level2_true", "sme")[-1]),
    }


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
