"""What is known from outside the model, and whether the model agrees with it.

The figures of the newspaper report and the facts of other sources lie in two TOML files under
``calibration/evidence``. Here they are read and checked, and joined to what the model gives.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from zhizao.errors import InputError
from zhizao.files import shipped

__all__ = ["Fact", "Figure", "FigureCheck", "check", "evidence_rows", "inside", "load_facts", "load_figures"]

Use = Literal["target", "holdout", "initial", "input", "context"]
Qualifier = Literal[
    "exactly", "over", "about", "nearly", "at_least", "at_most", "less_than", "best_case", "target", "derived"
]
Mark = Literal["read", "remembered", "derived", "not found"]
Language = Literal["en", "zh"]

_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What figures and facts share."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    unit: str
    qualifier: Qualifier
    use: Use
    variable: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Figure(_Known):
    """One figure of the newspaper report.

    Parameters
    ----------
    key
        Its name in this project.
    value, unit, qualifier
        The number (or words), its unit, and how the report words it.
    scope, period, where
        Whom it covers, when, and the section of the report.
    original
        The short Chinese expression that carries the number.
    meaning_en, meaning_zh
        What it says, in our own words.
    ambiguity
        What is open about it; may be empty.
    use
        What this project does with it.
    variable, low, high
        The model's outcome that answers to it, and the interval, ends included, in which that outcome
        counts as agreeing. `None` for an end means open.
    """

    key: str
    value: int | float | str
    scope: str
    period: str
    where: str
    original: str
    meaning_en: str
    meaning_zh: str
    ambiguity: str


@dataclass(frozen=True, kw_only=True)
class Fact(_Known):
    """One fact from outside the report.

    Parameters
    ----------
    id, topic, statement, statement_zh
        Its name, its subject, and what it says in our own words; in Chinese only if the model is
        compared with it.
    value, unit, date, qualifier
        The number or words (`None` if none is known), its unit, its date, and how exact it is.
    mark, source
        How it came to us, and the address as printed.
    use, variable, low, high
        As for `Figure`.
    """

    id: str
    topic: str
    statement: str
    statement_zh: str = ""
    value: int | float | str | None = None
    date: str
    mark: Mark
    source: str

    @property
    def key(self) -> str:
        """The fact's `id`, so that figures and facts can be listed together."""
        return self.id


_Item = TypeVar("_Item", Figure, Fact)


@dataclass(frozen=True, kw_only=True)
class FigureCheck:
    """A figure or fact beside the model's median and 90 % interval for it.

    `inside` says whether the median agrees; all four are `None` where the model gives nothing.
    """

    figure: Figure | Fact
    median: float | None = None
    low: float | None = None
    high: float | None = None
    inside: bool | None = None

    def to_dict(self) -> dict[str, str | int | float | bool | None]:
        """Return the check in the form that the command line prints as JSON."""
        known = {name: getattr(self.figure, name) for name in ("key", "value", "unit", "qualifier", "use")}
        return known | {name: getattr(self, name) for name in ("median", "low", "high", "inside")}


def _faults(item: Figure | Fact) -> list[str]:
    """Say what is wrong with one row beyond the types of its fields."""
    low, high = item.low, item.high
    named, bounded = item.variable is not None, low is not None or high is not None
    faults = []
    if named != bounded:
        faults.append("variable and low or high go together; give both or neither")
    if low is not None and high is not None and not low <= high:
        faults.append(f"low {low:g} must not lie above high {high:g}; exchange them")
    if item.use in ("target", "holdout") and not named:
        faults.append(f"use '{item.use}' needs a variable; name it or choose another use")
    if isinstance(item, Fact) and item.mark == "read" and not item.source:
        faults.append("mark 'read' needs a source; give the address or change the mark")
    return faults


def _message(error: Mapping[str, Any]) -> str:
    """Put one complaint of the validator into plain words, with its mend."""
    field, kind = error["loc"][1] if len(error["loc"]) > 1 else "the row", error["type"]
    if kind == "missing":
        return f"{field} is missing; add it"
    if kind == "unexpected_keyword_argument":
        return f"{field} is not a known field; remove it or correct its spelling"
    if kind == "literal_error":
        return f"{field} is {error['input']!r}; use one of {error['ctx']['expected']}"
    return f"{field} is {error['input']!r}; {error['msg'][:1].lower()}{error['msg'][1:]}"


def _load(path: Path, table: str, name: str, kind: type[_Item]) -> tuple[_Item, ...]:
    """Read every row `table` of the file at `path`, whose rows are told apart by their field `name`."""
    from pydantic import TypeAdapter, ValidationError  # here, so that importing this module stays light

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); restore the file") from error
    except ValueError as error:
        raise InputError(f"{path.name}: is not TOML in UTF-8 ({error}); mend that place") from error
    form, rows = document.pop("format", None), document.pop(table, None)
    if form != _FORMAT:
        raise InputError(f"{path.name}: format is {form!r}; this version reads {_FORMAT}, use one that fits")
    if document or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        extra = "".join(f"; remove '{key}'" for key in document)
        raise InputError(f"{path.name}: must hold format and [[{table}]] tables only{extra}")

    def place(number: int) -> str:
        return f"{path.name}: {table} {rows[number].get(name, f'number {number + 1}')}"

    try:
        items: tuple[_Item, ...] = TypeAdapter(tuple[kind, ...]).validate_python(rows)  # type: ignore[valid-type]
    except ValidationError as error:
        first = {complaint["loc"][:2]: complaint for complaint in reversed(error.errors())}
        problems = [f"{place(int(c['loc'][0]))}: {_message(c)}" for c in reversed(first.values())]
        raise InputError(problems) from error
    problems = [f"{place(number)}: {fault}" for number, item in enumerate(items) for fault in _faults(item)]
    for key, count in Counter(item.key for item in items).items():
        if count > 1:
            problems.append(f"{path.name}: {table} {key} appears {count} times; keep one or rename the rest")
    if problems:
        raise InputError(problems)
    return items


def load_figures(path: Path | None = None) -> tuple[Figure, ...]:
    """Read the figures of the report, in the order of the file.

    Parameters
    ----------
    path
        Another file of the same form; the shipped one if not given.

    Raises
    ------
    InputError
        If the file is damaged; every problem is named with file, key and mend.
    """
    return _load(path or shipped("calibration/evidence") / "report.toml", "figure", "key", Figure)


def load_facts(path: Path | None = None) -> tuple[Fact, ...]:
    """Read the facts from outside the report; parameters and errors as for `load_figures`."""
    return _load(path or shipped("calibration/evidence") / "outside.toml", "fact", "id", Fact)


def inside(figure: Figure | Fact, value: float | None) -> bool | None:
    """Say whether `value`, in the figure's unit, lies in its interval (ends included, a missing end open).

    The answer is `None` if the figure has no interval, or if `value` is `None` or not a number.
    """
    low, high = figure.low, figure.high
    if value is None or math.isnan(value) or (low is None and high is None):
        return None
    return (low is None or value >= low) and (high is None or value <= high)


def check(figures: Sequence[Figure | Fact], modelled: Mapping[str, tuple[float, float, float]]) -> list[FigureCheck]:
    """Set each figure beside the model's outcome of the same `variable`, in the same order.

    Parameters
    ----------
    figures
        Figures, facts or both.
    modelled
        For each variable its median and the low and high end of its 90 % interval, in the figure's unit.
    """
    checks = []
    for figure in figures:
        found = modelled.get(figure.variable or "")
        if found is None or not all(math.isfinite(number) for number in found):
            checks.append(FigureCheck(figure=figure))
            continue
        median, low, high = (float(number) for number in found)
        agrees = inside(figure, median)
        checks.append(FigureCheck(figure=figure, median=median, low=low, high=high, inside=agrees))
    return checks


_HEADERS: dict[str, tuple[str, ...]] = {
    "en": ("figure", "meaning", "evidence says", "use", "model median", "model 90 % interval", "agrees"),
    "zh": ("名称", "含义", "证据", "用途", "模型中位数", "模型90%区间", "是否相符"),
}
_USES_ZH = {
    "target": "拟合目标",
    "holdout": "留出检验",
    "initial": "初始状态",
    "input": "政策输入",
    "context": "背景",
}


def _number(value: float | str | None) -> str:
    """Write a number with at most two decimals; words stay as they are."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def evidence_rows(checks: Sequence[FigureCheck], language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay checks out as a table in English (``"en"``) or Chinese (``"zh"``): the headers, then the rows."""
    if language not in _HEADERS:
        raise InputError(f"language is {language!r}; use 'en' or 'zh'")
    chinese = language == "zh"
    words = {True: "是", False: "否", None: ""} if chinese else {True: "yes", False: "no", None: ""}
    rows: list[tuple[str, ...]] = []
    for entry in checks:
        figure, value = entry.figure, _number(entry.figure.value)
        wording = "" if figure.qualifier == "exactly" or not value else figure.qualifier.replace("_", " ")
        says = f"{wording} {value} {figure.unit if value else ''}".strip()
        if isinstance(figure, Figure):
            meaning = figure.meaning_zh if chinese else figure.meaning_en
            says = figure.original if chinese else says
        else:
            meaning = (figure.statement_zh if chinese else "") or figure.statement
            says = value if chinese else says
        use = _USES_ZH[figure.use] if chinese else figure.use
        interval = "" if entry.median is None else f"{_number(entry.low)} – {_number(entry.high)}"
        agrees = words[entry.inside]
        rows.append((figure.key, meaning, says, use, _number(entry.median), interval, agrees))
    return _HEADERS[language], rows
