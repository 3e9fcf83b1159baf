"""Monthly series by name, worked out from the arrays that a run leaves behind.

`VARIABLES` holds every name once, with its unit, its label in both languages and its formula; tables, charts
and the documentation are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.calendar import month_names
from zhizao.district.in_force import in_currency
from zhizao.words.place import of_place

__all__ = ["MONEY_UNIT", "PRICE_INDEX", "VARIABLES", "History", "Variable", "ledger_table", "series", "tidy_columns"]


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """What one run leaves behind, or several stacked along a first axis, as plain arrays and the names along them.

    Attributes
    ----------
    table
        Counts by month, group and column: stocks at the month's end, flows within it; money in million RMB,
        revenue and what depends on it per year at demand 1.
    money
        Running totals (and prices, queues) of the whole district by month and line.
    demand
        Demand relative to trend, by month.
    groups, columns, lines
        The names along the second and third axis of `table` and the second of `money`.
    """

    table: FloatArray
    money: FloatArray
    demand: FloatArray
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[str, ...]
    known: dict[Any, float] = field(init=False, default_factory=dict, repr=False)
    """What has been worked out of it, so that it is not for every run that is held against it."""

    @property
    def months(self) -> int:
        """How many months there are, from the first month."""
        return int(self.table.shape[-3])

    def column(self, name: str, group: str = "all") -> FloatArray:
        """Return one column of one group, month by month."""
        return self.table[..., _places(self.groups)[group], _places(self.columns)[name]]

    def line(self, name: str) -> FloatArray:
        """Return one line of the money, month by month, as it is kept (most are running totals)."""
        return self.money[..., _places(self.lines)[name]]


@lru_cache(maxsize=64)
def _places(names: tuple[str, ...]) -> dict[str, int]:
    """Return the place of every name."""
    return {name: place for place, name in enumerate(names)}


Formula = Callable[[History, str], FloatArray]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A monthly series.

    Attributes
    ----------
    name, unit, english, chinese
        How it is called in files, what it is measured in, and what it is called in print.
    kind
        ``stock``: at the month's end; ``flow``: what happened in the month.
    formula
        Works it out for one group of firms.
    group
        The group that is meant where none is named.
    by_group
        Whether it is known by group of firms, or for the whole district only.
    running
        The line of the money that is its running total, for a flow that is kept as one.
    parts
        The two columns of which it is a ratio: the upper one, and the lower one.
    """

    name: str
    unit: str
    english: str
    chinese: str
    kind: Literal["stock", "flow"]
    formula: Formula
    group: str = "all"
    by_group: bool = True
    running: str = ""
    parts: tuple[str, str] | None = None


def _column(name: str) -> Formula:
    return lambda history, group: history.column(name, group)


def _ratio(over: str, under: str) -> Formula:
    """One column over another, 0 where there is nothing to divide by."""

    def formula(history: History, group: str) -> FloatArray:
        top, bottom = history.column(over, group), history.column(under, group)
        return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)

    return formula


def _in_the_month(name: str) -> Formula:
    """A yearly amount at demand 1, turned into that of the month."""
    return lambda history, group: history.column(name, group) / 12.0 * history.demand


def _output(history: History, group: str) -> FloatArray:
    """What firms sell in the month, less what those of their sector have taken from them."""
    sold: FloatArray = _in_the_month("revenue")(history, group)
    return sold - history.column("output_lost", group)


def _line(name: str) -> Formula:
    return lambda history, group: history.line(name)


def _difference(name: str) -> Formula:
    """The month's part of a running total."""

    def formula(history: History, group: str) -> FloatArray:
        line = history.line(name)
        found = line.copy()
        found[..., 1:] -= line[..., :-1]
        return found

    return formula


def _share_of_smes(name: str, column: str, english: str, chinese: str) -> Variable:
    return Variable(
        name=name,
        unit="share of firms",
        english=of_place(english, "en"),
        chinese=of_place(chinese, "zh"),
        kind="stock",
        formula=_ratio(column, "firms"),
        group="sme",
        parts=(column, "firms"),
    )


def _stock(name: str, unit: str, english: str, chinese: str, formula: Formula, **more: Any) -> Variable:
    return Variable(name=name, unit=unit, english=english, chinese=chinese, kind="stock", formula=formula, **more)


def _flow(name: str, unit: str, english: str, chinese: str, formula: Formula, **more: Any) -> Variable:
    return Variable(name=name, unit=unit, english=english, chinese=chinese, kind="flow", formula=formula, **more)


def _money(name: str, english: str, chinese: str) -> Variable:
    """Money of the whole district in the month, of which a running total is kept."""
    return _flow(name, MONEY_UNIT, english, chinese, _difference(name), by_group=False, running=name)


MONEY_UNIT = in_currency("million RMB")
"""Unit of money, throughout."""
PRICE_INDEX = of_place("index, 1 is {start_short}", "en")
"""Unit of prices against those of the first month."""
_WHOLE: dict[str, Any] = {"by_group": False}

VARIABLES: tuple[Variable, ...] = (
    _share_of_smes("level2_share", "level2", "SMEs at {level}, reported", "中小企业数字化{level}以上占比（自评）"),
    _share_of_smes(
        "level2_share_true", "level2_true", "SMEs at {level}, true", "中小企业数字化{level}以上占比（真实）"
    ),
    _share_of_smes(
        "level3_share", "level3", "SMEs at {level_above}, reported", "中小企业数字化{level_above}以上占比（自评）"
    ),
    _flow("projects_started", "projects", "Projects started", "开工项目", _column("projects_started")),
    _flow(
        "projects_completed", "projects", "Projects completed as hoped", "建成达标项目", _column("projects_completed")
    ),
    _flow("projects_recorded", "projects", "Projects registered", "登记入库项目", _column("projects_recorded")),
    _flow("applications", "applications", "Applications for grants", "补贴申请", _column("applications")),
    _flow("awards", "applications", "Grants promised", "获批补贴项目", _column("awards")),
    _money("public_spend", "Public money paid", "财政支出"),
    _money("public_committed", "Public money promised", "财政承诺资金"),
    _money("service_cost", "of which for services", "其中：服务支出"),
    _flow("private_investment", MONEY_UNIT, "Firms' own investment", "企业自投资金", _column("private_investment")),
    _stock("workshops", "workshops", "Recognised digital workshops", "认定的数字化车间", _column("workshops")),
    _stock("factories", "factories", "Recognised smart factories", "认定的智能工厂", _column("factories")),
    _stock(
        "robot_share",
        "share of firms",
        "Firms with robots",
        "使用机器人的企业占比",
        _ratio("robots", "firms"),
        parts=("robots", "firms"),
    ),
    _stock("provider_price", PRICE_INDEX, "Providers' price", "服务商价格指数", _line("provider_price"), **_WHOLE),
    _stock(
        "provider_backlog",
        "projects",
        "Projects waiting for a provider",
        "等待服务商的项目",
        _line("provider_backlog"),
        **_WHOLE,
    ),
    _flow(
        "waiting_months",
        "months",
        "Wait of the projects started",
        "开工项目平均等待时间",
        _ratio("waiting_months", "projects_started"),
        parts=("waiting_months", "projects_started"),
    ),
    _flow("burden_hours", "staff hours", "Hours spent on applications", "申报耗时", _column("burden_hours")),
    _stock("firms", "firms", "Firms", "企业数", _column("firms")),
    _flow("entries", "firms", "Firms that entered", "新入库企业", _column("entries")),
    _flow("exits", "firms", "Firms that left", "退出企业", _column("exits")),
    _flow("output", MONEY_UNIT, "Output", "产值", _output),
    _flow(
        "output_lost",
        MONEY_UNIT,
        "Output lost to firms of the same sector",
        "被同行业其他企业取走的产值",
        _column("output_lost"),
    ),
    _flow("labour_cost", MONEY_UNIT, "Labour cost", "人工成本", _in_the_month("labour_cost")),
    _flow("energy_use", f"{MONEY_UNIT} at constant prices", "Energy used", "能源消耗", _in_the_month("energy_use")),
    _stock(
        "defect_rate",
        "share of revenue",
        "Cost of defects",
        "质量损失率",
        _ratio("defect_cost", "revenue"),
        parts=("defect_cost", "revenue"),
    ),
)
"""Every monthly series, in the order in which tables show them."""


def series(history: History, group: str | None = None, names: Collection[str] | None = None) -> dict[str, FloatArray]:
    """Return monthly series by name, all of them or those of `names`.

    They are of one group, or if none is given each is of the group that it is meant for.
    """
    wanted = VARIABLES if names is None else [one for one in VARIABLES if one.name in names]
    return {
        one.name: one.formula(history, group or one.group) for one in wanted if one.by_group or group in (None, "all")
    }


def tidy_columns(
    history: History, scenario: str, *, draw: int = 0, seed: int = 0, groups: Sequence[str] | None = None
) -> dict[str, list[Any] | FloatArray]:
    """Return a run as the columns of a long table: scenario, draw, seed, month, group, variable, value.

    Parameters
    ----------
    groups
        The groups of firms wanted; all of them if not given.
    """
    months = list(month_names(history.months))
    blocks = [
        (group, name, values) for group in groups or history.groups for name, values in series(history, group).items()
    ]
    rows = len(blocks) * len(months)
    return {
        "scenario": [scenario] * rows,
        "draw": [draw] * rows,
        "seed": [seed] * rows,
        "month": months * len(blocks),
        "group": [group for group, _, _ in blocks for _ in months],
        "variable": [name for _, name, _ in blocks for _ in months],
        "value": np.concatenate([values for _, _, values in blocks]),
    }


def ledger_table(
    ledger: FloatArray, lines: Sequence[str], tiers: Sequence[str], instruments: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the government's ledger as instrument, line and tier, without instruments that never moved."""
    return {
        instrument: {
            line: {tier: float(ledger[row, column, place]) for column, tier in enumerate(tiers)}
            for row, line in enumerate(lines)
        }
        for place, instrument in enumerate(instruments)
        if np.any(ledger[:, :, place] != 0.0)
    }
