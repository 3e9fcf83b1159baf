"""All parameters gathered: `Parameters`, their specifications, changes by key, and the compiled record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from zhizao.errors import InputError, within
from zhizao.parameters.attention import Attention, Awareness, Phases
from zhizao.parameters.district import Links, Population, Production, Sectors, Turnover
from zhizao.parameters.levels import Building, Levels
from zhizao.parameters.of_district import check_district
from zhizao.parameters.projects import Projects, Providers
from zhizao.parameters.public_money import Funding, PublicCosts
from zhizao.parameters.specification import Specification, check_value, nearest, specifications
from zhizao.parameters.valuation import Choosing, Finance, Support, Valuation
from zhizao.records.parameters import ParameterRecord
from zhizao.records.rows import Records, records_of

__all__ = ["Parameters", "change_groups", "parameter_specifications", "record_of"]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Every number that is not policy. Frozen: `changed` returns a copy with other values."""

    attention: Attention = field(default_factory=Attention)
    awareness: Awareness = field(default_factory=Awareness)
    valuation: Valuation = field(default_factory=Valuation)
    support: Support = field(default_factory=Support)
    finance: Finance = field(default_factory=Finance)
    choosing: Choosing = field(default_factory=Choosing)
    projects: Projects = field(default_factory=Projects)
    building: Building = field(default_factory=Building)
    levels: Levels = field(default_factory=Levels)
    providers: Providers = field(default_factory=Providers)
    population: Population = field(default_factory=Population)
    sectors: Sectors = field(default_factory=Sectors)
    links: Links = field(default_factory=Links)
    production: Production = field(default_factory=Production)
    turnover: Turnover = field(default_factory=Turnover)
    funding: Funding = field(default_factory=Funding)
    public_costs: PublicCosts = field(default_factory=PublicCosts)
    phases: Phases = field(default_factory=Phases)

    def changed(self, values: Mapping[str, Any]) -> Parameters:
        """Return a copy with `values` (dotted key to number) in place.

        Raises
        ------
        InputError
            Naming every key that is unknown or out of bounds, with unit and bounds.
        """
        changed, problems = change_groups(self, parameter_specifications(), values)
        if problems:
            raise InputError(problems)
        return changed  # type: ignore[no-any-return]

    def record(self) -> Records[ParameterRecord]:
        """Return the parameters as a record array of length one, for compiled code.

        Each field is named ``group_field``, so `attention.contagion_rate` is ``attention_contagion_rate``.
        """
        return records_of(record_of(self), ParameterRecord)


@cache
def parameter_specifications() -> dict[str, Specification]:
    """Return the declaration of every parameter by its dotted key, such as ``attention.contagion_rate``.

    Raises
    ------
    InputError
        If what the district in force says of them is wrong.
    """
    found: dict[str, Specification] = {}
    for group in dataclasses.fields(Parameters):
        for _, spec in specifications(group.name, group.default_factory):  # type: ignore[arg-type]
            found[spec.key] = spec
    check_district(found)
    return found


def change_groups(groups: Any, known: Mapping[str, Specification], values: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """Return a copy of a dataclass of groups with `values` in place, and the problems found.

    A key is ``group.field``, or ``group.field.name`` for one entry of a row of numbers.
    """
    problems: list[str] = []
    by_group: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        base, entry = _split(key, known)
        if base is None:
            problems.append(within(nearest(key, list(known)), (f"{key} is not known", f"没有 {key}")))
            continue
        spec = known[base]
        group_name, field_name = base.split(".")
        current = by_group.setdefault(group_name, {}).get(field_name, getattr(getattr(groups, group_name), field_name))
        given = {entry: value} if entry else value
        checked, found = check_value(spec, given)
        problems += found
        if found:
            continue
        if spec.axis and isinstance(given, Mapping):
            row = dict(zip(spec.axis, current, strict=True))
            row.update({name: float(number) for name, number in given.items()})
            checked = tuple(row.values())
        by_group[group_name][field_name] = checked
    changed = {name: dataclasses.replace(getattr(groups, name), **fields) for name, fields in by_group.items()}
    return dataclasses.replace(groups, **changed), problems


def _split(key: str, known: Mapping[str, Specification]) -> tuple[str | None, str]:
    """Split a key into the declared name and the entry of its row, if any."""
    if key in known:
        return key, ""
    base, _, entry = key.rpartition(".")
    if base in known and known[base].axis:
        return base, entry
    return None, ""


def record_of(groups: Any) -> np.recarray[Any, Any]:
    """Return a dataclass of groups of numbers as a record array of length one.

    Rows of numbers become sub-arrays; a choice becomes the place of its word among the choices.
    """
    dtype, places = _layout(type(groups))  # type: ignore[arg-type]
    values = []
    for group, name, choices in places:
        value = getattr(getattr(groups, group), name)
        values.append(choices.index(value) if choices else value)
    return np.array([tuple(values)], dtype=dtype).view(np.recarray)


@cache
def _layout(kind: type[Any]) -> tuple[np.dtype[Any], tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """Return the record's type, and for each of its fields the group, the name and the choices."""
    fields: list[Any] = []
    places: list[tuple[str, str, tuple[str, ...]]] = []
    for group in dataclasses.fields(kind):
        for name, spec in specifications(group.name, group.default_factory):  # type: ignore[arg-type]
            fields.append(_field_of(f"{group.name}_{name}", spec))
            places.append((group.name, name, spec.choices))
    return np.dtype(fields), tuple(places)


def _field_of(name: str, spec: Specification) -> tuple[Any, ...]:
    return (name, np.float64, (len(spec.axis),)) if spec.axis else (name, np.float64)
