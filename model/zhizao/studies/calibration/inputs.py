"""What a calibration is given: the facts of the district, priors, and readings of its report."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from zhizao.district.folder import district_folder
from zhizao.errors import InputError
from zhizao.evidence.ensembles import READING
from zhizao.evidence.experiments import TABLES, fitted_experiments
from zhizao.evidence.facts import Fact, evidence_file, load_facts
from zhizao.fitting.prior import Marginal
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import nearest
from zhizao.studies.parameter_draws import uncertain_numbers
from zhizao.toml_rows import read_document, read_rows

__all__ = [
    "Drawn",
    "FittedParameter",
    "Reading",
    "check_inputs",
    "drawn_numbers",
    "fitted_facts",
    "fitted_keys",
    "readings_of",
]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A reading of the report that is drawn with the parameters, evenly from `low` to `high`."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    low: float
    high: float
    whole: bool = False
    unit: str
    source: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class FittedParameter:
    """A parameter that the calibration is meant to find out about, and why."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    key: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A number that a calibration draws: evenly from `low` to `high`; `whole` ones each with an equal part.

    With `log` it is even in the logarithm.
    """

    key: str
    low: float
    high: float
    whole: bool
    unit: str
    meaning: str
    log: bool = False

    @property
    def marginal(self) -> Marginal:
        """How it is drawn."""
        return Marginal(name=self.key, low=self.low, high=self.high, whole=self.whole, log=self.log)


def check_inputs() -> None:
    """Read every file that a calibration and its report rest on.

    Raises
    ------
    InputError
        Naming everything that is wrong with any of them.
    """
    problems: list[str] = []
    for read in (load_facts, drawn_numbers, known_readings, fitted_experiments, _something_to_fit):
        try:
            read()
        except InputError as error:
            problems += [line for line in error.problems if line not in problems]
    if problems:
        raise InputError(problems)


def fitted_facts(treatment: str) -> tuple[Fact, ...]:
    """Return the facts that the model is fitted to in a treatment of the plan, in the order of the file.

    Raises
    ------
    InputError
        If the file of facts is damaged.
    """
    return tuple(fact for fact in load_facts() if treatment in fact.fitted_in)


def known_readings() -> None:
    """Refuse facts that count from a reading that is not drawn, or is not one of years."""
    readings = {row.key: row for row in _readings_file()[0]}
    problems = []
    for fact in load_facts():
        name = fact.measure.span.reading if fact.measure else ""
        if name and name not in readings:
            hint = nearest(name, list(readings)) or f"; there is {', '.join(readings) or 'none'}"
            problems.append(f"{_at(fact)}: over begins by the reading {name}, which readings.toml does not have{hint}")
        elif name and not (readings[name].unit == "years" and readings[name].whole and readings[name].low >= 1):
            problems.append(f"{_at(fact)}: the reading {name} must be of whole years from 1 on; see readings.toml")
    if problems:
        raise InputError(problems)


def _something_to_fit() -> None:
    if not fitted_facts("facts"):
        raise InputError(f'{evidence_file().name}: no fact has use = "fit", so there is nothing to fit to; mark some')


def _at(fact: Fact) -> str:
    return f"{evidence_file().name}: fact {fact.key}"


@cache
def _readings_file() -> tuple[tuple[Reading, ...], tuple[FittedParameter, ...]]:
    """Read ``readings.toml`` of the district in force."""
    path = district_folder() / "readings.toml"
    readings, fitted = readings_of(path)
    drawn = {key for key, _ in uncertain_numbers()}
    if wrong := [row.key for row in fitted if row.key not in drawn]:
        raise InputError([f"{path.name}: fitted {key} has no interval in `zhizao params`; remove it" for key in wrong])
    return readings, fitted


def readings_of(path: Path) -> tuple[tuple[Reading, ...], tuple[FittedParameter, ...]]:
    """Return what a file of readings holds: the readings, and the parameters that are meant to be fitted.

    A district need not have one.

    Raises
    ------
    InputError
        With everything that is wrong with the file.
    """
    if not os.path.lexists(path):
        return (), ()
    document = read_document(path, TABLES, optional=True)
    readings = read_rows(path, "reading", Reading, faults=_reading_faults, rows=document["reading"])
    return readings, read_rows(path, "fitted", FittedParameter, rows=document["fitted"])


def _reading_faults(row: Reading) -> list[str]:
    if not -1e12 < row.low < row.high < 1e12:
        return [f"low {row.low:g} must be below high {row.high:g} ({row.unit}), both plain numbers"]
    if row.whole and not (row.low.is_integer() and row.high.is_integer()):
        return [f"low {row.low:g} and high {row.high:g} must be whole numbers ({row.unit}), or whole = false"]
    return []


def fitted_keys() -> tuple[FittedParameter, ...]:
    """Return the few parameters that are meant to be fitted; the rest is drawn along with them."""
    return _readings_file()[1]


def drawn_numbers() -> tuple[Drawn, ...]:
    """Return everything that is drawn: the uncertain parameters in the registry's order, then the readings."""
    specifications = parameter_specifications()
    drawn = []
    for key, spec in uncertain_numbers():
        assert spec.prior is not None
        (low, high), log = spec.prior, spec.prior_shape == "log-even"
        meaning = specifications.get(key, spec).meaning
        drawn.append(Drawn(key=key, low=low, high=high, whole=spec.whole, unit=spec.unit, meaning=meaning, log=log))
    for row in _readings_file()[0]:
        drawn.append(
            Drawn(
                key=READING + row.key, low=row.low, high=row.high, whole=row.whole, unit=row.unit, meaning=row.meaning
            )
        )
    return tuple(drawn)
