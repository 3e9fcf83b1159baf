"""The file of a design: its keys and their types, and what is said of those that are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Literal

from zhizao.calendar import BRANCH, TARGET
from zhizao.errors import InputError, at_place, in_words
from zhizao.evidence.ensembles import FIRST_CALIBRATION, FIRST_READING
from zhizao.toml_rows import complaint_in_words
from zhizao.toml_text import parse_toml, text_problem

__all__ = ["DesignFile", "Sample", "parsed_design"]

_FORMAT = 1
Method = Literal["factorial", "latin-hypercube", "sobol", "saltelli", "morris", "points", "table"]
_STRICT: dict[str, Any] = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How the points are placed.

    Attributes
    ----------
    method
        How they are placed.
    size
        Points of a Latin hypercube or a Sobol' sequence; base points of Saltelli's scheme; trajectories of Morris.
    seed
        Seed of the placing; the luck of runs has its own.
    levels
        Values of each factor of a factorial that names none; levels of the grid of Morris (even).
    factors
        ``uncertain``: beside those listed, every uncertain number of the registry.
    by_group
        Whether Saltelli and Morris move whole groups of factors instead of one at a time.
    file
        The table of points (CSV or Parquet), beside the design.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    method: Method
    size: int = 0
    seed: int = 0
    levels: int = 4
    factors: Literal["listed", "uncertain"] = "listed"
    by_group: bool = False
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class FactorRow:
    """A factor as a file names it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    key: str
    low: float | None = None
    high: float | None = None
    values: list[float | str] = field(default_factory=list)
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class DesignFile:
    """A design as its file has it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    format: int
    title: str
    question: str = ""
    scenarios: list[str] = field(default_factory=lambda: ["baseline"])
    calibration: Literal["plan", "facts", "prior"] = FIRST_CALIBRATION
    funding: str = FIRST_READING
    until: str = TARGET
    draws: int = 1
    luck: Literal["common", "fresh"] = "common"
    seed: int = 0
    levers_from: str = BRANCH
    references: bool = True
    series: bool | list[str] = True
    figures: bool = False
    chunk: int = 100
    firms: str = ""
    firms_as_of: str = ""
    set: dict[str, Any] = field(default_factory=dict)
    sample: Sample | None = None
    factor: list[FactorRow] = field(default_factory=list)
    point: list[dict[str, float | str]] = field(default_factory=list)


def parsed_design(text: str, name: str, changes: Mapping[str, Any]) -> DesignFile:
    """Read the text of a design, with `changes` in place.

    Raises
    ------
    InputError
        If it is not TOML, exceeds a limit, or a key is unknown, missing or of the wrong type; `name` is what messages
        call the file.
    """
    try:
        document = parse_toml(text, name)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"{name}: is not TOML ({str(error)[:200]}); correct it there") from error
    return _checked(_changed(document, changes), name)


def _changed(document: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with `changes` in place; a wrong document stays wrong, for the checks to see."""
    changed = dict(document)
    if isinstance(changed.get("set"), dict):
        changed["set"] = dict(_dotted(changed["set"]))
    if isinstance(changed.get("point"), list):
        changed["point"] = [dict(_dotted(row)) if isinstance(row, dict) else row for row in changed["point"]]
    for key, value in changes.items():
        place = {"size": "sample", "set": "set"}.get(key)
        if place is None:
            changed[key] = value
        elif isinstance(changed.get(place, {}), dict):
            changed[place] = {**changed.get(place, {}), **({"size": value} if key == "size" else value)}
    return changed


def _dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of nested tables by dotted key, as ``grants.rate.light = 0.3`` in TOML makes them."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # here, so that importing this module stays light

    return TypeAdapter(DesignFile)


def _checked(document: dict[str, Any], name: str) -> DesignFile:
    """Check the frame: keys and types; `InputError` has a line for each problem."""
    from pydantic import ValidationError

    if "dial" in document:
        raise InputError(f"{name}: holds dials for `zhizao reach`; a design of a sweep has [sample] and [[factor]]")
    if document.get("format") != _FORMAT:
        raise InputError(f"{name}: format is {in_words(document.get('format'))}; this version reads format = {_FORMAT}")
    try:
        # by way of JSON, where strict types still let a table become a dataclass
        found: DesignFile = _adapter().validate_json(json.dumps(document, default=str))
    except ValidationError as error:
        lines = {_frame_problem(fault): None for fault in error.errors(include_url=False)}
        raise InputError([f"{name}: {line}" for line in lines][:100]) from error
    texts = [("title", found.title), ("question", found.question), *(("group", row.group) for row in found.factor)]
    if problems := [problem for key, text in texts if (problem := text_problem(key, text))]:
        raise InputError([at_place(name, problem) for problem in problems[:100]])
    return found


def _frame_problem(fault: Mapping[str, Any]) -> str:
    """Put one complaint of the validator into plain words, with its fix."""
    spots = [spot for spot in fault["loc"] if spot not in ("bool", "float", "str", "list[str]")]
    place = ".".join(f"{spot + 1}" if isinstance(spot, int) else in_words(spot)[1:-1] for spot in spots)
    home = {"sample": Sample, "factor": FactorRow}.get(str(spots[0]) if len(spots) > 1 else "", DesignFile)
    return complaint_in_words(fault, place, [entry.name for entry in fields(home)])
