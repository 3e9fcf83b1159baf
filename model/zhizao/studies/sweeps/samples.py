"""Points of a design: which values the factors take, in an order that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError, at_place
from zhizao.limits import check_limit
from zhizao.studies.sweeps.design import Design
from zhizao.studies.sweeps.design_file import Sample
from zhizao.studies.sweeps.factors import Factor, Value, check_factor_value, factor_of
from zhizao.studies.sweeps.point_tables import table_points

__all__ = ["PlacedPoints", "Points", "points_of", "salib_problem"]

_MOST_POINTS = 20_000_000


class Points(Protocol):
    """The points of a design."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What they set."""

    @property
    def count(self) -> int:
        """How many there are."""

    def at(self, number: int) -> dict[str, Value]:
        """Return the values of one point by key."""

    def digest(self) -> str:
        """Return a fingerprint of all values."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlacedPoints:
    """Points at places of the unit cube: points by factors."""

    factors: tuple[Factor, ...]
    places: NDArray[np.float64]

    @property
    def count(self) -> int:
        return int(self.places.shape[0])

    def at(self, number: int) -> dict[str, Value]:
        row = self.places[number].tolist()
        return {factor.key: factor.at(place) for factor, place in zip(self.factors, row, strict=True)}

    def digest(self) -> str:
        return hashlib.sha256(self.places.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Crossed:
    """Every combination of some values of each factor; the last factor changes fastest."""

    factors: tuple[Factor, ...]
    values: tuple[tuple[Value, ...], ...]

    @property
    def count(self) -> int:
        return int(np.prod([len(values) for values in self.values], dtype=object))

    def at(self, number: int) -> dict[str, Value]:
        places = np.unravel_index(number, [len(values) for values in self.values])
        pairs = zip(self.factors, self.values, places, strict=True)
        return {factor.key: values[place] for factor, values, place in pairs}

    def digest(self) -> str:
        return hashlib.sha256(repr(self.values).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Listed:
    """Points that were written down one by one."""

    factors: tuple[Factor, ...]
    rows: tuple[dict[str, Value], ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    def at(self, number: int) -> dict[str, Value]:
        return dict(self.rows[number])

    def digest(self) -> str:
        return hashlib.sha256(repr(self.rows).encode()).hexdigest()


def points_of(design: Design) -> Points:
    """Return the points of a design; one that sets nothing if it sweeps nothing.

    Raises
    ------
    InputError
        If a listed point is wrong, there are far too many points, or SALib is not installed but needed.
    """
    sample = design.sample
    if sample is None:
        return _Listed(factors=(), rows=({},))
    if sample.method in ("points", "table"):
        return _listed(design, design.points if sample.method == "points" else table_points(design.path, sample.file))
    if sample.method == "factorial":
        values = tuple(factor.levels(sample.levels) for factor in design.factors)
        found = _Crossed(factors=design.factors, values=values)
        if found.count > _MOST_POINTS:
            raise InputError(f"{design.path.name}: {found.count:,} points; give fewer values, at most {_MOST_POINTS:,}")
        return found
    check_limit("design_values", _rows(sample, len(design.factors)) * len(design.factors), design.path.name)
    return PlacedPoints(factors=design.factors, places=_places(design.factors, sample))


def _rows(sample: Sample, factors: int) -> int:
    """Return how many points a sample places, at most."""
    return sample.size * {"saltelli": factors + 2, "morris": factors + 1}.get(sample.method, 1)


def salib_problem(factors: Sequence[Factor], *, by_group: bool) -> dict[str, Any]:
    """Return factors in the form that SALib wants: places of the unit cube."""
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.key for factor in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    return problem | {"groups": [factor.group for factor in factors]} if by_group else problem


def _places(factors: Sequence[Factor], sample: Sample) -> NDArray[np.float64]:
    """Return places of the unit cube: points by factors."""
    if sample.method in ("saltelli", "morris"):
        return _salib_places(factors, sample)
    from scipy.stats import qmc  # here, because it is heavy

    if sample.method == "sobol":
        sequence = qmc.Sobol(len(factors), scramble=True, rng=sample.seed)
        places = sequence.random_base2(max(sample.size - 1, 0).bit_length())[: sample.size]
    else:
        places = qmc.LatinHypercube(len(factors), rng=sample.seed).random(sample.size)
    return np.asarray(places, dtype=np.float64)


def _salib_places(factors: Sequence[Factor], sample: Sample) -> NDArray[np.float64]:
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise InputError(
            f"sample.method = '{sample.method}' needs SALib; install it with: pip install 'zhizao[sensitivity]'"
        ) from None
    problem = salib_problem(factors, by_group=sample.by_group)
    if sample.method == "morris":
        found = morris.sample(problem, sample.size, num_levels=sample.levels, seed=sample.seed)
    else:
        found = sobol.sample(problem, sample.size, calc_second_order=False, seed=sample.seed)
    return np.asarray(found, dtype=np.float64)


def _listed(design: Design, rows: Sequence[dict[str, Value]]) -> Points:
    """Check points that were written down, and put them into one order of factors."""
    problems: list[str] = []
    factors: dict[str, Factor] = {}
    for number, row in enumerate(rows, start=1):
        for key, value in row.items():
            try:
                factor = factors.get(key) or factor_of(key, values=(value,))
                factors.setdefault(key, factor)
                problems += [at_place(f"point {number}", line) for line in check_factor_value(factors[key], value)]
            except InputError as error:
                problems += [at_place(f"point {number}", line) for line in error.problems]
        if len(problems) > 100:
            break
    missing = [f"point {n}: {key} is missing" for n, row in enumerate(rows, 1) for key in factors if key not in row]
    both = [f"set and the points both decide {key}; take one out" for key in factors if key in design.settings]
    if problems := [*problems, *missing[:100], *both]:
        raise InputError([at_place(design.path.name, line) for line in problems])
    ordered = tuple({key: row[key] for key in factors} for row in rows)
    return _Listed(factors=tuple(factors.values()), rows=ordered)
