"""How particles try to move: a step of all numbers at once, or a new draw of a few of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Proposal", "adapted", "propose"]

FloatArray = NDArray[np.float64]
_WANTED_OF_STEPS, _WANTED_OF_DRAWS = 0.2, 0.12
"""Shares of moves to be accepted. The usual 0.23 is for likelihoods without luck; luck alone turns most moves down, so
moves should be long: at a third accepted for no change at all, a refresh is worth most where a third of that is left.
"""
_FEW = 0.3
_KINDS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """Spread of the particles and length of their steps.

    Attributes
    ----------
    root
        A square root of the covariance of the places.
    step
        Length of a step of all numbers, 1 being the best for a normal posterior (Roberts and Rosenthal 2001).
    share
        The share of the numbers that a new draw takes up.
    """

    root: FloatArray
    step: float
    share: float

    @classmethod
    def first(cls, places: FloatArray) -> Self:
        """Return the proposal for particles that have not moved yet."""
        return cls(root=_root(places), step=1.0, share=0.25)

    def spread_of(self, places: FloatArray) -> Proposal:
        """Return the same with the spread of other places."""
        return replace(self, root=_root(places))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the proposal for a checkpoint."""
        return {"root": self.root, "step": np.array(self.step), "share": np.array(self.share)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the proposal from a checkpoint."""
        return cls(root=arrays["root"], step=float(arrays["step"]), share=float(arrays["share"]))


def _root(places: FloatArray) -> FloatArray:
    dimensions = places.shape[1]
    covariance = np.atleast_2d(np.cov(places, rowvar=False)) + 1e-10 * np.eye(dimensions)
    return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)


def propose(
    places: FloatArray, proposal: Proposal, move: int, draws: np.random.Generator
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return where the particles try to go, and which of their numbers change.

    Two of three moves draw some of the numbers anew from the whole interval, which is quick where the evidence says
    little; the third is a step along the spread of the particles, which is quick where it says much. Both are
    symmetric in the unit cube: steps are folded back at its walls.
    """
    count, dimensions = places.shape
    if move % _KINDS:
        changed = draws.random((count, dimensions)) < proposal.share
        changed[np.arange(count), draws.integers(0, dimensions, count)] = True
        return np.where(changed, draws.random((count, dimensions)), places), changed
    length = proposal.step * 2.38 / np.sqrt(dimensions)
    steps = length * draws.standard_normal((count, dimensions)) @ proposal.root.T
    return _folded(places + steps), np.ones((count, dimensions), dtype=bool)


def _folded(places: FloatArray) -> FloatArray:
    """Fold places back into [0, 1)."""
    within = np.abs(places - 2.0 * np.round(places / 2.0))
    return np.minimum(within, np.nextafter(1.0, 0.0))


def adapted(proposal: Proposal, move: int, accepted: NDArray[np.bool_], changed: NDArray[np.bool_]) -> Proposal:
    """Return the proposal with steps longer where many were accepted, shorter where few were."""
    gap = float(accepted.mean()) - (_WANTED_OF_DRAWS if move % _KINDS else _WANTED_OF_STEPS)
    if move % _KINDS:
        least = 1.0 / changed.shape[1]
        return replace(proposal, share=float(np.clip(proposal.share * np.exp(gap), 0.5 * least, 1.0)))
    return replace(proposal, step=float(np.clip(proposal.step * np.exp(gap), 0.05, 3.0)))
