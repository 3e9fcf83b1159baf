"""What chance alone would do: whole draws and points change places, and what was found is held against that.

Chance is asked in three ways. While a box is looked for, a restriction is held against the scatter of whole draws or
points (`mostly_chance`), which is quick. The restrictions of a box that was found, and the questions of a tree, are
held against the best that any input could do after an exchange (`Judge`), since the search has looked at all of them.
And what a search finds without some draws and points is held against these (`unseen`, `exchange_p`), since a search
always finds something.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.studies.sweeps.shared import Folds, Shared, outcome_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cut", "Judge", "Region", "exchange_p", "inside", "mostly_chance", "separate_futures", "unseen"]

Region = dict[str, tuple[float | None, float | None] | frozenset[str]]
"""Restrictions by input: the ends of a number, None where it is open, or the words of a choice."""
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_EXCHANGES = 199
_TAIL = 5
_EULER = 0.5772156649015329


def separate_futures(count: int) -> Shared:
    """Return what runs share that share nothing: each is a draw of its own."""
    return Shared(points=np.zeros(count, dtype=np.int64), draws=np.arange(count), every_point=True)


def inside(inputs: pd.DataFrame, region: Region) -> Mask:
    """Return which runs are in a region."""
    found = np.ones(len(inputs), dtype=np.bool_)
    for name in region:
        for end in _ends(inputs, region, name):
            found &= end
    return found


def _ends(inputs: pd.DataFrame, region: Region, name: str) -> list[Mask]:
    """Return for each end of a restriction which runs are on its right side."""
    ends, values = region[name], inputs[name]
    if isinstance(ends, frozenset):
        return [values.isin(ends).to_numpy()]
    low, high = ends
    numbers = values.to_numpy(dtype=np.float64)
    return [*([] if low is None else [numbers >= low]), *([] if high is None else [numbers <= high])]


class Cut(NamedTuple):
    """Runs that the rest of a box holds, and those of them on the right side of one restriction."""

    rest: Mask
    within: Mask

    @classmethod
    def of(cls, inputs: pd.DataFrame, region: Region, name: str, free: Mask) -> Cut:
        """Return the cut that one restriction of a region makes among the runs that are `free`."""
        rest = free & inside(inputs, {other: ends for other, ends in region.items() if other != name})
        return cls(rest, rest & inside(inputs, {name: region[name]}))


def mostly_chance(fails: Mask, units: Rows, rest: Mask, within: Mask) -> float:
    """Return how often chance would make one restriction as good, were it the only one that was looked at.

    The excess of failing runs inside is held against its scatter over whole units (Student's t, one-sided).
    """
    from scipy.special import stdtr  # here, because it is heavy

    share, excess = within[rest].mean(), fails[rest] - fails[rest].mean()
    scores = np.bincount(units[rest], weights=(within[rest] - share) * excess)
    known = np.unique(units[rest]).size
    spread = float(np.sqrt((scores**2).sum()))
    if known < 2 or spread == 0.0:
        return 1.0
    return float(stdtr(known - 1, -float(scores.sum()) / spread))


class Judge:
    """Asks whether chance could explain restrictions, the search for them included."""

    def __init__(
        self,
        inputs: pd.DataFrame,
        fails: Mask,
        shared: Shared,
        swept: Collection[str],
        min_mass: float,
        generator: np.random.Generator,
    ) -> None:
        self._inputs = inputs.reset_index(drop=True)
        self._fails = fails.astype(np.float64)
        self._shared = shared
        self._swept = {name for name in inputs.columns if name in set(swept)}
        self._least = min_mass * len(fails)
        self._generator = generator
        both = 0 < len(self._swept) < len(inputs.columns)
        self._kinds = 2 if both else 1

    def chances(self, region: Region, free: Mask) -> dict[str, float]:
        """Return for every restriction of a region how often chance would let some input do as well in its place."""
        return {name: self._chance(region, name, free) for name in region}

    def question(self, name: str, rows: Rows, within: Mask) -> float:
        """Return how often chance would let some input part some runs as well, by one cut, as an input does.

        Parameters
        ----------
        name
            The input that is asked about.
        rows
            The runs that are parted.
        within
            Which of them are on one side of the cut.
        """
        fails = self._fails[rows]
        worse = within if fails[within].mean() >= fails[~within].mean() else ~within
        return min(self._by_exchanges(rows, worse, name in self._swept) * self._kinds, 1.0)

    def _chance(self, region: Region, name: str, free: Mask) -> float:
        ends = _ends(self._inputs, region, name)
        others = free & inside(self._inputs, {other: part for other, part in region.items() if other != name})
        found = []
        for place, end in enumerate(ends):
            rest = others.copy()
            for other in (*ends[:place], *ends[place + 1 :]):
                rest &= other
            found.append(self._by_exchanges(np.flatnonzero(rest), end[rest], name in self._swept))
        return min(min(found) * len(found) * self._kinds, 1.0)

    def _by_exchanges(self, rows: Rows, within: Mask, swept: bool) -> float:
        """Return how often the best cut of any input is as good once draws (or points) have changed places."""
        names = [name for name in self._inputs.columns if (name in self._swept) == swept]
        cuts = _Cuts(self._inputs.loc[rows, names], within, self._least)
        observed = cuts.excess(self._fails[rows])
        middle = float(self._fails[rows].mean())
        best = np.array(
            [
                cuts.best(outcome_of(self._fails, source, middle))
                for source in self._shared.exchanges(
                    _EXCHANGES, self._generator, points=swept, draws=not swept, rows=rows
                )
            ]
        )
        units = (self._shared.points if swept else self._shared.draws)[rows]
        several = np.unique(self._shared.draws[rows]).size if swept and self._shared.every_point else 1
        return _tail(observed, best, math.lgamma(np.unique(units).size + 1) * several)


class _Cuts:
    """Every way to cut some runs in two by one input, and one cut that was made."""

    def __init__(self, inputs: pd.DataFrame, within: Mask, least: float) -> None:
        self._within = within
        count = len(inputs)
        self._orders: list[Rows] = []
        self._allowed: list[Mask] = []
        self._words: list[Mask] = []
        sizes = np.arange(1, count + 1)
        for name in inputs.columns:
            values = inputs[name].to_numpy()
            if inputs[name].dtype.kind != "f":
                self._words += [
                    values == word for word in sorted(set(values)) if least <= (values == word).sum() < count
                ]
                continue
            order = np.argsort(values, kind="stable")
            last = np.r_[values[order][1:] != values[order][:-1], False]
            self._orders.append(order)
            self._allowed.append(last & (sizes >= min(least, count / 2)) & (count - sizes >= min(least, count / 2)))
        self._scale = np.sqrt(np.maximum(sizes * (count - sizes) / count, 1e-12))
        self._order = np.array(self._orders, dtype=np.int64).reshape(-1, count)
        self._allow = np.array(self._allowed, dtype=np.bool_).reshape(-1, count)
        self._count = count

    def excess(self, fails: FloatArray) -> float:
        """Return the excess of failing runs inside the cut that was made, on the scale of its size."""
        return self._scaled(self._within, fails - fails.mean())

    def best(self, fails: FloatArray) -> float:
        """Return the largest excess on either side of any cut."""
        apart = fails - fails.mean()
        sums = np.cumsum(apart[self._order], axis=1) / self._scale
        found = float(np.abs(sums[self._allow]).max(initial=0.0))
        return max([found, *(abs(self._scaled(words, apart)) for words in self._words)])

    def _scaled(self, within: Mask, apart: FloatArray) -> float:
        size = int(within.sum())
        if not 0 < size < self._count:
            return 0.0
        return float(apart[within].sum()) / math.sqrt(size * (self._count - size) / self._count)


def _tail(observed: float, others: FloatArray, log_ways: float) -> float:
    """Return how often `others` are as large as `observed`; beyond them by the Gumbel distribution of largest values.

    It is never below one in so many ways as there are to exchange what is exchanged.
    """
    above = int((others >= observed - 1e-12).sum())
    counted = (above + 1) / (others.size + 1)
    if above >= _TAIL:
        return counted
    scale = float(others.std()) * math.sqrt(6.0) / math.pi
    if scale == 0.0:
        return counted
    place = (observed - (float(others.mean()) - _EULER * scale)) / scale
    smooth = -math.expm1(-math.exp(-place))
    return max(min(counted, smooth), math.exp(-min(log_ways, 700.0)))


def unseen(
    inputs: pd.DataFrame,
    fails: Mask,
    shared: Shared,
    search: Callable[[Rows], Sequence[Region]],
    count: int,
    generator: np.random.Generator,
) -> list[tuple[float | None, float | None]]:
    """Return for each of the first `count` boxes which share fails in unseen runs, and how often chance does as well.

    Parameters
    ----------
    search
        Finds boxes among some runs.
    """
    if count == 0 or not shared.testable:
        return [(None, None)] * count
    folds = shared.folds(generator, thorough=False)
    members = np.full((count, len(fails)), np.nan)
    for learn, test in folds.pairs:
        free = np.ones(test.size, dtype=np.bool_)
        for place, region in enumerate(list(search(learn))[:count]):
            within = inside(inputs.iloc[test], region)
            members[place, test[free]] = within[free]
            free &= ~within
    found: list[tuple[float | None, float | None]] = []
    for member in members:
        hit = member == 1.0
        density = float(fails[hit].mean()) if hit.any() else None
        found.append((density, exchange_p(member, fails.astype(np.float64), shared, folds, generator)))
    return found


def exchange_p(
    expected: FloatArray, values: FloatArray, shared: Shared, folds: Folds, generator: np.random.Generator
) -> float:
    """Return how often values agree as well with what was expected of unseen runs, once they have changed places.

    Parameters
    ----------
    expected
        What each run was expected to be by what was learnt without its point and its draw; not a number where nothing
        was expected.
    folds
        Whose draws and points were left out together: they change places with each other.
    """
    tests = [rows for _, test in folds.pairs if (rows := test[~np.isnan(expected[test])]).size]
    if not tests:
        return 1.0
    rows = np.concatenate(tests)
    fold = np.repeat(np.arange(len(tests)), [part.size for part in tests])
    sizes = np.bincount(fold)
    weights = expected[rows] - (np.bincount(fold, weights=expected[rows]) / sizes)[fold]

    def agreement(found: FloatArray) -> float:
        return float((weights * (found - (np.bincount(fold, weights=found) / sizes)[fold])).sum())

    observed = agreement(values[rows])
    middle = float(values[rows].mean())
    exchanges = shared.exchanges(_EXCHANGES, generator, points=True, draws=True, rows=rows, folds=folds)
    as_good = sum(agreement(outcome_of(values, source, middle)) >= observed - 1e-9 for source in exchanges)
    return (as_good + 1) / (_EXCHANGES + 1)
