"""A second bank of runs, aimed at where the posterior lies: an independent check of a sample.

Points are drawn from a proposal fitted to the sample: the marginals of its places as histograms, joined by a Gaussian
copula, mixed with the prior so that nothing can be missed. Each is run under luck of its own and weighted by the prior
over the proposal times the likelihood. Whatever the sample was, the weighted points stand for the posterior (importance
sampling); the proposal only decides how many of them count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.fitting.bank import effective_size, in_blocks, log_mean, normalised
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.prior import Prior
from zhizao.fitting.targets import Between, log_likelihood
from zhizao.parallel import Progress

__all__ = ["Aim", "AimedRuns", "aimed_runs"]

_BINS = 20
_LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class Aim:
    """A distribution over the unit cube that leans to where some points are.

    Parameters
    ----------
    shares
        Share of each of the even bins of a number's interval: numbers by bins.
    correlation
        Of the normal scores of the numbers.
    from_prior
        Share of points that are drawn evenly from the whole cube instead.
    """

    shares: FloatArray
    correlation: FloatArray
    from_prior: float

    @classmethod
    def at(cls, places: FloatArray, *, from_prior: float = 0.1) -> Aim:
        """Return the distribution that fits some places of the unit cube: points by numbers."""
        counts = np.array([np.histogram(column, _BINS, (0.0, 1.0))[0] for column in places.T])
        shares = (counts + 1.0) / (counts.sum(axis=1, keepdims=True) + _BINS)
        bare = cls(shares=shares, correlation=np.eye(len(shares)), from_prior=from_prior)
        correlation = np.atleast_2d(np.corrcoef(bare._scores(places), rowvar=False))
        return cls(shares=shares, correlation=correlation, from_prior=from_prior)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the distribution for a checkpoint."""
        kept = {"shares": self.shares, "correlation": self.correlation, "from_prior": np.array(self.from_prior)}
        return {f"aim_{name}": array for name, array in kept.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Aim:
        """Return the distribution from a checkpoint."""
        return cls(arrays["aim_shares"], arrays["aim_correlation"], float(arrays["aim_from_prior"]))

    def draw(self, count: int, draws: np.random.Generator) -> FloatArray:
        """Return places: `count` by numbers."""
        from scipy.special import ndtr  # here, because it is heavy

        dimensions = len(self.shares)
        root = np.linalg.cholesky(self.correlation)
        ranks = ndtr(draws.standard_normal((count, dimensions)) @ root.T)
        aimed = np.column_stack([np.interp(ranks[:, n], self._below[n], self._edges) for n in range(dimensions)])
        even = draws.random((count, dimensions))
        places = np.where((draws.random(count) < self.from_prior)[:, None], even, aimed)
        return np.minimum(places, np.nextafter(1.0, 0.0))

    def log_density(self, places: FloatArray) -> FloatArray:
        """Return the logarithm of the density at some places; the prior's is 0 everywhere."""
        scores = self._scores(places)
        inverse = np.linalg.inv(self.correlation) - np.eye(len(self.shares))
        _, log_volume = np.linalg.slogdet(self.correlation)
        joined = -0.5 * (np.einsum("ij,jk,ik->i", scores, inverse, scores) + log_volume)
        bins = np.minimum((places * _BINS).astype(int), _BINS - 1)
        alone = sum(np.log(_BINS * self.shares[n, bins[:, n]]) for n in range(len(self.shares)))
        return np.asarray(np.logaddexp(np.log(self.from_prior), np.log1p(-self.from_prior) + alone + joined))

    @property
    def _edges(self) -> FloatArray:
        return np.linspace(0.0, 1.0, _BINS + 1)

    @property
    def _below(self) -> FloatArray:
        return np.hstack([np.zeros((len(self.shares), 1)), np.cumsum(self.shares, axis=1)])

    def _scores(self, places: FloatArray) -> FloatArray:
        """Return each number's normal score: the normal quantile of its rank under the marginal."""
        from scipy.special import ndtri  # here, because it is heavy

        ranks = np.column_stack([np.interp(places[:, n], self._edges, self._below[n]) for n in range(places.shape[1])])
        return np.asarray(ndtri(np.clip(ranks, _LEAST, 1.0 - _LEAST)))


@dataclass(frozen=True, kw_only=True, eq=False)
class AimedRuns:
    """Weighted runs that stand for a posterior.

    Attributes
    ----------
    places
        Points of the unit cube.
    weights
        They add up to 1.
    log_evidence
        Logarithm of the prior's mean likelihood.
    """

    places: FloatArray
    weights: FloatArray
    log_evidence: float

    @property
    def means(self) -> FloatArray:
        """Mean place of each number."""
        return np.asarray(self.weights @ self.places)

    @property
    def effective_size(self) -> float:
        """Kish's effective sample size."""
        return effective_size(self.weights)


def aimed_runs(
    sampled: FloatArray,
    prior: Prior,
    targets: Sequence[Between],
    evaluate: Evaluator,
    *,
    size: int,
    seed: int,
    checkpoint: Checkpoint,
    progress: Progress | None = None,
) -> AimedRuns:
    """Run the simulator where a sample lies and weight the runs, without using the sample's own.

    Parameters
    ----------
    sampled
        Places of the sample that the proposal is fitted to.
    prior, targets, evaluate
        The problem that the sample is of.
    size
        How many runs.
    seed
        Of the points and of all luck.
    checkpoint
        Blocks of runs that it holds are not run again.

    Raises
    ------
    InputError
        If no run agrees with the targets at all.
    """
    draws = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0xA13D])))
    aim = Aim.at(sampled)
    places = aim.draw(size, draws)
    seeds = draws.integers(0, 2**64, size=size, dtype=np.uint64)
    summaries = in_blocks(evaluate, prior.values(places), seeds, checkpoint, "aimed", progress)
    logarithms = log_likelihood(targets, tuple(evaluate.simulator.names), summaries) - aim.log_density(places)
    return AimedRuns(places=places, weights=normalised(logarithms), log_evidence=log_mean(logarithms))
