"""What the runs of a sweep share: a point of the design, or a draw with its luck.

Runs of one draw have the drawn parameters and the luck in common, and runs of one point what is swept. So a thousand
runs of twenty draws say of drawn parameters no more than twenty futures do. Whatever is said of runs that were not seen
has to leave out whole draws and whole points, and chance has to be asked by moving whole draws and points about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Folds", "Shared", "outcome_of", "shared_by"]

_FOLDS = 5
_LEAST_IN_FOLD = 4
_FEW_POINTS = 12
_SMALL = 20_000

Labels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shared:
    """Which runs belong together, and how to leave them out or exchange them.

    Attributes
    ----------
    points, draws
        Of every run, the number of its group of points and of its group of draws. Points with the same inputs, and
        near-copies within one Saltelli block or trajectory of Morris, are one group; so are draws with the same
        parameters or the same luck.
    every_point
        Whether the few points are all that there are, as those of a small factorial design, and not examples of
        others. They are then not left out, and outcomes change places within a draw.
    """

    points: Labels
    draws: Labels
    every_point: bool

    @cached_property
    def point_count(self) -> int:
        """How many groups of points there are."""
        return int(self.points.max(initial=-1)) + 1

    @cached_property
    def draw_count(self) -> int:
        """How many groups of draws there are."""
        return int(self.draws.max(initial=-1)) + 1

    @property
    def testable(self) -> bool:
        """Whether there are enough draws or points to leave some out."""
        return any(count >= 2 * _LEAST_IN_FOLD for count in self._held_out())

    def subset(self, rows: NDArray[Any]) -> Shared:
        """Return the same of some of the runs."""
        return Shared(
            points=_numbered(self.points[rows]), draws=_numbered(self.draws[rows]), every_point=self.every_point
        )

    def _held_out(self) -> tuple[int, int]:
        return (1 if self.every_point else self.point_count), self.draw_count

    def folds(self, generator: np.random.Generator, *, thorough: bool) -> Folds:
        """Deal points and draws to folds, so that what is learnt in some can be tested on others.

        Parameters
        ----------
        generator
            Decides which points and draws are left out together.
        thorough
            Test on every run, where the runs are not too numerous for that; else on every point and draw once.
        """
        points, draws = (_dealt(count, generator) for count in self._held_out())
        if self.every_point:
            points = np.zeros(self.point_count, dtype=np.int64)
        many, other = int(points.max()) + 1, int(draws.max()) + 1
        if min(many, other) == 1 or (thorough and self.points.size <= _SMALL):
            pairs = [(i, j) for i in range(many) for j in range(other)]
        else:
            pairs = [(k % many, k % other) for k in range(max(many, other))]
        of_run = points[self.points], draws[self.draws]
        found = []
        for i, j in pairs:
            learn = ((of_run[0] != i) | (many == 1)) & ((of_run[1] != j) | (other == 1))
            test = (of_run[0] == i) & (of_run[1] == j)
            if learn.any() and test.any():
                found.append((np.flatnonzero(learn), np.flatnonzero(test)))
        return Folds(points=points, draws=draws, pairs=tuple(found))

    def exchanges(
        self,
        count: int,
        generator: np.random.Generator,
        *,
        points: bool,
        draws: bool,
        rows: Labels | None = None,
        folds: Folds | None = None,
    ) -> Iterator[Labels]:
        """Yield, `count` times, whose outcome each run gets when whole points or draws change places; -1 for nobody's.

        Parameters
        ----------
        points, draws
            Which of them change places.
        rows
            The runs that are asked about; points and draws change places among those that occur in them.
        folds
            If given, they change places within their fold only.
        """
        some = np.arange(self.points.size) if rows is None else rows
        cells = _Cells(self)
        point_folds = np.zeros(self.point_count, dtype=np.int64) if folds is None else folds.points
        draw_folds = np.zeros(self.draw_count, dtype=np.int64) if folds is None else folds.draws
        for _ in range(count):
            point, draw = self.points[some], self.draws[some]
            if points and self.every_point:
                point = _moved_within(point, draw, generator)
            elif points:
                point = _moved(point, point_folds, generator)
            if draws:
                draw = _moved(draw, draw_folds, generator)
            yield cells.run_at(point, draw, some)


@dataclass(frozen=True, kw_only=True, eq=False)
class Folds:
    """Points and draws dealt to folds.

    Attributes
    ----------
    points, draws
        The fold of every group of points and of draws.
    pairs
        Runs to learn from, and runs to be tested on, which share with them neither a point nor a draw.
    """

    points: Labels
    draws: Labels
    pairs: tuple[tuple[Labels, Labels], ...]


class _Cells:
    """Runs by point, draw and, where several share both, their number among these."""

    def __init__(self, shared: Shared) -> None:
        self._draws = shared.draw_count
        cells = shared.points * self._draws + shared.draws
        order = np.argsort(cells, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(cells[order]) > 0])
        self._repeat = np.empty(cells.size, dtype=np.int64)
        self._repeat[order] = np.arange(cells.size) - np.repeat(starts, np.diff(np.r_[starts, cells.size]))
        self._repeats = int(self._repeat.max(initial=0)) + 1
        keys = cells * self._repeats + self._repeat
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def run_at(self, points: Labels, draws: Labels, rows: Labels) -> Labels:
        """Return the runs of points and draws, each with the same number among its kind as `rows`; -1 where none is."""
        wanted = (points * self._draws + draws) * self._repeats + self._repeat[rows]
        place = np.minimum(np.searchsorted(self._keys, wanted), self._keys.size - 1)
        return np.where(self._keys[place] == wanted, self._order[place], -1)


def _moved(labels: Labels, folds: Labels, generator: np.random.Generator) -> Labels:
    """Return the labels after those that occur have changed places at random, within their folds."""
    here, which = np.unique(labels, return_inverse=True)
    ordered, mixed = np.argsort(folds[here], kind="stable"), np.lexsort((generator.random(here.size), folds[here]))
    moved = np.empty_like(here)
    moved[ordered] = here[mixed]
    found: Labels = moved[which]
    return found


def _moved_within(points: Labels, draws: Labels, generator: np.random.Generator) -> Labels:
    """Return the points after they have changed places at random, for each draw in another way."""
    here, which = np.unique(points, return_inverse=True)
    moves = np.argsort(generator.random((int(draws.max()) + 1, here.size)), axis=1)
    found: Labels = here[moves[draws, which]]
    return found


def _dealt(count: int, generator: np.random.Generator) -> Labels:
    """Deal groups evenly to folds, each with at least four; to one fold if there are fewer than eight."""
    folds = min(_FOLDS, count // _LEAST_IN_FOLD)
    if folds < 2:
        return np.zeros(count, dtype=np.int64)
    return np.asarray(generator.permutation(count) % folds, dtype=np.int64)


def shared_by(
    runs: pd.DataFrame, swept: Sequence[str], drawn: Sequence[str], *, draws: int, block: int, factorial: bool
) -> Shared:
    """Say which runs share what.

    Parameters
    ----------
    runs
        A row for each run: point, draw, seed and inputs.
    swept, drawn
        Inputs that the design sweeps, luck left out, and inputs that come with a draw.
    draws
        Draws of each point.
    block
        This many points, one after the other, are near-copies of each other; 1 if none are.
    factorial
        Whether the design holds every combination of its values.
    """
    varying = [key for key in drawn if runs[key].nunique() > 1]
    linked = [runs["seed"]]
    if draws > 1:
        linked.append(runs["draw"])
        if varying:
            linked.append(runs.groupby(varying, sort=False, dropna=False).ngroup())
    by_draw = _components([series.to_numpy() for series in linked])
    keys = [key for key in swept if runs[key].nunique() > 1]
    if not keys:
        points = np.zeros(len(runs), dtype=np.int64)
    else:
        same = runs.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
        points = _components([same, runs["point"].to_numpy() // block] if block > 1 else [same])
    if draws == 1 and np.unique(by_draw).size == len(runs):
        by_draw = np.zeros(len(runs), dtype=np.int64) if keys else by_draw  # luck of its own: the point says it all
    count = int(points.max(initial=0)) + 1
    few = count < 2 * _LEAST_IN_FOLD or (factorial and count < _FEW_POINTS)
    return Shared(points=points, draws=by_draw, every_point=few)


def _components(labels: Sequence[NDArray[Any]]) -> Labels:
    """Number the groups of rows that hang together, since they have one of several labels in common."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = labels[0].size
    parts, offset = [], rows
    for column in labels:
        numbers = np.unique(column, return_inverse=True)[1]
        parts.append(numbers + offset)
        offset += int(numbers.max(initial=-1)) + 1
    ends = np.concatenate(parts)
    links = np.tile(np.arange(rows), len(parts)), ends
    graph = coo_array((np.ones(ends.size, dtype=np.int8), links), (offset, offset))
    return _numbered(connected_components(graph, directed=False)[1][:rows])


def _numbered(labels: NDArray[Any]) -> Labels:
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def outcome_of(values: FloatArray, source: Labels, otherwise: float) -> FloatArray:
    """Return the outcomes that runs get in an exchange; `otherwise` where there is none to get."""
    return np.where(source >= 0, values[np.maximum(source, 0)], otherwise)
