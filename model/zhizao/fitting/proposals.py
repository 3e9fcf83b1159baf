"""How particles try to move: a step of all numbers at once, or a new draw of a few of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Proposal", "adapted", "propose"]

FloatArray = NDArray[np.float64]
_KINDS = 3
_STEP, _DRAW, _LUCK = range(_KINDS)
"""In turn: a step of all numbers under the same luck, new draws of some under the same luck, and under fresh luck."""
_WANTED = (0.23, 0.2, 0.1)
"""Shares of each kind to be accepted. Fresh luck alone turns most moves down, so the third kind has to try more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """Spread of the particles, and how far moves of each kind go.

    Attributes
    ----------
    root
        A square root of the covariance of the places.
    reach
        By kind of move: the length of a step of all numbers (1 is best for a normal posterior, Roberts and Rosenthal
        2001), and the shares of the numbers that are drawn anew.
    """

    root: FloatArray
    reach: FloatArray

    @classmethod
    def first(cls, places: FloatArray) -> Self:
        """Return the proposal for particles that have not moved yet."""
        return cls(root=_root(places), reach=np.array([1.0, 0.25, 0.25]))

    def spread_of(self, places: FloatArray) -> Proposal:
        """Return the same with the spread of other places."""
        return replace(self, root=_root(places))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the proposal for a checkpoint."""
        return {"root": self.root, "reach": self.reach}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the proposal from a checkpoint."""
        return cls(root=arrays["root"], reach=arrays["reach"])


def _root(places: FloatArray) -> FloatArray:
    dimensions = places.shape[1]
    covariance = np.atleast_2d(np.cov(places, rowvar=False)) + 1e-10 * np.eye(dimensions)
    return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)


def propose(
    places: FloatArray, seeds: NDArray[np.uint64], proposal: Proposal, move: int, draws: np.random.Generator
) -> tuple[FloatArray, NDArray[np.uint64]]:
    """Return where the particles try to go, and under which luck.

    A step along the spread of the particles is quick where the evidence says much, drawing some numbers anew from
    their whole interval where it says little. Both are symmetric in the unit cube, whose
    opposite walls are one.
    """
    count, dimensions = places.shape
    kind = move % _KINDS
    if kind == _STEP:
        length = proposal.reach[kind] * 2.38 / np.sqrt(dimensions)
        steps = length * draws.standard_normal((count, dimensions)) @ proposal.root.T
        return _wrapped(places + steps), seeds
    changed = draws.random((count, dimensions)) < proposal.reach[kind]
    changed[np.arange(count), draws.integers(0, dimensions, count)] = True
    anew = np.where(changed, draws.random((count, dimensions)), places)
    fresh = np.asarray(draws.integers(0, 2**64, size=count, dtype=np.uint64))
    return anew, fresh if kind == _LUCK else seeds


def _wrapped(places: FloatArray) -> FloatArray:
    """Bring places back into [0, 1), where whoever leaves by one wall comes in by the opposite one.

    Folding back at the wall would not be symmetric: it turns the sign of a step's correlation with the others.
    """
    return np.minimum(places % 1.0, np.nextafter(1.0, 0.0))


def adapted(proposal: Proposal, move: int, accepted: NDArray[np.bool_]) -> Proposal:
    """Return the proposal with moves of this kind longer where many were accepted, shorter where few were."""
    kind, reach = move % _KINDS, proposal.reach.copy()
    longest = 3.0 if kind == _STEP else 1.0
    reach[kind] = np.clip(reach[kind] * np.exp(float(accepted.mean()) - _WANTED[kind]), 0.02, longest)
    return replace(proposal, reach=reach)
