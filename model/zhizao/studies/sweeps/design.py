"""Designs: short TOML files that say which runs a sweep makes.

A design crosses scenarios, points (settings of the swept factors) and draws (members of a fitted ensemble, each with
its luck). All errors of a file are reported together, each with its key and fix.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhizao.calendar import BRANCH, BRANCH_MONTH, month_index
from zhizao.errors import InputError, at_place, in_words, printable, within
from zhizao.evidence.ensembles import FUNDING
from zhizao.files import resolved_path, shipped
from zhizao.limits import check_limit, read_bytes
from zhizao.parameters.specification import nearest
from zhizao.register import file_and_sheet
from zhizao.results.variables import VARIABLES
from zhizao.studies.sweeps.design_file import DesignFile, Sample, parsed_design
from zhizao.studies.sweeps.factors import Factor, Value, factor_of, uncertain_factors

__all__ = ["Design", "beside", "design_of", "list_designs", "read_design"]


@dataclass(frozen=True, kw_only=True)
class Design:
    """A design that was read.

    Attributes
    ----------
    name
        Name of its file, without the ending.
    title, question
        What it is about, and what it is to answer.
    scenarios
        Names or paths; every point and draw is run under each.
    calibration, funding
        Where parameters that are not swept come from: a fitted ensemble (``plan``, ``facts``) or the declared
        values and their intervals (``prior``); and the reading of the yearly public money.
    until
        Last month.
    draws
        Draws of what is not swept, each crossed with every point; the first is the most central one.
    luck
        ``common``: draw 3 has the same luck at every point, so that points differ by what they set; ``fresh``: every
        point and draw has its own.
    seed
        Seed of all luck.
    levers_from
        First month in which swept levers hold.
    references
        Whether each run also has its twin without a programme from the branch on, which "additional" outcomes need.
    series
        Names of the monthly series that are kept.
    figures
        Whether the figures of the evidence are worked out as well.
    chunk
        Points and draws that are run, and stored, together.
    firms, firms_as_of
        The district's own register of firms, if any, and the month that it is taken as of, if one is given.
    settings
        Levers and parameters by key that hold in every run.
    sample, factors, points
        How points are placed; what is swept; points that the file lists.
    text, digest, changes, path
        The file, its SHA-256, what holds instead of it, and where it is.
    """

    name: str
    title: str
    question: str
    scenarios: tuple[str, ...]
    calibration: str
    funding: str
    until: str
    draws: int
    luck: str
    seed: int
    levers_from: str
    references: bool
    series: tuple[str, ...]
    figures: bool
    chunk: int
    firms: Path | None
    firms_as_of: str
    settings: dict[str, Any]
    sample: Sample | None
    factors: tuple[Factor, ...]
    points: tuple[dict[str, Value], ...]
    text: str
    digest: str
    changes: dict[str, Any]
    path: Path


def list_designs() -> dict[str, Path]:
    """Return the shipped designs of sweeps by name."""
    found = sorted((shipped("scenarios") / "designs").glob("*.toml"))
    return {path.stem: path for path in found if path.stem != "reach"}


def read_design(name_or_path: str | Path, changes: Mapping[str, Any] | None = None) -> Design:
    """Read a design.

    Parameters
    ----------
    name_or_path
        Name of a shipped design, or the path of a file.
    changes
        Values that hold instead of those of the file: its keys, ``size`` of the sample, and ``set``, which is added
        to that of the file.

    Raises
    ------
    InputError
        Naming everything that is wrong with it, each with file, key and fix.
    """
    path = _find(name_or_path)
    return design_of(_text(path), path, changes or {})


def design_of(text: str, path: Path, changes: Mapping[str, Any]) -> Design:
    """Return the design that a text holds; `path` is what it was read from, `changes` are as for `read_design`."""
    found = parsed_design(text, path.name, changes)
    check_limit("design_factors", len(found.factor), path.name)
    check_limit("design_factors", len(found.set), path.name)
    check_limit("design_scenarios", len(found.scenarios), path.name)
    problems: list[str] = []
    factors = _factors(found, problems)
    problems += _problems(found, factors)
    firms = _firms_beside(path, found.firms, problems) if found.firms else None
    if problems:
        raise InputError([at_place(path.name, problem) for problem in problems])
    return Design(
        name=printable(path.stem),
        title=found.title,
        question=found.question,
        scenarios=tuple(found.scenarios),
        calibration=found.calibration,
        funding=found.funding,
        until=found.until,
        draws=found.draws,
        luck=found.luck,
        seed=found.seed,
        levers_from=found.levers_from,
        references=found.references,
        series=_series(found.series),
        figures=found.figures,
        chunk=found.chunk,
        firms=firms,
        firms_as_of=found.firms_as_of,
        settings=found.set,
        sample=found.sample,
        factors=factors,
        points=tuple(found.point),
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        changes=dict(changes),
        path=path,
    )


def _firms_beside(path: Path, name: str, problems: list[str]) -> Path:
    """Return the register of firms beside the design, with the sheet that is named behind it, if any."""
    file, _ = file_and_sheet(path.parent / name)
    beside(path, file.name if file.parent == path.parent else name, "firms", problems)
    return path.parent / name


def _find(name_or_path: str | Path) -> Path:
    if isinstance(name_or_path, str) and name_or_path in list_designs():
        return list_designs()[name_or_path]
    path = Path(name_or_path)
    if path.suffix == ".toml" or os.path.exists(path):  # not of the path, which raises for a long name
        return path
    hint = nearest(str(name_or_path)[:80], list(list_designs()))
    raise InputError(f"{in_words(str(name_or_path))} is not a shipped design{hint}, nor a file (.toml)")


def _text(path: Path) -> str:
    content = read_bytes(path, "toml_bytes", str(path))
    try:
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except ValueError as error:
        raise InputError(f"{path}: is not text in UTF-8; save it as UTF-8") from error


def _factors(found: DesignFile, problems: list[str]) -> tuple[Factor, ...]:
    """Return the swept factors, those listed first; what is wrong with them is added to `problems`."""
    factors: dict[str, Factor] = {}
    for row in found.factor:
        try:
            factor = factor_of(row.key, low=row.low, high=row.high, values=tuple(row.values), group=row.group)
        except InputError as error:
            problems += [within(line, ("factor ", "因素 ")) for line in error.problems]
            continue
        if row.key in factors:
            problems.append(f"factor {row.key} is listed twice; keep one")
        factors[row.key] = factor
    if found.sample is not None and found.sample.factors == "uncertain":
        factors = factors | {factor.key: factor for factor in uncertain_factors() if factor.key not in factors}
    return tuple(factors.values())


def _problems(found: DesignFile, factors: tuple[Factor, ...]) -> list[str]:
    """Return what is wrong beyond the types of the keys."""
    problems = []
    for name, low, high in (("draws", 1, 1_000_000), ("chunk", 1, 100_000), ("seed", 0, 2**63 - 1)):
        if not low <= getattr(found, name) <= high:
            problems.append(f"{name} = {getattr(found, name)} must be a whole number from {low} to {high}")
    for name in ("until", "levers_from"):
        try:
            month = month_index(getattr(found, name))
            if name == "until" and month < BRANCH_MONTH:
                problems.append(f"until: scenarios branch in {BRANCH}; name a month from then on")
        except InputError as error:
            problems += [f"{name}: {line}" for line in error.problems]
    if found.funding not in FUNDING:
        problems.append(f"funding = {in_words(found.funding)} must be one of {', '.join(FUNDING)}")
    if not found.scenarios:
        problems.append("scenarios is empty; name at least one, such as baseline")
    known = [variable.name for variable in VARIABLES]
    for name in found.series if isinstance(found.series, list) else ():
        if name not in known:
            problems.append(f"series: {in_words(name)} is not a monthly series{nearest(name[:80], known)}")
    problems += [f"set and factor both set {factor.key}; remove one" for factor in factors if factor.key in found.set]
    return problems + _sample_problems(found, factors)


def _sample_problems(found: DesignFile, factors: tuple[Factor, ...]) -> list[str]:
    sample = found.sample
    if sample is None:
        lists = [name for name in ("factor", "point") if getattr(found, name)]
        return [f"{name} needs a [sample] that says how points are placed" for name in lists]
    problems = []
    listed = sample.method in ("points", "table")
    if listed and factors:
        problems.append(f"sample.method = '{sample.method}' lists values; remove factor, which has no effect there")
    if not listed and not factors:
        problems.append('there is no [[factor]] to sweep; list some, or write factors = "uncertain" under [sample]')
    if sample.method == "points" and not found.point:
        problems.append("sample.method = 'points' needs at least one [[point]]")
    if sample.method != "points" and found.point:
        problems.append("point is read with sample.method = 'points' only; take it out")
    if sample.method == "table" and not sample.file:
        problems.append("sample.method = 'table' needs sample.file, a CSV or Parquet file beside the design")
    sized = sample.method in ("latin-hypercube", "sobol", "saltelli", "morris")
    if sized and not 1 <= sample.size <= 10_000_000:
        problems.append(f"sample.size = {sample.size}: give the number of points, from 1 to 10,000,000")
    elif sample.method == "saltelli" and sample.size & (sample.size - 1):
        problems.append(f"sample.size = {sample.size}: Saltelli's scheme needs a power of two, such as 1024")
    if not 0 <= sample.seed <= 2**31 - 1:
        problems.append(f"sample.seed = {sample.seed} must be a whole number from 0 to {2**31 - 1}")
    if not 2 <= sample.levels <= 10_000 or (sample.method == "morris" and sample.levels % 2):
        problems.append(f"sample.levels = {sample.levels}: at least 2, and even for Morris")
    return problems


def _series(wanted: bool | list[str]) -> tuple[str, ...]:
    if isinstance(wanted, bool):
        return tuple(variable.name for variable in VARIABLES) if wanted else ()
    return tuple(variable.name for variable in VARIABLES if variable.name in wanted)


def beside(path: Path, name: str, key: str, problems: list[str]) -> Path:
    """Return a file beside the design; one that is elsewhere or does not exist is added to `problems`."""
    file = path.parent / name
    try:
        inside = resolved_path(file).is_relative_to(resolved_path(path.parent))
        there = file.is_file()
    except (OSError, ValueError):
        inside, there = False, False
    if not inside:
        problems.append(f"{key} = {in_words(name)}: it must be in the folder of the design")
    elif not there:
        problems.append(f"{key} = {in_words(name)}: there is no such file beside the design")
    return file
