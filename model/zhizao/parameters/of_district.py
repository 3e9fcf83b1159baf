"""Numbers as the district in force has them: its values, intervals and sources in place of those of the declaration."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from zhizao.district.in_force import DISTRICT
from zhizao.district.reader import Number
from zhizao.errors import InputError, at_place
from zhizao.parameters.specification import FROM_DISTRICT, Specification, check_value, nearest

__all__ = ["check_district", "of_district"]

Group = TypeVar("Group")


def of_district(name: str) -> Callable[[type[Group]], type[Group]]:
    """Give the fields of a group what the district in force says of them; put it beneath ``@dataclass``.

    What is wrong with it is found by `check_district`, which needs all groups.
    """

    def given(group: type[Group]) -> type[Group]:
        for field, declared in vars(group).items():
            if isinstance(declared, dataclasses.Field):
                _put(f"{name}.{field}", declared, DISTRICT.numbers.get(f"{name}.{field}"))
        return group

    return given


def _put(key: str, declared: Any, number: Number | None) -> None:
    facts: dict[str, Any] = dict(declared.metadata)
    if number is not None:
        facts["source"] = number.source
        if number.interval is not None and (facts["prior"] or not facts["axis"]):  # no row becomes drawn that is not
            facts["prior"] = (number.interval[0], number.interval[-1]) if len(number.interval) == 2 else None
            facts["role"] = "uncertainty" if facts["prior"] else "constant"
        if number.value is not None:
            declared.default = _value(number.value, facts["axis"])
    if facts["prior"] and key in DISTRICT.inherited.moments:
        facts["prior"] = DISTRICT.inherited.narrowed(key, facts["prior"], whole=facts["whole"])
        facts["source"] = f"{facts['source']}; interval: {DISTRICT.inherited.source}"
    if declared.default is FROM_DISTRICT:
        declared.default = (math.nan,) * len(facts["axis"]) if facts["axis"] else math.nan
    declared.metadata = MappingProxyType(facts)


def _value(value: float | Mapping[str, float], axis: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return tuple(_float(value.get(name)) for name in axis)
    return (_float(value),) * len(axis) if axis else value


def _float(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


_PROGRAM_CURRENCY = "RMB"
"""The currency of the amounts that are declared with the program's numbers."""


def check_district(known: Mapping[str, Specification]) -> None:
    """Check what the district says of numbers, and that it says all that it must.

    Parameters
    ----------
    known
        The declaration of every number, with the district's values in place.

    Raises
    ------
    InputError
        With every number that is missing, unknown or out of bounds, and every interval that is.
    """
    unknown = [key for key in DISTRICT.numbers if key not in known]
    problems = [f"{key} is not a number of the model{nearest(key, list(known))}" for key in unknown]
    for key, spec in known.items():
        problems += _problems_of(spec, DISTRICT.numbers.get(key))
    if problems:
        raise InputError([at_place(f"{DISTRICT.folder.name}/priors.toml", line) for line in sorted(problems)])


def _is_foreign_money(spec: Specification) -> bool:
    """Whether a number is an amount of money in a currency in which the program knows no amounts."""
    return DISTRICT.own.currency != _PROGRAM_CURRENCY and spec.unit.startswith(f"million {DISTRICT.own.currency}")


def _problems_of(spec: Specification, number: Number | None) -> list[str]:
    if not spec.source:
        row = f" for each of {', '.join(spec.axis)}" if spec.axis else ""
        return [f"{spec.key} is missing: add [{spec.key}] with value{row} ({spec.unit}, {spec.bounds}) and source"]
    if (number is None or number.value is None) and _is_foreign_money(spec):
        return [
            f"{spec.key} is an amount that the program gives in RMB only: add [{spec.key}] with value ({spec.unit}, "
            f"{spec.bounds}) and source"
        ]
    if number is None:
        return []
    problems = []
    value = number.value
    if isinstance(value, Mapping) and not spec.axis:
        problems.append(f"{spec.key}.value is a table; it is a single number, in {spec.unit}")
    elif value is not None:
        problems += check_value(spec, value)[1]
        if isinstance(value, Mapping) and (gaps := [name for name in spec.axis if name not in value]):
            problems.append(
                f"{spec.key}.value has nothing for {', '.join(gaps)}; give a number in {spec.unit} for each"
            )
    if number.interval and spec.axis and spec.prior is None:
        problems.append(f"{spec.key}.interval: this row of numbers is not drawn; remove it")
    problems += [
        f"{spec.key}.interval ends at {end:g}; it must lie within its bounds, {spec.bounds}"
        for end in number.interval or ()
        if not spec.low <= end <= spec.high
    ]
    return problems
