"""What a calibration is given: targets, priors and readings, read from the files under ``calibration``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from zhizao.errors import InputError
from zhizao.evidence import load_figures
from zhizao.files import shipped
from zhizao.parameters.registry import parameter_specifications
from zhizao.results.ensembles import READING
from zhizao.studies.parameter_draws import uncertain_numbers
from zhizao.toml_rows import read_document, read_rows

__all__ = ["Drawn", "FittedParameter", "Reading", "ReportedFigure", "drawn_numbers", "fitted_keys", "load_targets"]

Treatment = Literal["plan", "facts"]


@dataclass(frozen=True, kw_only=True)
class ReportedFigure:
    """A figure that the model is fitted to, and the room that its wording leaves.

    Parameters
    ----------
    figure, variable
        Its key in the evidence, and the model's outcome that answers to it, in the figure's unit.
    low, high
        Ends of what the wording allows; without `high` it says "over".
    softness
        Standard deviation of the ends, in the figure's unit.
    treatments
        The fits in which it is used.
    reason
        Where the interval and its softness come from.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    figure: str
    variable: str
    low: float
    high: float | None = None
    softness: float
    treatments: tuple[Treatment, ...]
    reason: str

    @property
    def key(self) -> str:
        """The figure's key."""
        return self.figure


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
    """A number that a calibration draws: evenly from `low` to `high`; `whole` ones each with an equal part."""

    key: str
    low: float
    high: float
    whole: bool
    unit: str
    meaning: str


def load_targets(path: Path | None = None) -> tuple[ReportedFigure, ...]:
    """Read what the model is fitted to.

    Parameters
    ----------
    path
        Another file of the same form; ``calibration/targets.toml`` if not given.

    Raises
    ------
    InputError
        Naming everything that is wrong with the file.
    """
    known = {figure.key for figure in load_figures()}

    def faults(row: ReportedFigure) -> list[str]:
        found = [] if row.figure in known else ["is no figure of evidence/report.toml; correct its key"]
        if row.high is not None and not row.low < row.high:
            found.append(f"low {row.low:g} must lie below high {row.high:g}; exchange them")
        if not row.softness > 0:
            found.append(f"softness {row.softness:g} must be above 0; a hundredth of the unit is as good as hard")
        if not row.treatments:
            found.append("treatments is empty; name plan, facts or both")
        return found

    return read_rows(path or shipped("calibration") / "targets.toml", "target", ReportedFigure, faults=faults)


@cache
def _priors_file() -> tuple[tuple[Reading, ...], tuple[FittedParameter, ...]]:
    path = shipped("calibration") / "priors.toml"
    document = read_document(path, ("reading", "fitted"))
    readings = read_rows(path, "reading", Reading, rows=document["reading"])
    fitted = read_rows(path, "fitted", FittedParameter, rows=document["fitted"])
    drawn = {key for key, _ in uncertain_numbers()}
    if wrong := [row.key for row in fitted if row.key not in drawn]:
        raise InputError([f"{path.name}: fitted {key} has no interval in `zhizao params`; remove it" for key in wrong])
    return readings, fitted


def fitted_keys() -> tuple[FittedParameter, ...]:
    """Return the few parameters that are meant to be fitted; the rest is drawn along with them."""
    return _priors_file()[1]


def drawn_numbers() -> tuple[Drawn, ...]:
    """Return everything that is drawn: the uncertain parameters in the registry's order, then the readings."""
    specifications = parameter_specifications()
    drawn = []
    for key, spec in uncertain_numbers():
        assert spec.prior is not None
        low, high = spec.prior
        meaning = specifications.get(key, spec).meaning
        drawn.append(Drawn(key=key, low=low, high=high, whole=spec.whole, unit=spec.unit, meaning=meaning))
    for row in _priors_file()[0]:
        drawn.append(
            Drawn(key=READING + row.key, low=row.low, high=row.high, whole=row.whole, unit=row.unit,
                  meaning=row.meaning)
        )  # fmt: skip
    return tuple(drawn)
