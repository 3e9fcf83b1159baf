"""Outcomes that a decision can be about beside those that tables show: one group of firms, and the money of a year."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from zhizao.calendar import BRANCH_MONTH, MONTHS_A_YEAR
from zhizao.results.groups import GROUP_NAMES
from zhizao.results.outcomes import Outcome, outcomes, share_at_end
from zhizao.results.variables import MONEY_UNIT, History
from zhizao.sectors import SECTOR_KEYS, SIZE_CLASSES
from zhizao.words.place import of_place

__all__ = [
    "DEAREST_YEAR",
    "DECISION_OUTCOMES",
    "GROUPS_OF_DECISIONS",
    "count_of_group",
    "decision_values",
    "share_of_group",
]

GROUPS_OF_DECISIONS: tuple[str, ...] = (*SIZE_CLASSES, *SECTOR_KEYS)
"""Groups of firms that a decision can be for beside all SMEs: size classes and sectors."""


def share_of_group(group: str) -> str:
    """Return the name of the share of a group's firms that are truly at the level of the plan at the end."""
    return f"level2_share_true_{group}"


def count_of_group(group: str) -> str:
    """Return the name of the number of a group's firms that are truly at the level of the plan at the end."""
    return f"level2_firms_true_{group}"


def _dearest_year(history: History, reference: History) -> float:
    """Public money of the year that costs most; years are counted from the branch on, and the last may be cut short."""
    paid = history.line("public_spend")[BRANCH_MONTH - 1 :]
    ends = np.append(paid[:-1:MONTHS_A_YEAR], paid[-1])
    return float(np.diff(ends).max())


DEAREST_YEAR = Outcome(
    name="public_spend_dearest_year",
    unit=MONEY_UNIT,
    english="Public money of the year that costs most",
    chinese="支出最多一年的财政支出",
    better=-1,
    formula=_dearest_year,
)
"""What a budget for every year is held against."""


def _of_group(group: str) -> tuple[Outcome, Outcome]:
    english, chinese = ("SMEs", "中小企业") if group == "sme" else _names_of(group)
    share = Outcome(
        name=share_of_group(group),
        unit="share of firms",
        english=of_place("{group} at {level}, true", "en", group=english),
        chinese=of_place("{group}{level}以上占比（真实）", "zh", group=chinese),
        better=1,
        formula=share_at_end("level2_true", group),
    )
    count = Outcome(
        name=count_of_group(group),
        unit="firms",
        english=of_place("{group} at {level}, true, number", "en", group=english),
        chinese=of_place("{group}{level}以上户数（真实）", "zh", group=chinese),
        better=1,
        formula=lambda history, reference: float(history.column("level2_true", group)[-1]),
    )
    return share, count


def _names_of(group: str) -> tuple[str, str]:
    english, chinese = GROUP_NAMES[group]
    return f"{english[:1].upper()}{english[1:]} firms", chinese if chinese.endswith("企业") else f"{chinese}企业"


DECISION_OUTCOMES: dict[str, Outcome] = {
    one.name: one
    for one in (DEAREST_YEAR, *(outcome for group in ("sme", *GROUPS_OF_DECISIONS) for outcome in _of_group(group)))
}
"""By name; they are worked out where a decision needs them, and no table of `compare` has them."""


def decision_values(names: Collection[str], history: History, reference: History) -> dict[str, float]:
    """Return the outcomes of a run, and of those that only decisions are about the ones that are named.

    Parameters
    ----------
    names
        Outcomes that are needed; others than those of decisions may be among them.
    history, reference
        The run, and the same firms and luck without any programme.
    """
    asked = [DECISION_OUTCOMES[name] for name in names if name in DECISION_OUTCOMES]
    beside = {one.name: one.formula(history, reference) for one in asked if one.formula is not None}
    return beside | outcomes(history, reference)
