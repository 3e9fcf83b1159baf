"""Experiments that somebody really made, each as a file: what was done, what was found, and how the model repeats it.

A file is a row of the response board. What was done becomes settings of levers from the month in which scenarios
branch; what was found is compared with the same statistic of the model, over a fitted ensemble.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from zhizao.calendar import BRANCH_MONTH, MONTHS, month_name
from zhizao.district.building import built, shape_problems
from zhizao.district.in_force import DISTRICT
from zhizao.errors import InputError, at_place, in_words
from zhizao.evidence.catalogue import catalogue
from zhizao.evidence.measure import Measure, Statistic, View, measure
from zhizao.files import shipped
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries, gather_settings
from zhizao.toml_rows import Kind, read_document, read_rows
from zhizao.toml_text import read_toml

__all__ = [
    "COMPARED",
    "TABLES",
    "Experiment",
    "experiment_files",
    "experiments_digest",
    "fitted_experiments",
    "load_experiments",
    "rows_of_readings",
]

FORMAT = 1
TABLES = ("reading", "fitted", "experiment", "structure")
"""Tables of a district's ``readings.toml``."""
Comparison = Literal["change", "difference", "additional", "additional per firm", "left"]
COMPARED: dict[Comparison, tuple[str, str]] = {
    "change": ("with it against without, per cent", "有无对比的变化（%）"),
    "difference": ("with it less without, in the unit of the series", "有无对比之差"),
    "additional": ("of what there is with it, the part that is not there without, per cent", "其中新增部分占比（%）"),
    "additional per firm": ("what it adds, per hundred firms", "每百家企业新增"),
    "left": ("of the difference at first, the part that is left later, per cent", "后期仍存留的效应占比（%）"),
}
"""How a run with an experiment is compared with the same run without it."""


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """What is compared.

    Attributes
    ----------
    series, group, stat, view
        As for a fact (docs/FACTS.md).
    months
        Over how many months from the branch on; of a stock, at their end.
    later
        With ``left``: after how many months what is left is looked at.
    compare
        One of `COMPARED`.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    series: str
    months: int
    compare: Comparison
    group: str | None = None
    stat: Statistic | None = None
    view: View | None = None
    later: int = 0


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One row of the response board.

    Attributes
    ----------
    key, title, title_zh
        What it is called.
    experiment, experiment_zh
        What was done there, and what was found, in our own words.
    source
        Who found it.
    found, unit
        The number found there.
    low, high
        Ends within which the model counts as agreeing.
    reason
        Why these ends.
    treated, control, both
        Levers from the branch on: with the experiment, without it, and in both.
    treated_months
        For how long the experiment goes on; to the end if 0.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    format: int
    key: str
    title: str
    experiment: str
    source: str
    found: float
    unit: str
    low: float
    high: float
    reason: str
    measure: _Measured
    treated: dict[str, float | str]
    control: dict[str, float | str] = field(default_factory=dict)
    both: dict[str, float | str] = field(default_factory=dict)
    treated_months: int = 0
    title_zh: str = ""
    experiment_zh: str = ""

    @property
    def use(self) -> Literal["fit", "holdout"]:
        """Whether the fits of the district in force use it (``fit``) or have never seen it (``holdout``)."""
        return "fit" if self.key in {row.key for row in _chosen()} else "holdout"

    @property
    def months(self) -> int:
        """How many months must be run, from the start."""
        return BRANCH_MONTH + max(self.measure.months, self.measure.later)

    def measures(self) -> tuple[Measure, Measure]:
        """Return what is read from a run: at first, and later (the same where nothing is looked at later)."""
        own = self.measure
        first = self._measure(own.months)
        return first, (self._measure(own.later) if own.later else first)

    def _measure(self, months: int) -> Measure:
        known = catalogue().get(self.measure.series)
        last = month_name(BRANCH_MONTH + months - 1)
        is_stock = known is not None and known.kind == "stock" and self.measure.stat != "mean"
        return measure(
            self.measure.series,
            unit=known.unit if known is not None else "",
            at=last if is_stock else None,
            over=None if is_stock else f"{month_name(BRANCH_MONTH)}..{last}",
            group=self.measure.group,
            stat=self.measure.stat,
            view=self.measure.view,
        )


def experiment_files() -> list[Path]:
    """Return the files of the experiments that ship with the package, and of those of the district in force."""
    own = DISTRICT.folder / "experiments"
    folders = [shipped("scenarios/experiments"), *([own] if own.is_dir() else [])]
    return [path for folder in folders for path in sorted(folder.glob("*.toml"))]


def rows_of_readings(
    folder: Path, table: str, kind: type[Kind], *, faults: Callable[[Kind], list[str]] = lambda row: []
) -> tuple[Kind, ...]:
    """Return the rows of one table of a district's ``readings.toml``, which a district need not have.

    Raises
    ------
    InputError
        With everything that is wrong with them.
    """
    path = folder / "readings.toml"
    if not path.is_file():
        return ()
    return read_rows(path, table, kind, faults=faults, rows=read_document(path, TABLES, optional=True)[table])


@dataclass(frozen=True, kw_only=True)
class FittedExperiment:
    """An experiment that the fits of a district use, and why: a row of ``[[experiment]]`` in its ``readings.toml``."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    reason: str


@cache
def _chosen() -> tuple[FittedExperiment, ...]:
    return rows_of_readings(DISTRICT.folder, "experiment", FittedExperiment)


@cache
def fitted_experiments() -> tuple[Experiment, ...]:
    """Return the experiments that the fits of the district in force use, in the order in which it names them.

    Raises
    ------
    InputError
        If it names one that there is no file of.
    """
    if not _chosen():
        return ()
    known = {one.key: one for one in load_experiments()}
    if missing := [row.key for row in _chosen() if row.key not in known]:
        raise InputError(
            [
                f"readings.toml: experiment {key} is not one of {', '.join(known)}; correct its key or add its file "
                "to the folder experiments of the district"
                for key in missing
            ]
        )
    return tuple(known[row.key] for row in _chosen())


def experiments_digest() -> str:
    """Return a digest of what the experiments in force ask of a fit; empty without any."""
    rows = [
        [one.key, one.found, one.low, one.high, asdict(one.measure), *map(dict, (one.treated, one.control, one.both))]
        for one in fitted_experiments()
    ]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest() if rows else ""


def load_experiments(files: Sequence[Path | str] | None = None) -> tuple[Experiment, ...]:
    """Read experiments.

    Parameters
    ----------
    files
        Files; those of `experiment_files` if not given.

    Raises
    ------
    InputError
        With every mistake of every file.
    """
    found: list[Experiment] = []
    problems: list[str] = []
    for file in experiment_files() if files is None else map(Path, files):
        try:
            found.append(_read(file))
        except InputError as error:
            problems += error.problems
    keys = [one.key for one in found]
    problems += [f"experiment {key} is in two files; give one another key" for key in set(keys) if keys.count(key) > 1]
    if problems:
        raise InputError(problems)
    return tuple(found)


def _read(file: Path) -> Experiment:
    table: dict[str, Any] = read_toml(file, file.name)
    if table.get("format") != FORMAT:
        raise InputError(f"{file.name}: format is {in_words(table.get('format'))}; this version reads {FORMAT}")
    if problems := shape_problems(Experiment, table, file.name):
        raise InputError(problems)
    made = built(Experiment, table)
    if problems := _faults(made):
        raise InputError([at_place(file.name, line) for line in problems])
    return made


def _faults(one: Experiment) -> list[str]:
    problems = [
        f"{name} is {value:g}; give a number"
        for name, value in (("found", one.found), ("low", one.low), ("high", one.high))
        if not math.isfinite(value)
    ]
    if not one.low < one.high:
        problems.append(f"low {one.low:g} must be below high {one.high:g}")
    if not one.treated:
        problems.append("treated is empty; say which levers the experiment moved")
    levers = lever_specifications()
    known = {key for spec in levers.values() for key in entries(spec)} | set(levers)
    for table in ("treated", "control", "both"):
        problems += [
            f"{table}.{key} is not a lever; `zhizao params` lists them"
            for key in getattr(one, table)
            if key not in known
        ]
        given = {key: value for key, value in getattr(one, table).items() if key in known}
        problems += [at_place(table, line) for line in gather_settings(given, levers)[1]]
    most = MONTHS - BRANCH_MONTH
    spans = {
        "measure.months": (1, one.measure.months),
        "measure.later": (1, one.measure.later or one.measure.months),
        "treated_months": (0, one.treated_months),
    }
    for name, (least, months) in spans.items():
        if not (isinstance(months, int) and least <= months <= most):
            problems.append(f"{name} is {months}; give {least} to {most} whole months from the branch")
            return problems
    if (one.measure.compare == "left") != bool(one.measure.later):
        problems.append('measure: compare = "left" and later go together')
    try:
        one.measures()
    except InputError as error:
        problems += [f"measure: {line}" for line in error.problems]
    return problems
