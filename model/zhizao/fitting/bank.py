"""A bank of runs at points that fill the prior evenly: a start, a check, and a stock of truths for the sampler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.fitting.checkpoint import Checkpoint
from zhizao.fitting.evaluate import Evaluator
from zhizao.fitting.prior import Prior
from zhizao.fitting.targets import Target, log_likelihood
from zhizao.parallel import Progress

__all__ = ["Bank", "effective_size", "in_blocks", "log_mean", "make_bank", "normalised"]

_BLOCK = 2048


@dataclass(frozen=True, kw_only=True, eq=False)
class Bank:
    """Runs at points of the prior, each with its own luck.

    Attributes
    ----------
    prior
        What the points fill.
    places
        Points of the unit cube: runs by parameters.
    seeds
        The luck of each run.
    names, summaries
        What each run gave: runs by names.
    """

    prior: Prior
    places: FloatArray
    seeds: NDArray[np.uint64]
    names: tuple[str, ...]
    summaries: FloatArray

    @property
    def values(self) -> FloatArray:
        """The values of the parameters: runs by parameters."""
        return self.prior.values(self.places)

    def log_likelihood(self, targets: Sequence[Target]) -> FloatArray:
        """Return the logarithm of the likelihood of the targets, by run."""
        return log_likelihood(targets, self.names, self.summaries)

    def weights(self, targets: Sequence[Target]) -> FloatArray:
        """Return weights, adding up to 1, that turn the bank into the posterior.

        Raises
        ------
        InputError
            If no run agrees with the targets at all.
        """
        return normalised(self.log_likelihood(targets))


def normalised(logarithms: FloatArray) -> FloatArray:
    """Return weights that add up to 1 from their logarithms."""
    top = logarithms.max() if logarithms.size else -np.inf
    if not np.isfinite(top):
        raise InputError("no run agrees with the targets at all; widen the priors or the targets")
    weights = np.exp(logarithms - top)
    total: FloatArray = weights / weights.sum()
    return total


def log_mean(logarithms: FloatArray) -> float:
    """Return the logarithm of the mean of numbers, from their logarithms; -inf if all are 0."""
    top = float(logarithms.max())
    if not np.isfinite(top):
        return top
    return top + float(np.log(np.mean(np.exp(logarithms - top))))


def effective_size(weights: FloatArray) -> float:
    """Return Kish's effective sample size of weights that add up to 1."""
    return float(1.0 / np.sum(weights**2))


def make_bank(
    prior: Prior, evaluate: Evaluator, *, size: int, seed: int, checkpoint: Checkpoint, progress: Progress | None = None
) -> Bank:
    """Run the simulator at the points of a scrambled Sobol' sequence.

    Parameters
    ----------
    size
        How many; rounded up to a power of two, which such sequences need to be balanced.
    seed
        Of the scrambling and of all luck.
    checkpoint
        Blocks of 2,048 runs that it holds are not run again.
    """
    from scipy.stats import qmc  # here, because it is heavy

    power = max(int(size) - 1, 1).bit_length()
    places = qmc.Sobol(prior.dimensions, scramble=True, rng=seed).random_base2(power)
    luck = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0xBA2C])))
    seeds = luck.integers(0, 2**64, size=len(places), dtype=np.uint64)
    summaries = in_blocks(evaluate, prior.values(places), seeds, checkpoint, "bank", progress)
    return Bank(prior=prior, places=places, seeds=seeds, names=tuple(evaluate.simulator.names), summaries=summaries)


def in_blocks(
    evaluate: Evaluator,
    values: FloatArray,
    seeds: NDArray[np.uint64],
    checkpoint: Checkpoint,
    name: str,
    progress: Progress | None = None,
) -> FloatArray:
    """Run the simulator at many points, and keep every 2,048 runs under a numbered `name` in the checkpoint."""
    parts = []
    for first in range(0, len(values), _BLOCK):
        points, luck, piece = (
            values[first : first + _BLOCK],
            seeds[first : first + _BLOCK],
            f"{name}-{first // _BLOCK:05d}",
        )
        summaries = checkpoint.read(piece, partial(_summaries, columns=len(evaluate.simulator.names)))
        kept = 0 if summaries is None else len(summaries)  # fewer than a block where a smaller bank ended
        if kept < len(points):
            added = evaluate(points[kept:], luck[kept:])
            summaries = added if summaries is None else np.vstack([summaries, added])
            checkpoint.save(piece, {"summaries": summaries})
        assert summaries is not None  # for the checker: no block is empty
        parts.append(summaries[: len(points)])
        done = first + len(points)
        if progress is not None and (kept < len(points) or done == len(values)):  # reading says nothing of the pace
            progress(done, len(values))
    return np.vstack(parts)


def _summaries(stored: Mapping[str, NDArray[Any]], columns: int) -> FloatArray:
    """Return the summaries of a stored block, of which it is known what each run gives."""
    summaries = stored["summaries"]
    if summaries.ndim != 2 or summaries.shape[1] != columns or len(summaries) > _BLOCK or summaries.dtype != np.float64:
        raise ValueError("the block holds other runs")
    return summaries
