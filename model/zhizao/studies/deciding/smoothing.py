"""Weighted regression on smooth functions of some numbers, as light as it can be: penalised splines.

Each number is replaced by the normal quantile of its rank, so that neither its unit nor its distribution matters. A
basis of B-splines is turned so that its columns are uncorrelated and go from the smoothest on (Demmler and Reinsch
1975); rough ones are shrunk more, and so is a straight line, so that a number that says nothing is left without effect
(Marra and Wood 2011). How much is chosen by generalised cross-validation. Several numbers are added up, each with a
curve of its own; of a few numbers, products of pairs are there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from zhizao.arrays import BoolArray, FloatArray

__all__ = ["Basis", "basis_of", "chosen_shrinkage", "shrinkage"]

_FEW_VALUES = 6
"""A number with no more values than this has a level of its own for each."""
_LINE = 1.0
"""Penalty of a straight line; a curve's is larger by its roughness."""
_PAIR = 2.0
_WITH_PAIRS = 5
"""Most numbers for which products of pairs are there."""
_CURVES = {1: 14, 3: 8, 12: 3}
"""How many columns a number has: by the most numbers that there may be."""
_LEAST_CURVES = 1
_CAUTION = 1.4
"""What each degree of freedom is charged with, above 1 so that chance is seldom followed (Kim and Gu 2004)."""
_FARTHEST = 3.0
"""Normal quantiles beyond this count as this."""
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """Functions of some numbers.

    Attributes
    ----------
    columns
        Observations by functions; by the weights given, of mean 0, of square mean 1 and uncorrelated.
    penalties
        How much each is shrunk.
    """

    columns: FloatArray
    penalties: FloatArray


def basis_of(numbers: FloatArray, weights: FloatArray) -> Basis:
    """Return a basis for smooth functions of numbers.

    Parameters
    ----------
    numbers
        Observations by numbers; what is not known is as if it were in the middle.
    weights
        Of the observations; they sum to 1.
    """
    count = numbers.shape[1]
    most = next((k for limit, k in _CURVES.items() if count <= limit), _LEAST_CURVES)
    blocks = [_of_one(column, weights, most) for column in numbers.T]
    blocks = [(columns, penalties) for columns, penalties in blocks if columns.shape[1]]
    if not blocks:
        return Basis(columns=np.zeros((len(numbers), 0)), penalties=np.zeros(0))
    if len(blocks) == 1:
        return Basis(columns=blocks[0][0], penalties=blocks[0][1])
    columns = [one for one, _ in blocks]
    penalties = [one for _, one in blocks]
    if len(blocks) <= _WITH_PAIRS:
        pairs = [(a[:, :1] * b[:, :1]) for a, b in combinations(columns, 2)]
        columns += [pair - weights @ pair for pair in pairs]
        penalties += [np.full(1, _PAIR)] * len(pairs)
    return _uncorrelated(np.hstack(columns), np.concatenate(penalties), weights)


def _of_one(values: FloatArray, weights: FloatArray, most: int) -> tuple[FloatArray, FloatArray]:
    """Return functions of one number, the line first, and their penalties; none of a number that never differs."""
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    if distinct.size < 2:
        return np.zeros((values.size, 0)), np.zeros(0)
    if distinct.size <= _FEW_VALUES:
        raw = (values[:, np.newaxis] == distinct[1:]).astype(np.float64)
        one = _uncorrelated(raw - weights @ raw, np.full(raw.shape[1], _LINE), weights)
        return one.columns, one.penalties
    places = _scores(values, weights, known)
    pieces = max(most, 2) + 2
    raw = _hats(places, pieces)
    second = np.diff(np.eye(pieces), n=2, axis=0)
    raw = raw - weights @ raw
    found = _uncorrelated(raw, second.T @ second, weights)
    columns, rough = found.columns, found.penalties
    line = places - weights @ places
    line /= np.sqrt(weights @ line**2)
    columns = columns - np.outer(line, weights * line @ columns)
    order = np.argsort(rough)[: most + 1]
    rest = _uncorrelated(columns[:, order], np.diag(np.maximum(rough[order], _TINY)), weights)
    least = max(float(rest.penalties[:1].sum()), _TINY)
    penalties = np.concatenate([[_LINE], 4.0 * rest.penalties / least])[:most]
    return np.column_stack([line, rest.columns])[:, :most], penalties


def _scores(values: FloatArray, weights: FloatArray, known: BoolArray) -> FloatArray:
    """Return normal quantiles of weighted ranks, scaled to between 0 and 1; equals share theirs."""
    from scipy.special import ndtri  # here, because it is heavy

    places = np.zeros(values.size)
    distinct, inverse = np.unique(values[known], return_inverse=True)
    mass = np.bincount(inverse, weights=weights[known], minlength=distinct.size)
    total = mass.sum()
    if total > 0.0:
        ranks = ((np.cumsum(mass) - 0.5 * mass) / total)[inverse]
        places[known] = ndtri(np.clip(ranks, _TINY, 1.0 - _TINY))
    return np.asarray((np.clip(places, -_FARTHEST, _FARTHEST) / _FARTHEST + 1.0) / 2.0)


def _hats(places: FloatArray, pieces: int) -> FloatArray:
    """Return cubic B-splines on even knots between 0 and 1: observations by pieces."""
    step = 1.0 / (pieces - 3)
    centres = (np.arange(pieces) - 1.0) * step
    away = np.abs(places[:, np.newaxis] - centres) / step
    inner = 2.0 / 3.0 - away**2 + away**3 / 2.0
    outer = np.maximum(2.0 - away, 0.0) ** 3 / 6.0
    return np.asarray(np.where(away < 1.0, inner, outer))


def _uncorrelated(columns: FloatArray, penalty: FloatArray, weights: FloatArray) -> Basis:
    """Turn columns so that they are uncorrelated and their penalty is one number each, the smallest first."""
    rough = np.diag(penalty) if penalty.ndim == 1 else penalty
    gram = columns.T @ (weights[:, np.newaxis] * columns)
    values, vectors = np.linalg.eigh(gram)
    kept = values > _TINY * max(float(values[-1]), _TINY)
    turn = vectors[:, kept] / np.sqrt(values[kept])
    penalties, more = np.linalg.eigh(turn.T @ rough @ turn)
    return Basis(columns=columns @ turn @ more, penalties=np.maximum(penalties, _TINY))


_GRID = np.concatenate([10.0 ** np.linspace(-4.0, 4.0, 33), [np.inf]])


def shrinkage(basis: Basis, responses: FloatArray, weights: FloatArray) -> FloatArray:
    """Return by what each function is multiplied in the fit of each response: functions by responses, 0 to 1.

    Parameters
    ----------
    responses
        Observations by responses, of mean 0.
    weights
        Of the observations; they sum to 1.
    """
    squares = (basis.columns.T @ (weights[:, np.newaxis] * responses)) ** 2
    return chosen_shrinkage(basis.penalties, squares, weights @ responses**2, 1.0 / float((weights**2).sum()))


def chosen_shrinkage(penalties: FloatArray, squares: FloatArray, total: FloatArray, size: float) -> FloatArray:
    """Return shrinkage that generalised cross-validation chooses: functions by responses.

    Parameters
    ----------
    penalties
        Of the functions, which are uncorrelated.
    squares
        Functions by responses: squares of the coefficients without shrinking.
    total
        Of each response, its mean square.
    size
        How many observations of equal weight there are in effect.
    """
    with np.errstate(over="ignore"):
        kept = 1.0 / (1.0 + _GRID[:, np.newaxis] * penalties)
    left = np.maximum(total - (2.0 * kept - kept**2) @ squares, 0.0)
    freedom = 1.0 - _CAUTION * (1.0 + kept.sum(axis=1)) / size
    scores = np.where(freedom[:, np.newaxis] > 0.0, left / np.maximum(freedom, _TINY)[:, np.newaxis] ** 2, np.inf)
    best = (len(_GRID) - 1) - scores[::-1].argmin(axis=0)  # of equals the smoothest
    return np.asarray(kept[best].T)
