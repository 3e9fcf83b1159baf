"""What is known from outside the model, and whether the model agrees with it.

The figures of the newspaper report and the facts of other sources lie in two TOML files under
``calibration/evidence``. Here they are read and checked, and joined to what the model gives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

from zhizao.errors import InputError
from zhizao.files import shipped
from zhizao.toml_rows import read_rows

__all__ = [
    "Fact",
    "Figure",
    "FigureCheck",
    "Modelled",
    "check",
    "ensemble_rows",
    "evidence_rows",
    "inside",
    "load_facts",
    "load_figures",
]

Use = Literal["target", "holdout", "initial", "input", "context"]
Qualifier = Literal[
    "exactly", "over", "about", "nearly", "at_least", "at_most", "less_than", "best_case", "target", "derived"
]
Mark = Literal["read", "remembered", "derived", "not found"]
Language = Literal["en", "zh"]


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


class Modelled(NamedTuple):
    """What the model gives for a variable over an ensemble: its median and the ends of its 90 % interval."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class FigureCheck:
    """A figure or fact beside what the model gives for it.

    `modelled` is `None` where the model gives nothing; `others` has the same for other ensembles, by name.
    """

    figure: Figure | Fact
    modelled: Modelled | None = None
    others: dict[str, Modelled] = field(default_factory=dict)

    @property
    def inside(self) -> bool | None:
        """Whether the figure falls inside the model's 90 % interval; see `inside`."""
        return inside(self.figure, self.modelled)

    def to_dict(self) -> dict[str, Any]:
        """Return the check in the form that the command line prints as JSON."""
        known = {name: getattr(self.figure, name) for name in ("key", "value", "unit", "qualifier", "use")}
        others = {name: _plain(self.figure, modelled) for name, modelled in self.others.items()}
        return known | _plain(self.figure, self.modelled) | {"ensembles": others}


def _plain(figure: Figure | Fact, modelled: Modelled | None) -> dict[str, float | bool | None]:
    numbers = dict.fromkeys(Modelled._fields) if modelled is None else modelled._asdict()
    return {**numbers, "inside": inside(figure, modelled)}


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
    return read_rows(path or shipped("calibration/evidence") / "report.toml", "figure", Figure, faults=_faults)


def load_facts(path: Path | None = None) -> tuple[Fact, ...]:
    """Read the facts from outside the report; parameters and errors as for `load_figures`."""
    return read_rows(path or shipped("calibration/evidence") / "outside.toml", "fact", Fact, faults=_faults)


def inside(figure: Figure | Fact, modelled: Modelled | None) -> bool | None:
    """Say whether the figure falls inside the model's 90 % interval.

    A figure with room of its own (`low` to `high`, a missing end open) does if any of that room is inside. The
    answer is `None` if the figure has no room, or if the model gives nothing or no number.
    """
    low, high = figure.low, figure.high
    if modelled is None or not all(map(math.isfinite, modelled)) or (low is None and high is None):
        return None
    return (low is None or modelled.high >= low) and (high is None or modelled.low <= high)


def check(
    figures: Sequence[Figure | Fact],
    modelled: Mapping[str, Modelled],
    others: Mapping[str, Mapping[str, Modelled]] | None = None,
) -> list[FigureCheck]:
    """Set each figure beside the model's outcome of the same `variable`, in the same order.

    Parameters
    ----------
    figures
        Figures, facts or both.
    modelled
        What the model gives for each variable, in the figure's unit.
    others
        The same of other ensembles, by their name.
    """
    return [
        FigureCheck(
            figure=figure,
            modelled=_known(modelled, figure),
            others={name: found for name, table in (others or {}).items() if (found := _known(table, figure))},
        )
        for figure in figures
    ]


def _known(modelled: Mapping[str, Modelled], figure: Figure | Fact) -> Modelled | None:
    found = modelled.get(figure.variable or "")
    return found if found is not None and all(map(math.isfinite, found)) else None


_HEADERS: dict[str, tuple[str, ...]] = {
    "en": ("figure", "meaning", "evidence says", "use", "model median", "model 90 % interval", "inside"),
    "zh": ("名称", "含义", "证据", "用途", "模型中位数", "模型90%区间", "是否落入"),
}
_UNITS_ZH = {"% of firms": "%", "workshops": "个", "percentage points a year": "个百分点/年"}
"""Units of facts that the model is compared with; figures carry theirs in their own words."""
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
        times = "× " if figure.unit[:1].isdigit() else ""
        says = f"{wording} {value} {times}{figure.unit if value else ''}".strip()
        if isinstance(figure, Figure):
            meaning = figure.meaning_zh if chinese else figure.meaning_en
            says = figure.original if chinese else says
        else:
            meaning = (figure.statement_zh if chinese else "") or figure.statement
            says = f"{value}{_UNITS_ZH.get(figure.unit, '')}" if chinese else says
        use = _USES_ZH[figure.use] if chinese else figure.use
        median, interval = _written(entry.modelled)
        rows.append((figure.key, meaning, says, use, median, interval, words[entry.inside]))
    return _HEADERS[language], rows


def _written(modelled: Modelled | None) -> tuple[str, str]:
    if modelled is None:
        return "", ""
    return _number(modelled.median), f"{_number(modelled.low)} – {_number(modelled.high)}"


def ensemble_rows(checks: Sequence[FigureCheck], language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lay out, for every target and hold-out, what each ensemble gives: the headers, then the rows.

    A figure outside an ensemble's 90 % interval is marked ✗.
    """
    chosen = [entry for entry in checks if entry.figure.use in ("target", "holdout") and entry.others]
    names = list(chosen[0].others) if chosen else []
    rows = []
    for entry in chosen:
        use = _USES_ZH[entry.figure.use] if language == "zh" else entry.figure.use
        cells = []
        for name in names:
            modelled = entry.others.get(name)
            median, interval = _written(modelled)
            mark = {True: "✓", False: "✗", None: ""}[inside(entry.figure, modelled)]
            cells.append(f"{median} {mark}\n{interval}")
        rows.append((entry.figure.key, _room(entry.figure), use, *cells))
    first = ("名称", "证据范围", "用途") if language == "zh" else ("figure", "evidence allows", "use")
    return (*first, *names), rows


def _room(figure: Figure | Fact) -> str:
    if figure.high is None:
        return f"≥ {_number(figure.low)}"
    return f"≤ {_number(figure.high)}" if figure.low is None else f"{_number(figure.low)} – {_number(figure.high)}"
