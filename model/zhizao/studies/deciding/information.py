"""What it is worth to know more before choosing, from what policies gave in draws alone.

The value of knowing some numbers is the expected payoff of choosing with them less that of choosing now. What each
policy is expected to give once they are known is found by regression on the draws (Strong, Oakley and Brennan 2014; for
data yet to be seen: Strong, Oakley, Brennan and Breeze 2015). What chance adds to such a value is taken off by the
bootstrap, which also gives its error. What a choice learned on some draws gains on others is a check that does not rest
on how good the regression is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from zhizao.arrays import FloatArray, IntArray
from zhizao.studies.deciding.smoothing import Basis, basis_of, chosen_shrinkage, shrinkage

__all__ = ["Samples", "Value", "value_of_all", "value_of_groups", "value_of_numbers"]

_STREAM, _FOLDS_STREAM = 0x1EA2, 0x1EA3
"""Name the streams of random numbers for resamples and for parts of the draws; they serve nothing else."""
_PARTS = 5
_LEAST = 1e-9


@dataclass(frozen=True, kw_only=True)
class Value:
    """What it is worth to know something.

    Attributes
    ----------
    value, error
        The value in the unit of payoffs, at least 0, and its standard error: the larger of two estimates, each of which
        is too low if anything: the regression's, corrected for chance, and `unseen`.
    unseen, unseen_error
        What a choice learned on four fifths of the draws gains on the last fifth, and its standard error; it is
        somewhat below the value, and can be below 0.
    left, left_error
        The standard deviation that is left of a difference, as a share of what it is now, and its standard error; 1 and
        0 where there is none.
    """

    value: float
    error: float
    unseen: float
    unseen_error: float
    left: float = 1.0
    left_error: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Draws of what policies give.

    Attributes
    ----------
    payoffs
        Policies by draws; more is better.
    weights
        Of the draws; they sum to 1.
    strata
        Number of the structure of each draw: resamples keep how many there are of each.
    difference
        One value a draw of a difference that is to be known better, if any.
    resamples
        How many.
    seed
        Of resamples and parts.
    """

    payoffs: FloatArray
    weights: FloatArray
    strata: IntArray
    difference: FloatArray | None = None
    resamples: int = 200
    seed: int = 0

    def without_dominated(self) -> Samples:
        """Return the same without policies that another one beats or equals in every draw: nobody would choose them.

        Nothing that is worked out here depends on them, as they are not the best whatever is known.
        """
        kept: list[int] = []
        for place, row in enumerate(self.payoffs):
            better = (self.payoffs >= row).all(axis=1)
            same = (self.payoffs == row).all(axis=1)
            if not (better & ~same).any() and not same[:place].any():
                kept.append(place)
        return replace(self, payoffs=self.payoffs[kept])

    @cached_property
    def now(self) -> int:
        """The policy that is chosen without knowing more."""
        return int((self.payoffs @ self.weights).argmax())

    @cached_property
    def times(self) -> FloatArray:
        """Resamples by draws: the weight of each draw in each resample; rows sum to 1."""
        luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([self.seed, _STREAM])))
        found = np.zeros((self.resamples, self.weights.size))
        for one in np.unique(self.strata):
            here = np.flatnonzero(self.strata == one)
            counts = luck.multinomial(here.size, np.full(here.size, 1.0 / here.size), size=self.resamples)
            found[:, here] = counts * self.weights[here]
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    @cached_property
    def parts(self) -> IntArray:
        """The part that each draw is in, of five of about equal size."""
        luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([self.seed, _FOLDS_STREAM])))
        found = np.zeros(self.weights.size, dtype=np.int64)
        for one in np.unique(self.strata):
            here = np.flatnonzero(self.strata == one)
            found[luck.permutation(here)] = np.arange(here.size) % _PARTS
        return found


def value_of_all(samples: Samples) -> Value:
    """Return what it is worth to know everything that was drawn, luck with it: the end of all values."""
    best, weights = samples.payoffs.max(axis=0), samples.weights
    gained = best - samples.payoffs[samples.now]
    value = float(weights @ gained)
    again = [float(w @ best - (samples.payoffs @ w).max()) for w in samples.times]
    return Value(value=value, error=_spread(np.array(again)), unseen=value, unseen_error=_mean_error(gained, weights))


def value_of_groups(samples: Samples, groups: IntArray) -> Value:
    """Return what it is worth to know which of several groups, such as structures, the future is of."""
    numbers = np.unique(groups)
    members = (groups == numbers[:, np.newaxis]).astype(np.float64)

    def of(weights: FloatArray) -> float:
        by_group = (samples.payoffs * weights) @ members.T  # policies by groups, each already times its weight
        return float(by_group.max(axis=0).sum() - by_group.sum(axis=1).max())

    found = np.array([of(weights) for weights in (samples.weights, *samples.times)])
    value, error = _corrected(found)
    part, choices = samples.parts, np.zeros(groups.size, dtype=np.int64)
    for out in range(_PARTS):
        kept = samples.weights * (part != out)
        by_group = (samples.payoffs * kept) @ members.T
        choices[part == out] = by_group.argmax(axis=0)[np.searchsorted(numbers, groups[part == out])]
    return _with_unseen(value, error, _on_unseen(samples, choices), _left_by_groups(samples, members))


def _left_by_groups(samples: Samples, members: FloatArray) -> dict[str, float]:
    if samples.difference is None:
        return {}
    part, found = samples.parts, np.zeros(samples.weights.size)
    for out in range(_PARTS):
        kept = samples.weights * (part != out)
        mass = members @ kept
        means = (members @ (kept * samples.difference)) / np.where(mass > 0.0, mass, 1.0)
        found[part == out] = (means @ members)[part == out]
    return _left(samples, found)


def value_of_numbers(samples: Samples, numbers: FloatArray) -> Value:
    """Return what it is worth to know some numbers that are drawn with what policies give.

    Parameters
    ----------
    samples
        What policies give.
    numbers
        Draws by numbers.
    """
    basis = basis_of(numbers, samples.weights)
    responses, middle = _responses(samples)
    if not basis.penalties.size:
        return Value(value=0.0, error=0.0, unseen=0.0, unseen_error=0.0)
    kept = shrinkage(basis, responses, samples.weights)
    fitted = middle + basis.columns @ (kept * (basis.columns.T @ (samples.weights[:, np.newaxis] * responses)))
    policies = len(samples.payoffs)
    found = [_gain(fitted[:, :policies], samples.weights)]
    size = 1.0 / float((samples.weights**2).sum())
    for weights in samples.times:
        apart = responses - weights @ responses
        squares = (basis.columns.T @ (weights[:, np.newaxis] * apart)) ** 2
        chosen = chosen_shrinkage(basis.penalties, squares, weights @ apart**2, size)
        again = _fit(basis, chosen, responses, weights)
        found.append(_gain(again[:, :policies] + middle[:policies], weights))
    value, error = _corrected(np.array(found))
    outside = _outside(samples, numbers, responses, middle)
    more = {} if samples.difference is None else _left(samples, outside[:, policies])
    return _with_unseen(value, error, _on_unseen(samples, outside[:, :policies].argmax(axis=1)), more)


def _with_unseen(value: float, error: float, unseen: dict[str, float], left: dict[str, float]) -> Value:
    """Put a value together: of two estimates that are too low if anything the larger."""
    if unseen["unseen"] > value:
        value, error = unseen["unseen"], unseen["unseen_error"]
    return Value(value=value, error=error, **unseen, **left)


def _responses(samples: Samples) -> tuple[FloatArray, FloatArray]:
    """Return what is regressed, draws by responses of mean 0, and their means: payoffs against now, and a difference.

    Payoffs are taken against those of the policy that is chosen now: what all policies share cancels.
    """
    apart = samples.payoffs - samples.payoffs[samples.now]
    rows = apart if samples.difference is None else np.vstack([apart, samples.difference])
    middle = rows @ samples.weights
    return (rows - middle[:, np.newaxis]).T, middle


def _fit(basis: Basis, kept: FloatArray, responses: FloatArray, weights: FloatArray) -> FloatArray:
    """Fit with other weights and as much shrinking as before; return fitted values, the mean with them."""
    columns = np.column_stack([np.ones(len(basis.columns)), basis.columns])
    heavy = weights[:, np.newaxis] * columns
    gram, sides = columns.T @ heavy, heavy.T @ responses
    penalties = np.full((responses.shape[1], gram.shape[0]), _LEAST)
    penalties[:, 1:] += 1.0 / np.maximum(kept.T, _LEAST) - 1.0
    inside = gram + penalties[:, :, np.newaxis] * np.eye(len(gram))
    return np.asarray(columns @ np.linalg.solve(inside, sides.T[:, :, np.newaxis])[:, :, 0].T)


def _gain(expected: FloatArray, weights: FloatArray) -> float:
    """Return the expected best less the best expected, of draws by policies."""
    return float(weights @ expected.max(axis=1) - (weights @ expected).max())


def _corrected(found: FloatArray) -> tuple[float, float]:
    """Return a value without what chance adds to it, from the value and its resamples, and its standard error."""
    return max(0.0, float(2.0 * found[0] - found[1:].mean())), _spread(found[1:])


def _spread(values: FloatArray) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else 0.0


def _outside(samples: Samples, numbers: FloatArray, responses: FloatArray, middle: FloatArray) -> FloatArray:
    """Return what is expected in each draw by a fit that has not seen it: draws by responses."""
    part, found = samples.parts, np.empty_like(responses)
    basis = basis_of(numbers, samples.weights)  # of the numbers alone: what policies give is not looked at
    for out in range(_PARTS):
        weights = samples.weights * (part != out)
        weights = weights / weights.sum()
        means = weights @ basis.columns
        inner = Basis(columns=basis.columns - means, penalties=basis.penalties)
        level = weights @ responses
        kept = shrinkage(inner, responses - level, weights)
        found[part == out] = _fit(inner, kept, responses, weights)[part == out]
    return np.asarray(found + middle)


def _on_unseen(samples: Samples, choices: IntArray) -> dict[str, float]:
    """Return what choices gain over the policy that is chosen now, and the standard error of that."""
    gained = samples.payoffs[choices, np.arange(choices.size)] - samples.payoffs[samples.now]
    return {"unseen": float(samples.weights @ gained), "unseen_error": _mean_error(gained, samples.weights)}


def _mean_error(values: FloatArray, weights: FloatArray) -> float:
    away = values - weights @ values
    return float(np.sqrt((weights**2) @ away**2))


def _left(samples: Samples, expected: FloatArray) -> dict[str, float]:
    """Return what is left of the spread of the difference once it is expected so, and the standard error of that."""
    assert samples.difference is not None
    middle = samples.weights @ samples.difference
    before, after = (samples.difference - middle) ** 2, (samples.difference - expected) ** 2
    variances = samples.times @ np.column_stack([before, after])
    total = float(samples.weights @ before)
    if total <= 0.0:
        return {}
    share = min(float(samples.weights @ after) / total, 1.0)
    again = np.sqrt(np.minimum(variances[:, 1] / np.maximum(variances[:, 0], 1e-300), 1.0))
    return {"left": float(np.sqrt(share)), "left_error": _spread(again)}
