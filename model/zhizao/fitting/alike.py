"""What the facts of another place say of the numbers that two places share, where the two are more or less alike.

Each place is fitted by itself. What its facts say of the shared numbers (its likelihood) is read off its fit: a bell in
standard scores, in the directions in which the fit is narrower than its prior by more than chance makes it. The scores
of two places go together with a correlation, their likeness: 0 for places that say nothing of each other, 1 for one
place. The likelihood of the other place, averaged over what its numbers may be given ours, then weights our members.
Fitting places one by one and putting them together by weights follows Lunn et al. (2013, "Fully Bayesian hierarchical
modelling in two stages"); the correction of eigenvalues is that of spiked covariances (Donoho, Gavish and Johnstone
2018, "Optimal shrinkage of eigenvalues").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.fitting.prior import Marginal

__all__ = ["PlaceLikelihood", "mixed", "place_likelihood", "prior_moments", "scores", "scores_of_places"]

_EDGE = 1e-5
"""Places nearer to an end of their interval count as this near, so that scores are finite (4.3 at most)."""
_GRID = 4096
"""Points at which the prior of the other place is put into our scores."""


def scores(values: FloatArray, marginals: tuple[Marginal, ...]) -> FloatArray:
    """Return values as standard scores: drawn from `marginals` they would be standard normal.

    Parameters
    ----------
    values
        Points by numbers; what lies beyond an interval counts as its end.
    """
    return scores_of_places(np.column_stack([one.places(values[:, place]) for place, one in enumerate(marginals)]))


def scores_of_places(places: FloatArray) -> FloatArray:
    """Return places in the unit cube as standard scores."""
    from scipy.special import ndtri  # here, because it is heavy

    return np.asarray(ndtri(np.clip(places, _EDGE, 1.0 - _EDGE)))


@dataclass(frozen=True, kw_only=True, eq=False)
class PlaceLikelihood:
    """The likelihood of one place's facts as a function of the shared numbers, up to a factor: a bell in scores.

    Attributes
    ----------
    precision
        Numbers by numbers; 0 in directions of which the facts say nothing.
    pull
        By number: the precision times where the bell has its top.
    directions
        How many directions the facts say something of.
    """

    precision: FloatArray
    pull: FloatArray
    directions: int

    def logarithm(self, ours: FloatArray, likeness: float) -> FloatArray:
        """Return the logarithm of the likelihood given our scores, averaged over what theirs may be.

        Theirs have mean `likeness` times ours and variance 1 less its square.

        Parameters
        ----------
        ours
            Members by numbers.
        likeness
            The correlation of their scores and ours, 0 to 1.
        """
        means = likeness * ours
        slope = self.pull - means @ self.precision
        level = means @ self.pull - 0.5 * np.einsum("ij,ij->i", means @ self.precision, means)
        variance = 1.0 - likeness**2
        spread = np.eye(len(self.pull)) + variance * self.precision
        gain = np.einsum("ij,ij->i", slope, np.linalg.solve(spread, slope.T).T)
        return np.asarray(level + 0.5 * variance * gain - 0.5 * np.linalg.slogdet(spread)[1])

    def logarithms(self, ours: FloatArray, likenesses: Sequence[float]) -> FloatArray:
        """Return the same for several likenesses: likenesses by members."""
        return np.array([self.logarithm(ours, one) for one in likenesses])


def mixed(logarithms: FloatArray) -> FloatArray:
    """Return the logarithm of the mean likelihood by member: every likeness (row) counts alike before the facts."""
    top = logarithms.max(axis=0)
    return np.asarray(top + np.log(np.mean(np.exp(logarithms - top), axis=0)))


def place_likelihood(
    theirs: FloatArray, prior_mean: FloatArray, prior_spread: FloatArray, size: float
) -> PlaceLikelihood:
    """Return what a place's fit says of the shared numbers beyond its prior.

    Parameters
    ----------
    theirs
        Scores of the place's members: members by numbers.
    prior_mean, prior_spread
        By number: what the place's own prior gives for such scores.
    size
        The effective size of its fit: as many independent members.
    """
    whitened = (theirs - prior_mean) / prior_spread
    mean = whitened.mean(axis=0)
    found, vectors = np.linalg.eigh(np.cov(whitened.T, ddof=0).reshape(len(mean), len(mean)))
    ratio = len(mean) / size
    narrow = found < (1.0 - math.sqrt(min(ratio, 1.0))) ** 2
    true = _less_noise(found[narrow], ratio)
    kept = vectors[:, narrow]
    precision = (kept * (1.0 / true - 1.0)) @ kept.T
    pull = (kept / true) @ (kept.T @ mean)
    return PlaceLikelihood(
        precision=precision / np.outer(prior_spread, prior_spread),
        pull=(pull + precision @ (prior_mean / prior_spread)) / prior_spread,
        directions=int(narrow.sum()),
    )


def _less_noise(found: FloatArray, ratio: float) -> FloatArray:
    """Return the variances that sample variances below the edge of chance are of, with so many numbers for a member."""
    middle = 1.0 + found - ratio
    true = 0.5 * (middle - np.sqrt(np.maximum(middle**2 - 4.0 * found, 0.0)))
    return np.asarray(np.clip(true, 1e-6, 1.0 - 1e-9))


def prior_moments(theirs: tuple[Marginal, ...], ours: tuple[Marginal, ...]) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of our scores, by number, where another place's prior draws the values."""
    even = (np.arange(_GRID) + 0.5) / _GRID
    values = np.column_stack([one.values(even) for one in theirs])
    found = scores(values, ours)
    return found.mean(axis=0), found.std(axis=0)
