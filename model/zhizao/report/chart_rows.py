"""The numbers behind every chart of a comparison, as plain rows: a chart and the table beside it share them.

Shares and their differences are in per cent and percentage points, money is in million RMB.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from zhizao.accounts.many import amounts_of
from zhizao.calendar import month_names
from zhizao.errors import printable
from zhizao.report.frontier import chosen_by_nobody, frontier
from zhizao.report.words import scenario_title
from zhizao.results.groups import GROUP_KINDS
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import group_name
from zhizao.studies.compared import Compared, is_shock
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import interval
from zhizao.words.tables import Language

__all__ = [
    "ACCOUNT_PARTS",
    "ENDS",
    "SERIES",
    "Row",
    "account_rows",
    "cost_rows",
    "difference_rows",
    "display_names",
    "group_rows",
    "road_rows",
]

Row = dict[str, Any]

SERIES: dict[str, str] = {"reported": "level2_share", "true": "level2_share_true"}
"""Shares at level 2 as monthly series, by how they are known."""
ENDS: dict[str, str] = {"reported": "level2_share_end", "true": "level2_share_true_end"}
"""The same at the horizon."""
ACCOUNT_PARTS: tuple[str, ...] = (
    "additional",
    "pulled_forward",
    "committed_before",
    "deadweight",
    "captured",
    "administration",
)
"""Where a yuan went. ``deadweight`` is here without ``committed_before``, so that the parts sum to the whole."""

_DECIMALS = 4
_LONGEST = 80
"""Characters of a title that charts and their tables have room for."""


def display_names(comparison: Comparison, language: Language) -> dict[str, str]:
    """Return what each scenario is called in charts, by label: its title, with the label where two share one."""
    titles = {
        entry.label: printable(scenario_title(entry.scenario, language), _LONGEST) for entry in comparison.compared
    }
    times = Counter(titles.values())
    return {label: title if times[title] == 1 else f"{title} ({label})" for label, title in titles.items()}


def road_rows(comparison: Comparison) -> list[Row]:
    """Return the road to level 2, % of SMEs: scenario, treatment, known, month, median, low, high."""
    months = month_names(comparison.options.months)
    return [
        {
            "scenario": entry.label,
            "treatment": treatment,
            "known": known,
            "month": month,
            **_rounded(interval(100.0 * entry.monthly[series][:, place])),
        }
        for treatment, compared in comparison.by_treatment.items()
        for entry in compared
        for known, series in SERIES.items()
        for place, month in enumerate(months)
    ]


def difference_rows(comparison: Comparison) -> list[Row]:
    """Return paired differences in the share at level 2 from the first scenario, percentage points.

    Rows are scenario, known, mean, low, high, p_better; the policies that add most in truth come first, shocks last.
    """
    first, shocks = comparison.first, {entry.label for entry in comparison.compared if is_shock(entry)}
    found = {
        entry.label: {known: entry.difference(OUTCOMES_BY_NAME[name], first) for known, name in ENDS.items()}
        for entry in comparison.compared[1:]
    }
    return [
        {"scenario": label, "known": known, **_points(numbers), "p_better": numbers["p_better"]}
        for label, by in sorted(found.items(), key=lambda item: (item[0] in shocks, -item[1]["true"]["mean"]))
        for known, numbers in by.items()
    ]


def account_rows(comparison: Comparison) -> list[Row]:
    """Return where the public money went, million RMB: scenario, part, mean, low, high, share (%), total.

    A row for each of `ACCOUNT_PARTS`; ``total`` is the mean of all that was paid.
    """
    rows = []
    for entry in comparison.compared:
        total = float(amounts_of(entry.accounts, "spending").mean())
        for part in ACCOUNT_PARTS:
            amounts = amounts_of(entry.accounts, part)
            if part == "deadweight":
                amounts = amounts - amounts_of(entry.accounts, "committed_before")
            mean = float(amounts.mean())
            ends = {name: value for name, value in interval(amounts).items() if name != "median"}
            share = 100.0 * mean / total if total > 0.0 else math.nan
            rows.append({"scenario": entry.label, "part": part, "mean": mean, **ends, "share": share, "total": total})
    return rows


def group_rows(comparison: Comparison, language: Language = "en") -> list[Row]:
    """Return who gains: the true share at level 2 of every group and its paired difference from the first scenario.

    Rows are scenario, kind, group (in words); the share, ``share_mean``, ``share_low`` and ``share_high``, %; and
    mean, low, high, percentage points. Groups without firms are left out. Of the first scenario the differences are 0.
    """
    rows = []
    for entry in comparison.compared:
        for line in entry.group_lines(comparison.first):
            if line["variable"] != "level2_share_true" or math.isnan(line["mean"]):
                continue
            apart = {name: line[f"difference_{name}"] for name in ("mean", "low", "high")}
            rows.append(
                {
                    "scenario": entry.label,
                    "kind": line["kind"],
                    "group": group_name(line["group"], language),
                    **{f"share_{name}": value for name, value in _points(line).items()},
                    **_points(apart),
                }
            )
    order = list(GROUP_KINDS)
    return sorted(rows, key=lambda row: order.index(row["kind"]))


def cost_rows(comparison: Comparison) -> list[Row]:
    """Return cost against effect, both against the same firms and luck without any programme from the branch on.

    Rows are scenario; ``cost``, ``cost_low``, ``cost_high``: additional public money, million RMB; ``mean``, ``low``,
    ``high``: additional SMEs truly at level 2, firms; ``frontier``: whether no policy does as much for less; a shock
    is none.
    """
    rows = [_cost_row(entry) for entry in comparison.compared]
    points = np.array([(row["cost"], row["mean"]) for row in rows])
    best = frontier(points, chosen_by_nobody(comparison.compared))
    return [row | {"frontier": place in best} for place, row in enumerate(rows)]


def _cost_row(entry: Compared) -> Row:
    cost, effect = (entry.summary(OUTCOMES_BY_NAME[f"additional_{name}"]) for name in ("public_spend", "level2_firms"))
    return {
        "scenario": entry.label,
        "cost": cost["mean"],
        "cost_low": cost["low"],
        "cost_high": cost["high"],
        **_rounded({name: effect[name] for name in ("mean", "low", "high")}),
    }


def _points(numbers: dict[str, float]) -> Row:
    return _rounded({name: 100.0 * numbers[name] for name in ("mean", "low", "high")})


def _rounded(numbers: dict[str, float]) -> Row:
    return {name: round(value, _DECIMALS) for name, value in numbers.items()}
