"""Whether a fit can be trusted: what was learned, whether two fits agree, and whether known truths are recovered.

Recovery follows simulation-based calibration (Talts et al. 2018): truths are drawn from the prior, each is reported as
the real figures are, fitted, and its rank within its own posterior noted. Over many truths the ranks of a valid fit
are even; their distribution is held against simultaneous bands (Säilynoja, Bürkner and Vehtari 2022).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError
from zhizao.fitting.bank import Bank, effective_size
from zhizao.fitting.targets import Between, log_likelihood
from zhizao.for_each import for_each

__all__ = ["Recovery", "even_bands", "recovery"]

Report = Callable[[dict[str, float], np.random.Generator], Sequence[Between]]
"""What is reported of a truth: from its simulated figures, and draws of what else scatters, to the targets of a fit."""
Weigh = Callable[[FloatArray], FloatArray]
"""From logarithms of likelihoods to weights that add up to 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recovery:
    """Ranks of known truths within their posteriors.

    Attributes
    ----------
    names
        What was to be recovered: parameters, then derived figures.
    ranks
        Truths by names, from 0 to 1.
    sizes
        Effective sample size of each truth's posterior, also of those left out.
    least_size
        The effective size below which truths were left out.
    """

    names: tuple[str, ...]
    ranks: FloatArray
    sizes: FloatArray
    least_size: float = 50.0

    @property
    def truths(self) -> int:
        """How many truths were used."""
        return int(self.ranks.shape[0])

    def coverage(self, width: float = 0.9) -> dict[str, float]:
        """Return how often the central interval of some width holds the truth, by name; nothing without any truth."""
        if not self.truths:
            return {}
        held = np.abs(self.ranks - 0.5) <= width / 2.0
        return {name: float(share) for name, share in zip(self.names, held.mean(axis=0), strict=True)}

    def uneven(self, confidence: float = 0.99) -> tuple[str, ...]:
        """Return the names whose ranks leave the simultaneous bands of even ranks."""
        if not self.truths:
            return ()
        grid, low, high = even_bands(self.truths, confidence)
        found = []
        for name, ranks in zip(self.names, self.ranks.T, strict=True):
            share = (ranks[:, None] <= grid).mean(axis=0)
            if ((share < low) | (share > high)).any():
                found.append(name)
        return tuple(found)


def even_bands(
    count: int, confidence: float = 0.99, *, seed: int = 1, repeats: int = 4000
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return a grid, and the bands that the share of even ranks below each of its points keeps to.

    Parameters
    ----------
    count
        How many ranks there are.
    confidence
        Probability that even ranks stay within the bands at all points together.
    seed, repeats
        Of the simulation that sets the width of the bands.
    """
    from scipy import stats  # here, because it is heavy

    grid = np.linspace(0.0, 1.0, 52)[1:-1]
    draws = np.random.Generator(np.random.Philox(seed)).random((repeats, count))
    below = (draws[:, :, None] <= grid).sum(axis=1) if count * repeats < 2_000_000 else _counted(draws, grid)
    tails = np.minimum(stats.binom.cdf(below, count, grid), stats.binom.sf(below - 1, count, grid)).min(axis=1)
    level = float(np.quantile(tails, 1.0 - confidence))
    low = stats.binom.ppf(level, count, grid) / count
    high = stats.binom.isf(level, count, grid) / count
    return grid, low, high


def _counted(draws: FloatArray, grid: FloatArray) -> NDArray[np.int64]:
    return np.array([np.searchsorted(np.sort(row), grid, side="right") for row in draws])


def recovery(
    bank: Bank,
    report: Report,
    *,
    truths: int,
    seed: int,
    derived: Sequence[str] = (),
    least_size: float = 50.0,
    weigh: Weigh | None = None,
    workers: int = 1,
) -> Recovery:
    """Fit truths drawn from the prior by reweighting the bank, and rank each within its own posterior.

    Truths are runs of the bank; each is fitted with all other runs. One whose posterior rests on too few effective
    runs is left out, whatever its rank, and its size is reported: from n runs the ends of a 90 % interval are so
    uncertain that it holds about 0.9 n / (n + 1) of the truths.

    Parameters
    ----------
    report
        What is reported of a truth, given its figures and a generator for the scatter of reports.
    truths
        How many; at most the size of the bank.
    seed
        Of the choice of truths, and of the ranks among equals.
    derived
        Simulated figures that are to be recovered as well, such as the effect of a policy.
    least_size
        Effective runs that a truth's posterior must rest on.
    weigh
        Turns logarithms of likelihoods into weights; only a check of this check gives another.
    workers
        Threads; results do not depend on it.

    Raises
    ------
    InputError
        If there are more truths than runs, or a derived figure is not simulated.
    """
    if not 1 <= truths <= len(bank.places):
        raise InputError(f"truths = {truths}: the bank has {len(bank.places)} runs; ask for 1 to that many")
    if missing := [name for name in derived if name not in bank.names]:
        raise InputError([f"{name}: the bank has no figure of this name; make the bank again" for name in missing])
    draws = np.random.Generator(np.random.Philox(seed))
    chosen = draws.choice(len(bank.places), size=truths, replace=False)
    columns = [bank.names.index(name) for name in derived]
    table = np.hstack([bank.values, bank.summaries[:, columns]])
    jobs = []
    for truth in chosen:
        targets = report(dict(zip(bank.names, map(float, bank.summaries[truth]), strict=True)), draws)
        jobs.append((int(truth), targets, draws.random(table.shape[1])))
    done = for_each(partial(_ranked, bank, table, weigh, least_size), jobs, workers)
    ranks = [ranks for _, ranks in done if ranks is not None]
    return Recovery(
        names=(*bank.prior.names, *derived),
        ranks=np.array(ranks).reshape(len(ranks), table.shape[1]),
        sizes=np.array([size for size, _ in done]),
        least_size=least_size,
    )


def _ranked(
    bank: Bank,
    table: FloatArray,
    weigh: Weigh | None,
    least_size: float,
    job: tuple[int, Sequence[Between], FloatArray],
) -> tuple[float, FloatArray | None]:
    """Return the effective size of a truth's posterior, and the truth's ranks in it if that is large enough."""
    truth, targets, ties = job
    weights = _weights_without(bank, targets, truth, weigh)
    size = effective_size(weights) if weights.any() else 0.0
    if size < least_size:
        return size, None
    below, equal = table < table[truth], table == table[truth]
    return size, weights @ below + ties * (weights @ equal)


def _weights_without(bank: Bank, targets: Sequence[Between], truth: int, weigh: Weigh | None) -> FloatArray:
    logarithms = log_likelihood(targets, bank.names, bank.summaries)
    logarithms[truth] = -np.inf
    if not np.isfinite(logarithms).any():
        return np.zeros_like(logarithms)
    if weigh is not None:
        return weigh(logarithms)
    weights = np.exp(logarithms - logarithms.max())
    total: FloatArray = weights / weights.sum()
    return total
