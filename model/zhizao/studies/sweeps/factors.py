"""What a sweep can vary: any parameter, any lever, the readings of the report, and luck."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from zhizao.errors import InputError
from zhizao.evidence.ensembles import FUNDING, TREATMENTS
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification, check_value, nearest
from zhizao.policy.levers import lever_specifications
from zhizao.policy.schedule import entries
from zhizao.studies.parameter_draws import uncertain_numbers

__all__ = [
    "CALIBRATION",
    "FACTOR_GROUPS",
    "LUCK",
    "MONEY",
    "YEARS",
    "Factor",
    "Value",
    "check_factor_value",
    "factor_of",
    "uncertain_factors",
]

Value = float | str
Kind = Literal["parameter", "lever", "reading", "luck"]

LUCK = "luck"
MONEY, CALIBRATION, YEARS = "reading.funding", "reading.calibration", "reading.years_counted"

FACTOR_GROUPS: tuple[str, ...] = ("policy", "behaviour", "projects and levels", "initial state", "readings", "luck")
"""What factors are grouped by, unless a design says otherwise."""
_GROUP_OF = {
    "attention": "behaviour",
    "awareness": "behaviour",
    "valuation": "behaviour",
    "support": "behaviour",
    "finance": "behaviour",
    "choosing": "behaviour",
    "projects": "projects and levels",
    "building": "projects and levels",
    "levels": "projects and levels",
    "providers": "projects and levels",
    "population": "initial state",
    "sectors": "initial state",
    "links": "initial state",
    "production": "initial state",
    "turnover": "initial state",
    "phases": "policy",
    "funding": "readings",
    "public_costs": "readings",
    "levels.start_mean": "initial state",
    "awareness.start_share": "initial state",
}
_MOST_LUCK = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One thing that a sweep varies.

    Attributes
    ----------
    key
        Key of a parameter or a lever, or of an entry of one; a reading of the report; or ``luck``.
    kind
        What it is; it says where a value goes.
    unit
        Unit of its values.
    low, high
        Ends of the interval, both included; of no use where there are `values`.
    whole
        Whether only whole numbers are drawn; each then has an equal part of the interval.
    log
        Whether it is drawn evenly in the logarithm; then `low` is above 0.
    values
        The values, if there are only some.
    group
        What it is counted under, such as ``behaviour``.
    """

    key: str
    kind: Kind
    unit: str
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    log: bool = False
    values: tuple[Value, ...] = ()
    group: str

    def at(self, place: float) -> Value:
        """Return the value at a place from 0 to 1 of the interval, or of the list of values."""
        if self.values:
            return self.values[min(int(place * len(self.values)), len(self.values) - 1)]
        if self.whole:
            return float(min(int(self.low + place * (self.high + 1.0 - self.low)), int(self.high)))
        if self.log:
            return float(self.low * (self.high / self.low) ** place)
        return self.low + place * (self.high - self.low)

    def levels(self, count: int) -> tuple[Value, ...]:
        """Return `count` values from one end of the interval to the other, or the list of values."""
        if self.values:
            return self.values
        if self.whole:
            whole = {round(self.low + (self.high - self.low) * step / max(count - 1, 1)) for step in range(count)}
            return tuple(float(value) for value in sorted(whole))
        if self.log:
            return tuple(float(self.at(step / max(count - 1, 1))) for step in range(count))
        return tuple(self.low + (self.high - self.low) * step / max(count - 1, 1) for step in range(count))


def factor_of(
    key: str, *, low: float | None = None, high: float | None = None, values: tuple[Value, ...] = (), group: str = ""
) -> Factor:
    """Return the factor of a key, with the interval of the registry where none is given.

    Parameters
    ----------
    low, high
        Ends of the interval. Without them an uncertain parameter has the interval that its source gives; other
        parameters and levers have their bounds, if these are finite.
    values
        The values, instead of an interval.
    group
        What it is counted under; the usual group of its kind if not given.

    Raises
    ------
    InputError
        If there is no such key, or what is given leaves the bounds of the registry; all errors are reported.
    """
    base = _bases()
    if key not in base:
        raise InputError(f"{key} is not known{nearest(key, list(base))}; `zhizao params` lists what can be swept")
    found = base[key]
    problems = [problem for value in values for problem in check_factor_value(found, value)]
    if values and (low is not None or high is not None):
        problems.append(f"{key}: give either values or low and high, not both")
    if not values and not found.values:
        low, high = found.low if low is None else low, found.high if high is None else high
        problems += [problem for end in (low, high) for problem in check_factor_value(found, end)]
        if math.isinf(high):
            problems.append(f"{key} has no upper bound; give high, in {found.unit}")
        elif not problems and not low < high:
            problems.append(f"{key}: low {low:g} must be below high {high:g}; exchange them")
    elif found.values and (low is not None or high is not None):
        problems.append(f"{key} is a choice of {', '.join(map(str, found.values))}; give values")
    if problems:
        raise InputError(problems)
    return Factor(
        key=key,
        kind=found.kind,
        unit=found.unit,
        low=low or 0.0,
        high=high or 0.0,
        whole=found.whole,
        log=found.log and low is not None and low > 0.0,
        values=values or found.values,
        group=group or found.group,
    )


def check_factor_value(factor: Factor, value: Value) -> list[str]:
    """Return what is wrong with a value of a factor, with unit and bounds."""
    if factor.kind in ("parameter", "lever"):
        spec, entry = _specification(factor.key)
        return check_value(spec, {entry: value} if entry else value)[1]
    if factor.values:
        fits = value in factor.values
        return [] if fits else [f"{factor.key} = {value!r} must be one of {', '.join(map(str, factor.values))}"]
    fits = isinstance(value, int | float) and factor.low <= value <= factor.high and value == int(value)
    return [] if fits else [f"{factor.key} = {value!r} must be a whole number from {factor.low:g} to {factor.high:g}"]


def uncertain_factors() -> tuple[Factor, ...]:
    """Return every uncertain number of the registry, each with the interval that its source gives."""
    return tuple(_bases()[key] for key, _ in uncertain_numbers())


def _specification(key: str) -> tuple[Specification, str]:
    """Return the declaration behind a key, and the entry of its row if it names one."""
    known = parameter_specifications() | lever_specifications()
    if key in known:
        return known[key], ""
    base, _, entry = key.rpartition(".")
    return known[base], entry


@cache
def _bases() -> dict[str, Factor]:
    """Return everything that can be swept, by key, with its widest interval."""
    return {factor.key: factor for factor in (*_readings(), *_registered())}


def _readings() -> Iterator[Factor]:
    yield Factor(key=LUCK, kind="luck", unit="seed", high=float(_MOST_LUCK), whole=True, group="luck")
    yield Factor(key=MONEY, kind="reading", unit="reading", values=tuple(FUNDING), group="readings")
    yield Factor(key=CALIBRATION, kind="reading", unit="reading", values=(*TREATMENTS, "prior"), group="readings")
    yield Factor(key=YEARS, kind="reading", unit="years", low=3.0, high=6.0, whole=True, group="readings")


def _registered() -> Iterator[Factor]:
    registries: tuple[tuple[Kind, dict[str, Specification]], ...] = (
        ("parameter", parameter_specifications()),
        ("lever", lever_specifications()),
    )
    for kind, specs in registries:
        for spec in specs.values():
            low, high = spec.prior or (spec.low, spec.high)
            group = "policy" if kind == "lever" else _GROUP_OF.get(spec.key) or _GROUP_OF[spec.key.partition(".")[0]]
            for key in dict.fromkeys((spec.key, *entries(spec))):
                yield Factor(
                    key=key,
                    kind=kind,
                    unit=spec.unit,
                    low=low,
                    high=high,
                    whole=spec.whole,
                    log=spec.prior_shape == "log-even",
                    values=spec.choices,
                    group=group,
                )
