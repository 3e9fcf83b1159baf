"""Draws of the parameters that are not known: members of a fitted ensemble, or points of their sourced intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from zhizao.errors import InputError, Message
from zhizao.evidence.ensembles import FIRST_CALIBRATION, FIRST_READING, FUNDING, TREATMENTS, read_ensemble
from zhizao.evidence.structures import structures
from zhizao.parameters.registry import parameter_specifications
from zhizao.parameters.specification import Specification
from zhizao.policy.schedule import entries
from zhizao.words.tables import words_of

__all__ = ["CALIBRATIONS", "ParameterDraw", "luck", "parameter_draws", "repeated_draws", "uncertain_numbers"]

_WORDS = words_of("records")
CALIBRATIONS: dict[str, str] = {
    **{name: f"{name}: {_WORDS(f'calibration {name}', 'en')}" for name in (*TREATMENTS, "prior")},
    **{key: f"{key}: {_WORDS('calibration facts', 'en')}; {one.title}" for key, one in structures().items()},
}
"""Where parameters come from, and what every result has to say of it: treatments of the plan, then structures."""

_SEED_OF_DRAWS = 20231231
_LUCK_STEP = 1_000_003


@dataclass(frozen=True, kw_only=True)
class ParameterDraw:
    """One draw: its number, the values of the uncertain parameters by key, and the seed of its luck.

    `readings` are the readings of the report that were drawn with them; they are not parameters of the model.
    """

    number: int
    values: dict[str, float]
    seed: int
    readings: dict[str, float] = field(default_factory=dict)


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


def parameter_draws(
    count: int, *, seed: int = 0, funding: str = FIRST_READING, calibration: str = FIRST_CALIBRATION
) -> tuple[ParameterDraw, ...]:
    """Return `count` draws of the parameters, each with its own luck.

    Draw 5 has the same parameters in every study, however many draws there are, and only its luck depends on
    `seed`. Draw 0 is the most central one: of an ensemble its most central member, of the intervals the values
    set by hand. Draws beyond the last member of an ensemble begin again with the first, under other luck. The
    draws from the intervals (`prior`) are the points of one scrambled Sobol' sequence.

    Parameters
    ----------
    count
        How many, at least 1.
    seed
        From 0 to 2**64 - 1; see `luck`.
    funding
        Reading of the yearly public money, one of `FUNDING`.
    calibration
        One of `CALIBRATIONS`.
    """
    if funding not in FUNDING:
        raise InputError(f"funding = '{funding}' must be one of {', '.join(FUNDING)}")
    if calibration not in CALIBRATIONS:
        raise InputError(f"calibration = '{calibration}' must be one of {', '.join(CALIBRATIONS)}")
    money = {"funding.annual_fund": FUNDING[funding]}
    if calibration != "prior":
        ensemble = read_ensemble(calibration, funding)
        return tuple(
            ParameterDraw(
                number=number,
                values=money | ensemble.parameters(number),
                seed=luck(seed, number),
                readings=ensemble.readings(number),
            )
            for number in range(count)
        )
    points: list[dict[str, float]] = [{}, *_points(count - 1)]
    return tuple(
        ParameterDraw(number=number, values=money | point, seed=luck(seed, number))
        for number, point in enumerate(points)
    )


def repeated_draws(count: int, calibration: str, funding: str) -> Message | None:
    """Say that draws repeat parameters, if there are more draws than members of the ensemble; else return None."""
    if calibration == "prior":
        return None
    members = read_ensemble(calibration, funding).members
    if count <= members:
        return None
    return Message(
        f"the ensemble has {members:,} members: draws from number {members:,} on repeat their parameters and only "
        f"their luck is new, so {count:,} draws are not as many independent ones, and intervals of probabilities, "
        "means and indices are too narrow",
        f"样本集共有{members:,}个成员：从第{members:,}号起的抽样重复使用参数，只有运气是新的，因此{count:,}次抽样"
        "并非都相互独立，概率、均值和指数的区间偏窄",
    )


def _points(count: int) -> list[dict[str, float]]:
    if count < 1:
        return []
    from scipy.stats import qmc  # here, because it is heavy

    numbers = uncertain_numbers()
    sequence = qmc.Sobol(len(numbers), scramble=True, rng=_SEED_OF_DRAWS)
    rows = sequence.random_base2((count - 1).bit_length())[:count]
    return [{key: _placed(spec, float(share)) for (key, spec), share in zip(numbers, row, strict=True)} for row in rows]


def _placed(spec: Specification, share: float) -> float:
    """Return the value at a `share` in [0, 1) of the interval; whole numbers each get an equal part."""
    assert spec.prior is not None
    low, high = spec.prior
    if spec.prior_shape == "log-even":
        return float(low * (high / low) ** share)
    return float(int(low + share * (high + 1 - low))) if spec.whole else low + share * (high - low)
