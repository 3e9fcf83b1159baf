"""The codebook: what every exported column, and every name in one, means: in both languages, with units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from zhizao.evidence.facts import load_facts
from zhizao.parameter_words.names import group_title, meaning
from zhizao.parameter_words.parameters import READINGS
from zhizao.parameters.registry import parameter_specifications
from zhizao.policy.levers import LEVER_GROUPS, lever_specifications
from zhizao.policy.schedule import entries
from zhizao.results.csv_form import column_name
from zhizao.results.groups import GROUP_NAMES
from zhizao.results.outcomes import OUTCOMES
from zhizao.results.sweep_parts import ERROR, KEYS
from zhizao.results.variables import MONEY_UNIT, VARIABLES
from zhizao.scenario.scenario import Scenario
from zhizao.words.place import of_place

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "IN_FILES", "VALUES", "codebook", "own_labels", "sweep_codebook", "with_codebook"]

MISSING: dict[str, tuple[str, str]] = {
    "never": ("never empty", "不为空"),
    "unknown": ("empty: not known", "空：未知"),
    "no end": (
        "empty: not known; inf or -inf: no end (money, and nothing for it), in a workbook as words, in JSON null",
        "空：未知；inf 或 -inf：无上限（花了钱而没有新增），工作簿中为文字，JSON中为 null",
    ),
}
"""The rules for what is missing, by name."""
IN_FILES = "_code"
"""What the names of columns end with that hold, in a workbook, the names that files have."""
_OF_ROW = "as in the column unit, or of the variable or outcome"


class Column(NamedTuple):
    """A column, or a value in one: what it is, its unit, and the rule for what is missing."""

    english: str
    chinese: str
    unit: str = ""
    missing: str = "never"


def _of_place(english: str, chinese: str, unit: str) -> Column:
    """Return a column that is called after something of the district in force."""
    return Column(of_place(english, "en"), of_place(chinese, "zh"), unit)


_AMOUNTS: dict[str, Column] = {
    "mean": Column("mean over the draws; of a ratio, that of the means", "抽样均值；比率为均值之比", _OF_ROW, "no end"),
    "median": Column("median over the draws", "抽样中位数", _OF_ROW, "no end"),
    "low": Column("lower end of the 90 % interval over the draws", "90%抽样区间下限", _OF_ROW, "no end"),
    "high": Column("upper end of the 90 % interval over the draws", "90%抽样区间上限", _OF_ROW, "no end"),
}

COLUMNS: dict[str, Column] = {
    "scenario": Column("name of the scenario", "情景名称"),
    "draw": Column("number of the draw of parameters and luck, from 0", "抽样编号，自0起", "number"),
    "seed": Column("seed of all luck of the draw", "该次抽样的随机数种子", "number"),
    "month": Column("month, YYYY-MM", "月份，YYYY-MM"),
    "group": Column("group of firms", "企业分组"),
    "variable": Column("name of a series or an outcome", "变量或结果的名称"),
    "value": Column("its value", "数值", _OF_ROW, "no end"),
    "outcome": Column("name of an outcome", "结果的名称"),
    "unit": Column("unit of the numbers in the row", "该行数值的单位"),
    **_AMOUNTS,
    **{
        f"difference_{name}": Column(
            f"paired difference from the first scenario: {column.english}",
            f"与第一个情景的配对差值：{column.chinese}",
            column.unit,
            column.missing,
        )
        for name, column in _AMOUNTS.items()
    },
    "p_better": Column(
        "share of draws in which the scenario is better than the first one, a tie counting half",
        "优于第一个情景的抽样比例，相等计一半",
        "share of draws",
        "unknown",
    ),
    "draws_to_settle": Column(
        "draws that would settle the sign of the mean difference at 95 %",
        "以95%把握确定均值差符号所需的抽样次数",
        "draws",
        "no end",
    ),
    "instrument": Column("instrument of policy; all: every one together", "政策工具；all：全部合计"),
    "line": Column("line of the subsidy account", "补贴账户的项目"),
    "share": Column(
        "share of the spending of the same instrument", "占同一工具支出的比例", "share of spending", "unknown"
    ),
    "kind": Column("what it is: kind of group, or stock, flow or outcome", "类别：分组方式，或存量、流量、结果"),
    "best": Column(
        "share of draws in which the scenario is the best of all",
        "在全部情景中最优的抽样比例",
        "share of draws",
        "unknown",
    ),
    "of": Column("number of scenarios that are ranked", "参加排序的情景数", "scenarios"),
    "name": Column("name that is explained", "被说明的名称"),
    "english": Column("what it is called in English", "英文名称"),
    "chinese": Column("what it is called in Chinese", "中文名称"),
    "table": Column("table that holds it", "所在的表"),
    "label_en": Column("what it means, in English", "英文含义"),
    "label_zh": Column("what it means, in Chinese", "中文含义"),
    "missing": Column("what an empty cell means, in English", "空单元格的含义（英文）"),
    "missing_zh": Column("what an empty cell means, in Chinese", "空单元格的含义（中文）"),
    "key": Column("key of a parameter, as --set takes it", "参数的键，用于 --set", missing="unknown"),
    "plan": Column(
        "share of draws that meet the plan, fitted to the plan",
        "以规划为条件拟合时的达成比例",
        "share of draws",
        "unknown",
    ),
    "facts": Column(
        "share of draws that meet the plan, fitted to the facts alone",
        "仅按事实拟合时的达成比例",
        "share of draws",
        "unknown",
    ),
    "prior": Column("share of draws that meet the plan, not fitted", "未校准时的达成比例", "share of draws", "unknown"),
    "run": Column("number of the run", "运行编号", "number"),
    "point": Column("number of the point of the design", "样本点编号", "number"),
    ERROR: Column("why the run failed; empty if it did not", "运行失败的原因；未失败则为空", missing="unknown"),
    "title": Column("title in English", "英文标题"),
    "title_zh": Column("title in Chinese", "中文标题", missing="unknown"),
    "question": Column("the question that the scenario answers", "情景要回答的问题"),
    "source": Column("where its numbers come from", "数值来源"),
    "lever": Column("lever of policy that differs, in English", "有变化的政策杠杆（英文）"),
    "lever_zh": Column("lever of policy that differs, in Chinese", "有变化的政策杠杆（中文）"),
    "before": Column("value under the first scenario", "第一个情景中的取值"),
    "after": Column("value under this scenario", "本情景中的取值"),
    "holds": Column("months in which the value after holds", "调整后取值的执行时间"),
    "reason": Column("why, as its file says", "依据（见情景文件）"),
    "reason_zh": Column("why, in Chinese where its file says so", "依据（情景文件有中文时为中文）"),
    "about": Column("what is described", "说明对象"),
    "what": Column("the description", "说明内容"),
    "shown": Column("what it is called on its sheet", "工作表中的名称"),
    **{
        f"{name}{IN_FILES}": Column(f"name of the {name} in commands and files", f"命令和文件中的名称：{chinese}")
        for name, chinese in {
            "scenario": "情景",
            "outcome": "结果",
            "variable": "指标",
            "line": "资金去向",
            "instrument": "政策工具",
            "group": "分组",
            "kind": "类别",
        }.items()
    },
}
"""What every column of a table means, whichever table it is in."""

_OWN: dict[tuple[str, str], Column] = {
    ("ranks", name): Column(f"rank, 1 is best: {column.english}", f"名次，1为最优：{column.chinese}", "rank", "unknown")
    for name, column in _AMOUNTS.items()
} | {
    ("codebook", "kind"): Column("column, or the value of a column", "列，或某列的取值"),
    ("codebook", "name"): Column("name of the column or of the value", "列名或取值"),
    ("codebook", "unit"): Column("unit of the column or of the value", "列或取值的单位", missing="unknown"),
    ("codebook", "missing"): COLUMNS["missing"]._replace(missing="unknown"),
    ("codebook", "missing_zh"): COLUMNS["missing_zh"]._replace(missing="unknown"),
}
"""Columns that mean something else in one table."""

VALUES: dict[str, dict[str, Column]] = {
    "variable": {item.name: Column(item.english, item.chinese, item.unit) for item in VARIABLES}
    | {item.name: Column(item.english, item.chinese, item.unit) for item in OUTCOMES}
    | {"supported_share": Column("Firms that were ever granted support", "曾获支持的企业占比", "share of firms")},
    "outcome": {item.name: Column(item.english, item.chinese, item.unit) for item in OUTCOMES},
    "line": {
        "spending": _of_place("public money paid from {branch}", "{branch}起支付的财政资金", MONEY_UNIT),
        "additional": Column("to projects that would not be begun", "额外带动：否则不会开工的项目", MONEY_UNIT),
        "pulled_forward": Column("to projects that would be begun later", "提前实施：否则较晚开工的项目", MONEY_UNIT),
        "deadweight": Column("to what firms do without it too", "无谓损失：没有政策企业也会这样做", MONEY_UNIT),
        "captured": Column("captured by providers through higher prices", "被服务商通过涨价获取", MONEY_UNIT),
        "administration": Column("services and administration", "服务与管理", MONEY_UNIT),
        "committed_before": _of_place(
            "promised before {branch_short}; in deadweight", "{branch_short}前已承诺，属无谓损失", MONEY_UNIT
        ),
        "entrants": Column("to firms that entered; in additional", "新入库企业所得，属额外带动", MONEY_UNIT),
        "outstanding": Column("promised and not yet paid, on top of the spending", "已承诺未支付，另计", MONEY_UNIT),
    },
    "group": {name: Column(*pair) for name, pair in GROUP_NAMES.items()}
    | {"all": Column("all firms", "全部企业"), "sme": Column("small and medium firms", "中小企业")},
    "kind": {
        "size": Column("by size class", "按规模"),
        "sector": Column("by sector", "按行业"),
        "start_level": Column("by the level reported at the start", "按起始等级"),
        "park": Column("by park", "按园区"),
        "stock": Column("at the month's end", "月末存量"),
        "flow": Column("within the month", "当月流量"),
        "outcome": Column("one number for a run", "一次运行的结果"),
    },
    "instrument": {"all": Column("every instrument together", "全部工具合计")},
}
"""What names within columns mean, by the column that holds them."""


@cache
def _facts() -> dict[str, Column]:
    """Return what a sweep with ``figures = true`` gives for each fact, also under the names of version 1."""
    found = {}
    for fact in load_facts():
        if fact.series is not None:
            column = Column(fact.meaning, fact.meaning_zh, fact.unit)
            found[fact.key] = column
            if fact.formerly:
                found[fact.formerly] = column
    return found


def codebook(
    tables: Mapping[str, pd.DataFrame],
    own: str = "codebook",
    labels: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return a row for every column of some tables, itself included, and for every name within those columns.

    Parameters
    ----------
    tables
        The tables by name.
    own
        What the codebook itself is called.
    labels
        What the user's own names are called, in English and Chinese; without, they are said to be the user's own.
    """
    import pandas as pd  # here, because it is heavy

    rows = [row for name, table in tables.items() for row in _rows(name, table, labels)]
    names = ("table", "name", "kind", "label_en", "label_zh", "unit", "missing", "missing_zh", "key")
    rows += [_row(own, name, "column", _column(own, name)) for name in names]
    return pd.DataFrame(rows, columns=names)


def with_codebook(
    tables: Mapping[str, pd.DataFrame],
    own: str = "codebook",
    labels: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> dict[str, pd.DataFrame]:
    """Return tables under names that R and Stata take, and the codebook of all of them beside them."""
    named = {name: table.rename(columns=column_name) for name, table in tables.items()}
    return {**named, own: codebook(named, own, labels)}


def sweep_codebook(inputs: Sequence[str], outcomes: Sequence[str], series: Sequence[str]) -> pd.DataFrame:
    """Return the codebook of the two tables of a sweep: what each run was given and gave, and its months."""
    import pandas as pd  # here, because it is heavy

    tables = {"scalars": pd.DataFrame(columns=[*KEYS, ERROR, *inputs, *outcomes])}
    if series:
        tables["series"] = pd.DataFrame(columns=["run", "month", *series])
    return codebook(tables)


def own_labels(scenarios: Iterable[Scenario]) -> dict[str, tuple[str, str]]:
    """Return what the user's own instruments are called that scenarios hold."""
    return {kind.name: (kind.english, kind.chinese) for scenario in scenarios for kind in scenario.instruments}


def _rows(name: str, table: pd.DataFrame, labels: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    inputs = _inputs()
    for column in map(str, table.columns):
        if column not in COLUMNS and (found := inputs.get(column_name(column))):
            yield _row(name, column, "parameter", *found)
        else:
            yield _row(name, column, "column", _column(name, column))
    for column in ("variable", "outcome", "line", "instrument", "group", "kind"):
        if column in table.columns:
            for value in dict.fromkeys(table[column].tolist()):
                explained = Column(*labels[value]) if value in labels else _value(column, value)
                yield _row(name, value, f"value of {column}", explained)


def _column(table: str, name: str) -> Column:
    if found := _OWN.get((table.lower(), name)) or COLUMNS.get(name):
        return found
    if found := VALUES["variable"].get(name) or _facts().get(name):
        return found._replace(missing="no end")
    return Column(name.replace(".", ": ").replace("_", " "), READINGS.get(name, ("", name))[1], "", "unknown")


def _value(column: str, name: str) -> Column:
    if column == "instrument" and name in LEVER_GROUPS:
        return Column(group_title(name, "en"), group_title(name, "zh"))
    if name in VALUES[column]:
        return VALUES[column][name]
    return Column(f"{name.replace('_', ' ')} (the user's own)", f"{name.replace('_', ' ')}（用户自定义）")


def _row(table: str, name: str, kind: str, column: Column, key: str = "") -> tuple[str, ...]:
    missing = ("", "") if kind.startswith("value") else MISSING[column.missing]
    return (table, name, kind, column.english, column.chinese, column.unit, *missing, key)


@cache
def _inputs() -> dict[str, tuple[Column, str]]:
    """Return every parameter and lever by the name of its column, with its key."""
    found = {}
    for spec in (lever_specifications() | parameter_specifications()).values():
        for key in entries(spec):
            entry = key.removeprefix(spec.key).lstrip(".")
            english, chinese = (
                (f"{meaning(spec, language)}: {entry}" if entry else meaning(spec, language))
                for language in ("en", "zh")
            )
            found[column_name(key)] = (Column(english, chinese, spec.unit, "unknown"), key)
    return found
