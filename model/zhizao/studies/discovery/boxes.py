"""Boxes of futures in which most runs fail: PRIM (patient rule induction method), by the EMA workbench."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.studies.discovery.chance import Cut, Judge, Region, inside, mostly_chance, separate_futures, unseen
from zhizao.studies.sweeps.shared import Shared

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Box", "Limit", "find_boxes"]

_SURE = 0.05
"""A restriction that chance would make as good as this often is kept only if the density needs it."""

_WIDE = 0.75
"""Part of the highest coverage that a simpler box must have."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A restriction of one input.

    Attributes
    ----------
    input
        Its key.
    low, high
        Ends inside the box, in the unit of the input; None where it is not restricted.
    values
        Words inside the box, for an input that is a choice.
    quasi_p
        How often chance alone would let some input restrict the rest of the box as well: the share of random
        exchanges of whole draws (or points, for an input that is swept) in which it does, by the more telling end.
        That the other restrictions were chosen by the same runs is not in it.
    """

    input: str
    low: float | None
    high: float | None
    values: tuple[str, ...]
    quasi_p: float


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box of futures.

    Attributes
    ----------
    coverage
        Share of all failing runs that lie inside.
    density
        Share of the runs inside that fail.
    mass
        Share of all runs that lie inside.
    runs
        Runs inside.
    dense
        Whether its density is as high as was asked for.
    limits
        Restrictions, the surest first.
    unseen
        Share that fails inside of boxes that were found in the same way without the draws and points they are tested
        on; None where none could be left out, or no run was inside.
    p
        How often chance alone would let such boxes hold as many failing runs that they were not found by; None where
        it cannot be given, since there are too few draws and points to leave some out, and for a box that is not dense.
    """

    coverage: float
    density: float
    mass: float
    runs: int
    dense: bool
    limits: tuple[Limit, ...]
    unseen: float | None = None
    p: float | None = None

    @property
    def sure(self) -> bool:
        """Whether chance would explain neither the box nor any of its restrictions (p and quasi-p at most 0.05)."""
        return self.p is not None and self.p <= _SURE and all(limit.quasi_p <= _SURE for limit in self.limits)


def find_boxes(
    inputs: pd.DataFrame,
    fails: NDArray[np.bool_],
    *,
    threshold: float,
    min_mass: float,
    most: int,
    shared: Shared | None = None,
    swept: Collection[str] = (),
    seed: int = 0,
) -> tuple[Box, ...]:
    """Find boxes one after the other, each among the runs outside of those before.

    From every box on a peeling trajectory that is dense enough, restrictions that chance could explain are lifted, the
    least sure first, as long as it stays dense enough. Of those boxes whose coverage is at least three quarters of the
    highest, the one with the fewest restrictions is taken, of equals the one that covers most. If none is dense
    enough, the densest is taken as it is. Then the same search is made without some of the draws and points, and its
    boxes are held against these.

    Parameters
    ----------
    inputs
        A row for each run; numbers as floats, choices as words.
    fails
        Which runs fail.
    threshold
        The wanted density.
    min_mass
        Least mass of a box.
    most
        How many boxes to find at most. The search ends before if a box is not dense enough.
    shared
        What the runs share; nothing if not given.
    swept
        Inputs that belong to a point; the others come with a draw.
    seed
        Decides which draws and points are left out together, and the exchanges by which chance is asked.
    """
    shared = separate_futures(len(fails)) if shared is None else shared
    generator = np.random.Generator(np.random.Philox(seed))
    judge = Judge(inputs, fails, shared, swept, min_mass, generator)

    def search(rows: NDArray[np.int64]) -> list[Region]:
        part = _Search(inputs.iloc[rows], fails[rows], shared.subset(rows), swept, threshold, min_mass)
        return [region for region, _ in part.boxes(most)]

    found = [box for _, box in _Search(inputs, fails, shared, swept, threshold, min_mass, judge).boxes(most)]
    tested = unseen(inputs, fails, shared, search, len(found), generator)
    return tuple(dataclasses.replace(box, unseen=density, p=p) for box, (density, p) in zip(found, tested, strict=True))


class _Search:
    """The search for boxes among some runs; a `Judge`, if given, asks of those found what chance explains."""

    def __init__(
        self,
        inputs: pd.DataFrame,
        fails: NDArray[np.bool_],
        shared: Shared,
        swept: Collection[str],
        threshold: float,
        min_mass: float,
        judge: Judge | None = None,
    ) -> None:
        self._inputs = inputs.reset_index(drop=True)
        self._fails = fails
        self._shared = shared
        self._swept = swept
        self._threshold = threshold
        self._mass = min_mass
        self._judge = judge
        self._free = np.ones(len(fails), dtype=np.bool_)

    def boxes(self, most: int) -> Iterator[tuple[Region, Box]]:
        """Yield boxes and their regions, each among the runs outside of those before."""
        prim = _workbench()
        with _quiet():
            # version 2 has its own threshold, below which a value does not count and a box is given up; which box
            # to take is decided here, so the threshold must be between 0 and the least value possible
            own = {"threshold": 1e-9} if "threshold" in inspect.signature(prim.Prim).parameters else {}
            search = _searcher(prim)(self._inputs, self._fails.astype(int), mass_min=self._mass, peel_alpha=0.05, **own)
            for number in range(most):
                if not self._fails[self._free].any():
                    return
                peeled = search.find_box()
                if peeled is None:
                    return
                index = self._chosen(peeled)
                region = _region(peeled, index)
                box = self._box(peeled, index, region)
                if number and not box.dense:
                    return
                yield region, box
                if not box.dense:
                    return
                peeled.select(index)
                self._free &= ~inside(self._inputs, region)

    def _chosen(self, peeled: Any) -> int:
        steps = peeled.peeling_trajectory
        dense = steps.index[steps["density"] >= self._threshold]
        if dense.empty:
            ordered = steps.sort_values(["density", "coverage"], ascending=False, kind="stable")
            return int(ordered.index[0])
        known: dict[frozenset[Any], int] = {}
        indices = [self._lifted(peeled, int(index), known) for index in dense]
        lifted = peeled.peeling_trajectory.loc[indices]
        wide = lifted[lifted["coverage"] >= _WIDE * lifted["coverage"].max()]
        index = int(wide.sort_values(["res_dim", "coverage"], ascending=[True, False], kind="stable").index[0])
        return index if self._judge is None else self._lifted(peeled, index, {}, self._judge)

    def _lifted(self, peeled: Any, index: int, known: dict[frozenset[Any], int], judge: Judge | None = None) -> int:
        """Lift restrictions that chance could explain; return the index of the box that is left.

        Boxes of one trajectory often come down to the same one: `known` keeps what became of each, by its restrictions.
        """
        region = _region(peeled, index)
        key = frozenset(region.items())
        if key not in known:
            known[key] = self._lifted_once(peeled, index, region, known, judge)
        return known[key]

    def _lifted_once(
        self, peeled: Any, index: int, region: Region, known: dict[frozenset[Any], int], judge: Judge | None
    ) -> int:
        unsure = sorted(((p, name) for name, p in self._chances(region, judge).items() if p > _SURE), reverse=True)
        for _, name in unsure:
            # whether it stays dense is looked up here, since the workbench takes long to make a box
            rest = self._free & inside(self._inputs, {other: ends for other, ends in region.items() if other != name})
            if self._fails[rest].mean() >= self._threshold:
                peeled.drop_restriction(name, index)
                return self._lifted(peeled, len(peeled.box_lims) - 1, known, judge)
        return index

    def _chances(self, region: Region, judge: Judge | None) -> dict[str, float]:
        """Return for every restriction how often chance would make it as good."""
        if judge is not None:
            return judge.chances(region, self._free)
        units = {name: self._shared.points if name in self._swept else self._shared.draws for name in region}
        return {
            name: mostly_chance(self._fails, units[name], *cut)
            for name, cut in ((name, Cut.of(self._inputs, region, name, self._free)) for name in region)
        }

    def _box(self, peeled: Any, index: int, region: Region) -> Box:
        step = peeled.peeling_trajectory.iloc[index]
        chances = self._chances(region, self._judge)
        limits = [_limit(name, ends, chances[name]) for name, ends in region.items()]
        return Box(
            coverage=float(step["coverage"]),
            density=float(step["density"]),
            mass=float(step["mass"]),
            runs=int(step["n"]),
            dense=bool(step["density"] >= self._threshold),
            limits=tuple(sorted(limits, key=lambda limit: limit.quasi_p)),
        )


def _workbench() -> Any:
    try:
        with _quiet():
            from ema_workbench.analysis import prim
    except ImportError:
        raise InputError("discover needs the EMA workbench; install it with: pip install 'zhizao[discovery]'") from None
    return prim


def _searcher(prim: Any) -> Any:
    """Return the workbench's search without its own quasi-p-values, which take half of its time and are not used."""

    class Search(prim.Prim):  # type: ignore[misc]
        def _peel(self, box: Any) -> Any:
            box._calculate_quasi_p = lambda *_: {}
            return super()._peel(box)

    return Search


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the workbench from telling what it does without: parallel evaluation, interactive charts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        warnings.filterwarnings("ignore", message="altair based interactive inspection")
        warnings.filterwarnings("ignore", message="The inplace keyword")
        yield


def _region(peeled: Any, index: int) -> Region:
    """Return the restrictions of a box on the trajectory: the ends of a number, the words of a choice."""
    whole, box = peeled.box_lims[0], peeled.box_lims[index]
    region: Region = {}
    for name in box.columns:
        low, high = box[name].tolist()
        first, last = whole[name].tolist()
        if isinstance(low, set):
            if low != first:
                region[name] = frozenset(low)
        elif low > first or high < last:
            region[name] = (float(low) if low > first else None, float(high) if high < last else None)
    return region


def _limit(name: str, ends: Any, quasi_p: float) -> Limit:
    if isinstance(ends, frozenset):
        return Limit(input=name, low=None, high=None, values=tuple(sorted(ends)), quasi_p=quasi_p)
    low, high = ends
    return Limit(input=name, low=low, high=high, values=(), quasi_p=quasi_p)
