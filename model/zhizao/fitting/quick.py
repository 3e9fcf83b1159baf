"""A first usable fit in minutes: a bank of prior runs, then rounds of runs aimed at where their weights lie.

This is population Monte Carlo (Cappé et al. 2004) with the weights of a deterministic mixture (Owen and Zhou 2000):
each round is aimed at what all runs before it say, every run counts, and its weight is the likelihood over the density
of the whole mixture that was drawn from. Nothing is moved, so it needs a tenth of the runs of `sampler`; what it is
worth is its effective size, which is always told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.fitting.aimed import Aim
from zhizao.fitting.bank import Bank, effective_size, in_blocks, log_mean, normalised
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.targets import Between, log_likelihood
from zhizao.parallel import Progress, Tell

__all__ = ["WeightedRuns", "quick_runs", "resampled"]

_AIM_SIZE = 200.0
"""Effective size of the runs that a round is aimed at; the likelihood is softened until it is reached."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightedRuns:
    """Weighted runs that stand for a posterior.

    Attributes
    ----------
    names
        What each run gave.
    places, seeds, summaries
        Of each run: its point of the unit cube, its luck, and what it gave (runs by names).
    weights
        They add up to 1.
    log_evidence
        Logarithm of the prior's mean likelihood.
    """

    names: tuple[str, ...]
    places: FloatArray
    seeds: NDArray[np.uint64]
    summaries: FloatArray
    weights: FloatArray
    log_evidence: float

    @property
    def effective_size(self) -> float:
        """Kish's effective sample size."""
        return effective_size(self.weights)


def quick_runs(
    bank: Bank,
    targets: Sequence[Between],
    evaluate: Evaluator,
    *,
    rounds: int,
    size: int,
    seed: int,
    checkpoint: Checkpoint,
    progress: Progress | None = None,
    tell: Tell = lambda line: None,
) -> WeightedRuns:
    """Return weighted runs that stand for the posterior.

    Parameters
    ----------
    bank
        Runs of the prior.
    targets
        What is fitted.
    evaluate
        Runs the simulator; it gives what the bank holds.
    rounds, size
        How many rounds of aimed runs, and how many runs in each.
    seed
        Of the points and of all luck.
    checkpoint
        Rounds that it holds are not run again.

    Raises
    ------
    InputError
        If no run agrees with the targets at all.
    """
    places, seeds, summaries = bank.places, bank.seeds, bank.summaries
    parts: list[tuple[int, Aim | None]] = [(len(places), None)]
    for number in range(rounds + 1):
        logarithms = log_likelihood(targets, bank.names, summaries) - _log_mixture(parts, places)
        if not np.isfinite(logarithms).any():
            raise InputError("no run agrees with the targets at all; widen the priors or the targets")
        size_now = effective_size(normalised(logarithms))
        tell(f"round {number} of {rounds}: {len(places):,} runs, effective size {size_now:,.1f}")
        if number == rounds:
            break
        draws = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0x9C1C, number])))
        aim = Aim.at(places[_softened(logarithms, draws)])
        added = aim.draw(size, draws)
        luck = draws.integers(0, 2**64, size=size, dtype=np.uint64)
        given = in_blocks(evaluate, bank.prior.values(added), luck, checkpoint, f"round-{number}", progress)
        places, seeds = np.vstack([places, added]), np.concatenate([seeds, luck])
        summaries = np.vstack([summaries, given])
        parts.append((size, aim))
    return WeightedRuns(
        names=bank.names,
        places=places,
        seeds=seeds,
        summaries=summaries,
        weights=normalised(logarithms),
        log_evidence=log_mean(logarithms),
    )


def _log_mixture(parts: Sequence[tuple[int, Aim | None]], places: FloatArray) -> FloatArray:
    """Return the logarithm of the density of everything drawn so far, at some places; the prior's alone is 0."""
    total = sum(count for count, _ in parts)
    densities = [
        np.log(count / total) + (np.zeros(len(places)) if aim is None else aim.log_density(places))
        for count, aim in parts
    ]
    return np.asarray(np.logaddexp.reduce(densities, axis=0))


def _softened(logarithms: FloatArray, draws: np.random.Generator) -> NDArray[np.int64]:
    """Return runs drawn by their weights, raised to a power at which enough of them count."""
    wanted = min(_AIM_SIZE, 0.5 * float(np.isfinite(logarithms).sum()))
    low, high = 0.0, 1.0
    found = normalised(logarithms)
    if effective_size(found) < wanted:
        for _ in range(40):
            middle = 0.5 * (low + high)
            with np.errstate(invalid="ignore"):
                found = normalised(np.where(np.isfinite(logarithms), middle * logarithms, -np.inf))
            low, high = (middle, high) if effective_size(found) >= wanted else (low, middle)
    return resampled(found, 1000, draws)


def resampled(weights: FloatArray, count: int, draws: np.random.Generator) -> NDArray[np.int64]:
    """Return the numbers of `count` runs chosen by their weights, by systematic resampling."""
    marks = (draws.random() + np.arange(count)) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), marks), len(weights) - 1)
