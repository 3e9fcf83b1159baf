"""Every monthly series that a fact can be about, each declared once: its unit, its kind, its groups and its words.

What tables show (`zhizao.results.variables`) is part of it; the rest is what the engine records besides, what the log
of projects holds, and what firms are at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from zhizao.arrays import BoolArray, FloatArray
from zhizao.parameter_words.names import group_title
from zhizao.policy.levers import INSTRUMENTS
from zhizao.results.variables import MONEY_UNIT, VARIABLES, History, Variable
from zhizao.sectors import LEVELS, PROJECT_KINDS, SECTOR_KEYS, SIZE_CLASSES, SME_COUNT

__all__ = ["GROUPS_OF_FACTS", "REPORTED", "RunRecord", "Series", "catalogue"]

GROUPS_OF_FACTS: tuple[str, ...] = ("all", "sme", *SIZE_CLASSES, *SECTOR_KEYS, *LEVELS)
"""Every group of firms that a fact can be about; levels are as reported."""
_STANDING = ("all", "sme", *SIZE_CLASSES, *SECTOR_KEYS)
"""Groups that a firm never leaves."""
_WHOLE = ("all",)
_TINY = 1e-9
"""Money (millions) below which nothing was put up."""
REPORTED: dict[str, str] = {"true": "_true"}
"""What the name of a series of levels ends in, by the view that is other than what firms report."""

Kind = Literal["stock", "flow", "rate", "start"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RunRecord:
    """What a finished run leaves behind for facts to be read from.

    Attributes
    ----------
    history
        Its monthly series.
    start
        The firms that there are at the start, one record each.
    log
        Every project begun, one record each, if the run kept its log; else None.
    firms
        The firms by their number in the log: their sector and size class.
    """

    history: History
    start: np.ndarray[Any, Any]
    log: np.ndarray[Any, Any] | None = None
    firms: np.ndarray[Any, Any] | None = None

    @property
    def months(self) -> int:
        """How many months there are."""
        return self.history.months


Read = Callable[[RunRecord, str], FloatArray]


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """A monthly series that a fact can be about.

    Attributes
    ----------
    name, unit, english, chinese
        How it is called in files, what it is measured in, and what it is called in print.
    kind
        ``stock``: at the month's end; ``flow``: what happened in the month, and can be added up; ``rate``: a mean of
        what happened in the month, weighted when months are put together; ``start``: known at the start only.
    groups
        The groups of firms for which it is known; the first is meant where none is named.
    read
        Works it out, month by month, for one group of firms.
    running
        The running total of a flow, month by month, where one is kept.
    parts
        The two columns of which it is a ratio.
    needs_log
        Whether a run must keep its log of projects for it.
    """

    name: str
    unit: str
    english: str
    chinese: str
    kind: Kind
    groups: tuple[str, ...]
    read: Read
    running: str = ""
    parts: tuple[str, str] | None = None
    needs_log: bool = False

    def __reduce__(self) -> tuple[Callable[[str], Series], tuple[str]]:
        """Go to another process by name: how it is read is made in each."""
        return _by_name, (self.name,)


def _by_name(name: str) -> Series:
    return catalogue()[name]


@cache
def catalogue() -> dict[str, Series]:
    """Return every series by name: levels, those of tables, what else is recorded, the log's and the start's."""
    found = [*_levels(), *(_of_variable(variable) for variable in VARIABLES if variable.name not in _OF_THE_PLAN)]
    found += [*_counts(), *_more_money(), *_of_log(), *_of_start()]
    return {series.name: series for series in found}


_OF_THE_PLAN = ("level2_share", "level2_share_true", "level3_share")
"""Series of tables about the level of the plan, whichever that is; facts are about a level itself."""


def _of_variable(variable: Variable) -> Series:
    formula = variable.formula
    kind: Kind = "rate" if variable.kind == "flow" and variable.parts else variable.kind
    groups = (variable.group, *(g for g in GROUPS_OF_FACTS if g != variable.group)) if variable.by_group else _WHOLE
    return Series(
        name=variable.name,
        unit=variable.unit,
        english=variable.english,
        chinese=variable.chinese,
        kind=kind,
        groups=groups,
        read=lambda run, group: formula(run.history, group),
        running=variable.running,
        parts=variable.parts,
    )


# ------------------------------------------------------------------------------------- what the engine records besides

_FLOWS: tuple[tuple[str, str, str, str], ...] = (
    ("projects_failed", "projects", "Projects that ended below what was hoped", "未达标的项目"),
    ("supported_started", "projects", "Supported projects started", "获补贴支持的开工项目"),
    ("rejections", "applications", "Applications refused", "未获批的申请"),
    ("grant_asked", MONEY_UNIT, "Grants asked for", "申请的补贴金额"),
    ("visits", "visits", "Visits by service specialists", "服务专员走访"),
    ("diagnoses", "firms", "Diagnosis vouchers used", "使用诊断券的企业"),
    ("matches", "projects", "Projects matched with a provider", "经供需对接的项目"),
    ("obstacles_cleared", "projects", "Obstacles cleared by response to firms", "经诉求响应解决的障碍"),
    ("workshops_new", "workshops", "Digital workshops newly recognised", "新认定的数字化车间"),
    ("factories_new", "factories", "Smart factories newly recognised", "新认定的智能工厂"),
)
_STOCKS: tuple[tuple[str, str, str, str, str], ...] = (
    ("robot_firms", "robots", "firms", "Firms with robots, number", "使用机器人的企业数"),
)


def _column(name: str) -> Read:
    return lambda run, group: run.history.column(name, group)


def _counts() -> list[Series]:
    flows = [
        Series(name=n, unit=unit, english=en, chinese=zh, kind="flow", groups=GROUPS_OF_FACTS, read=_column(n))
        for n, unit, en, zh in _FLOWS
    ]
    stocks = [
        Series(name=n, unit=unit, english=en, chinese=zh, kind="stock", groups=GROUPS_OF_FACTS, read=_column(column))
        for n, column, unit, en, zh in _STOCKS
    ]
    return [*flows, *stocks]


_LINES: tuple[tuple[str, str, str, str], ...] = (
    ("public_appropriated", "appropriated", "Public money appropriated", "安排的财政资金"),
    ("public_clawed_back", "clawed_back", "Advances taken back", "收回的预付资金"),
    ("project_spending", "spending", "Spending on projects, from all sources", "项目总支出"),
    ("project_grants", "grant", "Spending on projects that grants paid for", "项目支出中的补贴"),
    ("project_loans", "loan", "Spending on projects that loans paid for", "项目支出中的贷款"),
)


def _month_of(line: str) -> Read:
    """The month's part of a running total."""
    return lambda run, group: np.diff(run.history.line(line), prepend=0.0)


def _money(name: str, line: str, english: str, chinese: str) -> Series:
    return Series(
        name=name,
        unit=MONEY_UNIT,
        english=english,
        chinese=chinese,
        kind="flow",
        groups=_WHOLE,
        read=_month_of(line),
        running=line,
    )


def _more_money() -> list[Series]:
    lines = [_money(*line) for line in _LINES]
    left = Series(
        name="budget_left",
        unit=MONEY_UNIT,
        english="Public money not yet promised",
        chinese="尚未承诺的财政资金",
        kind="stock",
        groups=_WHOLE,
        read=lambda run, group: run.history.line("budget_left"),
    )
    paid = [
        _money(
            f"paid_{name}",
            name,
            f"Public money paid for: {group_title(name, 'en').lower()}",
            f"财政支出：{group_title(name, 'zh')}",
        )
        for name in INSTRUMENTS
    ]
    used = Series(
        name="budget_used",
        unit="share of money",
        english="Public money promised in twelve months, of what was put up",
        chinese="近十二个月承诺资金占安排资金的比例",
        kind="stock",
        groups=_WHOLE,
        read=lambda run, group: (
            _in_a_year(run, "public_committed") / np.maximum(_in_a_year(run, "appropriated"), _TINY)
        ),
    )
    return [*lines, left, used, *paid]


def _in_a_year(run: RunRecord, line: str) -> FloatArray:
    """What a running total grew by in the twelve months up to each month; since the start in the first year."""
    total = run.history.line(line)
    return np.asarray(total - np.concatenate([np.zeros(12), total])[: total.size])


def _share(column: str) -> Read:
    """A count of firms over all of them; 0 where there is none."""

    def read(run: RunRecord, group: str) -> FloatArray:
        firms, here = run.history.column("firms", group), run.history.column(column, group)
        return np.divide(here, firms, out=np.zeros_like(firms), where=firms > 0)

    return read


_SMES_FIRST = ("sme", *(group for group in GROUPS_OF_FACTS if group != "sme"))
_VIEWS: tuple[tuple[str, str, str, str], ...] = (
    ("", "reported", "reported", "自评"),
    (REPORTED["true"], "truly", "true", "真实"),
)
"""What a name ends in, how the engine's columns begin, and the words, for what firms report and what is true."""


def _levels() -> list[Series]:
    """Shares and numbers of firms at each level or above; the plan's own level is one of them."""
    found = []
    for level in range(1, len(LEVELS)):
        for end, column, view, chinese_view in _VIEWS:
            of = f"at level {level} or above, {view}"
            zh_of = f"数字化{level}级以上", f"（{chinese_view}）"
            found.append(
                Series(
                    name=f"level{level}_share{end}",
                    unit="share of firms",
                    english=f"Firms {of}",
                    chinese=f"{zh_of[0]}企业占比{zh_of[1]}",
                    kind="stock",
                    groups=_SMES_FIRST,
                    read=_share(f"{column}{level}"),
                    parts=(f"{column}{level}", "firms"),
                )
            )
            found.append(
                Series(
                    name=f"level{level}_firms{end}",
                    unit="firms",
                    english=f"Number of firms {of}",
                    chinese=f"{zh_of[0]}企业数{zh_of[1]}",
                    kind="stock",
                    groups=_SMES_FIRST,
                    read=_column(f"{column}{level}"),
                )
            )
    return found


# ---------------------------------------------------------------------------------------------- the log of projects


def _of_group(firms: np.ndarray[Any, Any], group: str) -> BoolArray:
    if group == "all":
        return np.ones(firms.size, np.bool_)
    if group in SECTOR_KEYS:
        return np.asarray(firms["sector"] == SECTOR_KEYS.index(group))
    if group == "sme":
        return np.asarray(firms["size_class"] < SME_COUNT)
    return np.asarray(firms["size_class"] == SIZE_CLASSES.index(group))


def _begun(kind: int | None, supported: bool, amount: str = "") -> Read:
    """Projects of the log by month: how many, or the sum of an amount."""

    def read(run: RunRecord, group: str) -> FloatArray:
        assert run.log is not None
        assert run.firms is not None
        wanted = _of_group(run.firms, group)[run.log["slot"]]
        if kind is not None:
            wanted &= run.log["kind"] == kind
        if supported:
            wanted &= run.log["supported"] == 1
        chosen = run.log[wanted]
        weights = chosen[amount] if amount else None
        return np.bincount(chosen["month"], weights=weights, minlength=run.months).astype(np.float64)

    return read


def _logged(name: str, unit: str, english: str, chinese: str, read: Read) -> Series:
    return Series(
        name=name, unit=unit, english=english, chinese=chinese, kind="flow", groups=_STANDING, read=read, needs_log=True
    )


def _of_log() -> list[Series]:
    found = []
    for number, kind in enumerate(PROJECT_KINDS):
        name, english, chinese = f"{kind.key}_started", f"Projects started: {kind.english}", f"开工项目：{kind.chinese}"
        found.append(_logged(name, "projects", english, chinese, _begun(number, False)))
        found.append(
            _logged(
                f"supported_{name}",
                "projects",
                f"Supported projects started: {kind.english}",
                f"获补贴支持的开工项目：{kind.chinese}",
                _begun(number, True),
            )
        )
    cost, grants = _begun(None, False, "cost"), _begun(None, True, "grant")
    found.append(_logged("cost_started", MONEY_UNIT, "Cost of projects started", "开工项目的投资额", cost))
    found.append(
        _logged("grants_started", MONEY_UNIT, "Grants promised to projects started", "开工项目获批的补贴金额", grants)
    )
    return found


# ------------------------------------------------------------------------------------------------------- the start


def _at_start(field: str) -> Read:
    """Mean of a field of the firms that there are at the start, in the one month that is known."""

    def read(run: RunRecord, group: str) -> FloatArray:
        values = run.start[field] if group == "all" else run.start[field][_of_group(run.start, group)]
        return np.array([values.mean() if values.size else np.nan])

    return read


_STARTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("rd_share", "rd_active", "share of firms", "Firms that do research and development", "开展研发的企业占比"),
    (
        "aware_share_start",
        "aware",
        "share of firms",
        "Firms that know of support at the start",
        "起始时了解政策的企业占比",
    ),
    ("score_start", "score", "points", "Digital score at the start, mean", "起始数字化得分均值"),
    ("employees_start", "employees", "persons", "Staff of a firm at the start, mean", "起始时每户平均人数"),
    (
        "revenue_start",
        "revenue",
        f"{MONEY_UNIT}/year",
        "Revenue of a firm at the start, mean",
        "起始时每户平均营业收入",
    ),
)


def _of_start() -> list[Series]:
    return [
        Series(name=n, unit=unit, english=en, chinese=zh, kind="start", groups=_STANDING, read=_at_start(field))
        for n, field, unit, en, zh in _STARTS
    ]
