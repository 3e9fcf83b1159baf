"""Criteria for a choice that cannot wait for certainty: each scores every policy over the same futures.

A future is a structure with a draw of parameters and luck. Payoffs are such that more is better. Everything is worked
out for several resamples of the futures at once; the first one is the futures as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zhizao.arrays import BoolArray, FloatArray, IntArray

__all__ = [
    "CRITERIA",
    "Criterion",
    "Futures",
    "best_shares",
    "chosen",
    "means",
    "quantiles",
    "regrets",
    "resampled_futures",
    "shares_met",
    "worst",
]

OPTIMISM = 0.5
"""Weight of the best future in Hurwicz's criterion."""
_REGRET_SHARE = 0.9
_STREAM = 0xC405
"""Names the stream of random numbers that resamples are drawn from; it serves nothing else."""
_TIE = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Futures:
    """What policies give in futures, and resamples of these.

    Attributes
    ----------
    payoffs
        Policies by futures; more is better.
    met
        Policies by futures: whether everything that is required holds.
    structure
        Number of each future's structure.
    weights
        Resamples by futures: the weight of each future, by what the evidence says of its structure; each row sums to 1.
    alike
        The same, with all structures alike.
    drawn
        Resamples by futures: whether the future is among them.
    """

    payoffs: FloatArray
    met: BoolArray
    structure: IntArray
    weights: FloatArray
    alike: FloatArray
    drawn: BoolArray

    @cached_property
    def expected(self) -> FloatArray:
        """Resamples by policies: the expected payoff, which also decides between equals."""
        return means(self.payoffs, self.weights)

    def within(self, structure: int) -> Futures:
        """Return the futures of one structure alone."""
        here = self.structure == structure
        alike = self.alike[:, here]
        alike = alike / alike.sum(axis=1, keepdims=True)
        return Futures(
            payoffs=self.payoffs[:, here],
            met=self.met[:, here],
            structure=np.zeros(int(here.sum()), dtype=np.int64),
            weights=alike,
            alike=alike,
            drawn=self.drawn[:, here],
        )


def resampled_futures(
    payoffs: FloatArray,
    met: BoolArray,
    *,
    structure: IntArray,
    draw: IntArray,
    weights: FloatArray,
    resamples: int,
    seed: int = 0,
) -> Futures:
    """Return futures with resamples of their draws: a draw comes or goes in all structures and policies together.

    Parameters
    ----------
    payoffs, met
        Policies by futures.
    structure, draw
        Number of the structure and of the draw of each future.
    weights
        Weight of each structure; they sum to 1.
    resamples
        How many, beside the futures as they are.
    seed
        Of the resampling.
    """
    draws = int(draw.max()) + 1
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, _STREAM])))
    counts = luck.multinomial(draws, np.full(draws, 1.0 / draws), size=resamples)
    counts = np.vstack([np.ones((1, draws), dtype=counts.dtype), counts])
    times = counts[:, draw].astype(np.float64)
    structures = len(weights)
    within = np.zeros_like(times)
    for one in range(structures):
        here = structure == one
        total = times[:, here].sum(axis=1, keepdims=True)
        within[:, here] = times[:, here] / np.where(total > 0.0, total, 1.0)
    return Futures(
        payoffs=payoffs,
        met=met,
        structure=structure,
        weights=_to_one(within * weights[structure]),
        alike=_to_one(within),
        drawn=times > 0.0,
    )


def _to_one(weights: FloatArray) -> FloatArray:
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(weights / np.where(total > 0.0, total, 1.0))


# ----------------------------------------------------------------------------------------------- what they rest on


def regrets(payoffs: FloatArray) -> FloatArray:
    """Return by how much each policy falls short of the best one in each future."""
    return np.asarray(payoffs.max(axis=0) - payoffs)


def means(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted means: resamples by policies."""
    return np.asarray(weights @ values.T)


def best_shares(payoffs: FloatArray, weights: FloatArray) -> FloatArray:
    """Return how often each policy is the best one; equals share what is theirs. Resamples by policies."""
    best = regrets(payoffs) <= 0.0
    return means(best / best.sum(axis=0), weights)


def shares_met(met: BoolArray, weights: FloatArray) -> FloatArray:
    """Return the share of futures in which each policy meets what is required. Resamples by policies."""
    return means(met.astype(np.float64), weights)


def worst(values: FloatArray, drawn: BoolArray) -> FloatArray:
    """Return the smallest value among the futures of each resample: resamples by policies."""
    return np.column_stack([np.where(drawn, one, np.inf).min(axis=1) for one in values])


def quantiles(values: FloatArray, weights: FloatArray, share: float) -> FloatArray:
    """Return weighted quantiles: the smallest value up to which `share` of the weight is. Resamples by policies."""
    found = np.empty((len(weights), len(values)))
    for policy, one in enumerate(values):
        order = np.argsort(one, kind="stable")
        sums = np.cumsum(weights[:, order], axis=1)
        place = np.argmax(sums >= share - _TIE, axis=1)
        found[:, policy] = one[order][place]
    return found


def _by_structure(futures: Futures) -> FloatArray:
    """Return the expected payoff under each structure: structures by resamples by policies."""
    parts = [futures.within(int(one)) for one in np.unique(futures.structure)]
    return np.stack([means(part.payoffs, part.weights) for part in parts])


# --------------------------------------------------------------------------------------------------- the criteria


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A way to choose.

    Attributes
    ----------
    name
        How it is called in files.
    source
        Who proposed it.
    score
        Scores of the policies, more is better: resamples by policies.
    over_structures
        Whether it weighs structures against each other, so that under one alone it says nothing of its own.
    """

    name: str
    source: str
    score: Callable[[Futures], FloatArray]
    over_structures: bool = False


def _hurwicz(futures: Futures) -> FloatArray:
    best = -worst(-futures.payoffs, futures.drawn)
    return OPTIMISM * best + (1.0 - OPTIMISM) * worst(futures.payoffs, futures.drawn)


CRITERIA: tuple[Criterion, ...] = (
    Criterion(name="expected", source="Bernoulli 1738; Savage 1954", score=lambda futures: futures.expected),
    Criterion(
        name="alike",
        source="Laplace 1814",
        score=lambda futures: means(futures.payoffs, futures.alike),
        over_structures=True,
    ),
    Criterion(
        name="worst_structure",
        source="Gilboa and Schmeidler 1989",
        score=lambda futures: np.asarray(_by_structure(futures).min(axis=0)),
        over_structures=True,
    ),
    Criterion(name="maximin", source="Wald 1950", score=lambda futures: worst(futures.payoffs, futures.drawn)),
    Criterion(name="hurwicz", source="Hurwicz 1951", score=_hurwicz),
    Criterion(
        name="minimax_regret",
        source="Savage 1951",
        score=lambda futures: worst(-regrets(futures.payoffs), futures.drawn),
    ),
    Criterion(
        name="regret_90",
        source="Savage 1951; McPhail et al. 2018",
        score=lambda futures: -quantiles(regrets(futures.payoffs), futures.weights, _REGRET_SHARE),
    ),
    Criterion(
        name="satisficing",
        source="Simon 1956; Starr 1963; Lempert et al. 2003; Herman et al. 2015",
        score=lambda futures: shares_met(futures.met, futures.weights),
    ),
)
"""Every criterion. The least mean regret is not one of its own: it chooses as the best expected payoff does."""


def chosen(scores: FloatArray, ties: FloatArray) -> IntArray:
    """Return which policy has the best score in each resample; of equals the one that is best by `ties`.

    Parameters
    ----------
    scores, ties
        Resamples by policies.
    """
    top = scores.max(axis=1, keepdims=True)
    room = _TIE * np.maximum(np.abs(top), 1.0)
    return np.asarray(np.where(scores >= top - room, ties, -np.inf).argmax(axis=1))
