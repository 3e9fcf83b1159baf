"""Draws of the parameters that are not known: each from its sourced interval, none of them fitted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from zhizao.errors import InputError
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.schedule import entries

__all__ = ["CALIBRATION", "FUNDING", "ParameterDraw", "luck", "parameter_draws", "uncertain_numbers"]

CALIBRATION = "uncalibrated: parameters are set by hand inside their sourced ranges"
"""What every result has to say of itself."""

FUNDING: dict[str, float] = {"report": 200.0, "brief": 2000.0}
"""Readings of the yearly public money, million RMB: the report's 0.2 bn, and the 2 bn of the brief."""

_SEED_OF_DRAWS = 20231231
_LUCK_STEP = 1_000_003


@dataclass(frozen=True, kw_only=True)
class ParameterDraw:
    """One draw: its number, the values of the uncertain parameters by key, and the seed of its luck."""

    number: int
    values: dict[str, float]
    seed: int


def luck(seed: int, draw: int) -> int:
    """Return the seed of a draw's luck: ``seed * 1_000_003 + draw``, modulo 2**64."""
    return (seed * _LUCK_STEP + draw) % 2**64


@cache
def uncertain_numbers() -> tuple[tuple[str, Specification], ...]:
    """Return key and declaration of every number that is drawn, in the order of the registry.

    Of a row of numbers each entry is drawn for itself, under its own key.
    """
    return tuple(_uncertain())


def _uncertain() -> Iterator[tuple[str, Specification]]:
    for spec in parameter_specifications().values():
        if spec.prior is not None:
            yield from ((key, spec) for key in entries(spec))


def parameter_draws(count: int, *, seed: int = 0, funding: str = "report") -> tuple[ParameterDraw, ...]:
    """Return `count` draws of the parameters, each with its own luck.

    Draw 0 is the values set by hand. The others are the points of a scrambled Sobol' sequence over the
    intervals (`prior`) of the registry, the same sequence always: draw 5 has the same parameters in every
    study, however many draws there are, and only its luck depends on `seed`.

    Parameters
    ----------
    count
        How many, at least 1.
    seed
        From 0 to 2**64 - 1; see `luck`.
    funding
        Reading of the yearly public money, one of `FUNDING`.
    """
    if funding not in FUNDING:
        raise InputError(f"funding = '{funding}' must be one of {', '.join(FUNDING)}")
    money = {"funding.annual_fund": FUNDING[funding]}
    first = ParameterDraw(number=0, values=money, seed=luck(seed, 0))
    others = (
        ParameterDraw(number=number, values=money | point, seed=luck(seed, number))
        for number, point in enumerate(_points(count - 1), start=1)
    )
    return (first, *others)


def _points(count: int) -> list[dict[str, float]]:
    if count < 1:
        return []
    from scipy.stats import qmc  # here, because it is heavy

    numbers = uncertain_numbers()
    sequence = qmc.Sobol(len(numbers), scramble=True, rng=_SEED_OF_DRAWS)
    rows = sequence.random_base2((count - 1).bit_length())[:count]
    return [{key: _placed(spec, float(place)) for (key, spec), place in zip(numbers, row, strict=True)} for row in rows]


def _placed(spec: Specification, place: float) -> float:
    """Return the value at `place` in [0, 1) of the interval; whole numbers each get an equal part."""
    assert spec.prior is not None
    low, high = spec.prior
    return float(int(low + place * (high + 1 - low))) if spec.whole else low + place * (high - low)
