"""Boxes of futures in which most runs fail: PRIM (patient rule induction method), by the EMA workbench."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError

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
        How often chance alone would make the restriction as good, by the more telling of its ends (Bryant and Lempert
        2010). The runs that chose the box are those that judge it: it is too small rather than too large.
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
    """

    coverage: float
    density: float
    mass: float
    runs: int
    dense: bool
    limits: tuple[Limit, ...]

    @property
    def sure(self) -> bool:
        """Whether chance would explain none of its restrictions (quasi-p at most 0.05)."""
        return all(limit.quasi_p <= _SURE for limit in self.limits)


def find_boxes(
    inputs: pd.DataFrame, fails: NDArray[np.bool_], *, threshold: float, min_mass: float, most: int
) -> tuple[Box, ...]:
    """Find boxes one after the other, each among the runs outside of those before.

    From every box on a peeling trajectory that is dense enough, restrictions that chance could explain (quasi-p above
    0.05) are lifted, the least sure first, as long as it stays dense enough. Of those boxes whose coverage is at least
    three quarters of the highest, the one with the fewest restrictions is taken, of equals the one that covers most.
    If none is dense enough, the densest is taken as it is.

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
    """
    prim = _workbench()
    found: list[Box] = []
    with _quiet():
        # version 2 has a threshold of its own, below which a value is no case and a box is given up; which box to take
        # is decided here, so that it must lie between 0 and the least there can be
        own = {"threshold": 1e-9} if "threshold" in inspect.signature(prim.Prim).parameters else {}
        search = prim.Prim(inputs, fails.astype(int), mass_min=min_mass, peel_alpha=0.05, **own)
        while len(found) < most and (not found or found[-1].dense):
            peeled = search.find_box()
            if peeled is None:
                break
            place = _chosen(peeled, threshold)
            box = _box(peeled, place, threshold)
            if found and not box.dense:
                break
            peeled.select(place)
            found.append(box)
    return tuple(found)


def _workbench() -> Any:
    try:
        with _quiet():
            from ema_workbench.analysis import prim
    except ImportError:
        raise InputError("discover needs the EMA workbench; install it with: pip install 'zhizao[discovery]'") from None
    return prim


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the workbench from telling what it does without: parallel evaluation, interactive charts."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ipyparallel not installed")
        warnings.filterwarnings("ignore", message="altair based interactive inspection")
        warnings.filterwarnings("ignore", message="The inplace keyword")
        yield


def _chosen(peeled: Any, threshold: float) -> int:
    steps = peeled.peeling_trajectory
    dense = steps.index[steps["density"] >= threshold]
    if dense.empty:
        ordered = steps.sort_values(["density", "coverage"], ascending=False, kind="stable")
        return int(ordered.index[0])
    places = [_lifted(peeled, int(place), threshold) for place in dense]
    lifted = peeled.peeling_trajectory.loc[places]
    wide = lifted[lifted["coverage"] >= _WIDE * lifted["coverage"].max()]
    return int(wide.sort_values(["res_dim", "coverage"], ascending=[True, False], kind="stable").index[0])


def _lifted(peeled: Any, place: int, threshold: float) -> int:
    """Lift restrictions that chance could explain; return the place of the box that is left."""
    for limit in reversed(_limits(peeled, place)):
        if limit.quasi_p <= _SURE:
            break
        peeled.drop_restriction(limit.input, place)
        last = len(peeled.box_lims) - 1
        if peeled.peeling_trajectory["density"].iloc[last] >= threshold:
            return _lifted(peeled, last, threshold)
    return place


def _box(peeled: Any, place: int, threshold: float) -> Box:
    step = peeled.peeling_trajectory.iloc[place]
    return Box(
        coverage=float(step["coverage"]), density=float(step["density"]), mass=float(step["mass"]),
        runs=int(step["n"]), dense=bool(step["density"] >= threshold), limits=tuple(_limits(peeled, place)),
    )  # fmt: skip


def _limits(peeled: Any, place: int) -> list[Limit]:
    """Return the restrictions of a box on the trajectory, the surest first."""
    whole, box = peeled.box_lims[0], peeled.box_lims[place]
    limits = []
    chances = peeled.p_values if hasattr(peeled, "p_values") else peeled.qp  # versions 3 and 2
    for name, ends in chances[place].items():
        quasi_p = min((float(end) for end in ends if end >= 0), default=1.0)
        low, high = box[name].tolist()
        if isinstance(low, set):
            limits.append(Limit(input=name, low=None, high=None, values=tuple(sorted(low)), quasi_p=quasi_p))
            continue
        first, last = whole[name].tolist()
        limits.append(
            Limit(
                input=name, low=float(low) if low > first else None, high=float(high) if high < last else None,
                values=(), quasi_p=quasi_p,
            )
        )  # fmt: skip
    return sorted(limits, key=lambda limit: limit.quasi_p)
